// local_states.h - the streams after layer 1 as functions of the tokens at a few positions.
//
// The *support* of a position is a set of positions such that, once their tokens are given, every
// hidden unit of layer 1 keeps its sign there over all words, and the outputs of its forms are the
// same on all of them: the position's *state* (docs/certificate.md#lemma-5).  Where nothing but its
// own token counts, that is a clean state (clean_states.h); supports are for tasks whose positions
// vary independently, one token at a time.
#pragma once
#include "verify/effort.h"
#include "verify/tabulation.h"

enum { SUPPORT_MOST = 12, ASSIGNMENTS_MOST = 1 << 12, STATES_MOST = 64 };

typedef struct LocalState {
    size_t count, position[SUPPORT_MOST];   // the support, perhaps empty
    size_t assignments;                     // of tokens to it
    uint8_t *state;                         // after each assignment
    size_t states;
    mpq_t *output;   // [state][outputs]
} LocalState;

typedef struct LocalStates {
    const Tabulation *tab;   // outline or whole
    size_t outputs;
    size_t positions;   // those that layer 2 reads: 0 .. positions-1
    LocalState *at;
} LocalStates;

// false, and empty, if some position cannot be shown to have states; *why (freed by the caller)
// says where.  Needs two layers.  Undo with local_states_clear.
// O(L^2) machine operations per head, and mixtures of the scores of different keys only.
bool local_states_init(LocalStates *s, char **why, const Tabulation *tab, const Effort *e);
void local_states_clear(LocalStates *s);

// The k-th position of the support holds, in that assignment, this token: the first of the position
// plus what is returned.
size_t local_state_token(const LocalState *s, const Transformer *t, size_t k, size_t assignment);

// The assignment, and so the state, that the word gives the support.
size_t local_state_assignment(const LocalState *s, const Transformer *t, const Token *word);
