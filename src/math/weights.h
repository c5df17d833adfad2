// weights.h - the weight distribution of a linear code: how many words of each weight it has.
//
// All that a coded model needs to know of a linear code (docs/symmetry.md), and known exactly for
// codes whose words nobody could go through.
#pragma once
#include "math/code.h"
#include "math/hamming.h"
#include <gmp.h>

typedef struct Weights {
    char *name;         // of the code, as the command line takes it
    size_t length;      // k
    size_t rank;        // there are 2^rank words
    size_t count;       // of different weights
    uint64_t *weight;   // ascending, the first 0
    mpz_t *words;       // words[c] > 0 words have weight[c]
} Weights;

// No words yet; to be added from the least weight to the largest, none of them twice; adding 0
// words changes nothing.  Undo with weights_clear.
void weights_init(Weights *w, const char *name, size_t length, size_t rank);
void weights_add(Weights *w, uint64_t weight, const mpz_t words);
void weights_clear(Weights *w);

// NULL, or what shows that no code of 2^rank different words has it: not one word of weight 0, or
// not 2^rank words altogether, or one longer than the code.
const char *weights_admit(const Weights *w);

// The least distance of two words.  Needs two words.
uint64_t weights_distance(const Weights *w);

// Those of a linear code, from all words, of it or of its dual (code_facts.h).  -1, and nothing to
// undo, if there are too many, its rows are dependent, or the user asked to stop; *why (freed by
// the caller) says which.  Needs c->linear.
int weights_count(Weights *w, char **why, const Code *c, Hamming how);

// primal[w] <- 2^-s sum over j of dual[j] K_w(j) for w = 0 .. k: MacWilliams' identity, for the
// numbers dual[j] of words of weight j of a code of 2^s words of length k; K_w(j) is the
// coefficient of z^w in (1-z)^j (1+z)^(k-j).  O(k^2) operations.
void macwilliams(mpz_t *primal, mpz_t *dual, size_t s, size_t k);
