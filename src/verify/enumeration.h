// enumeration.h - a recurrent model on every word of its size, in the order of the token numbers.
//
// Words share the work on their prefixes: the successors of a state are computed once, and the next
// word goes on from the first token that is another.
#pragma once
#include "verify/state_space.h"

typedef struct Enumeration {
    bool complete;   // every word was tried; else `why` says why not
    const char *why;
    uint64_t words;      // how many were tried
    uint64_t excluded;   // how many words outside the task's promise were passed over
    bool any;            // one of them has a margin:
    mpq_t margin;        //   the least,
    Token *worst;        //   and the first word that has it
    bool faulty;         // one has none, since the machine has no answer:
    Token *first_faulty;
} Enumeration;

// Tries the words, against task->answer.  name NULL: no progress is shown.  Undo with
// enumeration_clear.  Needs n >= 1 and at most 2^62 words.
void enumeration_init(Enumeration *x, StateSpace *s, const Recurrent *r, const char *name);

// The same by the definition, every word from its first token, for comparison.
void enumeration_init_naive(Enumeration *x, const Recurrent *r, const ArithSpec *spec,
                            const char *name);
void enumeration_clear(Enumeration *x);
