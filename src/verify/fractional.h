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
//
// Where weights are known within bounds only, a choice has a *variant* for every way to put them at
// their ends, and the value of a word lies between the least and the greatest over all variants of
// its choices (docs/certificate.md#lemma-4).
#pragma once
#include "verify/choices.h"

typedef struct Fractional {
    const Choices *choices;
    size_t variants;                  // of every choice
    mpz_t *numerator, *denominator;   // choices x variants
} Fractional;

// Zero contributions.  Undo with fractional_clear.
void fractional_init(Fractional *f, const Choices *c, size_t variants);
void fractional_clear(Fractional *f);

typedef struct Pin {
    size_t group, option;
} Pin;

// Which words: those of the domains with that answer, or of all, in which each group that is pinned
// takes its pin's option.  No group has two pins, and one that has a pin has one member.
enum { ANY_ANSWER = -1 };
typedef struct Words {
    size_t answer;   // or (size_t)ANY_ANSWER
    size_t pins;
    const Pin *pin;
    size_t start;   // of domains that are equally good the first one counts, from this on
} Words;

// least <- the least value over the words and variants, and *pick (init beforehand) <- a word that
// attains it.  false, with nothing changed, if there are no such words.
// O(groups + choices + domains) rational operations per iteration, and few iterations.
bool fractional_minimize(mpq_t least, Pick *pick, const Fractional *f, const Words *words);

// least, most <- the ends of the value over the variants, at that word.
void fractional_ends(mpq_t least, mpq_t most, const Fractional *f, const Pick *pick);
