// code.h - codes: N sign vectors T_0 .. T_{N-1} in {-1,+1}^k.
//
// Word i is stored as k bits, bit c set iff coordinate c of T_i is -1, so that
// <T_i, T_j> = k - 2 d(i, j), d the Hamming distance (docs/codes.md#inner-product).
// Words are produced on demand: a linear code holds generator rows only.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Code {
    char *name;            // as the command line takes it, docs/codes.md#names
    uint64_t words;        // N
    size_t length;         // k
    size_t limbs;          // ceil(k / 64) machine words per code word
    bool linear;           // the N words are a group under xor: N = 2^rank
    size_t rank;           // of the generator; 0 for a table
    uint64_t *generator;   // rank x limbs, independent rows; NULL for a table
    uint64_t *table;       // N x limbs; NULL where there is a generator
} Code;

// An empty code of that shape with a zero generator (rank rows) or, if rank == 0, a zero table.
// The first words <= 2^rank combinations of the generator are its words.  Undo with code_clear.
void code_init(Code *c, const char *name, uint64_t words, size_t length, size_t rank);
void code_clear(Code *c);

// w[0 .. limbs-1] <- word i: the xor of the generator rows r with bit r of i set, or the table's
// row. Bits beyond the length are 0.  Needs i < c->words.
void code_word(uint64_t *w, const Code *c, uint64_t i);

// T_i[coordinate]: +1 or -1.  Needs w = word i, coordinate < length.
int code_sign(const uint64_t *w, size_t coordinate);

// <T_i, T_j> = k - 2 d(i, j).
int64_t code_inner(const Code *c, uint64_t i, uint64_t j);
