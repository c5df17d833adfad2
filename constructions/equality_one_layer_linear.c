// equality_one_layer_linear.c - docs/one-layer-linear.md#theorem-1.
//
// One coordinate: x_i stands in it as 2^(i-1-n), y_i as -2^(i-1-n), so that the end token finds the
// difference d of two n-bit numbers.  The MLP turns d into d - 2 relu(d) = -|d|.
#include "constructions/mean.h"
#include "task/pair.h"

enum { WIDTH = 1 };

static size_t width(const Params *p, const Code *code) {
    (void)p;
    (void)code;
    return WIDTH;
}

// r <- +-2^-e.
static void set_power(mpq_t r, int sign, size_t e) {
    mpq_set_si(r, sign, 1);
    mpq_div_2exp(r, r, e);
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    (void)code;
    (void)temperature;
    transformer_init(t, &task_equality, p, WIDTH, 1, true);
    for (size_t i = 0; i < p->n; i++) {
        set_power(t->embedding.entry[transformer_row(t, i, 1)], 1, p->n - i);
        set_power(t->embedding.entry[transformer_row(t, p->n + i, 1)], -1, p->n - i);
    }
    mean_add_sum(t, WIDTH);
    Mlp *mlp = layer_add_mlp(&t->layer[0], WIDTH, 1);
    matrix_set(&mlp->w1, 0, 0, 1, 1);
    matrix_set(&mlp->w2, 0, 0, -2, 1);
    matrix_set(&t->readout.w, 0, 0, 1, 1);
    set_power(t->readout.b.entry[0], 1, p->n + 1);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    (void)temperature;
    set_power(promise->margin, 1, p->n + 1);
    promise->size = (Size){ .width = width(p, code), .layers = 1, .heads = 1, .mlp = 1 };
}

const Construction construction_equality_one_layer_linear = {
    .name = "equality/one-layer-linear",
    .summary = "compare x and y as numbers of n bits, in one coordinate",
    .theorem = "one-layer-linear.md#theorem-1",
    .sizes = "1..10",
    .task = &task_equality,
    .codeless = true,
    .admits = pair_admits,
    .temperature = mean_temperature,
    .width = width,
    .build = build,
    .promise = promise,
};
