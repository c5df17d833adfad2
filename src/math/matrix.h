// matrix.h - matrices over Q.
#pragma once
#include <gmp.h>
#include <stddef.h>

// rows x columns rational numbers, row after row; 0 x c and r x 0 are matrices too.
typedef struct Matrix {
    size_t rows, columns;
    mpq_t *entry;   // entry (i, j) is entry[i * columns + j]; see matrix_at
} Matrix;

// A zero matrix.  Undo with matrix_clear.
void matrix_init(Matrix *m, size_t rows, size_t columns);
void matrix_init_copy(Matrix *m, const Matrix *from);
void matrix_clear(Matrix *m);

// Entry (i, j), to read or to write.  Needs i < rows, j < columns.
mpq_ptr matrix_at(const Matrix *m, size_t i, size_t j);

// m_ij <- numerator / denominator.  Needs denominator > 0.
void matrix_set(Matrix *m, size_t i, size_t j, long numerator, unsigned long denominator);

// How many entries are not 0.
size_t matrix_nonzeros(const Matrix *m);

// y <- m x, with x of m.columns and y of m.rows entries; y and x do not overlap.
void matrix_apply(mpq_t *y, const Matrix *m, mpq_t *x);

// An array of n rationals, all 0.  Undo with vector_clear.
mpq_t *vector_init(size_t n);
void vector_clear(mpq_t *x, size_t n);
