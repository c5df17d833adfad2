// lookup.h - one attention head that fetches the value at a named position, by a code.
//
// The head of docs/index-lookup.md#lemma-1: a query T_i scores t <T_i, T_l> on the key T_l.  Beside
// the right key, the other keys of row i weigh, as a multiple of the right one's 2^(tk),
//
//     S_i(t) = sum over l != i of 4^(-t d(i,l)).
#pragma once
#include "math/code.h"
#include "math/matrix.h"
#include "math/weights.h"

// s <- the largest S_i(t) over the rows i of the code; 0 for one word.  Exact.
// O(N) for a linear code, whose rows are all alike, else O(N^2) distances.
void lookup_spread(mpq_t s, const Code *code, uint64_t temperature);

// s <- S(t) of every row of the linear code of that weight distribution.
void lookup_weights_spread(mpq_t s, const Weights *weights, uint64_t temperature);

// What else attracts a query besides the keys: positions of total weight keyless + rivals * S_i(t),
// where the right key weighs 2^(tk).  a_i = 1 / (1 + S_i + 2^(-tk) (keyless + rivals S_i)).
typedef struct Distraction {
    unsigned long keyless, rivals;
} Distraction;

// a <- the least a_i over the rows.
void lookup_mass(mpq_t a, const Code *code, uint64_t temperature, const Distraction *d);
void lookup_weights_mass(mpq_t a, const Weights *weights, uint64_t temperature,
                         const Distraction *d);

// margin <- 2a - 1 + kappa: what the right symbol is ahead of another where keys have the masses a
// on it and 1 - a - kappa on one other symbol, kappa = 2^(-tk) a on one position without a symbol.
void lookup_margin(mpq_t margin, const mpq_t mass, uint64_t tk);

// The least t >= 1 with a_i >= 3/4 for every row.  Needs the code's least distance, at least 1 (of
// no meaning for a single word).  Cheap where (N - 1) 4^(-t distance) is small enough by itself.
uint64_t lookup_temperature(const Code *code, uint64_t distance, const Distraction *d);

// The same for a_i >= 1 - 1 / (4 reads): so that what `reads` heads fetch errs by at most 1/4 in
// all.
uint64_t lookup_temperature_of(const Code *code, uint64_t distance, const Distraction *d,
                               unsigned long reads);

// As lookup_temperature.  Needs one word of weight 0.
uint64_t lookup_weights_temperature(const Weights *weights, const Distraction *d);
