// mixture.h - the weights that one row of layer 1 gives to all columns, in machine integers.
//
// Column c (a row of the embedding) weighs B^(s_c - largest).  As integers over 2^bits, low and
// high bound it from both sides; for B = 2 and whole scores they are the weight itself down to the
// exponent -bits.  What follows from these bounds holds for the exact weights.
#pragma once
#include "net/transformer.h"
#include "verify/powers.h"

// One head's projections of every embedding row, as integers.
typedef struct Projection {
    size_t d_k;
    int64_t *q, *k;   // rows x d_k
    int64_t scale;    // <q, k> / scale is the score times
    int64_t unit;     //   unit, an integer
    bool whole;       // scores must be integers: unit is 1
    size_t stride;
    int16_t *small_q, *small_k;   // the same, a vector every `stride` numbers and zeros between,
                                  // where all fit and no score leaves 31 bits; else NULL
} Projection;

// false, and *p empty, if the numbers are no small integers over small denominators.
// whole: scores must be integers.  Undo with projection_clear.
bool projection_init(Projection *p, const Transformer *t, const Head *h, size_t rows, bool whole);
void projection_clear(Projection *p);

// s <- the score of the row on the column times unit; false if that is no integer or beyond 2^61.
bool projection_score(int64_t *s, const Projection *p, size_t row, size_t column);

typedef struct Mixture {
    size_t seen, columns;
    int64_t *exponent;                   // per column seen: unit times the score less the largest
    int64_t *narrow_low, *narrow_high;   // per column; 0 and 0 where not seen
    Wide *low, *high;                    // the same, wide: after mixture_widen
    int64_t largest;                     // unit times the largest score
    bool is_wide;
    Powers powers;
} Mixture;

void mixture_init(Mixture *m, size_t columns, Base base, int64_t unit);
void mixture_clear(Mixture *m);

// The weights of the row on the columns 0 .. seen-1; the others are not seen.
// false if projection_score is, or, where scores must be integers, one is more than 2^24 below the
// largest.
bool mixture_weigh(Mixture *m, const Projection *p, size_t row, size_t seen);

// Sees to it that low and high hold the weights.
void mixture_widen(Mixture *m);
