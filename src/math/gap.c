#include "math/gap.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

// The data as integers: coordinate times scale.
typedef struct Scaled {
    const LabelledPoints *points, *queries;   // the same twice: each point among the others
    mpz_t scale;
    mpz_t distance, step;   // workspace
    mpz_t first, second;    // the two least squared distances, times scale^2
} Scaled;

static void add_denominators(mpz_t scale, const Matrix *m) {
    for (size_t k = 0; k < m->rows * m->columns; k++)
        mpz_lcm(scale, scale, mpq_denref(m->entry[k]));
}

// step <- scale times x.
static void scale_number(Scaled *s, mpq_srcptr x) {
    mpz_divexact(s->step, s->scale, mpq_denref(x));
    mpz_mul(s->step, s->step, mpq_numref(x));
}

// s->distance <- the squared distance, times scale^2.
static void find_distance(Scaled *s, size_t query, size_t point) {
    mpq_t lead;
    mpq_init(lead);
    mpz_set_ui(s->distance, 0);
    for (size_t c = 0; c < s->points->dimension; c++) {
        mpq_sub(lead, matrix_at(&s->queries->point, query, c),
                matrix_at(&s->points->point, point, c));
        scale_number(s, lead);
        mpz_addmul(s->distance, s->step, s->step);
    }
    mpq_clear(lead);
}

// first, second <- the two nearest to the query, and their distances.
static void find_two(Scaled *s, size_t query, size_t *first, size_t *second) {
    size_t met = 0;
    for (size_t j = 0; j < s->points->count; j++) {
        if (s->points == s->queries && j == query)
            continue;
        find_distance(s, query, j);
        bool nearest = met == 0 || mpz_cmp(s->distance, s->first) < 0;
        if (nearest) {
            mpz_swap(s->first, s->second);
            *second = *first;
        }
        if (nearest || met == 1 || mpz_cmp(s->distance, s->second) < 0) {
            mpz_set(nearest ? s->first : s->second, s->distance);
            *(nearest ? first : second) = j;
        }
        met++;
    }
    require(met >= 2);
}

// r <- z / scale^2 / divisor.
static void unscale(mpq_t r, const mpz_t z, const mpz_t scale, unsigned long divisor) {
    mpz_mul(mpq_denref(r), scale, scale);
    mpz_mul_ui(mpq_denref(r), mpq_denref(r), divisor);
    mpz_set(mpq_numref(r), z);
    mpq_canonicalize(r);
}

static int find_gap(Gap *g, Scaled *s) {
    mpz_t lead, least;
    mpz_inits(lead, least, NULL);
    for (size_t i = 0; i < g->queries && !interrupted(); i++) {
        size_t first = 0, second = 0;
        find_two(s, i, &first, &second);
        mpz_sub(lead, s->second, s->first);
        if (s->points == s->queries)
            g->agree += strcmp(s->points->label[i], s->points->label[first]) == 0;
        if (i > 0 && mpz_cmp(lead, least) >= 0)
            continue;
        mpz_set(least, lead);
        g->query = i;
        g->first = first;
        g->second = second;
        unscale(g->distance, s->first, s->scale, 1);
    }
    unscale(g->gap, least, s->scale, 2);
    mpz_clears(lead, least, NULL);
    return interrupted() ? error("interrupted") : 0;
}

static void raise(mpq_t most, mpq_srcptr x) {
    if (mpq_cmp(x, most) > 0)
        mpq_set(most, x);
}

// low, high <- the least and largest of coordinate c and 0.
static void find_interval(mpq_t low, mpq_t high, const LabelledPoints *p, size_t c) {
    mpq_set_ui(low, 0, 1);
    mpq_set_ui(high, 0, 1);
    for (size_t i = 0; i < p->count; i++) {
        mpq_srcptr x = matrix_at(&p->point, i, c);
        raise(high, x);
        if (mpq_cmp(x, low) < 0)
            mpq_set(low, x);
    }
}

static void measure_coordinate(Gap *g, const Scaled *s, size_t c) {
    mpq_t low, high, query, point;
    mpq_inits(low, high, query, point, NULL);
    find_interval(low, high, s->queries, c);
    mpq_neg(query, low);
    raise(query, high);
    find_interval(low, high, s->points, c);
    mpq_neg(point, low);
    raise(point, high);
    mpq_add(g->query_sum, g->query_sum, query);
    mpq_add(g->point_sum, g->point_sum, point);
    mpq_sub(high, high, low);
    mpq_mul(high, high, query);
    mpq_add(g->spread, g->spread, high);
    raise(g->largest, query);
    raise(g->largest, point);
    mpq_clears(low, high, query, point, NULL);
}

// half <- |x_i|^2 / 2.
static void find_half_norm(mpq_t half, const LabelledPoints *p, size_t i) {
    mpq_t square;
    mpq_init(square);
    mpq_set_ui(half, 0, 1);
    for (size_t c = 0; c < p->dimension; c++) {
        mpq_srcptr x = matrix_at(&p->point, i, c);
        mpq_mul(square, x, x);
        mpq_add(half, half, square);
    }
    mpq_div_2exp(half, half, 1);
    mpq_clear(square);
}

// The bits behind the point of a number; false: there is no end of them.
static bool count_bits(size_t *bits, mpq_srcptr x) {
    size_t zeros = mpz_scan1(mpq_denref(x), 0);
    *bits = zeros > *bits ? zeros : *bits;
    return mpz_sizeinbase(mpq_denref(x), 2) == zeros + 1;
}

static void measure_norms(Gap *g, const LabelledPoints *p) {
    mpq_t half;
    mpq_init(half);
    g->alike = true;
    for (size_t i = 0; i < p->count; i++) {
        find_half_norm(half, p, i);
        g->alike = g->alike && (i == 0 || mpq_equal(half, g->half_norm));
        raise(g->half_norm, half);
    }
    for (size_t i = 0; i < p->count && !g->alike; i++) {
        find_half_norm(half, p, i);
        g->dyadic = count_bits(&g->grid_bits, half) && g->dyadic;
        raise(g->largest, half);
    }
    mpq_set_ui(half, 1, 1);
    if (!g->alike)
        raise(g->largest, half);
    mpq_clear(half);
}

static void measure(Gap *g, const Scaled *s) {
    const Matrix *data[] = { &s->points->point, &s->queries->point };
    for (size_t c = 0; c < s->points->dimension; c++)
        measure_coordinate(g, s, c);
    g->dyadic = true;
    for (size_t m = 0; m < 2; m++)
        for (size_t k = 0; k < data[m]->rows * data[m]->columns; k++)
            g->dyadic = count_bits(&g->grid_bits, data[m]->entry[k]) && g->dyadic;
    measure_norms(g, s->points);
}

int gap_init(Gap *g, const LabelledPoints *points, const LabelledPoints *queries) {
    Scaled s = { .points = points, .queries = queries ? queries : points };
    *g = (Gap){ .points = points->count - (queries == NULL),
                .queries = s.queries->count,
                .dimension = points->dimension };
    require(g->points >= 2 && s.queries->dimension == points->dimension);
    mpq_inits(g->gap, g->distance, g->query_sum, g->point_sum, g->spread, g->half_norm, g->largest,
              NULL);
    mpz_init_set_ui(s.scale, 1);
    mpz_inits(s.distance, s.step, s.first, s.second, NULL);
    add_denominators(s.scale, &points->point);
    add_denominators(s.scale, &s.queries->point);
    measure(g, &s);
    int status = find_gap(g, &s);
    mpz_clears(s.scale, s.distance, s.step, s.first, s.second, NULL);
    return status;
}

void gap_clear(Gap *g) {
    mpq_clears(g->gap, g->distance, g->query_sum, g->point_sum, g->spread, g->half_norm, g->largest,
               NULL);
    *g = (Gap){ 0 };
}
