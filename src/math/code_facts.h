// code_facts.h - what is true of a code: exact distances, inner products, distance distribution.
//
// All of it is computed from the words, nothing is quoted (docs/codes.md#checks).
#pragma once
#include "math/code.h"
#include "math/hamming.h"
#include <gmp.h>

// How many words a linear code may have (2^34) and how many pairs of words any other (2^41) for
// code_facts to go through them: tens of seconds to minutes on a core.
enum { CODE_FACTS_RANK = 34, CODE_FACTS_PAIRS = 41 };

typedef struct CodeFacts {
    // "all-words" of a linear code (for CODE_EXTENT also of the smallest one of which the words are
    // the first, being more than half: same extent), "all-pairs", or "macwilliams": the weight
    // distribution of the dual by all words, then the MacWilliams identity.  NULL: nothing was
    // checked, and every field below but reason is 0.
    const char *checked;
    char *reason;   // why nothing was checked, in words; NULL if checked
    // Over all i != j: d(i, j), and <T_i, T_j> = k - 2 d(i, j).
    uint64_t distance_min, distance_max;
    int64_t max_inner, min_inner;
    mpq_t epsilon;             // max <T_i, T_j> / k, one-sided; may be < 0
    mpq_t epsilon_two_sided;   // max |<T_i, T_j>| / k
    // distribution[d] = number of ordered pairs (i, j), i = j among them, with d(i, j) = d, over N,
    // for d = 0 .. k: for a linear code the number of words of weight d.  NULL if not asked for.
    mpq_t *distribution;
    size_t length;   // k
} CodeFacts;

// What to compute: the least and the largest distance are much cheaper than the distribution.
typedef enum CodeDepth { CODE_EXTENT, CODE_DISTRIBUTION } CodeDepth;

// Computes them; undo with code_facts_clear.  A code of one word has no pairs: nothing is checked.
// Nothing is checked either of a code past the caps above (and past MacWilliams: a dual of more
// than 2^CODE_FACTS_RANK words), and of a linear code whose generator rows are dependent.
// Cost: 2^r for a linear code of rank r or 2^(k-r), N^2 / 2 for any other; memory 2^(r/2), or the N
// words.
void code_facts_init(CodeFacts *f, const Code *c, CodeDepth depth, Hamming how);
void code_facts_clear(CodeFacts *f);

// *i, *j <- the first pair i < j, by i and then j, with d(i, j) = distance; false if there is none.
// Cost: N for a linear code, up to N^2 / 2 for any other.
bool code_witness(uint64_t *i, uint64_t *j, const Code *c, uint64_t distance);
