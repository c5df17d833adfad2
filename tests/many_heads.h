// many_heads.h - models of several heads in a layer: normal forms whose literals are fetched by a
// head each, heads that are split or added, and random ones.
#pragma once
#include "harness.h"
#include "net/transformer.h"

// A literal of term i: x_i or y_i or its negation, fetched at that temperature, plus `hotter`.
typedef struct Literal {
    bool second, positive;
    long hotter;
} Literal;

enum { MOST_LITERALS = 3 };

// Terms of as many literals each, that speak about the pairs (x_i, y_i): i = 1 .. n.
typedef struct NormalForm {
    const char *task;   // its answer is 1 iff no term is true
    size_t terms, literals;
    Literal term[2][MOST_LITERALS];   // in both, literal h reads the same variable
} NormalForm;

enum { FORMS = 4 };
extern const NormalForm forms[FORMS];

// The model of two layers that fetches the literals at that temperature, over plain binary
// positions: its margin is that of a uniform readout if it is hot.
void build_normal_form(Transformer *t, const NormalForm *f, const Params *p, long temperature);

// Whether other keys and the end token take at most 1/(4K) of the mass in base 2, K literals.
bool is_hot(const NormalForm *f, uint64_t n, long temperature);

// Appends a copy of the layer's first head, with scores `hotter` times as large, to heads that
// write alike, and shares out what they write.
void add_copy(Transformer *t, size_t layer, long hotter);

// A random model of two heads or three in each of its layers, one or two, with integer scores;
// after layer 1 often clean.
void random_heads_model(Transformer *t, const Task *task, const Params *p, size_t layers);

// Up to three heads more in that layer of a construction, which read the addresses and the bits
// beside them, and write a little.
void add_noise(Transformer *t, size_t layer, size_t addresses, size_t to);
