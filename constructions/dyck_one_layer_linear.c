// dyck_one_layer_linear.c - docs/one-layer-linear.md#theorem-3.
//
// Coordinate b t + k receives what the bracket at position t does to the height of type k: 1 or -1.
// The MLP has a unit for every way in which a word of depth 1 or 2 can be ill nested; each is an
// integer >= 1 iff the word is so.  The last coordinate receives their sum, made small enough.
#include "constructions/mean.h"
#include "math/rational.h"

static const char *admits(const Params *p) {
    return p->depth > 2 ? "this model is for brackets of depth 1 and 2" : NULL;
}

static size_t width(const Params *p, const Code *code) {
    (void)code;
    return p->n * p->brackets + 1;
}

// Two brackets that are neighbours match or not only if there are two types.
static size_t hidden(const Params *p) {
    return (p->brackets + 1) * p->n + 1 + (p->brackets > 1 ? p->brackets * (p->n - 1) : 0);
}

// 2^c is at least the sum of all units.
static unsigned long log2_scale(const Params *p) { return log2_ceil(p->n * (p->n + 5) / 2); }

// The unit += numerator / denominator times the effect of position t on type k: at the last
// position, which the model reads, the coordinate holds it twice.
static void add_effect(Mlp *mlp, const Params *p, size_t unit, size_t t, size_t k, long sign) {
    matrix_set(&mlp->w1, unit, t * p->brackets + k, sign, t + 1 == p->n ? 2 : 1);
}

// The unit += sign times the height of type k, or of all types for k = b, after positions 0 .. t.
static void add_height(Mlp *mlp, const Params *p, size_t unit, size_t t, size_t k, long sign) {
    for (size_t s = 0; s <= t; s++)
        for (size_t type = 0; type < p->brackets; type++)
            if (k == type || k == p->brackets)
                add_effect(mlp, p, unit, s, type, sign);
}

// Too high, not closed at the end, and closed more often than opened.
static size_t add_heights(Mlp *mlp, const Params *p) {
    size_t unit = 0, b = p->brackets;
    for (size_t t = 0; t < p->n; t++, unit++) {
        add_height(mlp, p, unit, t, b, 1);
        matrix_set(&mlp->b1, unit, 0, -(long)p->depth, 1);
    }
    add_height(mlp, p, unit++, p->n - 1, b, 1);
    for (size_t t = 0; t < p->n; t++)
        for (size_t k = 0; k < b; k++)
            add_height(mlp, p, unit++, t, k, -1);
    return unit;
}

// Opened as type k, and closed at once as another.
static void add_mismatches(Mlp *mlp, const Params *p, size_t unit) {
    for (size_t t = 0; t + 1 < p->n; t++)
        for (size_t k = 0; k < p->brackets; k++, unit++) {
            add_effect(mlp, p, unit, t, k, 1);
            for (size_t other = 0; other < p->brackets; other++)
                if (other != k)
                    add_effect(mlp, p, unit, t + 1, other, -1);
            matrix_set(&mlp->b1, unit, 0, -1, 1);
        }
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    size_t b = p->brackets, m = width(p, code);
    unsigned long scale = 1UL << log2_scale(p);
    (void)temperature;
    transformer_init(t, &task_dyck, p, m, 1, true);
    for (size_t i = 0; i < p->n; i++)
        for (Token token = 0; token < 2 * b; token++)
            matrix_set(&t->embedding, transformer_row(t, i, token), i * b + token / 2,
                       token % 2 ? -1 : 1, 1);
    mean_add_sum(t, m - 1);
    Mlp *mlp = layer_add_mlp(&t->layer[0], m, hidden(p));
    size_t unit = add_heights(mlp, p);
    if (b > 1)
        add_mismatches(mlp, p, unit);
    for (size_t u = 0; u < hidden(p); u++)
        matrix_set(&mlp->w2, m - 1, u, -1, scale);
    matrix_set(&t->readout.w, 0, m - 1, 1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, 2 * scale);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    (void)temperature;
    mpq_set_ui(promise->margin, 1, 2UL << log2_scale(p));
    promise->size = (Size){ .width = width(p, code), .layers = 1, .heads = 1, .mlp = hidden(p) };
}

const Construction construction_dyck_one_layer_linear = {
    .name = "dyck/one-layer-linear",
    .summary = "copy the word, and add up the ways in which it is ill nested; depth 1 and 2",
    .theorem = "one-layer-linear.md#theorem-3",
    .sizes = "2,4,6",
    .task = &task_dyck,
    .codeless = true,
    .admits = admits,
    .temperature = mean_temperature,
    .width = width,
    .build = build,
    .promise = promise,
};
