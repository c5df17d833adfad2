// The sums of machine_head.h: by the definition, and many rows at once in hardware floats.
#include "base/alloc.h"
#include "base/error.h"
#include "verify/machine_grid.h"
#include "verify/machine_head.h"
#include "verify/machine_kernel.h"
#include <math.h>
#include <stdlib.h>

enum { COLUMNS = 256, UNSEEN = INT16_MIN };

static size_t sees(const MachineHead *h, const Lane *l) {
    return transformer_sees(h->model->t, l->position);
}

static uint16_t value_at(const Sum *s, size_t position) {
    for (size_t k = 0; k < s->overrides; k++)
        if (s->override[k].position == position)
            return s->override[k].value;
    return s->value[position];
}

// ---- by the definition ----

static bool fails(Lane *l, const char *part, long key, const char *why) {
    l->fault.part = part;
    l->fault.key = key;
    l->fault.why = why;
    return why != NULL;
}

static const char *fault_of(const MachineHead *h, const Num *x) {
    const Arith *ar = h->model->spec->ar;
    return ar->fault ? ar->fault(x) : NULL;
}

// x <- number c of a row's query or key.
static void get_number(Num *x, const MachineHead *h, const Num *exact, const float *fast,
                       size_t row, size_t c) {
    if (h->fast)
        num_from_double(x, fast[row * h->d_k + c], h->model->spec);
    else
        h->model->spec->ar->copy(x, &exact[row * h->d_k + c]);
}

// work: 4 numbers, the last of them 0.
static void score(Num *s, const MachineHead *h, size_t row, size_t column, Num *work) {
    const Arith *ar = h->model->spec->ar;
    ar->copy(s, &work[3]);
    for (size_t c = 0; c < h->d_k; c++) {
        get_number(&work[0], h, h->q, h->fast_q, row, c);
        get_number(&work[1], h, h->k, h->fast_k, column, c);
        ar->mul(&work[0], &work[0], &work[1]);
        ar->add(s, s, &work[0]);
    }
}

// s[0 .. seen-1] <- the scores of the lane, *largest <- the largest.
static bool score_row(Num *s, Num *largest, const MachineHead *h, Lane *l, Num *work) {
    const ArithSpec *spec = h->model->spec;
    for (size_t j = 0; j < sees(h, l); j++) {
        score(&s[j], h, l->row, j == l->position ? l->row : h->model->t->first_row[j], work);
        if (fails(l, "the score", (long)j, fault_of(h, &s[j])))
            return false;
        if (j == 0 || !nums_ordered(&s[j], largest, spec))
            spec->ar->copy(largest, &s[j]);
    }
    return true;
}

// s <- the weights; the denominator.
static bool weigh_row(Num *s, const Num *largest, const MachineHead *h, Lane *l) {
    const ArithSpec *spec = h->model->spec;
    const Arith *ar = spec->ar;
    for (size_t j = 0; j < sees(h, l); j++) {
        ar->sub(&s[j], &s[j], largest);
        if (fails(l, "the score less the largest,", (long)j, fault_of(h, &s[j])) ||
            fails(l, "the score", (long)j,
                  h->model->t->base == BASE_E ? ar->exp(&s[j], &s[j], spec)
                                              : ar->exp2(&s[j], &s[j], spec)))
            return false;
        if (j == 0)
            ar->copy(l->denominator, &s[0]);
        else
            ar->add(l->denominator, l->denominator, &s[j]);
    }
    if (ar->is_zero(l->denominator))
        return !fails(l, "the sum of the weights", NOWHERE, "is 0");
    return !fails(l, "the sum of the weights", NOWHERE, fault_of(h, l->denominator));
}

static void sum_values(Num *r, const Num *weight, const MachineHead *h, const Lane *l, const Sum *s,
                       Num *work) {
    const Arith *ar = h->model->spec->ar;
    for (size_t j = 0; j < sees(h, l); j++) {
        ar->mul(&work[0], &weight[j], &h->palette[value_at(s, j)]);
        if (j == 0)
            ar->copy(r, &work[0]);
        else
            ar->add(r, r, &work[0]);
    }
}

static void sum_lane(const MachineHead *h, Lane *l) {
    const ArithSpec *spec = h->model->spec;
    Num *s = nums_init(spec, sees(h, l)), *largest = nums_init(spec, 1), *work = nums_init(spec, 4);
    if (score_row(s, largest, h, l, work) &&
        weigh_row(s, spec->ar->bounded ? l->bound : largest, h, l))
        for (size_t k = 0; k < l->sums; k++)
            sum_values(&l->numerator[k], s, h, l, &l->sum[k], work);
    nums_clear(spec, s, sees(h, l));
    nums_clear(spec, largest, 1);
    nums_clear(spec, work, 4);
}

// ---- many rows at once ----

// The scores of some lanes, as integers.
typedef struct Scores {
    size_t columns;   // the most that a lane sees
    int16_t *score;   // columns x LANES; UNSEEN where the lane does not see
    float largest[LANES];
} Scores;

static void load_queries(float *q, const MachineHead *h, const Lane *lane, size_t lanes) {
    for (size_t c = 0; c < h->d_k; c++)
        for (size_t i = 0; i < LANES; i++)
            q[c * LANES + i] = i < lanes ? h->fast_q[lane[i].row * h->d_k + c] : 0;
}

// Takes over the scores of the columns begin .. of lanes that see so many positions; what stands at
// a lane's own position is not its score.
static void keep_scores(Scores *s, const float *out, size_t begin, size_t count,
                        const uint32_t seen[LANES], const uint32_t own[LANES]) {
    for (size_t j = 0; j < count; j++) {
        int16_t *score = s->score + (begin + j) * LANES;
        uint32_t position = (uint32_t)(begin + j);
        for (size_t i = 0; i < LANES; i++) {
            float x = out[j * LANES + i];
            bool sees_it = position < seen[i];
            bool larger = sees_it && position != own[i] && x > s->largest[i];
            s->largest[i] = larger ? x : s->largest[i];
            score[i] = sees_it ? (int16_t)x : UNSEEN;
        }
    }
}

static void scores_init(Scores *s, const MachineHead *h, const Lane *lane, size_t lanes) {
    const MachineKernel *kernel = machine_kernel();
    float *q = alloc_array(h->d_k, LANES, sizeof *q);
    float *out = alloc_array(COLUMNS, LANES, sizeof *out);
    uint32_t seen[LANES] = { 0 }, own[LANES] = { 0 };
    *s = (Scores){ 0 };
    for (size_t i = 0; i < lanes; i++) {
        seen[i] = (uint32_t)sees(h, &lane[i]);
        own[i] = (uint32_t)lane[i].position;
        s->columns = seen[i] > s->columns ? seen[i] : s->columns;
        s->largest[i] = -INFINITY;
    }
    s->score = alloc_array(s->columns, LANES, sizeof *s->score);
    load_queries(q, h, lane, lanes);
    for (size_t begin = 0; begin < s->columns; begin += COLUMNS) {
        size_t count = s->columns - begin < COLUMNS ? s->columns - begin : COLUMNS;
        kernel->scores(out, q, h->column_k + begin * h->d_k, count, h->d_k, h->score_bits);
        keep_scores(s, out, begin, count, seen, own);
    }
    for (size_t i = 0; i < lanes; i++) {   // its own row, not the position's first one
        kernel->scores(out, q, h->fast_k + lane[i].row * h->d_k, 1, h->d_k, h->score_bits);
        s->score[own[i] * LANES + i] = (int16_t)out[i];
        s->largest[i] = out[i] > s->largest[i] ? out[i] : s->largest[i];
    }
    free(q);
    free(out);
}

static void scores_clear(Scores *s) { free(s->score); }

// difference[j][lane] <- how far the score lies below the lane's reference, reach + 1 if unseen.
static void find_differences(uint16_t *difference, const Scores *s, const double *reference,
                             const MachineHead *h, size_t begin, size_t count) {
    int32_t from[LANES];
    for (size_t i = 0; i < LANES; i++)
        from[i] = (int32_t)reference[i];
    for (size_t j = 0; j < count; j++)
        for (size_t i = 0; i < LANES; i++) {
            int16_t score = s->score[(begin + j) * LANES + i];
            difference[j * LANES + i] =
                score == UNSEEN ? (uint16_t)(h->reach + 1) : (uint16_t)(from[i] - score);
        }
}

static double term_at(const MachineHead *h, uint16_t value, uint16_t difference) {
    return difference > h->reach ? 0 : h->term[value * (h->reach + 1) + difference];
}

// The chunk's positions begin .. begin + count - 1, for one sum of every lane: the terms of the
// positions that have any.  Returns how many.
static size_t fill_terms(double *term, const MachineHead *h, const Lane *lane, size_t lanes,
                         size_t k, const uint16_t *difference, size_t begin, size_t count) {
    bool special[COLUMNS] = { false }, common = true;
    size_t rows = 0;
    for (size_t i = 0; i < lanes; i++) {
        const Sum *s = &lane[i].sum[k];
        common = common && k < lane[i].sums && s->value == lane[0].sum[k].value;
        for (size_t o = 0; k < lane[i].sums && o < s->overrides; o++)
            if (s->override[o].position >= begin && s->override[o].position - begin < count)
                special[s->override[o].position - begin] = true;
    }
    for (size_t j = 0; j < count; j++) {
        uint16_t value = common ? lane[0].sum[k].value[begin + j] : 0;
        if (common && !special[j] && value == 0)
            continue;
        for (size_t i = 0; i < LANES; i++) {
            bool own = (!common || special[j]) && i < lanes;
            uint16_t v = !own ? value : k < lane[i].sums ? value_at(&lane[i].sum[k], begin + j) : 0;
            term[rows * LANES + i] = v == 0 ? 0 : term_at(h, v, difference[j * LANES + i]);
        }
        rows++;
    }
    return rows;
}

typedef struct Totals {
    size_t sums;
    double *sum;   // (1 + sums) x LANES: the denominator first
} Totals;

static void total(Totals *t, const MachineHead *h, const Lane *lane, size_t lanes, const Scores *s,
                  const double *reference) {
    const MachineKernel *kernel = machine_kernel();
    uint16_t *difference = alloc_array(COLUMNS, LANES, sizeof *difference);
    double *term = alloc_array(COLUMNS, LANES, sizeof *term);
    for (size_t begin = 0; begin < s->columns; begin += COLUMNS) {
        size_t count = s->columns - begin < COLUMNS ? s->columns - begin : COLUMNS;
        find_differences(difference, s, reference, h, begin, count);
        for (size_t j = 0; j < count * LANES; j++)
            term[j] = term_at(h, 0, difference[j]);
        kernel->sum(t->sum, term, count, h->sum_bits);
        for (size_t k = 0; k < t->sums; k++) {
            size_t rows = fill_terms(term, h, lane, lanes, k, difference, begin, count);
            kernel->sum(t->sum + (1 + k) * LANES, term, rows, h->sum_bits);
        }
    }
    free(difference);
    free(term);
}

// Takes the lane's totals over; false: they are no numbers of the machine.
static bool take(Lane *l, const MachineHead *h, const Totals *t, size_t i) {
    const ArithSpec *spec = h->model->spec;
    for (size_t k = 0; k <= l->sums; k++)
        if (!(t->sum[k * LANES + i] <= h->largest))
            return false;
    if (!(t->sum[i] > 0))
        return false;
    num_from_double(l->denominator, t->sum[i], spec);
    for (size_t k = 0; k < l->sums; k++)
        num_from_double(&l->numerator[k], t->sum[(1 + k) * LANES + i], spec);
    return true;
}

static void sum_fast(const MachineHead *h, Lane *lane, size_t lanes) {
    Scores s;
    Totals t = { 0 };
    double reference[LANES] = { 0 };
    scores_init(&s, h, lane, lanes);
    for (size_t i = 0; i < lanes; i++) {
        t.sums = lane[i].sums > t.sums ? lane[i].sums : t.sums;
        reference[i] = lane[i].bound ? num_to_double(lane[i].bound, h->model->spec) : s.largest[i];
    }
    t.sum = alloc_array(1 + t.sums, LANES, sizeof *t.sum);
    total(&t, h, lane, lanes, &s, reference);
    for (size_t i = 0; i < lanes; i++)
        if (!take(&lane[i], h, &t, i))
            sum_lane(h, &lane[i]);
    free(t.sum);
    scores_clear(&s);
}

static void prepare(const MachineHead *h, Lane *lane, size_t lanes) {
    require(lanes <= LANES);
    for (size_t i = 0; i < lanes; i++)
        lane[i].fault = (Fault){
            .layer = 1, .head = h->index + 1, .query = (long)lane[i].position, .key = NOWHERE
        };
}

void machine_head_sum(const MachineHead *h, Lane *lane, size_t lanes) {
    prepare(h, lane, lanes);
    if (h->fast)
        sum_fast(h, lane, lanes);
    for (size_t i = 0; i < lanes && !h->fast; i++)
        sum_lane(h, &lane[i]);
}

void machine_head_largest(mpq_t *largest, const MachineHead *h, Lane *lane, size_t lanes) {
    const ArithSpec *spec = h->model->spec;
    prepare(h, lane, lanes);
    require(spec->ar->exact);
    if (h->fast) {
        Scores s;
        scores_init(&s, h, lane, lanes);
        for (size_t i = 0; i < lanes; i++)
            mpq_set_d(largest[i], s.largest[i]);
        scores_clear(&s);
        return;
    }
    for (size_t i = 0; i < lanes; i++) {
        Num *x = nums_init(spec, sees(h, &lane[i])), *most = nums_init(spec, 1);
        Num *work = nums_init(spec, 4);
        if (score_row(x, most, h, &lane[i], work))
            mpq_set(largest[i], most->q);
        nums_clear(spec, x, sees(h, &lane[i]));
        nums_clear(spec, most, 1);
        nums_clear(spec, work, 4);
    }
}
