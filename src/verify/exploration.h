// exploration.h - a recurrent model beside the task's own machine, over all states they can reach.
//
// What both do after any prefix depends only on the pair of states that they are in, so finitely
// many pairs speak for all words: of the length, or, where n = 0, of every length
// (docs/recurrent.md#theorem-1).
#pragma once
#include "communication/problem.h"
#include "verify/finding.h"
#include "verify/state_pairs.h"
#include "verify/state_space.h"

// The most pairs that are looked at.
#define PAIRS_MOST ((size_t)1 << 23)

// Two prefixes that lead the model to the same state, and a suffix after which the right answers
// differ: it errs on one of the two words.
typedef struct Collision {
    Token *prefix[2], *suffix;
    size_t length[2], suffix_length;
} Collision;
void collision_clear(Collision *c);

typedef struct Exploration {
    bool complete;   // every pair was looked at; else `why` says why not
    const char *why;
    StatePairs pairs;
    size_t judged;   // pairs that are the end of a word inside the promise, and were judged
    bool any;        // one of them has a margin:
    mpq_t margin;    //   the least,
    size_t worst;    //   and the first pair that has it
    bool faulty;     // one has none, since the machine has no answer there:
    size_t first_faulty;
    bool collides;
    Collision collision;
} Exploration;

// Explores.  Undo with exploration_clear.  The model of s is for problem->task, with these
// parameters.
void exploration_init(Exploration *x, StateSpace *s, const Problem *problem, const Params *p);
void exploration_clear(Exploration *x);
