// mixture.h - the weights that one row of layer 1 gives to all columns, in machine integers.
//
// Column c (a row of the embedding) weighs 2^(s_c - largest).  As an integer over 2^bits this is
// exact down to the exponent -bits, and known to lie between 0 and 1 below it: low and high.  What
// follows from these bounds holds for the exact weights.  There are two sizes: narrow ones, in
// which nearly everything can be decided, and wide ones for the rest.
#pragma once
#include "net/transformer.h"
#include "verify/wide.h"

enum { NARROW_BITS = 36, WIDE_MIXTURE_BITS = 72 };

// One head's projections of every embedding row, as integers.
typedef struct Projection {
    size_t d_k;
    int64_t *q, *k;               // rows x d_k
    int64_t scale;                // <q, k> / scale is the score
    int16_t *small_q, *small_k;   // the same where all fit and no score leaves 31 bits; else NULL
} Projection;

// false, and *p empty, if the numbers are no small integers over small denominators.
// Undo with projection_clear.
bool projection_init(Projection *p, const Transformer *t, const Head *h, size_t rows);
void projection_clear(Projection *p);

// s <- the score of the row on the column; false if it is no integer or beyond 2^61.
bool projection_score(int64_t *s, const Projection *p, size_t row, size_t column);

typedef struct Mixture {
    size_t seen, columns;
    int64_t *exponent;                   // per column seen: the score less the largest
    int64_t *narrow_low, *narrow_high;   // per column; 0 and 0 where not seen
    Wide *low, *high;                    // the same, wide: after mixture_widen
    int64_t largest;                     // the largest score
    bool is_wide;
} Mixture;

void mixture_init(Mixture *m, size_t columns);
void mixture_clear(Mixture *m);

// The weights of the row on the columns 0 .. seen-1; the others are not seen.
// false if a score is no integer, beyond 2^61, or more than 2^24 below the largest.
bool mixture_weigh(Mixture *m, const Projection *p, size_t row, size_t seen);

// Sees to it that low and high hold the weights.
void mixture_widen(Mixture *m);
