#include "verify/machine_ends.h"
#include "base/alloc.h"
#include "net/margin.h"
#include "verify/machine_grid.h"
#include <stdlib.h>

void ends_apply(Num *y, const NumMatrix *m, const Num *x, const ArithSpec *spec) {
    const Arith *ar = spec->ar;
    Num *work = nums_init(spec, 2);
    for (size_t i = 0; i < m->rows; i++) {
        ar->copy(&y[2 * i], &work[1]);
        ar->copy(&y[2 * i + 1], &work[1]);
        for (size_t k = m->begin[i]; k < m->begin[i + 1]; k++) {
            const Num *weight = &m->entry[i * m->columns + m->nonzero[k]];
            const Num *ends = &x[2 * m->nonzero[k]];
            bool negative = !nums_ordered(&work[1], weight, spec);
            for (size_t e = 0; e < 2; e++) {
                ar->mul(&work[0], weight, &ends[negative ? 1 - e : e]);
                ar->add(&y[2 * i + e], &y[2 * i + e], &work[0]);
            }
        }
    }
    nums_clear(spec, work, 2);
}

static bool is_faulty(const ArithSpec *spec, const Num *x, size_t n) {
    for (size_t i = 0; i < n && spec->ar->fault != NULL; i++)
        if (spec->ar->fault(&x[i]) != NULL)
            return true;
    return false;
}

static bool store_fails(const ArithSpec *spec, Num *x, size_t n) {
    for (size_t i = 0; i < n && spec->ar->store != NULL; i++)
        if (spec->ar->store(&x[i], spec) != NULL)
            return true;
    return is_faulty(spec, x, n);
}

// r <- r + a, n numbers.
static void add_all(Num *r, const Num *a, size_t n, const ArithSpec *spec) {
    for (size_t i = 0; i < n; i++)
        spec->ar->add(&r[i], &r[i], &a[i]);
}

static void add_bias(Num *y, const NumMatrix *b, const ArithSpec *spec) {
    for (size_t i = 0; i < 2 * b->rows; i++)
        spec->ar->add(&y[i], &y[i], &b->entry[i / 2]);
}

static const char *run_mlp(Num *x, Num *row, const Machine *m, const NumLayer *n) {
    const ArithSpec *spec = m->spec;
    size_t hidden = n->w1.rows, width = m->t->width;
    Num *unit = nums_init(spec, 2 * hidden);
    const char *why = NULL;
    ends_apply(unit, &n->w1, x, spec);
    add_bias(unit, &n->b1, spec);
    if (is_faulty(spec, unit, 2 * hidden))
        why = "a hidden unit of the last layer may overflow";
    for (size_t u = 0; u < 2 * hidden; u++)
        spec->ar->relu(&unit[u], &unit[u]);
    ends_apply(row, &n->w2, unit, spec);
    add_bias(row, &n->b2, spec);
    add_all(x, row, 2 * width, spec);
    nums_clear(spec, unit, 2 * hidden);
    return why;
}

// x <- the stream after the last layer; row: workspace.
static const char *run_layer(Num *x, Num *row, const Machine *m, const Num *ratio) {
    const ArithSpec *spec = m->spec;
    size_t last = m->t->layers - 1, width = m->t->width;
    const NumLayer *n = &m->model.layer[last];
    for (size_t h = 0; h < m->t->layer[last].heads; h++) {
        ends_apply(row, &n->head[h].o, ratio, spec);
        add_all(x, row, 2 * width, spec);
        if (is_faulty(spec, x, 2 * width))
            return "what a head of the last layer adds to the stream may overflow";
        ratio += 2 * n->head[h].o.columns;
    }
    const char *why = store_fails(spec, x, 2 * width) ? "the last stream may overflow" : NULL;
    if (why == NULL && m->t->layer[last].has_mlp) {
        why = run_mlp(x, row, m, n);
        if (why == NULL && store_fails(spec, x, 2 * width))
            why = "the last stream may overflow";
    }
    return why;
}

static const char *read_out(mpq_t margin, const Machine *m, const Num *x, size_t answer) {
    const ArithSpec *spec = m->spec;
    size_t rows = m->t->readout.w.rows;
    Num *output = nums_init(spec, 2 * rows);
    mpq_t *lower = vector_init(rows), *upper = vector_init(rows), same;
    mpq_init(same);
    ends_apply(output, &m->model.readout_w, x, spec);
    add_bias(output, &m->model.readout_b, spec);
    bool known = !is_faulty(spec, output, 2 * rows);
    for (size_t r = 0; r < rows && known; r++)
        known = spec->ar->ends(lower[r], same, &output[2 * r]) &&
                spec->ar->ends(same, upper[r], &output[2 * r + 1]);
    if (known)
        readout_margin_ends(margin, same, &m->t->readout, lower, upper, answer);
    vector_clear(lower, rows);
    vector_clear(upper, rows);
    mpq_clear(same);
    nums_clear(spec, output, 2 * rows);
    return known ? NULL : "the readout may overflow";
}

const char *machine_finish(mpq_t margin, const Machine *m, const Num *x, const Num *ratio,
                           size_t answer) {
    size_t width = m->t->width;
    Num *stream = nums_init(m->spec, 2 * width), *row = nums_init(m->spec, 2 * width);
    for (size_t c = 0; c < 2 * width; c++)
        m->spec->ar->copy(&stream[c], &x[c / 2]);
    const char *why = run_layer(stream, row, m, ratio);
    if (why == NULL)
        why = read_out(margin, m, stream, answer);
    nums_clear(m->spec, stream, 2 * width);
    nums_clear(m->spec, row, 2 * width);
    return why;
}
