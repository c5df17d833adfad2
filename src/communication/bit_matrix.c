#include "communication/bit_matrix.h"
#include "base/alloc.h"
#include "math/gf2.h"
#include <stdlib.h>

void bit_matrix_init(BitMatrix *m, size_t rows, size_t columns) {
    *m = (BitMatrix){ .rows = rows, .columns = columns, .limbs = (columns + 63) / 64 };
    m->bits = alloc_array(rows, m->limbs, sizeof *m->bits);
}

void bit_matrix_clear(BitMatrix *m) {
    free(m->bits);
    *m = (BitMatrix){ 0 };
}

uint64_t *bit_matrix_row(const BitMatrix *m, size_t r) { return m->bits + r * m->limbs; }

bool bit_matrix_get(const BitMatrix *m, size_t r, size_t c) {
    return gf2_bit(bit_matrix_row(m, r), c);
}

void bit_matrix_set(BitMatrix *m, size_t r, size_t c) {
    bit_matrix_row(m, r)[c / 64] |= UINT64_C(1) << c % 64;
}

size_t bit_matrix_nonzero_rows(const BitMatrix *m) {
    size_t nonzero = 0;
    for (size_t r = 0; r < m->rows; r++) {
        uint64_t any = 0;
        for (size_t l = 0; l < m->limbs; l++)
            any |= bit_matrix_row(m, r)[l];
        nonzero += any != 0;
    }
    return nonzero;
}

size_t bit_matrix_nonzero_columns(const BitMatrix *m) {
    size_t nonzero = 0;
    for (size_t l = 0; l < m->limbs; l++) {
        uint64_t any = 0;
        for (size_t r = 0; r < m->rows; r++)
            any |= bit_matrix_row(m, r)[l];
        nonzero += (size_t)__builtin_popcountll(any);
    }
    return nonzero;
}

void bit_matrix_init_part(BitMatrix *m, const BitMatrix *of, const size_t *row, size_t rows,
                          const size_t *column, size_t columns) {
    bit_matrix_init(m, rows, columns);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            if (bit_matrix_get(of, row[r], column[c]))
                bit_matrix_set(m, r, c);
}

void bit_matrix_init_transposed(BitMatrix *m, const BitMatrix *of) {
    bit_matrix_init(m, of->columns, of->rows);
    for (size_t r = 0; r < of->rows; r++)
        for (size_t c = 0; c < of->columns; c++)
            if (bit_matrix_get(of, r, c))
                bit_matrix_set(m, c, r);
}
