#include "verify/forms.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void forms_init(Forms *f, size_t inputs, size_t hidden, size_t outputs) {
    *f = (Forms){ .inputs = inputs, .hidden = hidden, .outputs = outputs };
    matrix_init(&f->a, hidden, 1 + inputs);
    matrix_init(&f->b, outputs, 1 + inputs + hidden);
}

void forms_clear(Forms *f) {
    matrix_clear(&f->a);
    matrix_clear(&f->b);
    *f = (Forms){ 0 };
}

void forms_eval(mpq_t *y, const Forms *f, mpq_t *r) {
    size_t n = 1 + f->inputs + f->hidden;
    mpq_t *v = vector_init(n);   // (1, r, h)
    mpq_set_ui(v[0], 1, 1);
    for (size_t c = 0; c < f->inputs; c++)
        mpq_set(v[1 + c], r[c]);
    mpq_t *h = v + 1 + f->inputs;
    matrix_apply(h, &f->a, v);
    for (size_t u = 0; u < f->hidden; u++)
        if (mpq_sgn(h[u]) < 0)
            mpq_set_ui(h[u], 0, 1);
    matrix_apply(y, &f->b, v);
    vector_clear(v, n);
}

// scale <- lcm of the denominators of row i's entries.
static void row_denominator(mpz_t scale, const Matrix *m, size_t i) {
    mpz_set_ui(scale, 1);
    for (size_t j = 0; j < m->columns; j++)
        mpz_lcm(scale, scale, mpq_denref(matrix_at(m, i, j)));
}

// b <- b_o u / lambda_u: the coefficient of the hidden unit once its row is scaled to integers.
static void hidden_coefficient(mpq_t b, const Forms *f, size_t o, size_t u) {
    mpz_t lambda;
    mpz_init(lambda);
    row_denominator(lambda, &f->a, u);
    mpq_set(b, matrix_at(&f->b, o, 1 + f->inputs + u));
    mpz_mul(mpq_denref(b), mpq_denref(b), lambda);
    mpq_canonicalize(b);
    mpz_clear(lambda);
}

void forms_scale(mpz_t scale, const Forms *f) {
    mpq_t b;
    mpq_init(b);
    mpz_set_ui(scale, 1);
    for (size_t o = 0; o < f->outputs; o++) {
        for (size_t c = 0; c <= f->inputs; c++)
            mpz_lcm(scale, scale, mpq_denref(matrix_at(&f->b, o, c)));
        for (size_t u = 0; u < f->hidden; u++) {
            hidden_coefficient(b, f, o, u);
            mpz_lcm(scale, scale, mpq_denref(b));
        }
    }
    mpq_clear(b);
}

// *to <- x * scale, an integer; bound <- bound + |x * scale| * largest.  Whether it fits.
static bool scaled(Wide *to, const mpq_t x, const mpz_t scale, mpz_t bound, const mpz_t largest) {
    mpz_t z;
    mpz_init(z);
    mpz_mul(z, mpq_numref(x), scale);
    require(mpz_divisible_p(z, mpq_denref(x)));
    mpz_divexact(z, z, mpq_denref(x));
    bool fits = wide_fits(z);
    *to = wide_get(z);
    mpz_abs(z, z);
    mpz_addmul(bound, z, largest);
    mpz_clear(z);
    return fits;
}

// Row u of a, scaled to integers; largest[u] <- what the unit cannot exceed.
static bool scale_unit(WideForms *w, const Forms *f, size_t u, mpz_t largest, mpz_t *bound) {
    mpz_t lambda;
    mpz_init(lambda);
    row_denominator(lambda, &f->a, u);
    bool fits = true;
    for (size_t c = 0; c <= f->inputs; c++)
        fits &= scaled(&w->a[u * (1 + f->inputs) + c], matrix_at(&f->a, u, c), lambda, largest,
                       bound[c]);
    mpz_clear(lambda);
    return fits && wide_fits(largest);
}

static bool scale_output(WideForms *w, const Forms *f, size_t o, const mpz_t scale, mpz_t *bound,
                         mpz_t *unit_bound) {
    size_t n = 1 + f->inputs + f->hidden;
    Wide *row = w->b + o * n;
    bool fits = true;
    mpz_t largest;
    mpq_t b;
    mpz_init(largest);
    mpq_init(b);
    for (size_t c = 0; c <= f->inputs; c++)
        fits &= scaled(&row[c], matrix_at(&f->b, o, c), scale, largest, bound[c]);
    for (size_t u = 0; u < f->hidden; u++) {
        hidden_coefficient(b, f, o, u);
        fits &= scaled(&row[1 + f->inputs + u], b, scale, largest, unit_bound[u]);
    }
    fits &= wide_fits(largest);
    if (fits && wide_get(largest) > w->largest)
        w->largest = wide_get(largest);
    mpz_clear(largest);
    mpq_clear(b);
    return fits;
}

bool wide_forms_init(WideForms *w, const Forms *f, const mpz_t scale, mpz_t *bound) {
    *w = (WideForms){ .inputs = f->inputs,
                      .hidden = f->hidden,
                      .outputs = f->outputs,
                      .a = alloc_array(f->hidden, 1 + f->inputs, sizeof *w->a),
                      .b = alloc_array(f->outputs, 1 + f->inputs + f->hidden, sizeof *w->b),
                      .scale = wide_get(scale) };
    mpz_t *unit_bound = alloc_array(f->hidden, 1, sizeof *unit_bound);
    mpz_t denominator;
    mpz_init(denominator);
    mpz_mul(denominator, scale, bound[0]);
    bool fits = wide_fits(scale) && wide_fits(denominator);
    mpz_clear(denominator);
    for (size_t u = 0; u < f->hidden; u++) {
        mpz_init(unit_bound[u]);
        fits &= scale_unit(w, f, u, unit_bound[u], bound);
    }
    for (size_t o = 0; o < f->outputs; o++)
        fits &= scale_output(w, f, o, scale, bound, unit_bound);
    for (size_t u = 0; u < f->hidden; u++)
        mpz_clear(unit_bound[u]);
    free(unit_bound);
    if (!fits)
        wide_forms_clear(w);
    return fits;
}

void wide_forms_clear(WideForms *w) {
    free(w->a);
    free(w->b);
    *w = (WideForms){ 0 };
}

void wide_forms_eval(Wide *y, const WideForms *f, const Wide *p, Wide *unit) {
    size_t n = 1 + f->inputs;
    for (size_t u = 0; u < f->hidden; u++) {
        Wide sum = 0;
        for (size_t c = 0; c < n; c++)
            sum += f->a[u * n + c] * p[c];
        unit[u] = sum > 0 ? sum : 0;
    }
    for (size_t o = 0; o < f->outputs; o++) {
        const Wide *row = f->b + o * (n + f->hidden);
        Wide sum = 0;
        for (size_t c = 0; c < n; c++)
            sum += row[c] * p[c];
        for (size_t u = 0; u < f->hidden; u++)
            sum += row[n + u] * unit[u];
        y[o] = sum;
    }
}
