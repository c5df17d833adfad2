// vectors.h - vectors that somebody else found: reading a file of them, and checking them.
//
// Text: one vector per line; entries separated by blanks, each '+', '-' (that is +1, -1), a decimal
// "-0.25" or "1e-3", or a quotient "-1/4"; a run "+-+" stands for that many entries; '#' starts a
// comment; empty lines are skipped.  NumPy .npy of version 1, 2 or 3: two-dimensional, C or Fortran
// order, '<' or '>' or '|', bool, int8 .. int64, uint8 .. uint64, float16, float32, float64, taken
// exactly; bool: true is +1 and false is -1.  docs/codes.md#vectors-file.
#pragma once
#include "math/code.h"
#include "math/matrix.h"

// Caps: bytes of a file; vectors; bytes of sign vectors as a table; entries that are not all +-1
// (each as long as decimal.h takes them).
#define VECTORS_BYTES ((size_t)1 << 30)
#define VECTORS_COUNT ((size_t)1 << 26)
#define VECTORS_TABLE_BYTES ((size_t)1 << 31)
#define VECTORS_RATIONALS ((size_t)1 << 22)

typedef struct Vectors {
    bool signs;      // every entry is +1 or -1
    Code code;       // if signs: the vectors as a table, named after the file
    Matrix matrix;   // otherwise: row i is vector i
    size_t count, length;
    size_t *line;   // where vector i stands: its line in the text, its row (from 1) in an .npy
} Vectors;

// Reads the file; undo with vectors_clear.  -1 with a message through error, v untouched, if it
// cannot be read or is no such file.
int vectors_read(Vectors *v, const char *file);
// The same from bytes that were read from the file.
int vectors_parse(Vectors *v, const char *file, const char *bytes, size_t size);
void vectors_clear(Vectors *v);

// Over all i != j.  For signs use code_facts on v->code instead: much faster, and more.
typedef struct VectorFacts {
    mpq_t max_inner, min_inner;   // of <T_i, T_j>
    // max of <T_i, T_j> / <T_i, T_i>: T_i as query meets its own key with <T_i, T_i>; 1 - epsilon
    // is the relative margin, and an epsilon >= 1 cannot be told apart.
    mpq_t epsilon;
    size_t query, key;   // the first i, j that attain epsilon
} VectorFacts;

// Computes them exactly; undo with vector_facts_clear.  -1 with a message through error if there
// are fewer than two vectors or one is 0 (the message names file and line).
// Cost: count^2 length / 2 products of integers, on one core.  Works for signs too.
int vector_facts_init(VectorFacts *f, const Vectors *v, const char *file);
void vector_facts_clear(VectorFacts *f);
