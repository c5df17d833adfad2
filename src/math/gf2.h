// gf2.h - linear algebra over GF(2): rows of bits, each in `limbs` machine words.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bit c of a row.  Needs c < 64 limbs.
bool gf2_bit(const uint64_t *row, size_t c);
void gf2_flip(uint64_t *row, size_t c);

// row <- row + other.
void gf2_add(uint64_t *row, const uint64_t *other, size_t limbs);

// Brings the rows into reduced echelon form and returns the rank; pivot (rows entries, may be
// NULL) tells the column of the leading bit of each of the first rank rows, in rising order.
// Rows past the rank are 0.  Cost: rows^2 limbs.
size_t gf2_echelon(uint64_t *matrix, size_t *pivot, size_t rows, size_t limbs);

// The rank; the matrix stays as it is.
size_t gf2_rank(const uint64_t *matrix, size_t rows, size_t limbs);

// A basis, in rows of the same shape, of all x of `length` bits with <x, row> = 0 for every row:
// length - rank of them, *dimension says how many.  The caller frees it.
uint64_t *gf2_null_space(size_t *dimension, const uint64_t *matrix, size_t rows, size_t length);
