// stage_head.h - one head of the last layer, as the readout's position sees it.
//
// Slot s weighs B^(distance[w] / unit) for w = weight[s], times a power of B that does not matter:
// between low[w] and high[w], integers over a common power of two that does not matter; the head is
// `exact` where these are the same.  Its values are integers over `denominator`.
#pragma once
#include "verify/choices.h"
#include <gmp.h>

enum { NOT_SEEN = -1 };

typedef struct StageHead {
    size_t d_v, weights;
    bool exact;
    int64_t unit, *distance;   // per weight, ascending from 0; no common divisor of all and unit
    mpz_t *low, *high;         // per weight, > 0
    int64_t *weight;           // per slot: which of the weights, or NOT_SEEN
    mpz_t *value;              // slots x d_v
    mpz_t denominator;
    size_t first;   // its first ratio among those of all heads
    size_t class;   // the first head with the same weights
} StageHead;

// No slot is seen.  Undo with stage_head_clear.
void stage_head_init(StageHead *h, const Choices *c, size_t d_v);
void stage_head_clear(StageHead *h, const Choices *c);

// The weights B^(score / unit) of the slots seen, with `bits` significant bits more than those
// before the point of the least one; in base 2 exact for whole scores, whatever bits is.  false:
// the scores lie too far apart.  Needs |score| < 2^62, unit > 0; to be called once.
bool stage_head_weigh(StageHead *h, const Choices *c, const int64_t *score, const bool *seen,
                      int64_t unit, Base base, long bits);

// Sets first and class of each head.  Heads of one class have the same true weights, not just the
// same bounds of them.  Needs weighed heads of one base.
void stage_heads_relate(StageHead *head, size_t heads, const Choices *c);
