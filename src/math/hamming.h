// hamming.h - Hamming distances over all pairs of words of a table.
//
// A table holds n words of `length` bits, each in ceil(length / 64) machine words, bits beyond the
// length 0 (the layout of Code.table).  d(x, y) is the number of bits in which x and y differ.
//
// Every function gives the same numbers for every kernel and every number of threads; once the user
// asked to stop (base/interrupt.h) it returns early, with numbers that mean nothing.  Cost: about
// n^2 / 2 pairs; 10^10 pairs a second on a core at length 64 with AVX-512 (tests/bench_codes.c).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Which instructions to use.  AUTO: the fastest that the processor has, found at run time.
typedef enum Kernel { KERNEL_AUTO, KERNEL_PORTABLE, KERNEL_AVX2, KERNEL_AVX512 } Kernel;
bool kernel_is_available(Kernel k);
// "auto", "portable", "avx2", "avx512".
const char *kernel_name(Kernel k);

// How to compute: the kernel (needs kernel_is_available) and the threads, at least 1.
typedef struct Hamming {
    Kernel kernel;
    unsigned jobs;
} Hamming;

typedef struct WordTable {
    const uint64_t *words;   // count x ceil(length / 64)
    size_t count, length;
} WordTable;

// min, max <- the least and the largest d(x_i, x_j) over i < j.  Needs t.count >= 2.
void hamming_extent(size_t *min, size_t *max, WordTable t, Hamming how);

// pairs[d] <- the number of i < j with d(x_i, x_j) = d, for d = 0 .. length.
// Needs count <= 2^32, so that no counter overflows.
void hamming_distribution(uint64_t *pairs, WordTable t, Hamming how);

// The same over all pairs (x, y), x from a and y from b, which have the same length and 1 word at
// least: for a linear code {x + y} these are the weights of all its words.
// Needs a.count * b.count < 2^64.
void hamming_extent_between(size_t *min, size_t *max, WordTable a, WordTable b, Hamming how);
void hamming_distribution_between(uint64_t *pairs, WordTable a, WordTable b, Hamming how);
