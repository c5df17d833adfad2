// last_stage.h - the last attention of a model and what follows it, as linear-fractional programs.
//
// At the readout's position, for one option of its group: every slot has a weight and a value in
// every head, fixed numbers; what follows is an affine map, a relu and an affine map of the heads'
// ratios.  Each margin is bounded below by the programs of the heads one by one, and above by its
// value at the words found; branching on the groups in which these words differ brings the two
// together (docs/certificate.md#theorem-1).
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
    size_t first;   // its first ratio among those of all heads
    size_t class;   // the first head with the same weights
} StageHead;

void stage_head_init(StageHead *h, const Choices *c, size_t d_v);
void stage_head_clear(StageHead *h, const Choices *c);

// Sets first and class of each head, from the others' fields.
void stage_heads_relate(StageHead *head, size_t heads, const Choices *c);

typedef struct LastStage {
    const Choices *choices;
    const Readout *readout;
    Pin pin;              // the readout's group and its option
    const Forms *forms;   // inputs: `rests` numbers, then the ratios of all heads
    size_t rests;
    mpq_t *rest;
    size_t heads;
    StageHead *head;
} LastStage;

// What is known of the least of something over some words: it is `value` at the word in which group
// g takes option[g], and nowhere less but where the search was cut short, and there it is `bound`
// or more.
typedef struct Least {
    bool any;   // whether there are such words; if not, nothing else is meaningful
    mpq_t value;
    size_t *option;
    bool cut;
    mpq_t bound;       // meaningful if cut
    size_t branches;   // that searches have left, until they are cut short
} Least;

// No words.  Undo with least_clear.
void least_init(Least *l, const Choices *c);
void least_clear(Least *l);

// Takes in the margins of the words with that right answer.  NULL, or why there is no telling.
const char *last_stage_margin(Least *l, const LastStage *s, size_t answer);

// The least mass of the head on the meant choices' slots, over the words with that answer; meant[s]
// for slot s.  *any: whether these words mean anything.  false: some do, some do not.
bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer);
