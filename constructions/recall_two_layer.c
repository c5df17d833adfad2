// recall_two_layer.c - two layers that answer every query with the value behind its key.
//
// docs/recall.md#theorem-1: layer 1 fetches a key's word to the position of its value, its MLP
// makes clean signs of it, and layer 2 compares them with the word of the query.  A query that
// finds no key is left with the queries themselves, which mean that there is none.
//
// Coordinates of the seed: four words (net/keyed.h), HOLDS at values, ASKS at queries, then one
// per value.
#include "constructions/construction.h"
#include "math/code_facts.h"
#include "net/keyed.h"
#include "task/recall.h"

enum { HOLDS = KEYED_WORDS, ASKS, VALUES };

static const char *admits(const Params *p) { return task_recall.admits(p); }
static uint64_t words(const Params *p) { return recall_keys(p); }

// A value sees, besides the keys, other values (each 2^(-tk) times the key of the same pair),
// itself and the queries (each 2^(-tk)).  The causal mask only takes some of them away.
static Distraction distraction(const Params *p) {
    return (Distraction){ .keyless = 1 + recall_queries(p), .rivals = 1 };
}

static uint64_t temperature(const Params *p, const Code *code, uint64_t distance) {
    const Distraction d = distraction(p);
    return lookup_temperature(code, distance, &d);
}

static size_t width(const Params *p, const Code *code) {
    return KEYED_WORDS * code->length + VALUES - KEYED_WORDS + p->alphabet;
}

// The least u with 2^(u distance) >= 4 max(pairs, queries).
static uint64_t peak(const Params *p, uint64_t distance) {
    uint64_t most = recall_queries(p) > p->n ? recall_queries(p) : p->n, u = 1, bits = 2;
    while (UINT64_C(1) << (bits - 2) < most)
        bits++;
    while (u * distance < bits)
        u++;
    return u;
}

static void embed(Transformer *t) {
    const Params *p = &t->params;
    for (long key = 0; key < 2; key++) {
        size_t at = t->first_row[0] + (size_t)key, asked = t->first_row[2] + (size_t)key;
        matrix_set(&t->embedding, at, KEYED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, at, KEYED_KEY, 1 - 2 * key, 1);
        matrix_set(&t->embedding, asked, KEYED_KEY, 1 - 2 * key, 1);
        matrix_set(&t->embedding, asked, ASKS, 1, 1);
    }
    for (size_t value = 0; value < p->alphabet; value++) {
        size_t row = t->first_row[1] + value;
        matrix_set(&t->embedding, row, KEYED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, row, HOLDS, 1, 1);
        matrix_set(&t->embedding, row, VALUES + value, 1, 1);
    }
}

// Score t <T_i, T_l>, less tk from a value on values.
static void add_fetch(Transformer *t, size_t k, uint64_t temperature) {
    Head *h = layer_add_head(&t->layer[0], t->width, 2, 1);
    matrix_set(&h->q, 0, KEYED_ADDRESS, (long)temperature, 1);
    matrix_set(&h->k, 0, KEYED_ADDRESS, 1, 1);
    matrix_set(&h->q, 1, HOLDS, -(long)(temperature * k), 1);
    matrix_set(&h->k, 1, HOLDS, 1, 1);
    matrix_set(&h->v, 0, KEYED_KEY, 1, 1);
    matrix_set(&h->o, KEYED_FETCHED, 0, 1, 1);
}

// COPY <- -1, if FETCHED <= -1/2, and 1, if it is >= 1/2, at values; elsewhere 0.
static void add_gate(Transformer *t) {
    Mlp *mlp = layer_add_mlp(&t->layer[0], t->width, 3);
    for (size_t u = 0; u < 2; u++) {
        matrix_set(&mlp->w1, u, KEYED_FETCHED, 2, 1);
        matrix_set(&mlp->w1, u, HOLDS, 4, 1);
        matrix_set(&mlp->b1, u, 0, u == 0 ? -3 : -5, 1);
        matrix_set(&mlp->w2, KEYED_COPY, u, u == 0 ? 1 : -1, 1);
    }
    matrix_set(&mlp->w1, 2, HOLDS, 1, 1);
    matrix_set(&mlp->w2, KEYED_COPY, 2, -1, 1);
}

// A query scores u (<its word, the copied one> + k) on values, u (2k - distance) on queries, and 0
// on keys.
static void add_recall(Transformer *t, size_t k, uint64_t u, uint64_t distance) {
    const size_t values = t->params.alphabet;
    Head *h = layer_add_head(&t->layer[1], t->width, 2, values + 1);
    matrix_set(&h->q, 0, KEYED_KEY, (long)u, 1);
    matrix_set(&h->k, 0, KEYED_COPY, 1, 1);
    matrix_set(&h->q, 1, ASKS, (long)u, 1);
    matrix_set(&h->k, 1, HOLDS, (long)k, 1);
    matrix_set(&h->k, 1, ASKS, (long)(2 * k - distance), 1);
    for (size_t value = 0; value <= values; value++) {
        size_t from = value < values ? VALUES + value : ASKS;
        matrix_set(&h->v, value, from, 1, 1);
        matrix_set(&h->o, from, value, 1, 1);
        matrix_set(&t->readout.w, value, from, 1, 1);
    }
    matrix_set(&t->readout.b, values, 0, -1, 1);   // the query's own mark
}

// Of the code; 1 if two words are equal, and the model will fail.
static uint64_t distance_of(const Code *code) {
    CodeFacts facts;
    code_facts_init(&facts, code, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 });
    uint64_t distance = facts.distance_min > 0 ? facts.distance_min : 1;
    code_facts_clear(&facts);
    return distance;
}

static void seed(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    Params one = keyed_params(p);
    uint64_t distance = distance_of(code);
    transformer_init(t, &task_recall, &one, VALUES + p->alphabet, 2, false);
    t->base = p->base;
    embed(t);
    add_fetch(t, code->length, temperature);
    add_gate(t);
    add_recall(t, code->length, peak(p, distance), distance);
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    Transformer of_one;
    seed(&of_one, p, code, temperature);
    keyed_expand(t, &of_one, p, code, NULL);
    transformer_clear(&of_one);
}

// r <- (a - b) / (a + b + c + d).
static void set_lead(mpq_t r, const mpq_t a, const mpq_t b, const mpq_t c, const mpq_t d) {
    mpq_t sum;
    mpq_init(sum);
    mpq_add(sum, a, b);
    mpq_add(sum, sum, c);
    mpq_add(sum, sum, d);
    mpq_sub(r, a, b);
    mpq_div(r, r, sum);
    mpq_clear(sum);
}

// r <- count 2^-bits.
static void set_weight(mpq_t r, uint64_t count, uint64_t bits) {
    mpq_set_ui(r, count, 1);
    mpq_div_2exp(r, r, bits);
}

// docs/recall.md#theorem-1, with weights relative to that of the key asked for.
static void set_margin(mpq_t margin, const Params *p, size_t k, uint64_t distance) {
    uint64_t u = peak(p, distance), step = u * distance, queries = recall_queries(p);
    mpq_t one, wrong, sink, keys, absent;
    mpq_inits(one, wrong, sink, keys, absent, NULL);
    mpq_set_ui(one, 1, 1);
    set_weight(wrong, p->n - 1, 2 * step);
    set_weight(sink, queries, step);
    set_weight(keys, p->n, 2 * u * k);
    bool by_sink = mpq_cmp(sink, wrong) > 0;
    set_lead(margin, one, by_sink ? sink : wrong, by_sink ? wrong : sink, keys);
    set_weight(wrong, p->n, 2 * step);
    set_weight(sink, p->mask == MASK_FULL ? queries : 1, step);
    mpq_set_ui(one, 0, 1);
    set_lead(absent, sink, wrong, keys, one);
    if (mpq_cmp(absent, margin) < 0)
        mpq_set(margin, absent);
    mpq_clears(one, wrong, sink, keys, absent, NULL);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    (void)temperature;
    set_margin(promise->margin, p, code->length, distance_of(code));
    promise->size =
        (Size){ .width = width(p, code), .layers = 2, .heads = 1, .mlp = 3 * code->length };
}

// Layer 1: a value means its key.  Layer 2: a query means the values behind its key.
static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    bool value = position < 2 * p->n && position % 2 == 1, asks = position == 2 * p->n + p->output;
    uint64_t targets = 0;
    if (head != 0)
        return 0;
    if (layer == 0)
        return value && position / 64 == block ? UINT64_C(1) << (position - 1) % 64 : 0;
    for (size_t j = 32 * block; asks && j < 32 * block + 32 && j < p->n; j++)
        if (word[2 * j] == word[position] - recall_keys(p) - p->alphabet)
            targets |= UINT64_C(2) << 2 * (j % 32);
    return targets;
}

const Construction construction_recall_two_layer = {
    .name = "recall/two-layer",
    .summary = "fetch each key to its value, compare with every query, and tell what is absent",
    .theorem = "recall.md#theorem-1",
    .sizes = "2..3",
    .task = &task_recall,
    .admits = admits,
    .words = words,
    .temperature = temperature,
    .width = width,
    .build = build,
    .promise = promise,
    .target = target,
    .keyed = seed,
};
