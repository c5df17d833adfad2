#include "math/gf2.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

bool gf2_bit(const uint64_t *row, size_t c) { return row[c / 64] >> c % 64 & 1; }

void gf2_flip(uint64_t *row, size_t c) { row[c / 64] ^= UINT64_C(1) << c % 64; }

void gf2_add(uint64_t *row, const uint64_t *other, size_t limbs) {
    for (size_t l = 0; l < limbs; l++)
        row[l] ^= other[l];
}

// The lowest bit set, 64 limbs if none.
static size_t leading(const uint64_t *row, size_t limbs) {
    for (size_t l = 0; l < limbs; l++)
        if (row[l] != 0)
            return 64 * l + (size_t)__builtin_ctzll(row[l]);
    return 64 * limbs;
}

static void swap_rows(uint64_t *a, uint64_t *b, size_t limbs) {
    for (size_t l = 0; a != b && l < limbs; l++) {
        uint64_t t = a[l];
        a[l] = b[l];
        b[l] = t;
    }
}

size_t gf2_echelon(uint64_t *matrix, size_t *pivot, size_t rows, size_t limbs) {
    size_t rank = 0;
    for (; rank < rows; rank++) {
        size_t best = rank;   // the row that leads first
        for (size_t r = rank + 1; r < rows; r++)
            if (leading(matrix + r * limbs, limbs) < leading(matrix + best * limbs, limbs))
                best = r;
        size_t column = leading(matrix + best * limbs, limbs);
        if (column == 64 * limbs)
            break;
        swap_rows(matrix + rank * limbs, matrix + best * limbs, limbs);
        for (size_t r = 0; r < rows; r++)
            if (r != rank && gf2_bit(matrix + r * limbs, column))
                gf2_add(matrix + r * limbs, matrix + rank * limbs, limbs);
        if (pivot != NULL)
            pivot[rank] = column;
    }
    return rank;
}

size_t gf2_rank(const uint64_t *matrix, size_t rows, size_t limbs) {
    uint64_t *copy = alloc_array(rows, limbs, sizeof *copy);
    memcpy(copy, matrix, rows * limbs * sizeof *copy);
    size_t rank = gf2_echelon(copy, NULL, rows, limbs);
    free(copy);
    return rank;
}

// In reduced echelon form, pivot bit i of x is the sum of row i's other bits: one basis vector per
// column without a pivot.
uint64_t *gf2_null_space(size_t *dimension, const uint64_t *matrix, size_t rows, size_t length) {
    size_t limbs = (length + 63) / 64;
    uint64_t *reduced = alloc_array(rows, limbs, sizeof *reduced);
    size_t *pivot = alloc_array(rows, 1, sizeof *pivot);
    memcpy(reduced, matrix, rows * limbs * sizeof *reduced);
    size_t rank = gf2_echelon(reduced, pivot, rows, limbs), next = 0;
    uint64_t *basis = alloc_array(length - rank, limbs, sizeof *basis), *x = basis;
    for (size_t c = 0; c < length; c++) {
        if (next < rank && pivot[next] == c) {
            next++;
            continue;
        }
        gf2_flip(x, c);
        for (size_t r = 0; r < rank; r++)
            if (gf2_bit(reduced + r * limbs, c))
                gf2_flip(x, pivot[r]);
        x += limbs;
    }
    *dimension = length - rank;
    free(pivot);
    free(reduced);
    return basis;
}
