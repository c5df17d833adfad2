// index_lookup_one_layer.c - docs/index-lookup.md#theorem-1.
//
// Position i carries the key T_i and its symbol one-hot; the query q_p carries T_p.  Coordinates of
// the seed: the address T, then q for the symbol, then a flag on the query.  The flags of query and
// key meet only where the query sees itself: there they cancel the score t <T_p, T_p> = tk to 0.
#include "constructions/construction.h"

static const Distraction distraction = { .keyless = 1, .rivals = 0 };

static const char *admits(const Params *p) { return task_index_lookup.admits(p); }

static uint64_t temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &distraction);
}

static size_t width(const Params *p, const Code *code) { return code->length + p->alphabet + 1; }

static void seed(Transformer *t, const Params *p, const mpz_t n, size_t k, uint64_t temperature) {
    Params one = params_at(p, 1);
    size_t q = p->alphabet, m = q + 2;
    (void)n;
    transformer_init(t, &task_index_lookup, &one, m, 1, false);
    for (Token symbol = 0; symbol < q; symbol++) {
        matrix_set(&t->embedding, symbol, CODED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, symbol, 1 + symbol, 1, 1);
    }
    matrix_set(&t->embedding, q, CODED_ADDRESS, 1, 1);
    matrix_set(&t->embedding, q, m - 1, 1, 1);
    Head *h = layer_add_head(&t->layer[0], m, 2, q);
    matrix_set(&h->q, 0, CODED_ADDRESS, (long)temperature, 1);
    matrix_set(&h->k, 0, CODED_ADDRESS, 1, 1);
    matrix_set(&h->q, 1, m - 1, -(long)(temperature * k), 1);
    matrix_set(&h->k, 1, m - 1, 1, 1);
    for (size_t symbol = 0; symbol < q; symbol++) {
        matrix_set(&h->v, symbol, 1 + symbol, 1, 1);
        matrix_set(&h->o, 1 + symbol, symbol, 1, 1);
        matrix_set(&t->readout.w, symbol, 1 + symbol, 1, 1);
    }
}

static void margin(mpq_t margin, const Params *p, const mpz_t n, size_t k, uint64_t temperature,
                   const mpq_t mass) {
    (void)p;
    (void)n;
    lookup_margin(margin, mass, temperature * k);
}

static const Seeding seeding = {
    .seed = seed,
    .distraction = &distraction,
    .margin = margin,
};

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    seeding_expand(t, &seeding, p, code, temperature);
}

static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    mpq_t mass;
    mpz_t n;
    mpq_init(mass);
    mpz_init_set_ui(n, p->n);
    lookup_mass(mass, code, temperature, &distraction);
    margin(promise->margin, p, n, code->length, temperature, mass);
    promise->size = (Size){ .width = width(p, code), .layers = 1, .heads = 1 };
    mpz_clear(n);
    mpq_clear(mass);
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
    .seeding = &seeding,
};
