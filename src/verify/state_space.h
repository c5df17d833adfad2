// state_space.h - the states that a recurrent model meets, each found once and numbered.
//
// States are told apart by all their numbers, exactly; equal hashes are followed by a comparison.
// A state whose successor the machine has no number for goes to STATE_FAULT, and stays there.
#pragma once
#include "net/recurrent_evaluate.h"

// The most states, and bytes of all their numbers together.
#define STATES_MOST ((size_t)1 << 20)
#define STATE_BYTES_MOST ((size_t)1 << 26)
#define STATES_EXCEEDED "more than 2^20 states, or 2^26 characters to write them"

enum {
    STATE_FAULT = 0,
    STATE_INITIAL = 1
};   // the numbers of the first two; the last may be fault

typedef struct StateSpace StateSpace;

// Only the initial state is known.  Free with state_space_free; the model must outlive it.  Needs
// an arithmetic that does not enclose, since enclosures cannot be told apart.
StateSpace *state_space_new(const Recurrent *r, const ArithSpec *spec);
void state_space_free(StateSpace *s);

// The initial state's number: STATE_INITIAL, or STATE_FAULT if the machine cannot hold it.
size_t state_space_initial(const StateSpace *s);

// *next <- the state after the token, computed once and remembered.  false: it is a new one, and
// STATES_MOST or STATE_BYTES_MOST is reached.
bool state_space_step(StateSpace *s, size_t *next, size_t state, Token token);

// margin <- the margin of the model's answer in that state for that right answer.  false: the
// machine has no answer.
bool state_space_margin(mpq_t margin, StateSpace *s, size_t state, size_t answer);

// numbers[0 .. m-1] <- the state.  Needs another one than STATE_FAULT.
void state_space_numbers(mpq_t *numbers, StateSpace *s, size_t state);

// How many states are known, without STATE_FAULT.
size_t state_space_count(const StateSpace *s);

// The most values that one coordinate takes in them, at least 1: so many must a unit hold.
size_t state_space_values(const StateSpace *s);

// Where the first fault was; fault.why == NULL: nowhere.
Fault state_space_fault(const StateSpace *s);
