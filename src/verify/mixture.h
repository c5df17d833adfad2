// mixture.h - the weights that one row of layer 1 gives to all columns, in machine integers.
//
// Column c (a row of the embedding) weighs 2^(s_c - largest).  As an integer over 2^MIXTURE_BITS
// this is exact down to the exponent -MIXTURE_BITS, and known to lie between 0 and 1 below it: low
// and high. What follows from these bounds holds for the exact weights.
#pragma once
#include "net/transformer.h"
#include "verify/wide.h"

enum { MIXTURE_BITS = 72 };

// One head's projections of every embedding row, as integers.
typedef struct Projection {
    size_t d_k;
    int64_t *q, *k;   // rows x d_k
    int64_t scale;    // <q, k> / scale is the score
} Projection;

// false, and *p empty, if the numbers are no small integers over small denominators.
// Undo with projection_clear.
bool projection_init(Projection *p, const Transformer *t, const Head *h, size_t rows);
void projection_clear(Projection *p);

// s <- the score of the row on the column; false if it is no integer or beyond 2^61.
bool projection_score(int64_t *s, const Projection *p, size_t row, size_t column);

typedef struct Mixture {
    Wide *low, *high;    // per column; 0 and 0 where not seen
    int64_t *exponent;   // per column: the score less the largest
    int64_t largest;     // the largest score
} Mixture;

void mixture_init(Mixture *m, size_t columns);
void mixture_clear(Mixture *m);

// The weights of the row on the columns 0 .. seen-1; the others, up to `columns`, are not seen.
// false if a score is no integer or beyond 2^61.
bool mixture_weigh(Mixture *m, const Projection *p, size_t row, size_t seen, size_t columns);
