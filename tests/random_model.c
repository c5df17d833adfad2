#include "random_model.h"
#include "harness.h"

// Coordinates 0 .. clean-1 of the stream are written by no layer; scores read only these.
typedef struct Style {
    bool any;   // any rationals everywhere; else small ones and integer scores
    size_t clean;
} Style;

static void random_number(mpq_t r, const Style *s) {
    if (s->any) {
        random_rational(r);
        return;
    }
    mpq_set_si(r, (long)random_below(7) - 3, 1 + (random_below(2) ? random_below(3) : 0));
    mpq_canonicalize(r);
}

static void random_integer(mpq_t r) { mpq_set_si(r, (long)random_below(5) - 2, 1); }

// Random rows from the first one on.
static void fill_rows(Matrix *m, size_t first, const Style *s) {
    for (size_t k = first * m->columns; k < m->rows * m->columns; k++)
        random_number(m->entry[k], s);
}

// Random integers in the clean columns, or random numbers everywhere.
static void fill_scores(Matrix *m, const Style *s) {
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < m->columns; j++) {
            if (s->any)
                random_rational(matrix_at(m, i, j));
            else if (j < s->clean)
                random_integer(matrix_at(m, i, j));
        }
}

static void fill_embedding(Matrix *m, const Style *s) {
    fill_rows(m, 0, s);
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < s->clean; j++)
            random_integer(matrix_at(m, i, j));
}

static void fill_layer(Layer *l, size_t width, const Style *s) {
    for (size_t heads = random_below(4); heads > 0; heads--) {
        Head *h = layer_add_head(l, width, random_below(4), random_below(4));
        fill_scores(&h->q, s);
        fill_scores(&h->k, s);
        fill_rows(&h->v, 0, s);
        fill_rows(&h->o, s->clean, s);
    }
    if (random_below(3) == 0)
        return;
    Mlp *mlp = layer_add_mlp(l, width, random_below(4));
    fill_rows(&mlp->w1, 0, s);
    fill_rows(&mlp->b1, 0, s);
    fill_rows(&mlp->w2, s->clean, s);
    fill_rows(&mlp->b2, s->clean, s);
}

static void fill_readout(Readout *r, size_t length, const Style *s) {
    r->position = random_below(3) ? length - 1 : random_below(length);
    fill_rows(&r->w, 0, s);
    fill_rows(&r->b, 0, s);
    for (size_t k = r->sign ? 0 : r->w.rows; k > 1; k--) {   // a random permutation
        size_t other = random_below(k), answer = r->answers[k - 1];
        r->answers[k - 1] = r->answers[other];
        r->answers[other] = answer;
    }
}

static void build(Transformer *t, bool any) {
    size_t count = 0;
    while (tasks[count] != NULL &&
           tasks[count]->outputs == NULL)   // those of one answer come first
        count++;
    Params p = params_default(1 + random_below(2));
    const Task *task = tasks[random_below(count)];
    while (task->domains == NULL)   // certificates need them
        task = tasks[random_below(count)];
    if (!task->boolean)
        p.alphabet = 2 + random_below(2);
    p.mask = random_below(2) ? MASK_CAUSAL : MASK_FULL;
    size_t width = 2 + random_below(3);
    Style s = { .any = any, .clean = any ? 0 : random_below(width) };
    transformer_init(t, task, &p, width, random_below(4), task->boolean && random_below(2));
    t->base = any && random_below(2) ? BASE_E : BASE_2;
    fill_embedding(&t->embedding, &s);
    for (size_t l = 0; l < t->layers; l++)
        fill_layer(&t->layer[l], width, &s);
    fill_readout(&t->readout, t->length, &s);
}

void random_any_model(Transformer *t) { build(t, true); }

void random_exact_model(Transformer *t) { build(t, false); }

static bool matrices_equal(const Matrix *a, const Matrix *b) {
    if (a->rows != b->rows || a->columns != b->columns)
        return false;
    for (size_t k = 0; k < a->rows * a->columns; k++)
        if (!mpq_equal(a->entry[k], b->entry[k]))
            return false;
    return true;
}

static bool layers_equal(const Layer *a, const Layer *b) {
    if (a->heads != b->heads || a->has_mlp != b->has_mlp)
        return false;
    for (size_t h = 0; h < a->heads; h++) {
        const Head *x = &a->head[h], *y = &b->head[h];
        if (!matrices_equal(&x->q, &y->q) || !matrices_equal(&x->k, &y->k) ||
            !matrices_equal(&x->v, &y->v) || !matrices_equal(&x->o, &y->o))
            return false;
    }
    const Mlp *x = &a->mlp, *y = &b->mlp;
    return !a->has_mlp || (matrices_equal(&x->w1, &y->w1) && matrices_equal(&x->b1, &y->b1) &&
                           matrices_equal(&x->w2, &y->w2) && matrices_equal(&x->b2, &y->b2));
}

static bool readouts_equal(const Readout *a, const Readout *b) {
    if (a->position != b->position || a->sign != b->sign || !matrices_equal(&a->w, &b->w) ||
        !matrices_equal(&a->b, &b->b))
        return false;
    for (size_t r = 0; r < (a->sign ? 0 : a->w.rows); r++)
        if (a->answers[r] != b->answers[r])
            return false;
    return true;
}

bool models_equal(const Transformer *a, const Transformer *b) {
    if (a->task != b->task || a->params.n != b->params.n ||
        a->params.alphabet != b->params.alphabet || a->params.mask != b->params.mask ||
        a->base != b->base || a->mask != b->mask || a->length != b->length ||
        a->width != b->width || a->layers != b->layers)
        return false;
    for (size_t i = 0; i <= a->length; i++)
        if (a->first_row[i] != b->first_row[i])
            return false;
    for (size_t l = 0; l < a->layers; l++)
        if (!layers_equal(&a->layer[l], &b->layer[l]))
            return false;
    return matrices_equal(&a->embedding, &b->embedding) && readouts_equal(&a->readout, &b->readout);
}
