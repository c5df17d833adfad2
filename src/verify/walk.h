// walk.h - all words of a task's size, in an order where neighbours differ in one token.
//
// The reflected mixed-radix Gray code (Knuth, TAOCP 7.2.1.1): the words have ranks 0 .. total-1,
// and any rank can be sought directly, so that threads share the work.
#pragma once
#include "task/task.h"

typedef struct Walk {
    size_t length;      // tokens per word
    Token *word;        // the word at hand
    uint64_t total;     // how many words there are
    uint64_t rank;      // of the word at hand
    size_t digits;      // positions with more than one token, the fastest first:
    size_t *position;   // where digit d stands in the word
    TokenRun *run;      // its tokens
    bool *down;         // whether it moves down
} Walk;

// At rank 0.  order: a permutation of the positions, the fastest to change first; NULL: the last
// position first.  Undo with walk_clear.  Needs at most 2^62 words.
void walk_init(Walk *w, const Task *task, const Params *p, const size_t *order);
void walk_clear(Walk *w);

// Goes to that rank.  Needs rank < total.
void walk_seek(Walk *w, uint64_t rank);

// Goes to the next rank.  Returns which position changed; *old <- the token that stood there.
// Needs rank + 1 < total.  O(1) amortised.
size_t walk_step(Walk *w, Token *old);
