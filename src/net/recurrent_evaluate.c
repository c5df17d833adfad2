#include "net/recurrent_evaluate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "net/margin.h"
#include "net/rounded.h"
#include <stdlib.h>

struct RecurrentEvaluator {
    const Recurrent *r;
    ArithSpec spec;
    const Arith *ar;   // spec.ar
    Fault weight;      // why != NULL: a weight that the arithmetic has no number for
    NumMatrix w, u, b, initial, readout_w, readout_b;
    Num *h, *next;   // m
    Num *output;     // rows of the readout
    Num term, zero, one;
    mpq_t *end[2];   // rows of the readout
};

RecurrentEvaluator *recurrent_evaluator_new(const Recurrent *r, const ArithSpec *spec) {
    RecurrentEvaluator *e = alloc_array(1, 1, sizeof *e);
    size_t rows = r->readout.w.rows;
    ArithState old;
    mpq_t one;
    *e = (RecurrentEvaluator){ .r = r, .spec = *spec, .ar = spec->ar };
    spec = &e->spec;
    arith_enter(spec, &old);
    num_matrix_init(&e->w, &r->w, spec, &e->weight, "a weight of W", 0, 0);
    num_matrix_init(&e->u, &r->u, spec, &e->weight, "a weight of U", 0, 0);
    num_matrix_init(&e->b, &r->b, spec, &e->weight, "a weight of b", 0, 0);
    num_matrix_init(&e->initial, &r->initial, spec, &e->weight, "the initial state", 0, 0);
    num_matrix_init(&e->readout_w, &r->readout.w, spec, &e->weight, "a weight of the readout", 0,
                    0);
    num_matrix_init(&e->readout_b, &r->readout.b, spec, &e->weight, "the threshold of the readout",
                    0, 0);
    e->h = nums_init(spec, r->width);
    e->next = nums_init(spec, r->width);
    e->output = nums_init(spec, rows);
    e->ar->init(&e->term, spec);
    e->ar->init(&e->zero, spec);
    e->ar->init(&e->one, spec);
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    e->ar->set(&e->one, one);
    mpq_clear(one);
    e->end[0] = vector_init(rows);
    e->end[1] = vector_init(rows);
    arith_leave(spec, &old);
    return e;
}

void recurrent_evaluator_free(RecurrentEvaluator *e) {
    size_t rows = e->r->readout.w.rows;
    num_matrix_clear(&e->w, &e->spec);
    num_matrix_clear(&e->u, &e->spec);
    num_matrix_clear(&e->b, &e->spec);
    num_matrix_clear(&e->initial, &e->spec);
    num_matrix_clear(&e->readout_w, &e->spec);
    num_matrix_clear(&e->readout_b, &e->spec);
    nums_clear(&e->spec, e->h, e->r->width);
    nums_clear(&e->spec, e->next, e->r->width);
    nums_clear(&e->spec, e->output, rows);
    e->ar->clear(&e->term);
    e->ar->clear(&e->zero);
    e->ar->clear(&e->one);
    vector_clear(e->end[0], rows);
    vector_clear(e->end[1], rows);
    free(e);
}

static bool fails(Fault *fault, const char *part, const char *why) {
    if (why != NULL)
        *fault = (Fault){ .part = part, .query = NOWHERE, .key = NOWHERE, .why = why };
    return why != NULL;
}

// Writes x[0 .. n-1] to registers, where there are any; whether one of them is no number.
static bool store_fails(const RecurrentEvaluator *e, Num *x, size_t n, const char *part,
                        Fault *fault) {
    for (size_t i = 0; i < n; i++) {
        const char *why = NULL;
        if (e->ar->store != NULL)
            why = e->ar->store(&x[i], &e->spec);
        else if (e->ar->fault != NULL)
            why = e->ar->fault(&x[i]);
        if (fails(fault, part, why))
            return true;
    }
    return false;
}

// x <- min(max(x, 0), 1).  An enclosure takes the way over 1 - relu(1 - relu(x)), which encloses as
// closely, being monotone; where sums round, that would change numbers between 0 and 1.
static void clamp(RecurrentEvaluator *e, Num *x) {
    const Arith *ar = e->ar;
    ar->relu(x, x);
    if (ar->encloses) {
        ar->sub(x, &e->one, x);
        ar->relu(x, x);
        ar->sub(x, &e->one, x);
    } else if (ar->at_least(x, &e->one) == PROVED) {
        ar->copy(x, &e->one);
    }
}

static bool start(RecurrentEvaluator *e, Fault *fault) {
    *fault = e->weight;
    if (fault->why != NULL)
        return false;
    for (size_t i = 0; i < e->r->width; i++)
        e->ar->copy(&e->h[i], &e->initial.entry[i]);
    return !store_fails(e, e->h, e->r->width, "the initial state", fault);
}

static bool step(RecurrentEvaluator *e, Token token, Fault *fault) {
    const Arith *ar = e->ar;
    size_t width = e->r->width, columns = e->u.columns;
    require(token < columns);
    num_apply(e->next, &e->w, e->h, &e->spec, &e->term, &e->zero);
    for (size_t i = 0; i < width; i++) {
        Num *x = &e->next[i];
        ar->add(x, x, &e->u.entry[i * columns + token]);
        ar->add(x, x, &e->b.entry[i]);
        if (fails(fault, "the sum of a unit", ar->fault ? ar->fault(x) : NULL))
            return false;
        if (e->r->activation == ACTIVATION_CLAMP)
            clamp(e, x);
        else
            ar->relu(x, x);
    }
    Num *h = e->h;
    e->h = e->next;
    e->next = h;
    return !store_fails(e, e->h, width, "the state", fault);
}

static bool read(RecurrentEvaluator *e, Fault *fault) {
    size_t rows = e->readout_w.rows;
    num_apply(e->output, &e->readout_w, e->h, &e->spec, &e->term, &e->zero);
    for (size_t r = 0; r < rows; r++) {
        e->ar->add(&e->output[r], &e->output[r], &e->readout_b.entry[r]);
        if (fails(fault, "the readout", e->ar->fault ? e->ar->fault(&e->output[r]) : NULL))
            return false;
    }
    return true;
}

bool recurrent_evaluator_start(RecurrentEvaluator *e, Fault *fault) {
    ArithState old;
    arith_enter(&e->spec, &old);
    bool done = start(e, fault);
    arith_leave(&e->spec, &old);
    return done;
}

bool recurrent_evaluator_step(RecurrentEvaluator *e, Token token, Fault *fault) {
    ArithState old;
    arith_enter(&e->spec, &old);
    bool done = step(e, token, fault);
    arith_leave(&e->spec, &old);
    return done;
}

bool recurrent_evaluator_read(RecurrentEvaluator *e, Fault *fault) {
    ArithState old;
    arith_enter(&e->spec, &old);
    bool done = read(e, fault);
    arith_leave(&e->spec, &old);
    return done;
}

bool recurrent_evaluator_run(RecurrentEvaluator *e, const Token *word, size_t length,
                             Fault *fault) {
    bool runs = recurrent_evaluator_start(e, fault);
    for (size_t t = 0; t < length && runs; t++)
        runs = recurrent_evaluator_step(e, word[t], fault);
    return runs && recurrent_evaluator_read(e, fault);
}

void recurrent_evaluator_save(mpq_t *state, const RecurrentEvaluator *e) {
    mpq_t same;
    mpq_init(same);
    require(!e->ar->encloses);
    for (size_t i = 0; i < e->r->width; i++) {
        bool told = e->ar->ends(state[i], same, &e->h[i]);
        require(told);
    }
    mpq_clear(same);
}

void recurrent_evaluator_restore(RecurrentEvaluator *e, mpq_t *state) {
    ArithState old;
    require(!e->ar->encloses);
    arith_enter(&e->spec, &old);
    for (size_t i = 0; i < e->r->width; i++)
        e->ar->set(&e->h[i], state[i]);
    arith_leave(&e->spec, &old);
}

void recurrent_evaluator_output(mpq_t *output, const RecurrentEvaluator *e) {
    require(!e->ar->encloses);
    for (size_t r = 0; r < e->readout_w.rows; r++) {
        bool told = e->ar->ends(output[r], e->end[1][r], &e->output[r]);
        require(told);
    }
}

void recurrent_evaluator_margin(mpq_t margin, const RecurrentEvaluator *e, size_t answer) {
    recurrent_evaluator_output(e->end[0], e);
    readout_margin(margin, &e->r->readout, e->end[0], answer);
}
