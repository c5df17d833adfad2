// pair_two_layer.h - two layers for a task that holds unless some pair (x_i, y_i) is bad.
//
// docs/equality.md#theorem-1: layer 1 fetches x_i to the position of y_i, its MLP computes the
// clean bit z_i = [the pair is bad], and layer 2 carries the bits to the end token.
#pragma once
#include "constructions/construction.h"

// The MLP that makes z_i out of the fetched r_i, within 1/4 of x_i, and y_i: hidden unit u is
//     relu(r w_r[u] + y w_y[u] + 4 (second - 1) + b[u] / 2),
// and z = sum of out[u] times it.  'second' is 1 at the y_i and 0 elsewhere.
typedef struct PairGate {
    size_t hidden;
    int r[4], y[4], half_bias[4], out[4];
} PairGate;

const char *pair_two_layer_admits(const Params *p);
uint64_t pair_two_layer_temperature(const Params *p, const Code *code, uint64_t distance);
size_t pair_two_layer_width(const Params *p, const Code *code);
void pair_two_layer_promise(Promise *promise, const PairGate *gate, const Params *p,
                            const Code *code, uint64_t temperature);

// What the Seeding of such a construction holds.
extern const Distraction pair_two_layer_distraction;
void pair_two_layer_seed(Transformer *t, const Task *task, const PairGate *gate, const Params *p,
                         const mpz_t n, size_t k, uint64_t temperature);
void pair_two_layer_margin(mpq_t margin, const Params *p, const mpz_t n, size_t k,
                           uint64_t temperature, const mpq_t mass);

// Layer 1: y_i means x_i.  Layer 2: the end token means the bad pairs, bad[2 x_i + y_i].
uint64_t pair_two_layer_target(const bool bad[4], const Params *p, const Token *word, size_t layer,
                               size_t head, size_t position, size_t block);
