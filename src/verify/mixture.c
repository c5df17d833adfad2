#include "verify/mixture.h"
#include "base/alloc.h"
#include <stdlib.h>

// Projections have at most this many bits, and d_k is at most 2^20, so that a score is a Wide.
enum { LARGEST_DISTANCE = 1 << 24 };   // of whole scores, as in exact arithmetic
enum { PROJECTION_BITS = 40, SCALE_BITS = 30, LARGEST_D_K = 1 << 20, LANES = 16 };

// scale <- its least multiple that y times it is whole.  Whether that is what it was.
static bool refine(mpz_t scale, mpq_t *y, size_t n) {
    bool same = true;
    for (size_t k = 0; k < n; k++) {
        same = same && mpz_divisible_p(scale, mpq_denref(y[k]));
        mpz_lcm(scale, scale, mpq_denref(y[k]));
    }
    return same;
}

// to <- y times the scale.  Whether all of it is small.
static bool to_integers(int64_t *to, const mpz_t scale, mpq_t *y, size_t n) {
    mpz_t z;
    mpz_init(z);
    bool small = true;
    for (size_t k = 0; k < n && small; k++) {
        mpz_divexact(z, scale, mpq_denref(y[k]));
        mpz_mul(z, z, mpq_numref(y[k]));
        small = mpz_sizeinbase(z, 2) <= PROJECTION_BITS;
        to[k] = small ? mpz_get_si(z) : 0;
    }
    mpz_clear(z);
    return small;
}

// to <- m times each row of the embedding, over the common denominator, which goes to *scale: row
// by row, from the first again where a denominator is new, which at least doubles the scale.
static bool project(int64_t *to, mpz_t scale, const Transformer *t, const Matrix *m, size_t rows) {
    mpq_t *y = vector_init(m->rows);
    bool small = true;
    mpz_set_ui(scale, 1);
    for (size_t r = 0; r < rows && small;) {
        matrix_apply(y, m, t->embedding.entry + r * t->width);
        bool same = refine(scale, y, m->rows);
        small = mpz_sizeinbase(scale, 2) <= SCALE_BITS;
        if (small && same)
            small = to_integers(to + r * m->rows, scale, y, m->rows);
        r = same ? r + 1 : 0;
    }
    vector_clear(y, m->rows);
    return small;
}

static int64_t largest_magnitude(const int64_t *x, size_t n) {
    int64_t largest = 0;
    for (size_t k = 0; k < n; k++) {
        int64_t magnitude = x[k] < 0 ? -x[k] : x[k];
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

// The vectors in 16 bits, `stride` numbers each, zeros at their ends.
static int16_t *shrink(const int64_t *x, size_t rows, size_t d_k, size_t stride) {
    int16_t *small = alloc_array(rows, stride, sizeof *small);
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < d_k; k++)
            small[r * stride + k] = (int16_t)x[r * d_k + k];
    return small;
}

// The projections in 16 bits, if d_k max |q| max |k| < 2^31.
static void add_small(Projection *p, size_t rows) {
    size_t n = rows * p->d_k;
    int64_t q = largest_magnitude(p->q, n), k = largest_magnitude(p->k, n);
    if (q > INT16_MAX || k > INT16_MAX || (int64_t)p->d_k * q * k > INT32_MAX)
        return;
    p->stride = (p->d_k + LANES - 1) / LANES * LANES;
    p->small_q = shrink(p->q, rows, p->d_k, p->stride);
    p->small_k = shrink(p->k, rows, p->d_k, p->stride);
}

bool projection_init(Projection *p, const Transformer *t, const Head *h, size_t rows, bool whole) {
    *p = (Projection){ .d_k = h->q.rows,
                       .whole = whole,
                       .q = alloc_array(rows, h->q.rows, sizeof *p->q),
                       .k = alloc_array(rows, h->q.rows, sizeof *p->k) };
    mpz_t q_scale, k_scale;
    mpz_inits(q_scale, k_scale, NULL);
    bool small = p->d_k <= LARGEST_D_K && project(p->q, q_scale, t, &h->q, rows) &&
                 project(p->k, k_scale, t, &h->k, rows);
    mpz_mul(q_scale, q_scale, k_scale);
    p->scale = whole ? mpz_get_si(q_scale) : 1;
    p->unit = whole ? 1 : mpz_get_si(q_scale);
    mpz_clears(q_scale, k_scale, NULL);
    if (small)
        add_small(p, rows);
    else
        projection_clear(p);
    return small;
}

void projection_clear(Projection *p) {
    free(p->q);
    free(p->k);
    free(p->small_q);
    free(p->small_k);
    *p = (Projection){ 0 };
}

// LANES products at a time, a length that compilers turn into vector instructions.
static int32_t small_dot(const int16_t *q, const int16_t *k, size_t n) {
    int32_t sum = 0;
    for (size_t c = 0; c < n; c += LANES)
        for (size_t l = 0; l < LANES; l++)
            sum += q[c + l] * k[c + l];
    return sum;
}

bool projection_score(int64_t *s, const Projection *p, size_t row, size_t column) {
    const int64_t *q = p->q + row * p->d_k, *k = p->k + column * p->d_k;
    if (p->small_q != NULL && p->scale == 1) {
        *s = small_dot(p->small_q + row * p->stride, p->small_k + column * p->stride, p->stride);
        return true;
    }
    Wide sum = 0;
    for (size_t c = 0; c < p->d_k; c++)
        sum += (Wide)q[c] * k[c];
    Wide quotient = sum / p->scale;
    if (quotient * p->scale != sum || quotient > INT64_MAX / 4 || quotient < -(INT64_MAX / 4))
        return false;
    *s = (int64_t)quotient;
    return true;
}

void mixture_init(Mixture *m, size_t columns, Base base, int64_t unit) {
    *m = (Mixture){ .columns = columns,
                    .exponent = alloc_array(columns, 1, sizeof *m->exponent),
                    .narrow_low = alloc_array(columns, 1, sizeof *m->narrow_low),
                    .narrow_high = alloc_array(columns, 1, sizeof *m->narrow_high),
                    .low = alloc_array(columns, 1, sizeof *m->low),
                    .high = alloc_array(columns, 1, sizeof *m->high) };
    powers_init(&m->powers, base, unit);
}

void mixture_clear(Mixture *m) {
    free(m->exponent);
    free(m->narrow_low);
    free(m->narrow_high);
    free(m->low);
    free(m->high);
    powers_clear(&m->powers);
    *m = (Mixture){ 0 };
}

bool mixture_weigh(Mixture *m, const Projection *p, size_t row, size_t seen) {
    m->seen = seen;
    m->is_wide = false;
    for (size_t c = 0; c < seen; c++) {
        if (!projection_score(&m->exponent[c], p, row, c))
            return false;
        if (c == 0 || m->exponent[c] > m->largest)
            m->largest = m->exponent[c];
    }
    for (size_t c = 0; c < m->columns; c++) {
        m->narrow_low[c] = m->narrow_high[c] = 0;
        if (c >= seen)
            continue;
        m->exponent[c] -= m->largest;
        if (p->whole && m->exponent[c] < -LARGEST_DISTANCE)
            return false;
        const Power *power = powers_at(&m->powers, -m->exponent[c]);
        m->narrow_low[c] = power->narrow_low;
        m->narrow_high[c] = power->narrow_high;
    }
    return true;
}

void mixture_widen(Mixture *m) {
    for (size_t c = 0; c < m->columns && !m->is_wide; c++) {
        m->low[c] = m->high[c] = 0;
        if (c >= m->seen)
            continue;
        const Power *power = powers_at(&m->powers, -m->exponent[c]);
        m->low[c] = power->low;
        m->high[c] = power->high;
    }
    m->is_wide = true;
}
