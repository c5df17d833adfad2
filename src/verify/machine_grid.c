#include "verify/machine_grid.h"
#include "base/error.h"
#include <math.h>

// A float is m 2^e with |m| < 2^p, and |m| >= 2^(p-1) unless e is the least exponent q.  Its rank
// is m if e = q, and grows by 2^(p-1) from one e to the next.
static void float_rank(mpz_t z, const Num *x, const ArithSpec *spec) {
    long least = spec->emin - spec->precision + 1;
    if (mpfr_zero_p(x->f)) {
        mpz_set_ui(z, 0);
        return;
    }
    require(mpfr_number_p(x->f));
    long e = mpfr_get_z_2exp(z, x->f) - least;
    bool negative = mpz_sgn(z) < 0;
    mpz_abs(z, z);
    if (e < 0) {
        mpz_tdiv_q_2exp(z, z, (mp_bitcnt_t)-e);   // exact: a subnormal number
    } else {
        mpz_t binades;
        mpz_init_set_si(binades, e);
        mpz_mul_2exp(binades, binades, (mp_bitcnt_t)(spec->precision - 1));
        mpz_add(z, z, binades);
        mpz_clear(binades);
    }
    if (negative)
        mpz_neg(z, z);
}

static void float_number(Num *x, const mpz_t rank, const ArithSpec *spec) {
    long e = 0, p = spec->precision;
    mpz_t m, binades;
    mpz_inits(m, binades, NULL);
    mpz_abs(m, rank);
    if (mpz_sizeinbase(m, 2) > (size_t)p) {
        mpz_tdiv_q_2exp(binades, m, (mp_bitcnt_t)(p - 1));
        e = mpz_get_si(binades) - 1;
        mpz_set_si(binades, e);
        mpz_mul_2exp(binades, binades, (mp_bitcnt_t)(p - 1));
        mpz_sub(m, m, binades);
    }
    if (mpz_sgn(rank) < 0)
        mpz_neg(m, m);
    int inexact = mpfr_set_z_2exp(x->f, m, spec->emin - p + 1 + e, MPFR_RNDN);
    require(inexact == 0 && mpfr_number_p(x->f));
    mpz_clears(m, binades, NULL);
}

// The registers are the multiples of 2^-F.
static void shift(mpq_t r, const mpq_t x, long by) {
    if (by >= 0)
        mpq_mul_2exp(r, x, (mp_bitcnt_t)by);
    else
        mpq_div_2exp(r, x, (mp_bitcnt_t)-by);
}

void grid_rank(mpz_t z, const Num *x, const ArithSpec *spec) {
    require(spec->ar->is_machine);
    if (!spec->ar->exact) {
        float_rank(z, x, spec);
        return;
    }
    mpq_t r;
    mpq_init(r);
    shift(r, x->q, spec->fraction);
    require(mpz_cmp_ui(mpq_denref(r), 1) == 0);
    mpz_set(z, mpq_numref(r));
    mpq_clear(r);
}

void grid_number(Num *x, const mpz_t rank, const ArithSpec *spec) {
    require(spec->ar->is_machine);
    if (!spec->ar->exact) {
        float_number(x, rank, spec);
        return;
    }
    mpq_set_z(x->q, rank);
    shift(x->q, x->q, -spec->fraction);
}

bool nums_ordered(const Num *a, const Num *b, const ArithSpec *spec) {
    return spec->ar->at_least(b, a) == PROVED;
}

bool nums_equal(const Num *a, const Num *b, const ArithSpec *spec) {
    return nums_ordered(a, b, spec) && nums_ordered(b, a, spec);
}

double num_to_double(const Num *x, const ArithSpec *spec) {
    mpq_t r, same;
    mpq_inits(r, same, NULL);
    double d = spec->ar->ends(r, same, x) ? mpq_get_d(r) : NAN;
    if (isfinite(d))
        mpq_set_d(same, d);
    if (!isfinite(d) || !mpq_equal(r, same) || (d != 0 && fabs(d) < 0x1p-1000))
        d = NAN;
    mpq_clears(r, same, NULL);
    return d;
}

void num_from_double(Num *x, double d, const ArithSpec *spec) {
    mpq_t r;
    mpq_init(r);
    mpq_set_d(r, d);
    spec->ar->set(x, r);
    mpq_clear(r);
}
