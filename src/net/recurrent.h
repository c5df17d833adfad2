// recurrent.h - an Elman network with rational weights, made for one task
// (docs/recurrent.md#model).
//
// The state is a vector h of Q^m: h_0 = initial, and per token
//
//     h_t = f(W h_(t-1) + U e + b),  e the one-hot vector of the token, f = relu or clamp to [0, 1]
//
// The answer is read from the last state as a transformer's from its readout's position.
#pragma once
#include "net/readout.h"
#include "task/automaton.h"

typedef enum Activation { ACTIVATION_RELU, ACTIVATION_CLAMP } Activation;

// "relu", "clamp".
const char *activation_name(Activation a);

typedef struct Recurrent {
    const Task *task;
    Params params;          // of the task; n = 0: words of every length
    Automaton *automaton;   // the model's own params.automaton; NULL: none
    size_t width;           // m, the units
    Activation activation;
    Matrix w;         // m x m
    Matrix u;         // m x tokens of the task
    Matrix b;         // m x 1
    Matrix initial;   // m x 1
    Readout readout;
} Recurrent;

// NULL, or why there are no recurrent models for these parameters: what the task says, but n = 0 is
// admitted too, as words of every length, if the task has the same tokens everywhere.
const char *recurrent_admits(const Task *task, const Params *p);

// Everything zero; the readout as transformer_init has it.  Undo with recurrent_clear.
// Needs recurrent_admits(task, p) == NULL and width >= 1; a sign readout needs a Boolean task.
void recurrent_init(Recurrent *r, const Task *task, const Params *p, size_t width,
                    Activation activation, bool sign);
void recurrent_clear(Recurrent *r);

// r <- the same model.  Undo with recurrent_clear.
void recurrent_init_copy(Recurrent *r, const Recurrent *from);

// How many weights are not 0, the initial state and the readout included.
size_t recurrent_parameters(const Recurrent *r);
