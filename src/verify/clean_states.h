// clean_states.h - the streams after layer 1 that are the same on all words with a given option.
//
// At every position and for every option of its group, each hidden unit is shown to keep its sign
// over all words with that option; the outputs of the row's forms are then affine in the attention
// ratios, and clean if the coefficients of the ratios vanish (docs/certificate.md#lemma-2).
#pragma once
#include "verify/choices.h"
#include "verify/effort.h"
#include "verify/tabulation.h"

typedef struct CleanStates {
    const Choices *choices;
    const Tabulation *tab;   // outline or whole
    size_t outputs;
    mpq_t *state;   // [slot][outputs]: the outputs of the slot's row
    bool has_mass;
    mpq_t mass;   // the least mass of layer 1 on what `target` says is meant
} CleanStates;

// false, and empty, if some stream cannot be shown to be clean; *why (freed by the caller) says
// where. target: NULL if unknown.  Needs two layers.  Undo with clean_states_clear.
bool clean_states_init(CleanStates *s, char **why, const Choices *c, const Tabulation *tab,
                       Target *target, const Effort *e);
void clean_states_clear(CleanStates *s);

// y <- the outputs of the forms, given the sign of each hidden unit (0: not known) on the words at
// hand.  NULL, or why they are no function of these words' tokens.
const char *clean_outputs(mpq_t *y, const Forms *f, const int *sign);
