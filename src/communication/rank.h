// rank.h - the rank of a matrix of bits over Q and over GF(2), with certificates.
//
// Lower bound: a minor that is nonsingular modulo some prime is nonsingular over Q.  Upper bound:
// the number of nonzero rows or of nonzero columns; or relations that express every other row by
// the rows of the minor (or every other column by its columns), over Q. docs/communication.md#rank.
#pragma once
#include "communication/bit_matrix.h"
#include <gmp.h>

// Needs a side of at most this size; elimination takes cubic time.
enum { RANK_LARGEST = 4096 };

typedef struct Rank {
    size_t lower, upper;    // of the rank over Q
    uint64_t modulus;       // a prime below 2^23
    size_t *row, *column;   // lower of each: the minor that is nonsingular modulo the prime
    bool of_columns;        // the relations are between columns
    size_t relations;       // 0 where upper is the number of nonzero rows or columns
    size_t *dependent;      // relations: the row that the relation is about
    mpz_t *factor;   // relations x (lower + 1): sum_j factor[j] row_j = factor[lower] dependent
} Rank;

// Finds all this.  Needs rows or columns <= RANK_LARGEST.  Undo with rank_clear.  Cost: cubic;
// first modulo 2, and FLINT's elimination modulo a prime of 23 bits only if that leaves a gap.
void rank_init(Rank *rank, const BitMatrix *m);
void rank_clear(Rank *rank);

// NULL, or what is wrong with the certificate: eliminates in another way than rank_init does, and
// checks the relations in integers.
const char *rank_check(const Rank *rank, const BitMatrix *m);

// Over GF(2), and modulo a prime below 2^31 by FLINT.
size_t rank_gf2(const BitMatrix *m);
size_t rank_modulo(const BitMatrix *m, uint64_t prime);
