#include "net/evaluate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "net/margin.h"
#include "net/rounded.h"
#include <stdlib.h>

struct Evaluator {
    const Transformer *t;
    ArithSpec spec;
    const Arith *ar;                                                     // spec.ar
    const char *(*power)(Num *r, const Num *a, const ArithSpec *spec);   // B^a
    const Bounds *bounds;                                                // of a bounded arithmetic
    Fault weight;   // why != NULL: a weight that the arithmetic has no number for
    NumMatrix embedding;
    Rounded model;
    Num **mass;        // per layer: heads x L x L
    Num *x;            // L x m, the stream
    Num *add;          // L x m, what the heads add to it
    Num *q, *k, *v;    // L x d_k, L x d_k, L x d_v
    Num *numerator;    // d_v
    Num *unit, *row;   // hidden, m
    Num denominator, term, largest, zero;
    Num *output;
    bool wide;             // the sums over positions are wider:
    ArithSpec wide_spec;   // WIDE bits
};

enum { WIDE = 1 << 14 };

const char *evaluator_admits(const Transformer *t, const ArithSpec *spec) {
    if (t->base == BASE_E && spec->ar->exp == NULL)
        return "base e: exact arithmetic needs base 2";
    return NULL;
}

static void workspace_init(Evaluator *e) {
    const Transformer *t = e->t;
    const ArithSpec *spec = &e->spec;
    e->mass = alloc_array(t->layers, 1, sizeof *e->mass);
    for (size_t l = 0; l < t->layers; l++)
        e->mass[l] = nums_init(spec, t->layer[l].heads * t->length * t->length);
    e->x = nums_init(spec, t->length * t->width);
    e->add = nums_init(spec, t->length * t->width);
    e->q = nums_init(spec, t->length * e->model.d_k);
    e->k = nums_init(spec, t->length * e->model.d_k);
    e->v = nums_init(spec, t->length * e->model.d_v);
    e->numerator = nums_init(spec, e->model.d_v);
    e->unit = nums_init(spec, e->model.hidden);
    e->row = nums_init(spec, t->width);
    e->output = nums_init(spec, t->readout.w.rows);
    e->ar->init(&e->denominator, spec);
    e->ar->init(&e->term, spec);
    e->ar->init(&e->largest, spec);
    e->ar->init(&e->zero, spec);
}

Evaluator *evaluator_new(const Transformer *t, const ArithSpec *spec) {
    require(evaluator_admits(t, spec) == NULL);
    Evaluator *e = alloc_array(1, 1, sizeof *e);
    ArithState old;
    *e = (Evaluator){ .t = t, .spec = *spec, .ar = spec->ar };
    e->power = t->base == BASE_E ? e->ar->exp : e->ar->exp2;
    arith_enter(&e->spec, &old);
    num_matrix_init(&e->embedding, &t->embedding, &e->spec, &e->weight, "a number of the embedding",
                    0, 0);
    for (size_t i = 0; i < e->embedding.rows * e->embedding.columns; i++)
        num_embed(&e->embedding.entry[i], &e->spec, &e->weight);
    rounded_init(&e->model, t, &e->spec);
    if (e->weight.why == NULL)
        e->weight = e->model.fault;
    workspace_init(e);
    arith_leave(&e->spec, &old);
    return e;
}

void evaluator_free(Evaluator *e) {
    const Transformer *t = e->t;
    const ArithSpec *spec = &e->spec;
    num_matrix_clear(&e->embedding, spec);
    for (size_t l = 0; l < t->layers; l++)
        nums_clear(spec, e->mass[l], t->layer[l].heads * t->length * t->length);
    free(e->mass);
    nums_clear(spec, e->x, t->length * t->width);
    nums_clear(spec, e->add, t->length * t->width);
    nums_clear(spec, e->q, t->length * e->model.d_k);
    nums_clear(spec, e->k, t->length * e->model.d_k);
    nums_clear(spec, e->v, t->length * e->model.d_v);
    nums_clear(spec, e->numerator, e->model.d_v);
    nums_clear(spec, e->unit, e->model.hidden);
    nums_clear(spec, e->row, t->width);
    nums_clear(spec, e->output, t->readout.w.rows);
    e->ar->clear(&e->denominator);
    e->ar->clear(&e->term);
    e->ar->clear(&e->largest);
    e->ar->clear(&e->zero);
    rounded_clear(&e->model);   // last: it knows the sizes
    free(e);
}

void evaluator_set_bounds(Evaluator *e, const Bounds *b) {
    require(b->t == e->t);
    e->bounds = b;
}

static bool fails(Fault *fault, const char *part, const char *why) {
    fault->part = part;
    fault->why = why;
    return why != NULL;
}

// Whether one of x[0 .. n-1] is no number: then the fault is that part.
static bool is_faulty(const Evaluator *e, const Num *x, size_t n, const char *part, Fault *fault) {
    if (e->ar->fault == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        if (fails(fault, part, e->ar->fault(&x[i])))
            return true;
    return false;
}

// Writes x[0 .. n-1] to the stream; whether one of them cannot be written.
static bool store_fails(const Evaluator *e, Num *x, size_t n, Fault *fault) {
    static const char *const part = "the stream";
    if (e->ar->store == NULL)
        return is_faulty(e, x, n, part, fault);
    for (size_t i = 0; i < n; i++)
        if (fails(fault, part, e->ar->store(&x[i], &e->spec)))
            return true;
    return false;
}

// r <- sum_c a_c b_c, from 0, left to right.
static void dot(Evaluator *e, Num *r, const Num *a, const Num *b, size_t n) {
    e->ar->copy(r, &e->zero);
    for (size_t c = 0; c < n; c++) {
        e->ar->mul(&e->term, &a[c], &b[c]);
        e->ar->add(r, r, &e->term);
    }
}

static void apply(Evaluator *e, Num *y, const NumMatrix *m, const Num *x) {
    num_apply(y, m, x, &e->spec, &e->term, &e->zero);
}

// mass[0 .. seen-1] <- the scores of position i, e->largest <- the largest.
static bool score(Evaluator *e, Num *mass, const NumHead *h, size_t i, Fault *fault) {
    const Arith *ar = e->ar;
    size_t seen = transformer_sees(e->t, i), d_k = h->q.rows;
    for (size_t j = 0; j < seen; j++) {
        dot(e, &mass[j], e->q + i * d_k, e->k + j * d_k, d_k);
        fault->key = (long)j;
        if (is_faulty(e, &mass[j], 1, "the score", fault) ||
            (ar->score != NULL && fails(fault, "the score", ar->score(&mass[j]))))
            return false;
        if (j == 0 || ar->at_least(&e->largest, &mass[j]) == REFUTED)
            ar->copy(&e->largest, &mass[j]);
    }
    return true;
}

// Rounds a sum over positions to the machine's precision where it was kept wider.
static void narrow(Evaluator *e, Num *sum) {
    if (!e->wide)
        return;
    e->ar->copy(&e->term, sum);
    e->ar->copy(sum, &e->term);
}

// mass[0 .. seen-1] <- B^(score - e->largest), not yet divided by the sum, which goes to
// e->denominator.
static bool weigh(Evaluator *e, Num *mass, size_t i, Fault *fault) {
    const Arith *ar = e->ar;
    for (size_t j = 0; j < transformer_sees(e->t, i); j++) {
        ar->sub(&mass[j], &mass[j], &e->largest);
        fault->key = (long)j;
        if (is_faulty(e, &mass[j], 1, "the score less the largest,", fault))
            return false;
        if (fails(fault, "the score", e->power(&mass[j], &mass[j], &e->spec))) {
            ar->add(&mass[j], &mass[j], &e->largest);   // the score again
            return false;
        }
        if (j == 0)
            ar->copy(&e->denominator, &mass[0]);
        else
            ar->add(&e->denominator, &e->denominator, &mass[j]);
    }
    fault->key = NOWHERE;
    narrow(e, &e->denominator);
    if (ar->is_machine && ar->is_zero(&e->denominator))
        return !fails(fault, "the sum of the weights", "is 0");
    return !is_faulty(e, &e->denominator, 1, "the sum of the weights", fault);
}

// e->add, row i <- + O sum_j a_ij v_j.
static bool attend(Evaluator *e, Num *mass, const NumHead *h, size_t i, Fault *fault) {
    const Arith *ar = e->ar;
    size_t seen = transformer_sees(e->t, i), d_v = h->v.rows, m = e->t->width;
    for (size_t c = 0; c < d_v; c++) {
        ar->mul(&e->numerator[c], &mass[0], &e->v[c]);
        for (size_t j = 1; j < seen; j++) {
            ar->mul(&e->term, &mass[j], &e->v[j * d_v + c]);
            ar->add(&e->numerator[c], &e->numerator[c], &e->term);
        }
        narrow(e, &e->numerator[c]);
        if (is_faulty(e, &e->numerator[c], 1, "the weighted sum", fault))
            return false;
        ar->div(&e->numerator[c], &e->numerator[c], &e->denominator);
        narrow(e, &e->numerator[c]);
    }
    for (size_t j = 0; ar->exact && j < seen; j++)
        ar->div(&mass[j], &mass[j], &e->denominator);
    apply(e, e->row, &h->o, e->numerator);
    for (size_t c = 0; c < m; c++)
        ar->add(&e->add[i * m + c], &e->add[i * m + c], &e->row[c]);
    return !is_faulty(e, &e->add[i * m], m, "what the head adds to the stream", fault);
}

// The keys and values of the positions that the layer reads, and the queries of those at which it
// is wanted.
static bool project(Evaluator *e, const NumHead *h, Needed needed, Fault *fault) {
    size_t m = e->t->width, d_k = h->q.rows, d_v = h->v.rows;
    for (size_t i = 0; i < needed.read; i++) {
        bool asks = i >= needed.first && i < needed.end;
        if (asks)
            apply(e, e->q + i * d_k, &h->q, e->x + i * m);
        apply(e, e->k + i * d_k, &h->k, e->x + i * m);
        apply(e, e->v + i * d_v, &h->v, e->x + i * m);
        fault->query = (long)i;
        if ((asks && is_faulty(e, e->q + i * d_k, d_k, "the query vector", fault)) ||
            is_faulty(e, e->k + i * d_k, d_k, "the key vector", fault) ||
            is_faulty(e, e->v + i * d_v, d_v, "the value vector", fault))
            return false;
    }
    return true;
}

static bool run_head(Evaluator *e, size_t layer, size_t head, Needed needed, Fault *fault) {
    const NumHead *h = &e->model.layer[layer].head[head];
    size_t length = e->t->length;
    fault->head = head + 1;
    if (!project(e, h, needed, fault))
        return false;
    for (size_t i = needed.first; i < needed.end; i++) {
        Num *mass = e->mass[layer] + (head * length + i) * length;
        fault->query = (long)i;
        if (!score(e, mass, h, i, fault))
            return false;
        if (e->ar->bounded)
            e->ar->set(&e->largest, e->bounds->value[bounds_index(e->bounds, layer, head, i)]);
        if (!weigh(e, mass, i, fault) || !attend(e, mass, h, i, fault))
            return false;
    }
    fault->query = NOWHERE;
    return true;
}

static bool run_mlp(Evaluator *e, const NumLayer *n, Num *x, Fault *fault) {
    const Arith *ar = e->ar;
    apply(e, e->unit, &n->w1, x);
    for (size_t u = 0; u < n->w1.rows; u++) {
        ar->add(&e->unit[u], &e->unit[u], &n->b1.entry[u]);
        if (is_faulty(e, &e->unit[u], 1, "a hidden unit", fault))
            return false;
        ar->relu(&e->unit[u], &e->unit[u]);
    }
    apply(e, e->row, &n->w2, e->unit);
    for (size_t c = 0; c < e->t->width; c++) {
        ar->add(&e->row[c], &e->row[c], &n->b2.entry[c]);
        ar->add(&x[c], &x[c], &e->row[c]);
    }
    return !store_fails(e, x, e->t->width, fault);
}

static bool run_layer(Evaluator *e, size_t l, Fault *fault) {
    const Layer *layer = &e->t->layer[l];
    size_t length = e->t->length, m = e->t->width;
    Needed needed = transformer_needs(e->t, l);
    *fault = (Fault){ .layer = l + 1, .query = NOWHERE, .key = NOWHERE };
    // The heads read the same stream; what they add goes into a copy.
    for (size_t k = 0; k < length * m; k++)
        e->ar->copy(&e->add[k], &e->x[k]);
    for (size_t h = 0; h < layer->heads; h++)
        if (!run_head(e, l, h, needed, fault))
            return false;
    Num *x = e->x;
    e->x = e->add;
    e->add = x;
    fault->head = 0;
    for (size_t i = needed.first; i < needed.end; i++) {
        fault->query = (long)i;
        if (store_fails(e, e->x + i * m, m, fault))
            return false;
        if (layer->has_mlp && !run_mlp(e, &e->model.layer[l], e->x + i * m, fault))
            return false;
    }
    return true;
}

// The word, and the layers 0 .. layers-1.
static bool run_layers(Evaluator *e, const Token *word, size_t layers, Fault *fault) {
    const Transformer *t = e->t;
    size_t m = t->width;
    require(!e->ar->bounded || e->bounds != NULL);
    *fault = e->weight;
    if (fault->why != NULL)
        return false;
    for (size_t i = 0; i < t->length; i++) {
        const Num *row = e->embedding.entry + transformer_row(t, i, word[i]) * m;
        for (size_t c = 0; c < m; c++)
            e->ar->copy(&e->x[i * m + c], &row[c]);
    }
    for (size_t l = 0; l < layers; l++)
        if (!run_layer(e, l, fault))
            return false;
    return true;
}

static bool run_readout(Evaluator *e, Fault *fault) {
    size_t rows = e->t->readout.w.rows;
    apply(e, e->output, &e->model.readout_w, e->x + e->t->readout.position * e->t->width);
    for (size_t r = 0; r < rows; r++)
        e->ar->add(&e->output[r], &e->output[r], &e->model.readout_b.entry[r]);
    *fault = (Fault){ .query = NOWHERE, .key = NOWHERE };
    return !is_faulty(e, e->output, rows, "the readout", fault);
}

bool evaluator_run(Evaluator *e, const Token *word, Fault *fault) {
    ArithState old;
    arith_enter(&e->spec, &old);
    bool ran = run_layers(e, word, e->t->layers, fault) && run_readout(e, fault);
    arith_leave(&e->spec, &old);
    return ran;
}

void evaluator_widen_sums(Evaluator *e) {
    require(e->ar->is_machine && !e->ar->exact && !e->wide);
    e->wide = true;
    e->wide_spec = e->spec;
    e->wide_spec.precision = WIDE;
    nums_clear(&e->spec, e->numerator, e->model.d_v);
    e->ar->clear(&e->denominator);
    e->numerator = nums_init(&e->wide_spec, e->model.d_v);
    e->ar->init(&e->denominator, &e->wide_spec);
}

void evaluator_measure(Evaluator *e, const Token *word, size_t layer, Bounds *b) {
    Fault fault;
    require(e->ar->bounded && e->ar->exact);
    if (!run_layers(e, word, layer, &fault))
        return;
    Needed needed = transformer_needs(e->t, layer);
    for (size_t h = 0; h < e->t->layer[layer].heads; h++) {
        NumHead *n = &e->model.layer[layer].head[h];
        if (!project(e, n, needed, &fault))
            return;
        for (size_t i = needed.first; i < needed.end; i++)
            if (score(e, e->mass[layer], n, i, &fault))
                bounds_raise(b, bounds_index(b, layer, h, i), e->largest.q);
    }
}

void evaluator_fault_score(mpq_t score, const Evaluator *e, const Fault *fault) {
    size_t length = e->t->length;
    require(e->ar->exact && fault->layer >= 1 && fault->head >= 1 && fault->key != NOWHERE);
    const Num *mass = e->mass[fault->layer - 1] + (fault->head - 1) * length * length;
    mpq_set(score, mass[(size_t)fault->query * length + (size_t)fault->key].q);
}

const Num *evaluator_output(const Evaluator *e) { return e->output; }

void evaluator_mass(mpq_t mass, const Evaluator *e, size_t layer, size_t head, size_t i, size_t j) {
    size_t length = e->t->length;
    require(e->ar->exact);
    require(layer < e->t->layers && head < e->t->layer[layer].heads && i < length && j < length);
    mpq_set(mass, e->mass[layer][(head * length + i) * length + j].q);
}

bool evaluator_margin_ends(mpq_t least, mpq_t most, const Evaluator *e, size_t answer) {
    size_t rows = e->t->readout.w.rows;
    mpq_t *lower = vector_init(rows), *upper = vector_init(rows);
    bool enclosed = true;
    for (size_t r = 0; r < rows; r++)
        enclosed = enclosed && e->ar->ends(lower[r], upper[r], &e->output[r]);
    if (enclosed)
        readout_margin_ends(least, most, &e->t->readout, lower, upper, answer);
    vector_clear(lower, rows);
    vector_clear(upper, rows);
    return enclosed;
}

void evaluator_margin(mpq_t margin, const Evaluator *e, size_t answer) {
    mpq_t same;
    mpq_init(same);
    require(!e->ar->encloses);
    bool shown = evaluator_margin_ends(margin, same, e, answer);
    require(shown);
    mpq_clear(same);
}

bool evaluate_word(mpq_t margin, const Transformer *t, const Token *word) {
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    Fault fault;
    bool ran = evaluator_run(e, word, &fault);
    if (ran)
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
    evaluator_free(e);
    return ran;
}
