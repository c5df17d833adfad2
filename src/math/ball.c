// ball.c - real numbers, each enclosed by a midpoint and a radius: Arb.
//
// Every operation returns a ball that holds all results for numbers in its operands' balls
// (docs/arithmetic.md#ball).  What is not finite encloses nothing, and no comparison is true of it.
#include "base/alloc.h"
#include "base/error.h"
#include "math/arith.h"
#include "math/flint.h"
#include <stdlib.h>

enum { PRECISION = 64, CAP = 4096, LEAST = 24, MOST = 1 << 20, LARGEST_EXPONENT = 1 << 24 };

struct Ball {
    arb_t x;
    slong precision;   // of results
};

static void parse(ArithSpec *spec, const char *s, Text *why) {
    spec->precision = PRECISION;
    spec->cap = CAP;
    if (s == NULL)
        return;
    if (!arith_read_integer(&spec->precision, &s, LEAST, MOST, "the precision to begin with", why))
        return;
    if (spec->cap < spec->precision)
        spec->cap = spec->precision;
    if (*s == ',') {
        s++;
        arith_read_integer(&spec->cap, &s, spec->precision, MOST, "the greatest precision", why);
    }
    if (*s != '\0' && why->length == 0)
        text_printf(why, "'%s' after the precision", s);
}

static void print(Text *t, const ArithSpec *spec) {
    text_add(t, "ball");
    if (spec->cap != CAP)
        text_printf(t, ":%ld,%ld", spec->precision, spec->cap);
    else if (spec->precision != PRECISION)
        text_printf(t, ":%ld", spec->precision);
}

static void init(Num *x, const ArithSpec *spec) {
    x->ball = alloc_array(1, 1, sizeof *x->ball);
    x->ball->precision = spec->precision;
    arb_init(x->ball->x);
}

static void clear(Num *x) {
    arb_clear(x->ball->x);
    free(x->ball);
}

static void set(Num *r, const mpq_t v) {
    fmpq_t q;
    fmpq_init(q);
    fmpq_set_mpq(q, v);
    arb_set_fmpq(r->ball->x, q, r->ball->precision);
    fmpq_clear(q);
}

static void copy(Num *r, const Num *a) { arb_set(r->ball->x, a->ball->x); }

static void add(Num *r, const Num *a, const Num *b) {
    arb_add(r->ball->x, a->ball->x, b->ball->x, r->ball->precision);
}

static void sub(Num *r, const Num *a, const Num *b) {
    arb_sub(r->ball->x, a->ball->x, b->ball->x, r->ball->precision);
}

static void mul(Num *r, const Num *a, const Num *b) {
    arb_mul(r->ball->x, a->ball->x, b->ball->x, r->ball->precision);
}

static void div_(Num *r, const Num *a, const Num *b) {
    arb_div(r->ball->x, a->ball->x, b->ball->x, r->ball->precision);
}

// max(., 0) maps [l, u] with l < 0 < u onto [0, u].
static void relu(Num *r, const Num *a) {
    if (!arb_is_finite(a->ball->x)) {
        arb_indeterminate(r->ball->x);
    } else if (arb_is_nonnegative(a->ball->x)) {
        arb_set(r->ball->x, a->ball->x);
    } else if (arb_is_nonpositive(a->ball->x)) {
        arb_zero(r->ball->x);
    } else {
        arf_t zero, upper;
        arf_init(zero);
        arf_init(upper);
        arb_get_ubound_arf(upper, a->ball->x, r->ball->precision);
        arb_set_interval_arf(r->ball->x, zero, upper, r->ball->precision);
        arf_clear(zero);
        arf_clear(upper);
    }
}

static const char *exp_(Num *r, const Num *a, const ArithSpec *spec) {
    (void)spec;
    arb_exp(r->ball->x, a->ball->x, r->ball->precision);
    return NULL;
}

static const char *exp2_(Num *r, const Num *a, const ArithSpec *spec) {
    slong precision = spec->precision;
    if (arb_is_int(a->ball->x)) {
        fmpz_t e;
        fmpz_init(e);
        bool unique = arb_get_unique_fmpz(e, a->ball->x);
        require(unique);
        arb_one(r->ball->x);
        arb_mul_2exp_fmpz(r->ball->x, r->ball->x, e);
        fmpz_clear(e);
        return NULL;
    }
    arb_t ln2;
    arb_init(ln2);
    arb_const_log2(ln2, precision);
    arb_mul(r->ball->x, a->ball->x, ln2, precision);
    arb_exp(r->ball->x, r->ball->x, precision);
    arb_clear(ln2);
    return NULL;
}

static bool is_zero(const Num *a) { return arb_is_zero(a->ball->x); }

// Arb's comparisons are true only if they hold for all members of both balls, and never of NaN.
static Verdict at_least(const Num *a, const Num *b) {
    if (arb_ge(a->ball->x, b->ball->x))
        return PROVED;
    return arb_lt(a->ball->x, b->ball->x) ? REFUTED : UNKNOWN;
}

static bool get_rational(mpq_t r, const arf_t x) {
    slong exponent = arf_abs_bound_lt_2exp_si(x);
    if (!arf_is_zero(x) && (exponent > LARGEST_EXPONENT || exponent < -LARGEST_EXPONENT))
        return false;
    fmpq_t q;
    fmpq_init(q);
    arf_get_fmpq(q, x);
    fmpq_get_mpq(r, q);
    fmpq_clear(q);
    return true;
}

static bool ends(mpq_t lower, mpq_t upper, const Num *a) {
    if (!arb_is_finite(a->ball->x))
        return false;
    arf_t l, u;
    arf_init(l);
    arf_init(u);
    arb_get_lbound_arf(l, a->ball->x, a->ball->precision);
    arb_get_ubound_arf(u, a->ball->x, a->ball->precision);
    bool shown = get_rational(lower, l) && get_rational(upper, u);
    arf_clear(l);
    arf_clear(u);
    return shown;
}

const Arith arith_ball = {
    .name = "ball",
    .promise = "real numbers, enclosed: the statement over the reals, base e too",
    .syntax = "ball",
    .encloses = true,
    .parse = parse,
    .print = print,
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
    .is_zero = is_zero,
    .at_least = at_least,
    .ends = ends,
};
