// machine_last.h - the last attention of a machine, at the readout's position.
#pragma once
#include "verify/machine_ends.h"

// The least margin met so far, and a word that may attain it.
typedef struct WorstWord {
    bool any;
    mpq_t margin;     // no word has less
    size_t *option;   // of the groups
} WorstWord;

void worst_word_init(WorstWord *l, const Machine *m);
void worst_word_clear(WorstWord *l);

// Takes over a margin that is less, with its word.
void worst_word_offer(WorstWord *l, const Machine *m, const mpq_t margin, const size_t *option);

// The domains that allow each option of the readout's group, by option:
// domain[first[o] .. first[o + 1] - 1].
typedef struct DomainIndex {
    size_t fixed;   // the readout's group
    size_t *first, *domain;
} DomainIndex;

void domain_index_init(DomainIndex *d, const Machine *m);
void domain_index_clear(DomainIndex *d);

// Both judge all words and offer a bound of the least margin, with a word that attains it as far as
// is known.  NULL, or why there is no telling, with a slot in trouble.
const char *machine_judge_embedded(WorstWord *least, const Machine *m,
                                   Trouble *trouble);   // one layer
const char *machine_judge_states(WorstWord *least, Machine *m, const States *s, Trouble *trouble);

// What the attention of layer 2 makes of a state: scores and values for one query.
typedef struct Kinds {
    size_t count, d_v;
    Num *score, *value;   // count, count x d_v
} Kinds;

// NULL, or what has no number.  query: the state of the readout's position.
const char *kinds_init(Kinds *k, const Machine *m, const States *s, size_t query);
void kinds_clear(Kinds *k, const Machine *m);

// weight <- B^(score - largest).  NULL, or what has no number.
const char *machine_weight(Num *weight, const Machine *m, const Num *score, const Num *largest);

// margin <- that of the word in which group g takes option[g], by a pass of its own.  NULL, or what
// has no number (*failing) or why there is no telling.
const char *machine_word_margin(mpq_t margin, bool *failing, const Machine *m,
                                const size_t *option);
