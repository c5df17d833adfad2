#include "math/matrix.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void matrix_init(Matrix *m, size_t rows, size_t columns) {
    *m = (Matrix){ .rows = rows,
                   .columns = columns,
                   .entry = alloc_array(rows, columns, sizeof *m->entry) };
    for (size_t k = 0; k < rows * columns; k++)
        mpq_init(m->entry[k]);
}

void matrix_init_copy(Matrix *m, const Matrix *from) {
    matrix_init(m, from->rows, from->columns);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        mpq_set(m->entry[k], from->entry[k]);
}

void matrix_clear(Matrix *m) {
    vector_clear(m->entry, m->rows * m->columns);
    *m = (Matrix){ 0 };
}

mpq_ptr matrix_at(const Matrix *m, size_t i, size_t j) {
    require(i < m->rows && j < m->columns);
    return m->entry[i * m->columns + j];
}

void matrix_set(Matrix *m, size_t i, size_t j, long numerator, unsigned long denominator) {
    require(denominator > 0);
    mpq_ptr x = matrix_at(m, i, j);
    mpq_set_si(x, numerator, denominator);
    mpq_canonicalize(x);
}

size_t matrix_nonzeros(const Matrix *m) {
    size_t count = 0;
    for (size_t k = 0; k < m->rows * m->columns; k++)
        count += mpq_sgn(m->entry[k]) != 0;
    return count;
}

void matrix_apply(mpq_t *y, const Matrix *m, mpq_t *x) {
    mpq_t product;
    mpq_init(product);
    for (size_t i = 0; i < m->rows; i++) {
        mpq_set_ui(y[i], 0, 1);
        for (size_t j = 0; j < m->columns; j++) {
            const mpq_t *entry = &m->entry[i * m->columns + j];
            if (mpq_sgn(*entry) == 0 || mpq_sgn(x[j]) == 0)
                continue;
            mpq_mul(product, *entry, x[j]);
            mpq_add(y[i], y[i], product);
        }
    }
    mpq_clear(product);
}

mpq_t *vector_init(size_t n) {
    mpq_t *x = alloc_array(n, 1, sizeof *x);
    for (size_t i = 0; i < n; i++)
        mpq_init(x[i]);
    return x;
}

void vector_clear(mpq_t *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        mpq_clear(x[i]);
    free(x);
}
