// fixed.c - registers of p bits, everything between them exact: docs/arithmetic.md#fixed.
//
// The registers are the coordinates of the stream and the weights of attention.  In between numbers
// are rational, so that partial sums of two parties add up.
#include "math/exact.h"
#include "math/rational.h"

enum { LEAST_PRECISION = 2, MOST_PRECISION = 1000000, WHOLE = 3, GUARD = 32 };

static void parse(ArithSpec *spec, const char *s, Text *why) {
    if (s == NULL) {
        text_add(why, "expected fixed:P or fixed:P,F");
        return;
    }
    if (!arith_read_integer(&spec->precision, &s, LEAST_PRECISION, MOST_PRECISION, "the precision",
                            why))
        return;
    spec->fraction = spec->precision - WHOLE;
    if (*s == ',') {
        s++;
        if (!arith_read_integer(&spec->fraction, &s, -MOST_PRECISION, MOST_PRECISION, "the scale F",
                                why))
            return;
    }
    if (*s != '\0')
        text_printf(why, "'%s' after the numbers; expected fixed:P or fixed:P,F", s);
}

static void print(Text *t, const ArithSpec *spec) {
    text_printf(t, "fixed:%ld", spec->precision);
    if (spec->fraction != spec->precision - WHOLE)
        text_printf(t, ",%ld", spec->fraction);
}

// r <- the nearest integer, of two the even one.
static void round_even(mpq_t r) {
    mpz_t twice, rest;
    mpz_inits(twice, rest, NULL);
    mpz_fdiv_qr(twice, rest, mpq_numref(r), mpq_denref(r));
    mpz_mul_2exp(rest, rest, 1);
    int side = mpz_cmp(rest, mpq_denref(r));
    if (side > 0 || (side == 0 && mpz_odd_p(twice)))
        mpz_add_ui(twice, twice, 1);
    mpq_set_z(r, twice);
    mpz_clears(twice, rest, NULL);
}

static const char *store(Num *r, const ArithSpec *spec) {
    mpz_t end;
    mpz_init_set_ui(end, 1);
    mpz_mul_2exp(end, end, (mp_bitcnt_t)(spec->precision - 1));
    rational_scale(r->q, spec->fraction);
    round_even(r->q);
    bool above = mpz_cmp(mpq_numref(r->q), end) >= 0;
    mpz_neg(end, end);
    bool below = mpz_cmp(mpq_numref(r->q), end) < 0;
    mpz_clear(end);
    rational_scale(r->q, -spec->fraction);
    return above || below ? "overflows" : NULL;
}

typedef int Function(mpfr_t r, const mpfr_t a, mpfr_rnd_t rounding);

// z <- 2^p f(a), to the nearest integer, for an increasing f.  Enclosures narrow until both ends
// round to the same integer: they do, because f(a) is no midpoint unless it is computed exactly.
static void round_function(mpz_t z, Function *f, const mpq_t a, long p) {
    mpz_t upper;
    mpz_init(upper);
    for (mpfr_prec_t precision = p + GUARD;; precision *= 2) {
        mpfr_t lo, hi;
        mpfr_inits2(precision, lo, hi, NULL);
        mpfr_set_q(lo, a, MPFR_RNDD);
        mpfr_set_q(hi, a, MPFR_RNDU);
        f(lo, lo, MPFR_RNDD);
        f(hi, hi, MPFR_RNDU);
        mpfr_mul_2si(lo, lo, p, MPFR_RNDD);
        mpfr_mul_2si(hi, hi, p, MPFR_RNDU);
        mpfr_get_z(z, lo, MPFR_RNDN);
        mpfr_get_z(upper, hi, MPFR_RNDN);
        mpfr_clears(lo, hi, NULL);
        if (mpz_cmp(z, upper) == 0)
            break;
    }
    mpz_clear(upper);
}

static const char *weight(Num *r, const Num *a, long p, Function *f) {
    if (mpq_sgn(a->q) > 0)
        return "exceeds the bound on the scores";
    mpz_t w, most;
    mpz_inits(w, most, NULL);
    round_function(w, f, a->q, p);
    mpz_setbit(most, (mp_bitcnt_t)p);
    mpz_sub_ui(most, most, 1);
    if (mpz_cmp(w, most) > 0)
        mpz_set(w, most);
    mpq_set_z(r->q, w);
    rational_scale(r->q, -p);
    mpz_clears(w, most, NULL);
    return NULL;
}

static const char *exp2_(Num *r, const Num *a, const ArithSpec *spec) {
    return weight(r, a, spec->precision, mpfr_exp2);
}

static const char *exp_(Num *r, const Num *a, const ArithSpec *spec) {
    return weight(r, a, spec->precision, mpfr_exp);
}

const Arith arith_fixed = {
    .name = "fixed",
    .promise = "p-bit weights and p-bit numbers in the stream, sums and products exact: the "
               "statement in the communication model",
    .syntax = "fixed:P | fixed:P,F",
    .exact = true,
    .is_machine = true,
    .bounded = true,
    .parse = parse,
    .print = print,
    .init = exact_init,
    .clear = exact_clear,
    .set = exact_set,
    .copy = exact_copy,
    .add = exact_add,
    .sub = exact_sub,
    .mul = exact_mul,
    .div = exact_div,
    .relu = exact_relu,
    .exp2 = exp2_,
    .exp = exp_,
    .store = store,
    .is_zero = exact_is_zero,
    .at_least = exact_at_least,
    .ends = exact_ends,
};
