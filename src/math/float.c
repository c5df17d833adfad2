// float.c - numbers of p significant bits, every operation correctly rounded: MPFR.
//
// A format is (p, emin, emax): docs/arithmetic.md#float.  MPFR writes numbers as 0.1xx 2^e, so that
// its exponents are larger by one than ours, and its least number 0.1 2^e is our least subnormal
// one, 2^(emin-p+1).  Rounding first to p bits and then to a subnormal number would round twice;
// mpfr_subnormalize undoes that, given the direction of the first rounding.
#include "base/error.h"
#include "math/arith.h"
#include <string.h>

enum { LEAST_PRECISION = 2, MOST_PRECISION = 1000000, MOST_EXPONENT = 1 << 24 };

static const struct Format {
    const char *name;
    long precision, emin, emax, reserved;
} formats[] = {
    { .name = "binary64", .precision = 53, .emin = -1022, .emax = 1023 },
    { .name = "binary32", .precision = 24, .emin = -126, .emax = 127 },
    { .name = "tf32", .precision = 11, .emin = -126, .emax = 127 },
    { .name = "bfloat16", .precision = 8, .emin = -126, .emax = 127 },
    { .name = "binary16", .precision = 11, .emin = -14, .emax = 15 },
    { .name = "fp8-e5m2", .precision = 3, .emin = -14, .emax = 15 },
    { .name = "fp8-e4m3", .precision = 4, .emin = -6, .emax = 8, .reserved = 1 },
};

const char *float_format_name(size_t i) {
    return i < sizeof formats / sizeof *formats ? formats[i].name : NULL;
}

static const char *const expected = "expected float:P, float:P,EMIN,EMAX or float:NAME, NAME one "
                                    "of binary64, binary32, tf32, bfloat16, binary16, fp8-e5m2, "
                                    "fp8-e4m3";

static bool parse_name(ArithSpec *spec, const char *s) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct Format *f = &formats[i];
        if (strcmp(f->name, s) != 0)
            continue;
        spec->precision = f->precision;
        spec->emin = f->emin;
        spec->emax = f->emax;
        spec->reserved = f->reserved;
        return true;
    }
    return false;
}

static void parse_range(ArithSpec *spec, const char *s, Text *why) {
    if (!arith_read_integer(&spec->emin, &s, -MOST_EXPONENT, MOST_EXPONENT, "EMIN", why))
        return;
    if (*s++ != ',') {
        text_printf(why, "EMIN without EMAX; %s", expected);
        return;
    }
    if (!arith_read_integer(&spec->emax, &s, -MOST_EXPONENT, MOST_EXPONENT, "EMAX", why))
        return;
    if (*s != '\0')
        text_printf(why, "'%s' after EMAX", s);
    else if (spec->emin > spec->emax)
        text_printf(why, "EMIN %ld exceeds EMAX %ld", spec->emin, spec->emax);
    else if (spec->emin > 0 || spec->emax < 0)
        text_printf(why,
                    "the exponents %ld .. %ld leave out 1 = 2^0, the largest weight of a softmax",
                    spec->emin, spec->emax);
}

static void parse(ArithSpec *spec, const char *s, Text *why) {
    spec->emin = -MOST_EXPONENT;
    spec->emax = MOST_EXPONENT;
    if (s == NULL || (*s != '-' && (*s < '0' || *s > '9'))) {
        if (s == NULL || !parse_name(spec, s))
            text_add(why, expected);
        return;
    }
    if (!arith_read_integer(&spec->precision, &s, LEAST_PRECISION, MOST_PRECISION, "the precision",
                            why))
        return;
    if (*s == ',')
        parse_range(spec, s + 1, why);
    else if (*s != '\0')
        text_printf(why, "'%s' after the precision; %s", s, expected);
}

static void print(Text *t, const ArithSpec *spec) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct Format *f = &formats[i];
        if (f->precision == spec->precision && f->emin == spec->emin && f->emax == spec->emax &&
            f->reserved == spec->reserved) {
            text_printf(t, "float:%s", f->name);
            return;
        }
    }
    text_printf(t, "float:%ld", spec->precision);
    if (spec->emin != -MOST_EXPONENT || spec->emax != MOST_EXPONENT)
        text_printf(t, ",%ld,%ld", spec->emin, spec->emax);
}

static void enter(const ArithSpec *spec, ArithState *old) {
    *old = (ArithState){ .emin = mpfr_get_emin(), .emax = mpfr_get_emax() };
    int out_of_range = mpfr_set_emin(spec->emin - spec->precision + 2);
    out_of_range |= mpfr_set_emax(spec->emax + 1);
    require(!out_of_range);
}

static void leave(const ArithState *old) {
    int out_of_range = mpfr_set_emin(old->emin);
    out_of_range |= mpfr_set_emax(old->emax);
    require(!out_of_range);
}

static void init(Num *x, const ArithSpec *spec) {
    x->spec = spec;
    mpfr_init2(x->f, spec->precision);
    mpfr_set_zero(x->f, 1);
}

static void clear(Num *x) { mpfr_clear(x->f); }

// Whether x's significand is one of those at emax that stand for no number.
static bool is_reserved(const Num *x) {
    if (!mpfr_regular_p(x->f) || mpfr_get_exp(x->f) != x->spec->emax + 1)
        return false;
    mpfr_t least;
    mpfr_init2(least, x->spec->precision);
    mpfr_set_inf(least, 1);
    for (long k = 0; k < x->spec->reserved; k++)
        mpfr_nextbelow(least);
    bool reserved = mpfr_cmpabs(x->f, least) >= 0;
    mpfr_clear(least);
    return reserved;
}

// Ends an operation that rounded to p bits in the direction of `ternary`.
static void finish(Num *r, int ternary) {
    mpfr_subnormalize(r->f, ternary, MPFR_RNDN);
    if (r->spec->reserved > 0 && is_reserved(r))
        mpfr_set_inf(r->f, mpfr_signbit(r->f) ? -1 : 1);
}

static void set(Num *r, const mpq_t v) { finish(r, mpfr_set_q(r->f, v, MPFR_RNDN)); }
static void copy(Num *r, const Num *a) { mpfr_set(r->f, a->f, MPFR_RNDN); }

static void add(Num *r, const Num *a, const Num *b) {
    finish(r, mpfr_add(r->f, a->f, b->f, MPFR_RNDN));
}

static void sub(Num *r, const Num *a, const Num *b) {
    finish(r, mpfr_sub(r->f, a->f, b->f, MPFR_RNDN));
}

static void mul(Num *r, const Num *a, const Num *b) {
    finish(r, mpfr_mul(r->f, a->f, b->f, MPFR_RNDN));
}

static void div_(Num *r, const Num *a, const Num *b) {
    finish(r, mpfr_div(r->f, a->f, b->f, MPFR_RNDN));
}

static void relu(Num *r, const Num *a) {
    if (mpfr_nan_p(a->f) || mpfr_sgn(a->f) > 0)
        mpfr_set(r->f, a->f, MPFR_RNDN);
    else
        mpfr_set_zero(r->f, 1);
}

static const char *fault(const Num *a) {
    if (mpfr_nan_p(a->f))
        return "is not a number";
    return mpfr_inf_p(a->f) ? "overflows" : NULL;
}

static const char *exp2_(Num *r, const Num *a, const ArithSpec *spec) {
    (void)spec;
    finish(r, mpfr_exp2(r->f, a->f, MPFR_RNDN));
    return fault(r);
}

static const char *exp_(Num *r, const Num *a, const ArithSpec *spec) {
    (void)spec;
    finish(r, mpfr_exp(r->f, a->f, MPFR_RNDN));
    return fault(r);
}

static bool is_zero(const Num *a) { return mpfr_zero_p(a->f); }

static Verdict at_least(const Num *a, const Num *b) {
    if (mpfr_unordered_p(a->f, b->f))
        return UNKNOWN;
    return mpfr_greaterequal_p(a->f, b->f) ? PROVED : REFUTED;
}

static bool ends(mpq_t lower, mpq_t upper, const Num *a) {
    if (!mpfr_number_p(a->f))
        return false;
    mpfr_get_q(lower, a->f);
    mpq_set(upper, lower);
    return true;
}

const Arith arith_float = {
    .name = "float",
    .promise = "p significant bits, every operation correctly rounded: the statement on that "
               "machine format",
    .syntax = "float:P | float:P,EMIN,EMAX | float:NAME",
    .is_machine = true,
    .parse = parse,
    .print = print,
    .enter = enter,
    .leave = leave,
    .init = init,
    .clear = clear,
    .set = set,
    .copy = copy,
    .add = add,
    .sub = sub,
    .mul = mul,
    .div = div_,
    .relu = relu,
    .exp2 = exp2_,
    .exp = exp_,
    .fault = fault,
    .is_zero = is_zero,
    .at_least = at_least,
    .ends = ends,
};
