#include "many_heads.h"
#include "constructions/lookup.h"
#include "math/rational.h"
#include "models.h"
#include <math.h>

const NormalForm forms[FORMS] = {
    { "equality", 2, 2, { { { 0, 1, 0 }, { 1, 0, 0 } }, { { 0, 0, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 2, { { { 0, 1, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 0, 1, 0 } } } },   // two heads alike
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 1, 1, 1 } } } },
};

// Coordinates: the address of the position, those of the literals, then BIT, SECOND, Z, what was
// fetched.
enum { BIT, SECOND, Z, FETCHED };

static void embed(Transformer *t, const NormalForm *f, const Code *code, size_t flags) {
    size_t k = code->length;
    uint64_t n = t->params.n;
    for (uint64_t i = 0; i < 2 * n; i++)
        for (Token bit = 0; bit < 2; bit++) {
            size_t row = transformer_row(t, i, bit);
            mpq_t *x = &t->embedding.entry[row * t->width];
            lookup_address(x, code, i);
            matrix_set(&t->embedding, row, flags + BIT, bit, 1);
            if (i < n)
                continue;
            matrix_set(&t->embedding, row, flags + SECOND, 1, 1);
            for (size_t h = 0; h < f->literals; h++)
                lookup_address(x + (1 + h) * k, code, f->term[0][h].second ? i : i - n);
        }
}

static void add_fetch(Transformer *t, size_t k, size_t h, long temperature, size_t flags) {
    Head *head = layer_add_head(&t->layer[0], t->width, k, 1);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&head->q, c, (1 + h) * k + c, temperature, 1);
        matrix_set(&head->k, c, c, 1, 1);
    }
    matrix_set(&head->v, 0, flags + BIT, 1, 1);
    matrix_set(&head->o, flags + FETCHED + h, 0, 1, 1);
}

// With S the sum of the literals of a term, z is 0 for S <= K - 1 + 1/(4K) and 1 for S >= K - 1/4,
// the least of K literals fetched with a mass of 1 - 1/(4K) each.
static void add_terms(Transformer *t, const NormalForm *f, size_t flags) {
    long k = (long)f->literals;
    unsigned long per = 3 * f->literals - 1;
    Mlp *mlp = layer_add_mlp(&t->layer[0], t->width, 2 * f->terms);
    for (size_t u = 0; u < 2 * f->terms; u++) {
        long bias = (u % 2 ? -4 * k * k + k : -4 * k * (k - 1) - 1) - 8 * k;
        for (size_t h = 0; h < f->literals; h++) {
            bool positive = f->term[u / 2][h].positive;
            matrix_set(&mlp->w1, u, flags + FETCHED + h, positive ? 4 * k : -4 * k, per);
            bias += positive ? 0 : 4 * k;
        }
        matrix_set(&mlp->w1, u, flags + SECOND, 8 * k, per);
        matrix_set(&mlp->b1, u, 0, bias, per);
        matrix_set(&mlp->w2, flags + Z, u, u % 2 ? -1 : 1, 1);
    }
}

void build_normal_form(Transformer *t, const NormalForm *f, const Params *p, long temperature) {
    Code code;
    binary_code(&code, 2 * p->n);
    size_t flags = (1 + f->literals) * code.length;
    transformer_init(t, task_find(f->task), p, flags + FETCHED + f->literals, 2, true);
    embed(t, f, &code, flags);
    for (size_t h = 0; h < f->literals; h++)
        add_fetch(t, code.length, h, temperature + f->term[0][h].hotter, flags);
    add_terms(t, f, flags);
    Head *collect = layer_add_head(&t->layer[1], t->width, 1, 1);
    matrix_set(&collect->v, 0, flags + Z, 1, 1);
    matrix_set(&collect->o, flags + Z, 0, 1, 1);
    matrix_set(&t->readout.w, 0, flags + Z, -1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, 2 * t->length);
    code_clear(&code);
}

// (2n - 1) 4^-t + 2^-tk
bool is_hot(const NormalForm *f, uint64_t n, long temperature) {
    double rank = n == 1 ? 1 : (double)log2_ceil(2 * n), t = (double)temperature;
    double others = (double)(2 * n - 1) * exp2(-2 * t) + exp2(-t * rank);
    return others * 4 * (double)f->literals <= 1;
}

void add_copy(Transformer *t, size_t layer, long hotter) {
    Layer *l = &t->layer[layer];
    Head *copy = layer_add_head(l, t->width, l->head[0].q.rows, l->head[0].v.rows);
    const Head *first = &l->head[0];
    mpq_t factor;
    mpq_init(factor);
    mpq_set_si(factor, hotter, 1);
    for (size_t k = 0; k < copy->q.rows * t->width; k++) {
        mpq_mul(copy->q.entry[k], factor, first->q.entry[k]);
        mpq_set(copy->k.entry[k], first->k.entry[k]);
    }
    for (size_t k = 0; k < copy->v.rows * t->width; k++) {
        mpq_set(copy->v.entry[k], first->v.entry[k]);
        mpq_set(copy->o.entry[k], first->o.entry[k]);
    }
    mpq_set_ui(factor, (unsigned long)l->heads - 1, l->heads);
    for (size_t h = 0; h < l->heads; h++)
        for (size_t k = 0; k < copy->o.rows * copy->o.columns; k++)
            mpq_mul(l->head[h].o.entry[k], l->head[h].o.entry[k], factor);
    mpq_clear(factor);
}

// ---- random models ----

enum { INTEGERS = 2, SCRATCH = 2, BIT_MADE, WIDTH };   // coordinates

static void fill(Matrix *m, size_t row, size_t from, size_t to, bool quotients) {
    for (size_t k = from; k < to; k++) {
        mpq_set_si(matrix_at(m, row, k), (long)random_below(5) - 2,
                   quotients ? 1 + random_below(3) : 1);
        mpq_canonicalize(matrix_at(m, row, k));
    }
}

// Two heads or three, whose scores read integers and BIT_MADE, and whose values, anything but
// SCRATCH, go to one coordinate.
static void random_heads(Transformer *t, size_t layer, size_t to) {
    size_t read = layer == 0 ? INTEGERS : WIDTH;
    for (size_t h = 2 + random_below(2); h > 0; h--) {
        Head *head = layer_add_head(&t->layer[layer], WIDTH, 1, 1);
        fill(&head->q, 0, 0, INTEGERS, false);
        fill(&head->k, 0, 0, INTEGERS, false);
        fill(&head->v, 0, 0, read, true);
        fill(&head->o, to, 0, 1, true);
        if (layer == 0)
            continue;
        fill(&head->q, 0, BIT_MADE, WIDTH, false);
        fill(&head->k, 0, BIT_MADE, WIDTH, false);
        mpq_set_ui(matrix_at(&head->v, 0, SCRATCH), 0, 1);
    }
}

// BIT_MADE becomes relu(v) - relu(v - 1), v a multiple of SCRATCH and something: often 0 or 1.
static void make_bit(Transformer *t) {
    Mlp *mlp = layer_add_mlp(&t->layer[0], WIDTH, 2);
    fill(&mlp->w1, 0, 0, BIT_MADE, true);
    mpq_set_si(matrix_at(&mlp->b1, 0, 0), (long)random_below(9) - 4, 2);
    mpq_canonicalize(matrix_at(&mlp->b1, 0, 0));
    for (size_t c = 0; c < WIDTH; c++)
        mpq_set(matrix_at(&mlp->w1, 1, c), matrix_at(&mlp->w1, 0, c));
    matrix_set(&mlp->b1, 1, 0, -1, 1);
    mpq_add(matrix_at(&mlp->b1, 1, 0), matrix_at(&mlp->b1, 1, 0), matrix_at(&mlp->b1, 0, 0));
    matrix_set(&mlp->w2, BIT_MADE, 0, 1, 1);
    matrix_set(&mlp->w2, BIT_MADE, 1, -1, 1);
}

void random_heads_model(Transformer *t, const Task *task, const Params *p, size_t layers) {
    transformer_init(t, task, p, WIDTH, layers, task->boolean && random_below(2));
    for (size_t row = 0; row < t->embedding.rows; row++)
        fill(&t->embedding, row, 0, INTEGERS, false);
    if (layers == 2) {
        random_heads(t, 0, SCRATCH);
        make_bit(t);
    }
    random_heads(t, layers - 1, layers == 2 ? BIT_MADE : random_below(WIDTH));
    if (random_below(2)) {   // a unit in the last layer, which may switch
        Mlp *mlp = layers == 2 ? layer_add_mlp(&t->layer[1], WIDTH, 1)
                               : layer_add_mlp(&t->layer[0], WIDTH, 1);
        fill(&mlp->w1, 0, 0, layers == 2 ? SCRATCH : WIDTH, true);
        fill(&mlp->b1, 0, 0, 1, true);
        fill(&mlp->w2, random_below(WIDTH), 0, 1, true);
    }
    for (size_t r = 0; r < t->readout.w.rows; r++) {
        fill(&t->readout.w, r, 0, WIDTH, true);
        fill(&t->readout.b, r, 0, 1, true);
        if (layers == 2)
            mpq_set_ui(matrix_at(&t->readout.w, r, SCRATCH), 0, 1);
    }
}

void add_noise(Transformer *t, size_t layer, size_t addresses, size_t to) {
    for (size_t heads = 1 + random_below(3); heads > 0; heads--) {
        Head *h = layer_add_head(&t->layer[layer], t->width, 1, 1);
        fill(&h->q, 0, 0, addresses, false);
        fill(&h->k, 0, 0, addresses, false);
        fill(&h->v, 0, 0, addresses, true);
        fill(&h->v, 0, addresses + (layer > 0), addresses + 2, true);   // not what was fetched
        fill(&h->o, to, 0, 1, true);
        mpq_div_2exp(matrix_at(&h->o, to, 0), matrix_at(&h->o, to, 0), 2 + random_below(3));
    }
}
