// nearest_neighbor_two_layer.c - docs/nearest-neighbor.md#theorem-1.
//
// Coordinates: the address T_i of x_i and of y_i, then the point X (d), its clean copy Z (d), the
// label (one-hot), COPY at the y_i and QUERY at the last position.  The last point stands in Z, so
// that what layer 1 fetches, into X, leaves it alone.
#include "base/alloc.h"
#include "constructions/construction.h"
#include <stdlib.h>

typedef struct Places {
    size_t k, d, x, z, label, copy, query, width;
} Places;

static Places places(const Params *p, size_t k) {
    size_t d = task_nearest_neighbor.dimension(p), label = k + 2 * d, copy = label + p->alphabet;
    return (Places){ .k = k,
                     .d = d,
                     .x = k,
                     .z = k + d,
                     .label = label,
                     .copy = copy,
                     .query = copy + 1,
                     .width = copy + 2 };
}

// As in two layers for two strings: the y_l, each 2^(-tk) times the key of the same row, and the
// last position.
static const Distraction distraction = { .keyless = 2, .rivals = 1 };

static const char *admits(const Params *p) {
    (void)p;
    return NULL;
}

static uint64_t temperature_for(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &distraction);
}

static size_t width(const Params *p, const Code *code) { return places(p, code->length).width; }

// The worst word has the nearest point at distance d - 1, or d if it is the only one, and n + 1
// positions without a copy: beside its copy they weigh 4^(-u) to the power of this.
static unsigned long steps(const Params *p) { return p->n == 1 ? 1 : 2; }

// rivals, keyless <- (n - 1) 4^-u and (n + 1) 4^(-u steps).
static void set_weights(mpq_t rivals, mpq_t keyless, const Params *p, unsigned long u) {
    mpq_set_ui(rivals, p->n - 1, 1);
    mpq_div_2exp(rivals, rivals, 2 * u);
    mpq_set_ui(keyless, p->n + 1, 1);
    mpq_div_2exp(keyless, keyless, 2 * u * steps(p));
}

// The least u for which the nearest copy has 3/4 of the mass on every word.
static unsigned long sharpness(const Params *p) {
    mpq_t rivals, keyless;
    mpq_inits(rivals, keyless, NULL);
    unsigned long u = 0;
    do {
        set_weights(rivals, keyless, p, ++u);
        mpq_add(rivals, rivals, keyless);
    } while (mpq_cmp_ui(rivals, 1, 3) > 0);
    mpq_clears(rivals, keyless, NULL);
    return u;
}

static void embed_point(Transformer *t, size_t row, size_t first, size_t d, Token point) {
    for (size_t c = 0; c < d; c++)
        matrix_set(&t->embedding, row, first + c, point >> (d - 1 - c) & 1 ? -1 : 1, 1);
}

static void embed_label(Transformer *t, size_t row, const Places *m, size_t label) {
    for (size_t c = 0; c < m->d; c++)
        matrix_set(&t->embedding, row, m->z + c, -1, 1);
    matrix_set(&t->embedding, row, m->label + label, 1, 1);
    matrix_set(&t->embedding, row, m->copy, 1, 1);
}

static void embed(Transformer *t, const Places *m, const Code *code) {
    uint64_t *word = alloc_array(code->limbs, 1, sizeof *word);
    size_t last = t->length - 1;
    for (size_t i = 0; i < last; i++) {
        code_word(word, code, i / 2);
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            for (size_t c = 0; c < m->k; c++)
                matrix_set(&t->embedding, row, c, code_sign(word, c), 1);
            if (i % 2 == 0)
                embed_point(t, row, m->x, m->d, (Token)(row - t->first_row[i]));
            else
                embed_label(t, row, m, row - t->first_row[i]);
        }
    }
    for (size_t row = t->first_row[last]; row < t->first_row[last + 1]; row++) {
        embed_point(t, row, m->z, m->d, (Token)(row - t->first_row[last]));
        matrix_set(&t->embedding, row, m->query, 1, 1);
    }
    free(word);
}

// Score t <T_i, T_l>, less tk between two of the y.
static void add_fetch(Layer *layer, const Places *m, uint64_t temperature) {
    Head *h = layer_add_head(layer, m->width, m->k + 1, m->d);
    for (size_t c = 0; c < m->k; c++) {
        matrix_set(&h->q, c, c, (long)temperature, 1);
        matrix_set(&h->k, c, c, 1, 1);
    }
    matrix_set(&h->q, m->k, m->copy, -(long)(temperature * m->k), 1);
    matrix_set(&h->k, m->k, m->copy, 1, 1);
    for (size_t c = 0; c < m->d; c++) {
        matrix_set(&h->v, c, m->x + c, 1, 1);
        matrix_set(&h->o, m->x + c, c, 1, 1);
    }
}

// Z <- Z + 2 c, with c = relu(X + 1/2 + 3 (COPY - 1)) - relu(X - 1/2 + 3 (COPY - 1)).
static void add_gate(Layer *layer, const Places *m) {
    Mlp *mlp = layer_add_mlp(layer, m->width, 2 * m->d);
    for (size_t unit = 0; unit < 2 * m->d; unit++) {
        bool second = unit % 2;
        matrix_set(&mlp->w1, unit, m->x + unit / 2, 1, 1);
        matrix_set(&mlp->w1, unit, m->copy, 3, 1);
        matrix_set(&mlp->b1, unit, 0, second ? -7 : -5, 2);
        matrix_set(&mlp->w2, m->z + unit / 2, unit, second ? -2 : 2, 1);
    }
}

// Score u <x, Z>, plus u (d + 2) on a copy, less u d on the last position itself.
static void add_search(Layer *layer, const Places *m, unsigned long u) {
    Head *h = layer_add_head(layer, m->width, m->d + 1, m->copy - m->label);
    for (size_t c = 0; c < m->d; c++) {
        matrix_set(&h->q, c, m->z + c, (long)u, 1);
        matrix_set(&h->k, c, m->z + c, 1, 1);
    }
    matrix_set(&h->q, m->d, m->query, (long)u, 1);
    matrix_set(&h->k, m->d, m->copy, (long)m->d + 2, 1);
    matrix_set(&h->k, m->d, m->query, -(long)m->d, 1);
    for (size_t l = 0; l < h->v.rows; l++) {
        matrix_set(&h->v, l, m->label + l, 1, 1);
        matrix_set(&h->o, m->label + l, l, 1, 1);
    }
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    Places m = places(p, code->length);
    transformer_init(t, &task_nearest_neighbor, p, m.width, 2, false);
    embed(t, &m, code);
    add_fetch(&t->layer[0], &m, temperature);
    add_gate(&t->layer[0], &m);
    add_search(&t->layer[1], &m, sharpness(p));
    for (size_t l = 0; l < p->alphabet; l++)
        matrix_set(&t->readout.w, l, m.label + l, 1, 1);
}

// (1 - rivals) / (1 + rivals + keyless).
static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    mpq_t rivals, keyless;
    (void)temperature;
    mpq_inits(rivals, keyless, NULL);
    set_weights(rivals, keyless, p, sharpness(p));
    mpq_add(keyless, keyless, rivals);
    mpz_add(mpq_numref(keyless), mpq_numref(keyless), mpq_denref(keyless));
    mpq_set_ui(promise->margin, 1, 1);
    mpq_sub(promise->margin, promise->margin, rivals);
    mpq_div(promise->margin, promise->margin, keyless);
    mpq_clears(rivals, keyless, NULL);
    size_t d = task_nearest_neighbor.dimension(p);
    promise->size = (Size){ .width = width(p, code), .layers = 2, .heads = 1, .mlp = 2 * d };
}

// Layer 1: y_i means x_i.  What the last position means in layer 2 depends on all points at once.
static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    (void)word;
    bool fetches = layer == 0 && head == 0 && position % 2 == 1 && position < 2 * p->n;
    return fetches && (position - 1) / 64 == block ? UINT64_C(1) << (position - 1) % 64 : 0;
}

const Construction construction_nearest_neighbor_two_layer = {
    .name = "nearest-neighbor/two-layer",
    .summary = "copy each point to its label, clean it, and look for the nearest copy",
    .theorem = "nearest-neighbor.md#theorem-1",
    .sizes = "1..4",
    .task = &task_nearest_neighbor,
    .admits = admits,
    .temperature = temperature_for,
    .width = width,
    .build = build,
    .promise = promise,
    .target = target,
};
