// bit_matrix.h - a matrix of bits, rows of `limbs` machine words each; bits beyond the columns are
// 0.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct BitMatrix {
    size_t rows, columns, limbs;
    uint64_t *bits;   // rows x limbs
} BitMatrix;

// All 0.  Undo with bit_matrix_clear.
void bit_matrix_init(BitMatrix *m, size_t rows, size_t columns);
void bit_matrix_clear(BitMatrix *m);

bool bit_matrix_get(const BitMatrix *m, size_t r, size_t c);
void bit_matrix_set(BitMatrix *m, size_t r, size_t c);
uint64_t *bit_matrix_row(const BitMatrix *m, size_t r);

// The rows and columns that hold a 1.
size_t bit_matrix_nonzero_rows(const BitMatrix *m);
size_t bit_matrix_nonzero_columns(const BitMatrix *m);

// Rows row[0 .. rows-1] and columns column[0 .. columns-1] of `of`, in that order.
void bit_matrix_init_part(BitMatrix *m, const BitMatrix *of, const size_t *row, size_t rows,
                          const size_t *column, size_t columns);

// Rows become columns.
void bit_matrix_init_transposed(BitMatrix *m, const BitMatrix *of);
