// transformer.h - a transformer with rational weights, made for one task and size.
//
// The residual stream holds one vector x_i of Q^m per position i = 0 .. L-1 (docs/notation.md):
//
//     x_i = embedding(i, token_i)
//     per layer, for every head h:  s_ij = <Q_h x_i, K_h x_j>,  a_ij = B^s_ij / sum_l B^s_il
//         x_i <- x_i + sum_h O_h sum_j a_ij V_h x_j        over the positions j that i sees
//         x_i <- x_i + W2 relu(W1 x_i + b1) + b2           if the layer has an MLP
//
// The answer is read from x at one position; each of several answers (task/task.h) at one of its
// own.
#pragma once
#include "net/readout.h"

typedef struct Head {
    Matrix q, k;   // d_k x m
    Matrix v;      // d_v x m
    Matrix o;      // m x d_v
} Head;

typedef struct Mlp {   // of w1.rows hidden units
    Matrix w1, b1;     // hidden x m, hidden x 1
    Matrix w2, b2;     // m x hidden, m x 1
} Mlp;

typedef struct Layer {
    size_t heads;
    Head *head;
    bool has_mlp;
    Mlp mlp;   // meaningful if has_mlp
} Layer;

typedef struct Transformer {
    const Task *task;
    Params params;   // of the task; params.code is not used here
    Base base;
    Mask mask;
    size_t length;       // L
    size_t width;        // m
    size_t *first_row;   // L + 1 entries: position i's tokens have rows first_row[i] ..
    Matrix embedding;    // row first_row[i] + (token - first token of i) is embedding(i, token)
    size_t layers;
    Layer *layer;
    Readout readout;    // of output params.output
    size_t outputs;     // of the task
    Readout *further;   // of outputs 1 .. outputs - 1; params.output is 0
} Transformer;

// What the positions of a word are meant to attend to: the positions that `position` means in that
// head, bit j of block b for position 64 b + j; 0: none there.  Layers and heads from 0.  Whether j
// is meant depends only on the tokens of j's group (task/domain.h) and, in layer 0, only on the
// token at `position`.
typedef uint64_t Target(const Params *p, const Token *word, size_t layer, size_t head,
                        size_t position, size_t block);

// Everything zero, shapes of embedding and readouts set: a readout at the position of each output,
// of one row if sign, else of one row per answer, row r for answer r.  Layers have no heads and no
// MLP yet: add them with layer_add_head and layer_add_mlp.  Undo with transformer_clear. Needs
// task->admits(p) == NULL and p->output == 0; a sign readout needs a Boolean task.
void transformer_init(Transformer *t, const Task *task, const Params *p, size_t width,
                      size_t layers, bool sign);
void transformer_clear(Transformer *t);

// t <- the same model.  Undo with transformer_clear.
void transformer_init_copy(Transformer *t, const Transformer *from);

// The readout of that output.  Needs output < t->outputs.
Readout *transformer_readout(Transformer *t, size_t output);

// The same model as one of a single answer, that of the output: its readout and params.output are
// those, everything else is lent.  Lives as long as t and is never cleared.  Whatever evaluates or
// judges a model does so for the answer that `readout` reads.
Transformer transformer_at(const Transformer *t, size_t output);

// Appends a zero head to the layer and returns it.  Lives until the next call on the layer.
Head *layer_add_head(Layer *l, size_t width, size_t d_k, size_t d_v);

// Gives the layer a zero MLP.  Needs one call at most per layer.
Mlp *layer_add_mlp(Layer *l, size_t width, size_t hidden);

// The row of the embedding for that token at that position.
size_t transformer_row(const Transformer *t, size_t position, Token token);

// The positions that position i sees: 0 .. transformer_sees(t, i) - 1.
size_t transformer_sees(const Transformer *t, size_t i);

// The model's size (docs/notation.md#size).
typedef struct Size {
    size_t width, layers;
    size_t heads;        // of the layer with most
    size_t mlp;          // hidden units of the layer with most
    size_t parameters;   // nonzero numbers, the embedding table and the readouts included
} Size;
Size transformer_size(const Transformer *t);
