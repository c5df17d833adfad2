// machine_chain.h - the extreme sums of weights over a plan's words, for every number of terms.
//
// Where a choice adds either nothing to the numerator or always the same term, the numerator
// depends on the number of terms alone, and the sum of the weights is monotone in every sum before:
// its extremes for each number of terms follow position by position (docs/machines.md#lemma-4).
#pragma once
#include "verify/machine_plan.h"

typedef struct Chain {
    size_t count;     // numbers of terms 0 .. count - 1
    bool piles;       // the last one stands for all more: they change the numerator no further
    Num *numerator;   // of each
} Chain;

// What the kinds count; known where usable.
typedef struct Counts {
    const bool *usable;
    const Num *weight, *term;   // per kind
} Counts;

// NULL, or why not.  Undo with chain_clear in either case.
const char *chain_init(Chain *c, const Machine *m, const Plan *p, const Counts *k);
void chain_clear(Chain *c, const Machine *m);

// sum[k] <- the largest (sign = 1) or smallest (-1) sum of weights with k terms, -sign infinity if
// there is none, over the plan's words.  NULL, or why not.
const char *chain_extremes(double *sum, const Chain *c, const Machine *m, const Plan *p,
                           const Counts *k, int sign);

// option[g] <- a word with that number of terms that attains it; false: too much to keep track of.
bool chain_word(size_t *option, const Chain *c, const Machine *m, const Plan *p, const Counts *k,
                int sign, size_t terms);
