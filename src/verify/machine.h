// machine.h - a model on a p-bit machine, for the check of all its words at once.
//
// docs/machines.md has the statements and proofs.  All functions between arith_enter and
// arith_leave of the arithmetic, in every thread.
#pragma once
#include "verify/choices.h"
#include "verify/effort.h"
#include "verify/machine_head.h"

typedef struct Machine {
    const Transformer *t;
    const ArithSpec *spec;
    unsigned jobs;
    Rounded model;
    Choices choices;
    size_t *slot_row;    // per slot: its row of the embedding
    MachineHead *head;   // of layer 1
    size_t heads;        // made
    Bounds bounds;       // of a bounded arithmetic
    bool measured;       // the bounds of layer 2 too
    bool *needed;        // m: what layer 2 reads of any position, or the readout of a model of one
    bool *needed_last;   // m: what is read of the readout's position after layer 1
    bool *written;       // m: what the heads of layer 1 write to
    bool *read;          // m: what the MLP of layer 1 reads or writes, and all that is needed
} Machine;

// A stream after layer 1 at some slots: x holds the numbers that are needed there.
typedef struct States {
    size_t count, capacity;
    Num *x;         // capacity x m
    size_t *slot;   // per slot: its state
} States;

// Where the check of all words meets something that it cannot settle: a word may show more.
typedef struct Trouble {
    size_t slot;   // SIZE_MAX: none
    const char *what;
    bool failing;   // every word with the slot has no answer
} Trouble;

// NULL, or why there is no telling.  A fault that hits every word (*slot = SIZE_MAX), or every word
// that has the slot, goes to *fault.  Undo with machine_clear in either case.
const char *machine_init(Machine *m, const Transformer *t, const ArithSpec *spec, unsigned jobs,
                         bool naive, Fault *fault, size_t *slot);
void machine_clear(Machine *m);

// The embedding's row in x[0 .. m-1].
void machine_embed(Num *x, const Machine *m, size_t row);

// states <- the streams after layer 1 at all slots that the readout sees, functions of the slot on
// all words; or, with option != NULL, on the word in which group g takes option[g], of its slots
// only.  NULL, or why not, with the first slot in trouble.  Undo with states_clear in either case.
const char *states_init(States *s, const Machine *m, const size_t *option, Trouble *trouble);
void states_clear(States *s, const Machine *m);

// The number of the state x, a new one if need be; SIZE_MAX: there are too many.
size_t states_number(States *s, const Machine *m, const Num *x);
