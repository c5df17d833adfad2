#include "verify/sparse.h"
#include "base/alloc.h"
#include <stdlib.h>

Approx approx_of_rational(const mpq_t r, bool *finite) {
    mpq_t back;
    double mid = mpq_get_d(r);   // truncates; beyond doubles it is infinite
    if (!isfinite(mid)) {
        *finite = false;
        return (Approx){ 0, 0 };
    }
    mpq_init(back);
    mpq_set_d(back, mid);
    bool exact = mpq_equal(back, r);
    mpq_clear(back);
    return exact ? (Approx){ mid, 0 } : approx_of(mid, fabs(mid) * 0x1p-52);
}

void sparse_init(Sparse *s, const Matrix *m, bool *finite) {
    size_t count = matrix_nonzeros(m);
    *s = (Sparse){ .rows = m->rows,
                   .begin = alloc_array(m->rows + 1, 1, sizeof *s->begin),
                   .column = alloc_array(count, 1, sizeof *s->column),
                   .entry = alloc_array(count, 1, sizeof *s->entry) };
    count = 0;
    for (size_t i = 0; i < m->rows; i++) {
        for (size_t c = 0; c < m->columns; c++)
            if (mpq_sgn(m->entry[i * m->columns + c]) != 0) {
                s->column[count] = c;
                s->entry[count++] = approx_of_rational(m->entry[i * m->columns + c], finite);
            }
        s->begin[i + 1] = count;
    }
}

void sparse_clear(Sparse *s) {
    free(s->begin);
    free(s->column);
    free(s->entry);
    *s = (Sparse){ 0 };
}

void sparse_layer_init(SparseLayer *s, const Layer *l, bool *finite) {
    *s = (SparseLayer){ .heads = l->heads,
                        .head = alloc_array(l->heads, 1, sizeof *s->head),
                        .has_mlp = l->has_mlp };
    for (size_t h = 0; h < l->heads; h++) {
        sparse_init(&s->head[h].q, &l->head[h].q, finite);
        sparse_init(&s->head[h].k, &l->head[h].k, finite);
        sparse_init(&s->head[h].v, &l->head[h].v, finite);
        sparse_init(&s->head[h].o, &l->head[h].o, finite);
    }
    sparse_init(&s->w1, &l->mlp.w1, finite);
    sparse_init(&s->b1, &l->mlp.b1, finite);
    sparse_init(&s->w2, &l->mlp.w2, finite);
    sparse_init(&s->b2, &l->mlp.b2, finite);
}

void sparse_layer_clear(SparseLayer *s) {
    for (size_t h = 0; h < s->heads; h++) {
        sparse_clear(&s->head[h].q);
        sparse_clear(&s->head[h].k);
        sparse_clear(&s->head[h].v);
        sparse_clear(&s->head[h].o);
    }
    free(s->head);
    sparse_clear(&s->w1);
    sparse_clear(&s->b1);
    sparse_clear(&s->w2);
    sparse_clear(&s->b2);
    *s = (SparseLayer){ 0 };
}

// from + row i of s times x; without entries it is `from`, and nothing is rounded.
static inline Approx row_sum(Approx from, const Sparse *s, size_t i, const Approx *x) {
    if (s->begin[i] == s->begin[i + 1])
        return from;
    ApproxSum sum = { from.mid, from.rad };
    for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
        approx_sum_add_product(&sum, s->entry[k], x[s->column[k]]);
    return approx_sum(sum);
}

void sparse_apply(Approx *y, const Sparse *s, const Approx *x) {
    for (size_t i = 0; i < s->rows; i++)
        y[i] = row_sum((Approx){ 0, 0 }, s, i, x);
}

void sparse_add(Approx *y, const Sparse *s, const Approx *x) {
    for (size_t i = 0; i < s->rows; i++)
        y[i] = row_sum(y[i], s, i, x);
}

void sparse_add_column(Approx *y, const Sparse *s) {
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            y[i] = approx_add(y[i], s->entry[k]);
}
