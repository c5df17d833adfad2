// index_lookup_one_layer.c - docs/index-lookup.md#theorem-1.
//
// Position i carries the key T_i and its symbol one-hot; the query q_p carries T_p.  Coordinates:
// 0 .. k-1 the address T, k .. k+q-1 the symbol, k+q a flag on the query.  The flags of query and
// key meet only where the query sees itself: there they cancel the score t <T_p, T_p> = tk to 0.
#include "base/error.h"
#include "constructions/construction.h"
#include "constructions/lookup.h"

static const Distraction distraction = { .keyless = 1, .rivals = 0 };

static const char *admits(const Params *p) { return task_index_lookup.admits(p); }

static uint64_t temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &distraction);
}

static size_t width(const Params *p, const Code *code) { return code->length + p->alphabet + 1; }

static void embed(Transformer *t, const Params *p, const Code *code) {
    size_t k = code->length, flag = k + p->alphabet;
    for (uint64_t i = 0; i < p->n; i++) {
        for (Token symbol = 0; symbol < p->alphabet; symbol++) {
            size_t row = transformer_row(t, i, symbol);
            lookup_address(&t->embedding.entry[row * t->width], code, i);
            matrix_set(&t->embedding, row, k + symbol, 1, 1);
        }
        size_t row = transformer_row(t, p->n, (Token)(p->alphabet + i));
        lookup_address(&t->embedding.entry[row * t->width], code, i);
        matrix_set(&t->embedding, row, flag, 1, 1);
    }
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    require(code->words >= p->n && temperature >= 1);
    size_t k = code->length, q = p->alphabet, flag = k + q, m = width(p, code);
    transformer_init(t, &task_index_lookup, p, m, 1, false);
    embed(t, p, code);
    Head *h = layer_add_head(&t->layer[0], m, k + 1, q);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&h->q, c, c, (long)temperature, 1);
        matrix_set(&h->k, c, c, 1, 1);
    }
    matrix_set(&h->q, k, flag, -(long)(temperature * k), 1);
    matrix_set(&h->k, k, flag, 1, 1);
    for (size_t symbol = 0; symbol < q; symbol++) {
        matrix_set(&h->v, symbol, k + symbol, 1, 1);
        matrix_set(&h->o, k + symbol, symbol, 1, 1);
        matrix_set(&t->readout.w, symbol, k + symbol, 1, 1);
    }
}

// margin = 2a - 1 + kappa at the worst row, kappa = 2^(-tk) a the mass of the query on itself.
static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    mpq_t a;
    mpq_init(a);
    lookup_mass(a, code, temperature, &distraction);
    mpq_div_2exp(promise->margin, a, temperature * code->length);
    mpq_add(promise->margin, promise->margin, a);
    mpq_add(promise->margin, promise->margin, a);
    mpq_set_ui(a, 1, 1);
    mpq_sub(promise->margin, promise->margin, a);
    mpq_clear(a);
    promise->size = (Size){ .width = width(p, code), .layers = 1, .heads = 1 };
}

static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    if (layer != 0 || head != 0 || position != p->n)
        return 0;
    size_t meant = word[p->n] - p->alphabet;
    return meant / 64 == block ? UINT64_C(1) << meant % 64 : 0;
}

const Construction construction_index_lookup_one_layer = {
    .name = "index-lookup/one-layer",
    .summary = "one head, whose query is the code word of the position to look up",
    .theorem = "index-lookup.md#theorem-1",
    .sizes = "1..16",
    .task = &task_index_lookup,
    .admits = admits,
    .temperature = temperature,
    .width = width,
    .build = build,
    .promise = promise,
    .target = target,
};
