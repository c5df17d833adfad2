#include "hardware.h"
#include <math.h>
#include <mpfr.h>
#include <stdlib.h>

// A number is kept as a double; a float's every result is rounded to float at once, which for
// + - * / gives what float operations do (2 * 24 + 2 <= 53).  Tested in test_float.c on floats.
typedef struct Machine {
    const Transformer *t;
    bool is_float, finite;
    double *x, *add, *q, *k, *v, *mass;
} Machine;

static double keep(Machine *m, double x) {
    double kept = m->is_float ? (double)(float)x : x;
    m->finite = m->finite && isfinite(kept);
    return kept;
}

// The rational, correctly rounded.
static double number(Machine *m, const mpq_t r) {
    mpfr_t x;
    mpfr_init2(x, 4000);   // more bits than the tests' weights have before they repeat
    mpfr_set_q(x, r, MPFR_RNDN);
    double value = m->is_float ? (double)mpfr_get_flt(x, MPFR_RNDN) : mpfr_get_d(x, MPFR_RNDN);
    mpfr_clear(x);
    return keep(m, value);
}

static double power(Machine *m, double a) {
    mpfr_t x;
    mpfr_init2(x, 400);
    mpfr_set_d(x, a, MPFR_RNDN);
    (m->t->base == BASE_2 ? mpfr_exp2 : mpfr_exp)(x, x, MPFR_RNDN);
    double value = m->is_float ? (double)mpfr_get_flt(x, MPFR_RNDN) : mpfr_get_d(x, MPFR_RNDN);
    mpfr_clear(x);
    return keep(m, value);
}

// Entry (i, .) of the matrix times x.
static double row_times(Machine *m, const Matrix *a, size_t i, const double *x) {
    double sum = 0;
    for (size_t c = 0; c < a->columns; c++)
        sum = keep(m, sum + keep(m, number(m, matrix_at(a, i, c)) * x[c]));
    return sum;
}

static void times(Machine *m, double *y, const Matrix *a, const double *x) {
    for (size_t i = 0; i < a->rows; i++)
        y[i] = row_times(m, a, i, x);
}

static double weigh(Machine *m, size_t i, size_t d_k) {
    size_t seen = transformer_sees(m->t, i);
    double largest = -INFINITY, sum = 0;
    for (size_t j = 0; j < seen; j++) {
        double score = 0;
        for (size_t c = 0; c < d_k; c++)
            score = keep(m, score + keep(m, m->q[i * d_k + c] * m->k[j * d_k + c]));
        m->mass[j] = score;
        largest = score > largest ? score : largest;
    }
    for (size_t j = 0; j < seen; j++) {
        m->mass[j] = power(m, keep(m, m->mass[j] - largest));
        sum = j == 0 ? m->mass[0] : keep(m, sum + m->mass[j]);
    }
    return sum;
}

static void attend(Machine *m, const Head *h, size_t i) {
    size_t seen = transformer_sees(m->t, i), d_v = h->v.rows;
    double sum = weigh(m, i, h->q.rows), ratio[8];
    for (size_t c = 0; c < d_v; c++) {
        double numerator = keep(m, m->mass[0] * m->v[c]);
        for (size_t j = 1; j < seen; j++)
            numerator = keep(m, numerator + keep(m, m->mass[j] * m->v[j * d_v + c]));
        ratio[c] = keep(m, numerator / sum);
    }
    for (size_t c = 0; c < m->t->width; c++) {
        double *x = &m->add[i * m->t->width + c];
        *x = keep(m, *x + row_times(m, &h->o, c, ratio));
    }
}

static void run_mlp(Machine *m, const Mlp *mlp, double *x) {
    double unit[8], row[8];
    for (size_t u = 0; u < mlp->w1.rows; u++) {
        double sum = row_times(m, &mlp->w1, u, x);
        unit[u] = keep(m, sum + number(m, mlp->b1.entry[u]));
        unit[u] = unit[u] > 0 ? unit[u] : 0;
    }
    times(m, row, &mlp->w2, unit);
    for (size_t c = 0; c < m->t->width; c++)
        x[c] = keep(m, x[c] + keep(m, row[c] + number(m, mlp->b2.entry[c])));
}

static void run_layer(Machine *m, size_t l) {
    const Transformer *t = m->t;
    const Layer *layer = &t->layer[l];
    size_t r = t->readout.position, read = transformer_sees(t, r), width = t->width;
    bool last = l + 1 == t->layers;
    size_t first = last ? r : 0, end = last ? r + 1 : read;
    for (size_t k = 0; k < t->length * width; k++)
        m->add[k] = m->x[k];
    for (size_t h = 0; h < layer->heads; h++) {
        const Head *head = &layer->head[h];
        for (size_t i = 0; i < read; i++) {
            if (i >= first && i < end)
                times(m, m->q + i * head->q.rows, &head->q, m->x + i * width);
            times(m, m->k + i * head->k.rows, &head->k, m->x + i * width);
            times(m, m->v + i * head->v.rows, &head->v, m->x + i * width);
        }
        for (size_t i = first; i < end; i++)
            attend(m, head, i);
    }
    for (size_t k = 0; k < t->length * width; k++)
        m->x[k] = m->add[k];
    for (size_t i = first; i < end && layer->has_mlp; i++)
        run_mlp(m, &layer->mlp, m->x + i * width);
}

// Weights count even where no number on the way meets them.
static void round_weights(Machine *m, const Matrix *a) {
    for (size_t k = 0; k < a->rows * a->columns; k++)
        number(m, a->entry[k]);
}

static bool run(double *output, const Transformer *t, const Token *word, bool is_float) {
    enum { MOST = 64 };   // L times any dimension of the tests' models
    double space[6][MOST] = { { 0 } };
    Machine m = { .t = t,
                  .is_float = is_float,
                  .finite = true,
                  .x = space[0],
                  .add = space[1],
                  .q = space[2],
                  .k = space[3],
                  .v = space[4],
                  .mass = space[5] };
    round_weights(&m, &t->embedding);
    for (size_t l = 0; l < t->layers; l++)
        for (size_t h = 0; h < t->layer[l].heads; h++) {
            const Head *head = &t->layer[l].head[h];
            round_weights(&m, &head->q);
            round_weights(&m, &head->k);
            round_weights(&m, &head->v);
            round_weights(&m, &head->o);
        }
    for (size_t i = 0; i < t->length; i++)
        for (size_t c = 0; c < t->width; c++)
            m.x[i * t->width + c] =
                number(&m, matrix_at(&t->embedding, transformer_row(t, i, word[i]), c));
    for (size_t l = 0; l < t->layers; l++)
        run_layer(&m, l);
    const double *x = m.x + t->readout.position * t->width;
    for (size_t r = 0; r < t->readout.w.rows; r++) {
        double sum = row_times(&m, &t->readout.w, r, x);
        output[r] = keep(&m, sum + number(&m, t->readout.b.entry[r]));
    }
    mpfr_free_cache();
    return m.finite;
}

bool hardware_double(double *output, const Transformer *t, const Token *word) {
    return run(output, t, word, false);
}

bool hardware_float(double *output, const Transformer *t, const Token *word) {
    return run(output, t, word, true);
}
