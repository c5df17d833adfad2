// index_lookup_front_two_layer.c - docs/index-lookup.md#theorem-2.
//
// Coordinates: the address A of k, then P of k for what layer 1 fetches, S of k for its signs, then
// X of q for the symbol, R of q for what layer 2 fetches, and a flag on the query.  The flag and
// the sum of X together are 1 at every position.
#include "base/alloc.h"
#include "constructions/construction.h"
#include "math/rational.h"
#include <stdlib.h>

static const Distraction distraction = { .keyless = 1, .rivals = 0 };

// The coordinates' first ones.
typedef struct Places {
    size_t p, s, x, r, flag, width;
} Places;

static Places places(const Params *p, size_t k) {
    size_t q = p->alphabet;
    return (Places){ .p = k,
                     .s = 2 * k,
                     .x = 3 * k,
                     .r = 3 * k + q,
                     .flag = 3 * k + 2 * q,
                     .width = 3 * k + 2 * q + 1 };
}

static const char *admits(const Params *p) { return task_index_lookup_front.admits(p); }

static uint64_t temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &distraction);
}

static size_t width(const Params *p, const Code *code) { return places(p, code->length).width; }

static void set_address(Transformer *t, size_t row, const Code *code, uint64_t i,
                        uint64_t *scratch) {
    code_word(scratch, code, i);
    for (size_t c = 0; c < code->length; c++)
        matrix_set(&t->embedding, row, c, code_sign(scratch, c), 1);
}

static void embed(Transformer *t, const Params *p, const Code *code, const Places *at) {
    uint64_t *scratch = alloc_array(code->limbs, 1, sizeof *scratch);
    for (uint64_t i = 0; i < p->n; i++) {
        size_t query = transformer_row(t, 0, (Token)(p->alphabet + i));
        set_address(t, query, code, i, scratch);
        matrix_set(&t->embedding, query, at->flag, 1, 1);
        for (Token symbol = 0; symbol < p->alphabet; symbol++) {
            size_t row = transformer_row(t, 1 + i, symbol);
            set_address(t, row, code, i, scratch);
            matrix_set(&t->embedding, row, at->x + symbol, 1, 1);
        }
    }
    free(scratch);
}

// Row `row` of the matrix <- v times the coordinate that is 1 everywhere.
static void set_one(Matrix *m, size_t row, const Params *p, const Places *at, long v) {
    for (size_t symbol = 0; symbol < p->alphabet; symbol++)
        matrix_set(m, row, at->x + symbol, v, 1);
    matrix_set(m, row, at->flag, v, 1);
}

// Every position attends to the query, with score u, 2^u >= 3N, and copies its address to P.
static void add_fetch(Layer *layer, const Params *p, size_t k, const Places *at) {
    Head *h = layer_add_head(layer, at->width, 1, k);
    set_one(&h->q, 0, p, at, (long)log2_ceil(3 * p->n));
    matrix_set(&h->k, 0, at->flag, 1, 1);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&h->v, c, c, 1, 1);
        matrix_set(&h->o, at->p + c, c, 1, 1);
    }
}

// S <- relu(2P + 1) - relu(2P - 1) - 1: the sign of P where that is at least 1/2 in magnitude.
static void add_signs(Layer *layer, size_t k, const Places *at) {
    Mlp *mlp = layer_add_mlp(layer, at->width, 2 * k);
    for (size_t u = 0; u < 2 * k; u++) {
        long sign = u < k ? 1 : -1;
        matrix_set(&mlp->w1, u, at->p + u % k, 2, 1);
        matrix_set(&mlp->b1, u, 0, sign, 1);
        matrix_set(&mlp->w2, at->s + u % k, u, sign, 1);
    }
    for (size_t c = 0; c < k; c++)
        matrix_set(&mlp->b2, at->s + c, 0, -1, 1);
}

// Score t <S, A>, less tk on the query; the symbol goes to R.
static void add_lookup(Layer *layer, const Params *p, size_t k, uint64_t temperature,
                       const Places *at) {
    Head *h = layer_add_head(layer, at->width, k + 1, p->alphabet);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&h->q, c, at->s + c, (long)temperature, 1);
        matrix_set(&h->k, c, c, 1, 1);
    }
    set_one(&h->q, k, p, at, -(long)(temperature * k));
    matrix_set(&h->k, k, at->flag, 1, 1);
    for (size_t symbol = 0; symbol < p->alphabet; symbol++) {
        matrix_set(&h->v, symbol, at->x + symbol, 1, 1);
        matrix_set(&h->o, at->r + symbol, symbol, 1, 1);
    }
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    Places at = places(p, code->length);
    transformer_init(t, &task_index_lookup_front, p, at.width, 2, false);
    embed(t, p, code, &at);
    add_fetch(&t->layer[0], p, code->length, &at);
    add_signs(&t->layer[0], code->length, &at);
    add_lookup(&t->layer[1], p, code->length, temperature, &at);
    for (size_t symbol = 0; symbol < p->alphabet; symbol++)
        matrix_set(&t->readout.w, symbol, at.r + symbol, 1, 1);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    mpq_t mass;
    mpq_init(mass);
    lookup_mass(mass, code, temperature, &distraction);
    lookup_margin(promise->margin, mass, temperature * code->length);
    promise->size =
        (Size){ .width = width(p, code), .layers = 2, .heads = 1, .mlp = 2 * code->length };
    mpq_clear(mass);
}

// Layer 1: the query.  What layer 2 means depends on another position's token, the query.
static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    (void)word;
    return layer == 0 && head == 0 && block == 0 && position == p->n;
}

const Construction construction_index_lookup_front_two_layer = {
    .name = "index-lookup-front/two-layer",
    .summary = "fetch the query's code word to the end, then look it up from there",
    .theorem = "index-lookup.md#theorem-2",
    .sizes = "1..10",
    .task = &task_index_lookup_front,
    .admits = admits,
    .temperature = temperature,
    .width = width,
    .build = build,
    .promise = promise,
    .target = target,
};
