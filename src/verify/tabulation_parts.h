// tabulation_parts.h - the steps of tabulation_init, one per file, in this order.
#pragma once
#include "verify/tabulation.h"

// Fills in the forms of every row, the places and the finish.  Needs the heads.
void tabulate_forms(Tabulation *tab);

// Fills in scale, wide, wide_forms and weight.  Needs the forms.
void tabulate_wide(Tabulation *tab);

// The position that holds that row of the embedding.
size_t tabulation_position(const Transformer *t, size_t row);

// s <- sum over k < n of a_k b_k.
void tabulation_dot(mpq_t s, mpq_t *a, mpq_t *b, size_t n);
