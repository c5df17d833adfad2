// class_states.h - the streams after layer 1 of a coded model that are functions of tokens only.
//
// docs/symmetry.md#lemma-2, for the positions of index 0 and the last one: what is true there is
// true at every index.  In integers as large as it takes, since classes have as many members as
// they like.
#pragma once
#include "verify/clean_states.h"
#include "verify/index_classes.h"

// As clean_states_init, for the choices of the classes, row[slot] being the seed's rows.  The
// states of index 0 go to the slots of every class.  target: NULL also where the base is e.  bits:
// of the weights (powers.h), 0 where they are integers.  Needs two layers, tab the seed's outline.
// Undo with clean_states_clear.
bool class_states_init(CleanStates *s, char **why, const IndexClasses *classes, const Choices *c,
                       const size_t *row, const Tabulation *tab, Target *target, long bits);
