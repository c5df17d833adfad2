// sparse.h - the weights of a model as pairs of doubles, without those that are 0.
#pragma once
#include "math/approx.h"
#include "net/transformer.h"

// The entries of a matrix that are not 0, row after row.
typedef struct Sparse {
    size_t rows;
    size_t *begin;   // of each row among them; rows + 1 entries
    size_t *column;
    Approx *entry;
} Sparse;

typedef struct SparseHead {
    Sparse q, k, v, o;
} SparseHead;

typedef struct SparseLayer {
    size_t heads;
    SparseHead *head;
    bool has_mlp;
    Sparse w1, b1, w2, b2;
} SparseLayer;

// The number; *finite <- false if it is beyond doubles.
Approx approx_of_rational(const mpq_t r, bool *finite);

// *finite <- false if some number is beyond doubles.  Undo with sparse_clear.
void sparse_init(Sparse *s, const Matrix *m, bool *finite);
void sparse_clear(Sparse *s);

// The same for a layer.
void sparse_layer_init(SparseLayer *s, const Layer *l, bool *finite);
void sparse_layer_clear(SparseLayer *s);

// y <- s x; y <- y + s x.
void sparse_apply(Approx *y, const Sparse *s, const Approx *x);
void sparse_add(Approx *y, const Sparse *s, const Approx *x);

// y <- y + s, a column of numbers.
void sparse_add_column(Approx *y, const Sparse *s);
