// disjointness_one_layer_linear.c - docs/one-layer-linear.md#theorem-2.
//
// Coordinate i < n receives x_i + y_i; hidden unit i is relu(x_i + y_i - 1), which is 1 iff both
// are 1; coordinate n receives the sum of the units, made small enough for it.
#include "constructions/mean.h"
#include "math/rational.h"
#include "task/pair.h"

static size_t width(const Params *p, const Code *code) {
    (void)code;
    return p->n + 1;
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    size_t n = p->n;
    unsigned long scale = 1UL << log2_ceil(n);
    (void)temperature;
    transformer_init(t, &task_disjointness, p, width(p, code), 1, true);
    for (size_t i = 0; i < n; i++) {
        matrix_set(&t->embedding, transformer_row(t, i, 1), i, 1, 1);
        matrix_set(&t->embedding, transformer_row(t, n + i, 1), i, 1, 1);
    }
    mean_add_sum(t, n);
    Mlp *mlp = layer_add_mlp(&t->layer[0], t->width, n);
    for (size_t i = 0; i < n; i++) {
        matrix_set(&mlp->w1, i, i, 1, 1);
        matrix_set(&mlp->b1, i, 0, -1, 1);
        matrix_set(&mlp->w2, n, i, -1, scale);
    }
    matrix_set(&t->readout.w, 0, n, 1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, 2 * scale);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    (void)temperature;
    mpq_set_ui(promise->margin, 1, 2UL << log2_ceil(p->n));
    promise->size = (Size){ .width = width(p, code), .layers = 1, .heads = 1, .mlp = p->n };
}

const Construction construction_disjointness_one_layer_linear = {
    .name = "disjointness/one-layer-linear",
    .summary = "add the characteristic vectors, and count the coordinates that reach 2",
    .theorem = "one-layer-linear.md#theorem-2",
    .sizes = "1..10",
    .task = &task_disjointness,
    .codeless = true,
    .admits = pair_admits,
    .temperature = mean_temperature,
    .width = width,
    .build = build,
    .promise = promise,
};
