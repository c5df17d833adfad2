// classes.h - which of Alice's inputs are told apart by some input of Bob's: the distinct rows of
// the communication matrix, without the matrix (docs/communication.md#classes).
//
// Two inputs are in one class iff their rows are equal, cell by cell, excluded cells counting as a
// value of their own.  No hash decides: equal hashes are followed by a comparison of everything.
#pragma once
#include "communication/split.h"

// The most entries of a table (4 bytes each, two tables at a time).
#define CLASSES_MOST ((size_t)1 << 27)

typedef struct Classes {
    size_t inputs, count;
    uint32_t *of;        // inputs: the class of each input, numbered in the order of appearance
    size_t *first;       // count: the first input of each class
    uint64_t *members;   // count: how many inputs it has
} Classes;

// The entries of the largest table that counting the classes of Alice takes; some number above
// CLASSES_MOST if it is above.
size_t classes_entries(const Problem *problem, const Params *p, const Split *split);

// The classes of Alice's inputs.  Needs classes_entries <= CLASSES_MOST.  Cost: about as many steps
// of the machine as there are entries in all tables.  Undo with classes_clear.
void classes_init(Classes *c, const Problem *problem, const Params *p, const Split *split);
void classes_clear(Classes *c);

// states[t] <- how many prefixes of t tokens can be told apart by what follows, for t = 0 ..
// length: the least number of states of a machine that knows the length
// (docs/communication.md#states). Needs classes_entries <= CLASSES_MOST for the split without
// positions of Alice's, and no promise.
void count_states(size_t *states, const Problem *problem, const Params *p);
