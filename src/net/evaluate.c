#include "net/evaluate.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

// A matrix after rounding to the arithmetic.
typedef struct NumMatrix {
    size_t rows, columns;
    Num *entry;
} NumMatrix;

typedef struct NumHead {
    NumMatrix q, k, v, o;
} NumHead;

typedef struct NumLayer {
    NumHead *head;
    NumMatrix w1, b1, w2, b2;
    Num *mass;   // heads x L x L
} NumLayer;

struct Evaluator {
    const Transformer *t;
    const Arith *ar;
    NumMatrix embedding, readout_w, readout_b;
    NumLayer *layer;
    size_t d_k, d_v, hidden;   // the largest of all layers
    Num *x;                    // L x m, the stream
    Num *add;                  // L x m, what the heads add to it
    Num *q, *k, *v;            // L x d_k, L x d_k, L x d_v
    Num *numerator;            // d_v
    Num *unit, *row;           // hidden, m
    Num denominator, term, largest;
    Num *output;
};

static void num_matrix_init(NumMatrix *n, const Arith *ar, const Matrix *m) {
    *n = (NumMatrix){ .rows = m->rows,
                      .columns = m->columns,
                      .entry = nums_init(ar, m->rows * m->columns) };
    for (size_t i = 0; i < m->rows * m->columns; i++)
        ar->set(&n->entry[i], m->entry[i]);
}

static void num_matrix_clear(NumMatrix *n, const Arith *ar) {
    nums_clear(ar, n->entry, n->rows * n->columns);
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void layer_init(Evaluator *e, NumLayer *n, const Layer *l) {
    n->head = alloc_array(l->heads, 1, sizeof *n->head);
    for (size_t h = 0; h < l->heads; h++) {
        num_matrix_init(&n->head[h].q, e->ar, &l->head[h].q);
        num_matrix_init(&n->head[h].k, e->ar, &l->head[h].k);
        num_matrix_init(&n->head[h].v, e->ar, &l->head[h].v);
        num_matrix_init(&n->head[h].o, e->ar, &l->head[h].o);
        e->d_k = larger(e->d_k, l->head[h].q.rows);
        e->d_v = larger(e->d_v, l->head[h].v.rows);
    }
    num_matrix_init(&n->w1, e->ar, &l->mlp.w1);
    num_matrix_init(&n->b1, e->ar, &l->mlp.b1);
    num_matrix_init(&n->w2, e->ar, &l->mlp.w2);
    num_matrix_init(&n->b2, e->ar, &l->mlp.b2);
    e->hidden = larger(e->hidden, l->mlp.w1.rows);
    n->mass = nums_init(e->ar, l->heads * e->t->length * e->t->length);
}

static void layer_clear(Evaluator *e, NumLayer *n, const Layer *l) {
    for (size_t h = 0; h < l->heads; h++) {
        num_matrix_clear(&n->head[h].q, e->ar);
        num_matrix_clear(&n->head[h].k, e->ar);
        num_matrix_clear(&n->head[h].v, e->ar);
        num_matrix_clear(&n->head[h].o, e->ar);
    }
    free(n->head);
    num_matrix_clear(&n->w1, e->ar);
    num_matrix_clear(&n->b1, e->ar);
    num_matrix_clear(&n->w2, e->ar);
    num_matrix_clear(&n->b2, e->ar);
    nums_clear(e->ar, n->mass, l->heads * e->t->length * e->t->length);
}

Evaluator *evaluator_new(const Transformer *t, const Arith *ar) {
    require(t->base == BASE_2);
    Evaluator *e = alloc_array(1, 1, sizeof *e);
    *e = (Evaluator){ .t = t, .ar = ar };
    num_matrix_init(&e->embedding, ar, &t->embedding);
    num_matrix_init(&e->readout_w, ar, &t->readout.w);
    num_matrix_init(&e->readout_b, ar, &t->readout.b);
    e->layer = alloc_array(t->layers, 1, sizeof *e->layer);
    for (size_t l = 0; l < t->layers; l++)
        layer_init(e, &e->layer[l], &t->layer[l]);
    e->x = nums_init(ar, t->length * t->width);
    e->add = nums_init(ar, t->length * t->width);
    e->q = nums_init(ar, t->length * e->d_k);
    e->k = nums_init(ar, t->length * e->d_k);
    e->v = nums_init(ar, t->length * e->d_v);
    e->numerator = nums_init(ar, e->d_v);
    e->unit = nums_init(ar, e->hidden);
    e->row = nums_init(ar, t->width);
    e->output = nums_init(ar, t->readout.w.rows);
    ar->init(&e->denominator);
    ar->init(&e->term);
    ar->init(&e->largest);
    return e;
}

void evaluator_free(Evaluator *e) {
    const Transformer *t = e->t;
    const Arith *ar = e->ar;
    num_matrix_clear(&e->embedding, ar);
    num_matrix_clear(&e->readout_w, ar);
    num_matrix_clear(&e->readout_b, ar);
    for (size_t l = 0; l < t->layers; l++)
        layer_clear(e, &e->layer[l], &t->layer[l]);
    free(e->layer);
    nums_clear(ar, e->x, t->length * t->width);
    nums_clear(ar, e->add, t->length * t->width);
    nums_clear(ar, e->q, t->length * e->d_k);
    nums_clear(ar, e->k, t->length * e->d_k);
    nums_clear(ar, e->v, t->length * e->d_v);
    nums_clear(ar, e->numerator, e->d_v);
    nums_clear(ar, e->unit, e->hidden);
    nums_clear(ar, e->row, t->width);
    nums_clear(ar, e->output, t->readout.w.rows);
    ar->clear(&e->denominator);
    ar->clear(&e->term);
    ar->clear(&e->largest);
    free(e);
}

// r <- sum_c a_c b_c, from 0, left to right.
static void dot(Evaluator *e, Num *r, const Num *a, const Num *b, size_t n) {
    mpq_t zero;
    mpq_init(zero);
    e->ar->set(r, zero);
    mpq_clear(zero);
    for (size_t c = 0; c < n; c++) {
        e->ar->mul(&e->term, &a[c], &b[c]);
        e->ar->add(r, r, &e->term);
    }
}

// y <- m x.
static void apply(Evaluator *e, Num *y, const NumMatrix *m, const Num *x) {
    for (size_t i = 0; i < m->rows; i++)
        dot(e, &y[i], m->entry + i * m->columns, x, m->columns);
}

// mass[0 .. seen-1] <- the scores of position i, then 2^(score - largest), not yet divided by the
// sum, which goes to e->denominator.
static bool weigh(Evaluator *e, Num *mass, const NumHead *h, size_t i, Fault *fault) {
    const Arith *ar = e->ar;
    size_t seen = transformer_sees(e->t, i), d_k = h->q.rows;
    fault->query = i;
    for (size_t j = 0; j < seen; j++) {
        dot(e, &mass[j], e->q + i * d_k, e->k + j * d_k, d_k);
        fault->key = j;
        fault->why = ar->score(&mass[j]);
        if (fault->why != NULL)
            return false;
        if (j == 0 || ar->at_least(&e->largest, &mass[j]) == REFUTED)
            ar->copy(&e->largest, &mass[j]);
    }
    for (size_t j = 0; j < seen; j++) {
        ar->sub(&mass[j], &mass[j], &e->largest);
        fault->key = j;
        fault->why = ar->exp2(&mass[j], &mass[j]);
        if (fault->why != NULL) {
            ar->add(&mass[j], &mass[j], &e->largest);   // the score again
            return false;
        }
        if (j == 0)
            ar->copy(&e->denominator, &mass[0]);
        else
            ar->add(&e->denominator, &e->denominator, &mass[j]);
    }
    return true;
}

// e->add, row i <- + O sum_j a_ij v_j.
static void attend(Evaluator *e, Num *mass, const NumHead *h, size_t i) {
    const Arith *ar = e->ar;
    size_t seen = transformer_sees(e->t, i), d_v = h->v.rows, m = e->t->width;
    for (size_t c = 0; c < d_v; c++) {
        ar->mul(&e->numerator[c], &mass[0], &e->v[c]);
        for (size_t j = 1; j < seen; j++) {
            ar->mul(&e->term, &mass[j], &e->v[j * d_v + c]);
            ar->add(&e->numerator[c], &e->numerator[c], &e->term);
        }
        ar->div(&e->numerator[c], &e->numerator[c], &e->denominator);
    }
    for (size_t j = 0; j < seen; j++)
        ar->div(&mass[j], &mass[j], &e->denominator);
    apply(e, e->row, &h->o, e->numerator);
    for (size_t c = 0; c < m; c++)
        ar->add(&e->add[i * m + c], &e->add[i * m + c], &e->row[c]);
}

// What the readout depends on: a layer reads the positions 0 .. read-1, and is wanted at the
// positions first .. end-1, in the last layer only at the readout's.
typedef struct Needed {
    size_t read, first, end;
} Needed;

static Needed needed_in(const Transformer *t, size_t layer) {
    size_t r = t->readout.position, read = transformer_sees(t, r);
    if (layer + 1 == t->layers)
        return (Needed){ .read = read, .first = r, .end = r + 1 };
    return (Needed){ .read = read, .first = 0, .end = read };
}

static bool run_head(Evaluator *e, Num *mass, const NumHead *h, Needed needed, Fault *fault) {
    size_t length = e->t->length, m = e->t->width, d_k = h->q.rows, d_v = h->v.rows;
    for (size_t i = 0; i < needed.read; i++) {
        apply(e, e->q + i * d_k, &h->q, e->x + i * m);
        apply(e, e->k + i * d_k, &h->k, e->x + i * m);
        apply(e, e->v + i * d_v, &h->v, e->x + i * m);
    }
    for (size_t i = needed.first; i < needed.end; i++) {
        if (!weigh(e, mass + i * length, h, i, fault))
            return false;
        attend(e, mass + i * length, h, i);
    }
    return true;
}

static void run_mlp(Evaluator *e, const NumLayer *n, Num *x) {
    const Arith *ar = e->ar;
    apply(e, e->unit, &n->w1, x);
    for (size_t u = 0; u < n->w1.rows; u++) {
        ar->add(&e->unit[u], &e->unit[u], &n->b1.entry[u]);
        ar->relu(&e->unit[u], &e->unit[u]);
    }
    apply(e, e->row, &n->w2, e->unit);
    for (size_t c = 0; c < e->t->width; c++) {
        ar->add(&e->row[c], &e->row[c], &n->b2.entry[c]);
        ar->add(&x[c], &x[c], &e->row[c]);
    }
}

static bool run_layer(Evaluator *e, size_t l, Fault *fault) {
    const Layer *layer = &e->t->layer[l];
    NumLayer *n = &e->layer[l];
    size_t length = e->t->length, m = e->t->width;
    Needed needed = needed_in(e->t, l);
    // The heads read the same stream; what they add goes into a copy.
    for (size_t k = 0; k < length * m; k++)
        e->ar->copy(&e->add[k], &e->x[k]);
    for (size_t h = 0; h < layer->heads; h++) {
        fault->layer = l + 1;
        fault->head = h + 1;
        if (!run_head(e, n->mass + h * length * length, &n->head[h], needed, fault))
            return false;
    }
    Num *x = e->x;
    e->x = e->add;
    e->add = x;
    if (layer->has_mlp)
        for (size_t i = needed.first; i < needed.end; i++)
            run_mlp(e, n, e->x + i * m);
    return true;
}

bool evaluator_run(Evaluator *e, const Token *word, Fault *fault) {
    const Transformer *t = e->t;
    size_t m = t->width;
    *fault = (Fault){ 0 };
    for (size_t i = 0; i < t->length; i++) {
        const Num *row = e->embedding.entry + transformer_row(t, i, word[i]) * m;
        for (size_t c = 0; c < m; c++)
            e->ar->copy(&e->x[i * m + c], &row[c]);
    }
    for (size_t l = 0; l < t->layers; l++)
        if (!run_layer(e, l, fault))
            return false;
    apply(e, e->output, &e->readout_w, e->x + t->readout.position * m);
    for (size_t r = 0; r < t->readout.w.rows; r++)
        e->ar->add(&e->output[r], &e->output[r], &e->readout_b.entry[r]);
    return true;
}

void evaluator_fault_score(mpq_t score, const Evaluator *e, const Fault *fault) {
    size_t length = e->t->length;
    require(fault->layer >= 1 && fault->head >= 1);
    const Num *mass = e->layer[fault->layer - 1].mass + (fault->head - 1) * length * length;
    e->ar->show(score, &mass[fault->query * length + fault->key]);
}

const Num *evaluator_output(const Evaluator *e) { return e->output; }

void evaluator_mass(mpq_t mass, const Evaluator *e, size_t layer, size_t head, size_t i, size_t j) {
    size_t length = e->t->length;
    require(layer < e->t->layers && head < e->t->layer[layer].heads && i < length && j < length);
    e->ar->show(mass, &e->layer[layer].mass[(head * length + i) * length + j]);
}

void readout_margin(mpq_t margin, const Readout *r, mpq_t *output, size_t answer) {
    if (r->sign) {
        mpq_set(margin, output[0]);
        if (answer == 0)
            mpq_neg(margin, margin);
        return;
    }
    size_t right = 0;
    while (r->answers[right] != answer)
        right++;
    bool first = true;
    mpq_t lead;
    mpq_init(lead);
    for (size_t row = 0; row < r->w.rows; row++) {
        if (row == right)
            continue;
        mpq_sub(lead, output[right], output[row]);
        if (first || mpq_cmp(lead, margin) < 0)
            mpq_set(margin, lead);
        first = false;
    }
    require(!first);
    mpq_clear(lead);
}

void evaluator_margin(mpq_t margin, const Evaluator *e, size_t answer) {
    size_t rows = e->t->readout.w.rows;
    mpq_t *output = vector_init(rows);
    for (size_t r = 0; r < rows; r++)
        e->ar->show(output[r], &e->output[r]);
    readout_margin(margin, &e->t->readout, output, answer);
    vector_clear(output, rows);
}

bool evaluate_word(mpq_t margin, const Transformer *t, const Token *word) {
    Evaluator *e = evaluator_new(t, &arith_exact);
    Fault fault;
    bool ran = evaluator_run(e, word, &fault);
    if (ran)
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
    evaluator_free(e);
    return ran;
}
