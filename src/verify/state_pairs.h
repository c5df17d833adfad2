// state_pairs.h - pairs of states of two machines that read the same tokens, each found once, with
// a shortest way there.
#pragma once
#include "task/task.h"

enum { NO_PAIR = -1 };   // the parent of the first pair, as a size_t

typedef struct StatePair {
    size_t t, a, b;   // after t tokens (0 where the time does not matter), states of the two
    size_t parent;    // the pair it was first reached from, by that token
    Token token;
} StatePair;

typedef struct StatePairs {
    StatePair *pair;   // count of them, in the order in which they were found
    size_t count, room;
    size_t *slot, slots;   // open addressing over t, a, b: an index + 1, 0 where free
} StatePairs;

// { 0 } is the empty set; undo with state_pairs_clear.
void state_pairs_clear(StatePairs *p);

// Adds the pair unless t, a, b are there already; the index of the one that is there.
size_t state_pairs_add(StatePairs *p, StatePair pair);

// The tokens on the way to that pair; *length <- how many.  The caller frees them.
Token *state_pairs_way(size_t *length, const StatePairs *p, size_t index);
