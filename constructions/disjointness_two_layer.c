// disjointness_two_layer.c - docs/disjointness.md#theorem-1.
//
// A pair is bad iff x_i = y_i = 1.
#include "constructions/pair_two_layer.h"

// z = c(r) where y = 1 and 0 where y = 0, c(v) = relu(2v - 1/2) - relu(2v - 3/2).
static const PairGate gate = {
    .hidden = 2,
    .r = { 2, 2 },
    .y = { 2, 2 },
    .half_bias = { -5, -7 },
    .out = { 1, -1 },
};

static const bool bad[4] = { false, false, false, true };   // of (x, y) = 00, 01, 10, 11

static void seed(Transformer *t, const Params *p, const mpz_t n, size_t k, uint64_t temperature) {
    pair_two_layer_seed(t, &task_disjointness, &gate, p, n, k, temperature);
}

static const Seeding seeding = {
    .seed = seed,
    .distraction = &pair_two_layer_distraction,
    .margin = pair_two_layer_margin,
};

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    seeding_expand(t, &seeding, p, code, temperature);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    pair_two_layer_promise(promise, &gate, p, code, temperature);
}

static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    return pair_two_layer_target(bad, p, word, layer, head, position, block);
}

const Construction construction_disjointness_two_layer = {
    .name = "disjointness/two-layer",
    .summary = "fetch x_i to y_i, and carry the common ones to the end",
    .theorem = "disjointness.md#theorem-1",
    .sizes = "1..10",
    .task = &task_disjointness,
    .admits = pair_two_layer_admits,
    .temperature = pair_two_layer_temperature,
    .width = pair_two_layer_width,
    .build = build,
    .promise = promise,
    .target = target,
    .seeding = &seeding,
};
