#include "verify/machine_head.h"
#include "base/alloc.h"
#include "base/error.h"
#include "verify/machine_grid.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 4096, MOST_REACH = 1 << 14, MOST_TERMS = 1 << 22 };
enum { SINGLE_BITS = 24, DOUBLE_BITS = 53 };
enum { MOST_NUMBERS = 1 << 24 };   // of a head that is not fast

static const Arith *arith_of(const MachineHead *h) { return h->model->spec->ar; }

static const NumHead *weights_of(const MachineHead *h) {
    return &h->model->layer[0].head[h->index];
}

// ---- rows ----

// Workspace of one embedding row.
typedef struct RowWork {
    Num *x, *q, *k, *v, *term;   // term: a workspace number and 0
} RowWork;

static void row_work_init(RowWork *w, const MachineHead *h) {
    const ArithSpec *spec = h->model->spec;
    *w = (RowWork){ .x = nums_init(spec, h->model->t->width),
                    .q = nums_init(spec, h->d_k),
                    .k = nums_init(spec, h->d_k),
                    .v = nums_init(spec, h->d_v),
                    .term = nums_init(spec, 2) };
}

static void row_work_clear(RowWork *w, const MachineHead *h) {
    const ArithSpec *spec = h->model->spec;
    nums_clear(spec, w->x, h->model->t->width);
    nums_clear(spec, w->q, h->d_k);
    nums_clear(spec, w->k, h->d_k);
    nums_clear(spec, w->v, h->d_v);
    nums_clear(spec, w->term, 2);
}

static bool is_faulty(Fault *fault, const MachineHead *h, const Num *x, size_t n,
                      const char *part) {
    for (size_t i = 0; i < n && fault->why == NULL && arith_of(h)->fault != NULL; i++)
        fault->why = arith_of(h)->fault(&x[i]);
    fault->part = part;
    return fault->why != NULL;
}

// asks: its query is wanted as well; else that is 0.
static bool project(RowWork *w, const MachineHead *h, size_t row, bool asks, Fault *fault) {
    const Transformer *t = h->model->t;
    const ArithSpec *spec = h->model->spec;
    const NumHead *n = weights_of(h);
    Fault none = { 0 };
    for (size_t c = 0; c < t->width; c++) {
        spec->ar->set(&w->x[c], t->embedding.entry[row * t->width + c]);
        num_embed(&w->x[c], spec, &none);
    }
    if (asks)
        num_apply(w->q, &n->q, w->x, spec, &w->term[0], &w->term[1]);
    for (size_t c = 0; c < h->d_k && !asks; c++)
        spec->ar->copy(&w->q[c], &w->term[1]);
    num_apply(w->k, &n->k, w->x, spec, &w->term[0], &w->term[1]);
    num_apply(w->v, &n->v, w->x, spec, &w->term[0], &w->term[1]);
    return !is_faulty(fault, h, w->q, h->d_k, "the query vector") &&
           !is_faulty(fault, h, w->k, h->d_k, "the key vector") &&
           !is_faulty(fault, h, w->v, h->d_v, "the value vector");
}

// The number of the value, a new one if need be; false: there are too many.
static bool number_value(uint16_t *number, MachineHead *h, const Num *x) {
    size_t i = 0;
    while (i < h->values && !nums_equal(&h->palette[i], x, h->model->spec))
        i++;
    if (i == MOST_VALUES)
        return false;
    if (i == h->values)
        arith_of(h)->copy(&h->palette[h->values++], x);
    *number = (uint16_t)i;
    return true;
}

// to <- the numbers, if they are integers below 2^24.
static bool to_singles(float *to, const Num *x, size_t n, const ArithSpec *spec) {
    for (size_t c = 0; c < n; c++) {
        double d = num_to_double(&x[c], spec);
        if (!(fabs(d) < 0x1p24) || d != rint(d))
            return false;
        to[c] = (float)d;
    }
    return true;
}

static bool keep_row(MachineHead *h, const RowWork *w, size_t row) {
    const ArithSpec *spec = h->model->spec;
    for (size_t c = 0; c < h->d_v; c++)
        if (!number_value(&h->value[row * h->d_v + c], h, &w->v[c]))
            return false;
    if (h->fast)
        return to_singles(h->fast_q + row * h->d_k, w->q, h->d_k, spec) &&
               to_singles(h->fast_k + row * h->d_k, w->k, h->d_k, spec);
    for (size_t c = 0; c < h->d_k; c++) {
        spec->ar->copy(&h->q[row * h->d_k + c], &w->q[c]);
        spec->ar->copy(&h->k[row * h->d_k + c], &w->k[c]);
    }
    return true;
}

// Whether rows a and b of the numbers are the same.
static bool same_row(const MachineHead *h, const Num *exact, const float *fast, size_t a,
                     size_t b) {
    for (size_t c = 0; c < h->d_k; c++) {
        size_t x = a * h->d_k + c, y = b * h->d_k + c;
        if (h->fast ? fast[x] != fast[y] : !nums_equal(&exact[x], &exact[y], h->model->spec))
            return false;
    }
    return true;
}

bool machine_head_alike(const MachineHead *h, size_t a, size_t b) {
    return same_row(h, h->q, h->fast_q, a, b) && same_row(h, h->k, h->fast_k, a, b);
}

static void compare_keys(MachineHead *h) {
    const Transformer *t = h->model->t;
    for (size_t i = 0; i < t->length; i++) {
        h->one_key[i] = true;
        if (h->fast)
            memcpy(h->column_k + i * h->d_k, h->fast_k + t->first_row[i] * h->d_k,
                   h->d_k * sizeof *h->column_k);
        for (size_t row = t->first_row[i] + 1; row < t->first_row[i + 1]; row++)
            h->one_key[i] = h->one_key[i] && same_row(h, h->k, h->fast_k, row, t->first_row[i]);
    }
}

// ---- the tables of the fast sums ----

// Bounds on |<q, k>| and all its partial sums: the largest of sum |q_c| max |k_c|.
static double score_reach(const MachineHead *h) {
    double *largest = alloc_array(h->d_k, 1, sizeof *largest), reach = 0;
    for (size_t i = 0; i < h->rows * h->d_k; i++)
        largest[i % h->d_k] = fmax(largest[i % h->d_k], fabs(h->fast_k[i]));
    for (size_t row = 0; row < h->rows; row++) {
        double sum = 0;
        for (size_t c = 0; c < h->d_k; c++)
            sum += fabs(h->fast_q[row * h->d_k + c]) * largest[c];
        reach = fmax(reach, sum);
    }
    free(largest);
    return reach;
}

// work[0] <- B^-d as the machine has it; false: it has none.
static bool weight_at(const MachineHead *h, Num *work, size_t d) {
    const ArithSpec *spec = h->model->spec;
    mpq_t score;
    mpq_init(score);
    mpq_set_si(score, -(long)d, 1);
    spec->ar->set(&work[0], score);
    mpq_clear(score);
    if (spec->ar->fault != NULL && spec->ar->fault(&work[0]) != NULL)
        return false;
    bool power = h->model->t->base == BASE_E ? spec->ar->exp(&work[0], &work[0], spec) == NULL
                                             : spec->ar->exp2(&work[0], &work[0], spec) == NULL;
    return power && (spec->ar->fault == NULL || spec->ar->fault(&work[0]) == NULL);
}

// The terms of all weights and values; NAN where there is no such double.
static void fill_terms(MachineHead *h) {
    const ArithSpec *spec = h->model->spec;
    Num *work = nums_init(spec, 2);
    for (size_t d = 0; d <= h->reach; d++) {
        bool known = weight_at(h, work, d);
        for (size_t v = 0; v < h->values; v++) {
            if (v > 0)
                spec->ar->mul(&work[1], &work[0], &h->palette[v]);
            h->term[v * (h->reach + 1) + d] = known ? num_to_double(&work[v > 0], spec) : NAN;
        }
    }
    nums_clear(spec, work, 2);
}

// Whether sums of that many of the terms are exact in doubles: all are multiples of 2^unit.
static bool sums_are_exact(const MachineHead *h, size_t length) {
    int unit = DOUBLE_BITS * 64, top = -unit;
    for (size_t i = 0; i < h->values * (h->reach + 1); i++) {
        int e;
        double x = h->term[i];
        if (x == 0 || isnan(x))
            continue;
        double m = frexp(x, &e);
        top = e > top ? e : top;
        for (; m != rint(m); e--)
            m *= 2;
        unit = e < unit ? e : unit;
    }
    return top + ilogb((double)length) + 1 <= unit + DOUBLE_BITS;
}

// The largest number of the format, or infinity where sums have no bound.
static double largest_number(const ArithSpec *spec) {
    if (spec->ar->exact || spec->emax >= 1000)
        return 0x1p1000;
    double ulp = ldexp(1, (int)(spec->emax - spec->precision + 1));
    return ldexp(1, (int)spec->emax + 1) - (double)(1 + spec->reserved) * ulp;
}

// Whether hardware floats do; then the tables are made.
static bool make_tables(MachineHead *h) {
    const ArithSpec *spec = h->model->spec;
    double reach = score_reach(h);
    h->largest = largest_number(spec);
    if (!(reach < 0x1p24) || reach > MOST_REACH / 2 || reach > h->largest ||
        (!spec->ar->exact && spec->precision > DOUBLE_BITS))
        return false;
    for (size_t v = 0; v < h->values; v++)
        if (!(num_to_double(&h->palette[v], spec) >= 0))
            return false;
    h->reach = 2 * (size_t)reach;
    if (h->values * (h->reach + 1) > MOST_TERMS)
        return false;
    h->score_bits =
        !spec->ar->exact && spec->precision < SINGLE_BITS && reach > ldexp(1, (int)spec->precision)
            ? (unsigned)spec->precision
            : 0;
    h->sum_bits = spec->ar->exact ? DOUBLE_BITS : (unsigned)spec->precision;
    h->term = alloc_array(h->values, h->reach + 1, sizeof *h->term);
    fill_terms(h);
    return !spec->ar->exact || sums_are_exact(h, h->model->t->length);
}

// ---- making and clearing ----

static const char *fill(MachineHead *h, Fault *fault, size_t *faulty_row) {
    RowWork w;
    const char *why = NULL;
    row_work_init(&w, h);
    Num *zero = &w.term[1];
    arith_of(h)->copy(&h->palette[0], zero);
    h->values = 1;
    const Transformer *t = h->model->t;
    Needed needed = transformer_needs(t, 0);
    // What no row below needs stays 0.
    for (size_t row = 0, i = 0; row < t->first_row[needed.read] && why == NULL; row++) {
        *faulty_row = row;
        while (t->first_row[i + 1] <= row)
            i++;
        if (!project(&w, h, row, i >= needed.first && i < needed.end, fault))
            why = "a row of the embedding has no projection";
        else if (!keep_row(h, &w, row))
            why = "the values of layer 1 are too many";
    }
    row_work_clear(&w, h);
    return why;
}

static const char *try_init(MachineHead *h, const Rounded *model, size_t index, bool fast,
                            Fault *fault, size_t *faulty_row) {
    const Head *head = &model->t->layer[0].head[index];
    *h = (MachineHead){ .model = model,
                        .index = index,
                        .rows = model->t->embedding.rows,
                        .d_k = head->q.rows,
                        .d_v = head->v.rows,
                        .fast = fast };
    size_t numbers = h->rows * h->d_k;
    if (!fast && numbers > MOST_NUMBERS)
        return "the scores of layer 1 are no small integers";
    h->palette = nums_init(model->spec, MOST_VALUES);
    h->value = alloc_array(h->rows, h->d_v, sizeof *h->value);
    h->one_key = alloc_array(model->t->length, 1, sizeof *h->one_key);
    h->fast_q = alloc_array(fast ? numbers : 0, 1, sizeof *h->fast_q);
    h->fast_k = alloc_array(fast ? numbers : 0, 1, sizeof *h->fast_k);
    h->column_k = alloc_array(fast ? model->t->length : 0, h->d_k, sizeof *h->column_k);
    h->q = nums_init(model->spec, fast ? 0 : numbers);
    h->k = nums_init(model->spec, fast ? 0 : numbers);
    *fault = (Fault){ .layer = 1, .head = index + 1, .query = NOWHERE, .key = NOWHERE };
    const char *why = fill(h, fault, faulty_row);
    if (why == NULL && fast && !make_tables(h))
        why = "no small integers";
    if (why == NULL)
        compare_keys(h);
    else
        machine_head_clear(h);
    return why;
}

const char *machine_head_init(MachineHead *h, const Rounded *model, size_t index, bool naive,
                              Fault *fault, size_t *faulty_row) {
    const char *why = naive ? "naive" : try_init(h, model, index, true, fault, faulty_row);
    if (why != NULL && (naive || fault->why == NULL))
        why = try_init(h, model, index, false, fault, faulty_row);
    return why;
}

void machine_head_clear(MachineHead *h) {
    const ArithSpec *spec = h->model->spec;
    size_t numbers = h->fast ? 0 : h->rows * h->d_k;
    nums_clear(spec, h->palette, h->palette ? MOST_VALUES : 0);
    nums_clear(spec, h->q, h->q ? numbers : 0);
    nums_clear(spec, h->k, h->k ? numbers : 0);
    free(h->value);
    free(h->one_key);
    free(h->fast_q);
    free(h->fast_k);
    free(h->column_k);
    free(h->term);
    *h = (MachineHead){ .model = h->model };
}
