// relaxation.h - the words of a task with clauses as choices of each position's state.
//
// Positions take their local states (local_states.h) one by one, as if independently: the words are
// among these picks, and what holds for all picks holds for all words.  A pick is left out where
// the state of some position contradicts what a clause requires of the word, or that no clause
// decides it (docs/certificate.md#lemma-6).
#pragma once
#include "task/clauses.h"
#include "verify/choices.h"
#include "verify/local_states.h"

typedef struct Relaxation {
    const Transformer *t;
    const LocalStates *states;
    Choices choices;   // group i is position i, its options are the states; domains as follow
    Domain *domain;
    size_t domains;
    size_t *clause;             // per domain: that decides the words; NO_CLAUSE: none does
    DomainException *further;   // of all domains
    // Positions whose state depends on a position: reader[first[j] .. first[j + 1] - 1] for j.
    size_t *first, *reader;
} Relaxation;

#define NO_CLAUSE ((size_t)-1)

// The states must outlive it.  Needs a task with clauses.  Undo with relaxation_clear.
void relaxation_init(Relaxation *r, const LocalStates *states);
void relaxation_clear(Relaxation *r);

// pick->option <- the states of the word's positions.
void relaxation_pick(Pick *pick, const Relaxation *r, const Token *word);
