// exact.c - rational numbers.  2^a is one only for an integer a.
#include "math/exact.h"
#include "base/error.h"
#include "math/rational.h"

// Powers beyond 2^-LARGEST_EXPONENT would take megabytes each.
enum { LARGEST_EXPONENT = 1 << 24 };

void exact_init(Num *x, const ArithSpec *spec) {
    (void)spec;
    mpq_init(x->q);
}

void exact_clear(Num *x) { mpq_clear(x->q); }
void exact_set(Num *r, const mpq_t v) { mpq_set(r->q, v); }
void exact_copy(Num *r, const Num *a) { mpq_set(r->q, a->q); }
void exact_add(Num *r, const Num *a, const Num *b) { mpq_add(r->q, a->q, b->q); }
void exact_sub(Num *r, const Num *a, const Num *b) { mpq_sub(r->q, a->q, b->q); }
void exact_mul(Num *r, const Num *a, const Num *b) { mpq_mul(r->q, a->q, b->q); }

void exact_div(Num *r, const Num *a, const Num *b) {
    require(mpq_sgn(b->q) != 0);
    mpq_div(r->q, a->q, b->q);
}

void exact_relu(Num *r, const Num *a) {
    if (mpq_sgn(a->q) > 0)
        mpq_set(r->q, a->q);
    else
        mpq_set_ui(r->q, 0, 1);
}

bool exact_is_zero(const Num *a) { return mpq_sgn(a->q) == 0; }

Verdict exact_at_least(const Num *a, const Num *b) {
    return mpq_cmp(a->q, b->q) >= 0 ? PROVED : REFUTED;
}

bool exact_ends(mpq_t lower, mpq_t upper, const Num *a) {
    mpq_set(lower, a->q);
    mpq_set(upper, a->q);
    return true;
}

static void parse(ArithSpec *spec, const char *parameters, Text *why) {
    (void)spec;
    if (parameters != NULL)
        text_add(why, "exact arithmetic has no parameters");
}

static void print(Text *t, const ArithSpec *spec) { text_add(t, spec->ar->name); }

static const char *score(const Num *a) {
    return mpz_cmp_ui(mpq_denref(a->q), 1) == 0 ? NULL : "is not an integer";
}

static const char *exp2_(Num *r, const Num *a, const ArithSpec *spec) {
    (void)spec;
    if (score(a) != NULL)
        return score(a);
    if (mpz_cmpabs_ui(mpq_numref(a->q), LARGEST_EXPONENT) > 0)
        return "lies more than 2^24 below the largest of its row";
    long e = mpz_get_si(mpq_numref(a->q));
    mpq_set_ui(r->q, 1, 1);
    rational_scale(r->q, e);
    return NULL;
}

const Arith arith_exact = {
    .name = "exact",
    .promise = "rational numbers: the statement over the reals",
    .syntax = "exact",
    .exact = true,
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
    .score = score,
    .exp2 = exp2_,
    .is_zero = exact_is_zero,
    .at_least = exact_at_least,
    .ends = exact_ends,
};
