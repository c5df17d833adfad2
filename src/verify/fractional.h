// fractional.h - linear-fractional programs over product domains, exactly.
//
// Every choice of every group contributes a numerator n and a denominator; the value of a word is
// sum n / sum d over its choices, with sum d > 0 for every word.  It is at least lambda on a domain
// iff
//
//     sum over groups of  min over allowed options of  (n - lambda d)   >=  0,
//
// one pass; Dinkelbach's iteration (1967) finds the least value: it replaces lambda by the value of
// the word that attains the minimum until the minimum is 0 (docs/certificate.md#lemma-1).  A group
// of several members counts that often; a domain's exception is one of them.
#pragma once
#include "verify/choices.h"

typedef struct Fractional {
    const Choices *choices;
    mpz_t *numerator, *denominator;   // per choice
} Fractional;

// Zero contributions.  Undo with fractional_clear.
void fractional_init(Fractional *f, const Choices *c);
void fractional_clear(Fractional *f);

// Which words: those of the domains with that answer, in which group `fixed` takes option `option`.
// Group `fixed` has one member.
typedef struct Words {
    size_t answer, fixed, option;
} Words;

// least <- the least value over the words, and *pick (init beforehand) <- a word that attains it.
// false, with nothing changed, if there are no such words.
// O(groups + choices + domains) rational operations per iteration, and few iterations.
bool fractional_minimize(mpq_t least, Pick *pick, const Fractional *f, const Words *words);
