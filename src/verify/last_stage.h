// last_stage.h - the last attention of a model and what follows it, as linear-fractional programs.
//
// At the readout's position, for one option of its group: every slot has a weight and a value in
// every head, fixed numbers; what follows is an affine map, a relu and an affine map of the heads'
// ratios. Where each hidden unit keeps its sign over all words and only one head's ratios matter,
// every output is a fraction (F_0 D + sum F_c U_c) / D (docs/certificate.md#theorem-1).
#pragma once
#include "verify/forms.h"
#include "verify/fractional.h"

// One head: slot s weighs 2^exponent[s], not at all if that is < 0; its values are integers over
// denominator.
typedef struct StageHead {
    size_t d_v;
    int64_t *exponent;   // per slot, least of all 0
    mpz_t *value;        // slots x d_v
    mpz_t denominator;
} StageHead;

void stage_head_init(StageHead *h, const Choices *c, size_t d_v);
void stage_head_clear(StageHead *h, const Choices *c);

typedef struct LastStage {
    const Choices *choices;
    const Readout *readout;
    size_t fixed, option;   // the readout's group and its option
    const Forms *forms;     // inputs: `rests` numbers, then the ratios of all heads
    size_t rests;
    mpq_t *rest;
    size_t heads;
    StageHead *head;
} LastStage;

// The least margin over the words with that right answer: least and pick as fractional_minimize.
// NULL, or why it cannot be told.  *any: whether there are such words.
const char *last_stage_margin(mpq_t least, Pick *pick, bool *any, const LastStage *s,
                              size_t answer);

// The least mass of the head on the meant choices' slots, over the words with that answer; meant[s]
// for slot s.  *any: whether these words mean anything.  false: some do, some do not.
bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer);
