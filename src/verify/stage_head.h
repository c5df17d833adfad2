// stage_head.h - one head of the last layer, as the readout's position sees it.
//
// Slot s weighs between low[weight[s]] and high[weight[s]], integers over a common power of two
// that does not matter; the head is `exact` where these are the same.  Its values are integers over
// `denominator`.
#pragma once
#include "verify/choices.h"
#include <gmp.h>

enum { NOT_SEEN = -1 };

typedef struct StageHead {
    size_t d_v, weights;
    bool exact;
    mpz_t *low, *high;   // per weight, > 0
    int64_t *weight;     // per slot: which of the weights, or NOT_SEEN
    mpz_t *value;        // slots x d_v
    mpz_t denominator;
} StageHead;

// No slot is seen.  Undo with stage_head_clear.
void stage_head_init(StageHead *h, const Choices *c, size_t d_v);
void stage_head_clear(StageHead *h, const Choices *c);

// The weights B^(score / unit) of the slots seen, with `bits` significant bits more than those
// before the point of the least one; in base 2 exact for whole scores, whatever bits is.  false:
// the scores lie too far apart.  Needs |score| < 2^62, unit > 0; to be called once.
bool stage_head_weigh(StageHead *h, const Choices *c, const int64_t *score, const bool *seen,
                      int64_t unit, Base base, long bits);
