// rounded.h - a model's matrices after rounding to an arithmetic.
#pragma once
#include "math/arith.h"
#include "net/fault.h"
#include "net/transformer.h"

// Row i's entries that are not 0 stand in the columns nonzero[begin[i] .. begin[i + 1] - 1].
typedef struct NumMatrix {
    size_t rows, columns;
    Num *entry;
    size_t *begin, *nonzero;
} NumMatrix;

typedef struct NumHead {
    NumMatrix q, k, v, o;
} NumHead;

typedef struct NumLayer {
    NumHead *head;
    NumMatrix w1, b1, w2, b2;
} NumLayer;

typedef struct Rounded {   // all but the embedding
    const Transformer *t;
    const ArithSpec *spec;
    Fault fault;   // the first weight that the arithmetic has no number for
    NumLayer *layer;
    NumMatrix readout_w, readout_b;
    size_t d_k, d_v, hidden;   // the largest of all layers
} Rounded;

// Undo with rounded_clear.  Between arith_enter and arith_leave; t and spec outlive it.
void rounded_init(Rounded *r, const Transformer *t, const ArithSpec *spec);
void rounded_clear(Rounded *r);

// The matrix, and in *fault, unless there is one already, the first entry that is no number, as
// that part of the model.  Undo with num_matrix_clear.
void num_matrix_init(NumMatrix *n, const Matrix *m, const ArithSpec *spec, Fault *fault,
                     const char *part, size_t layer, size_t head);
void num_matrix_clear(NumMatrix *n, const ArithSpec *spec);

// Writes the embedding's number to the stream; what is wrong with it goes to *fault, as above.
void num_embed(Num *x, const ArithSpec *spec, Fault *fault);

// y <- m x, every row from 0, left to right; `term` and `zero` are workspace and 0.  Products with
// 0 are left out: adding them, in whatever arithmetic, changes nothing (docs/arithmetic.md#zeros).
void num_apply(Num *y, const NumMatrix *m, const Num *x, const ArithSpec *spec, Num *term,
               const Num *zero);
