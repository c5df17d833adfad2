// exact.c - rational numbers.  2^a is one only for an integer a.
#include "base/error.h"
#include "math/arith.h"

// Powers beyond 2^-LARGEST_EXPONENT would take megabytes each.
enum { LARGEST_EXPONENT = 1 << 24 };

static void init(Num *x) { mpq_init(x->q); }
static void clear(Num *x) { mpq_clear(x->q); }
static void set(Num *r, const mpq_t v) { mpq_set(r->q, v); }
static void copy(Num *r, const Num *a) { mpq_set(r->q, a->q); }
static void add(Num *r, const Num *a, const Num *b) { mpq_add(r->q, a->q, b->q); }
static void sub(Num *r, const Num *a, const Num *b) { mpq_sub(r->q, a->q, b->q); }
static void mul(Num *r, const Num *a, const Num *b) { mpq_mul(r->q, a->q, b->q); }

static void div_(Num *r, const Num *a, const Num *b) {
    require(mpq_sgn(b->q) != 0);
    mpq_div(r->q, a->q, b->q);
}

static void relu(Num *r, const Num *a) {
    if (mpq_sgn(a->q) > 0)
        mpq_set(r->q, a->q);
    else
        mpq_set_ui(r->q, 0, 1);
}

static const char *score(const Num *a) {
    return mpz_cmp_ui(mpq_denref(a->q), 1) == 0 ? NULL : "is not an integer";
}

static const char *exp2_(Num *r, const Num *a) {
    if (score(a) != NULL)
        return score(a);
    if (mpz_cmpabs_ui(mpq_numref(a->q), LARGEST_EXPONENT) > 0)
        return "lies more than 2^24 below the largest of its row";
    long e = mpz_get_si(mpq_numref(a->q));
    mpq_set_ui(r->q, 1, 1);
    if (e >= 0)
        mpq_mul_2exp(r->q, r->q, (mp_bitcnt_t)e);
    else
        mpq_div_2exp(r->q, r->q, (mp_bitcnt_t)-e);
    return NULL;
}

static Verdict at_least(const Num *a, const Num *b) {
    return mpq_cmp(a->q, b->q) >= 0 ? PROVED : REFUTED;
}

static void show(mpq_t v, const Num *a) { mpq_set(v, a->q); }

const Arith arith_exact = {
    .name = "exact",
    .promise = "rational numbers: the statement over the reals",
    .init = init,
    .clear = clear,
    .set = set,
    .copy = copy,
    .add = add,
    .sub = sub,
    .mul = mul,
    .div = div_,
    .relu = relu,
    .score = score,
    .exp2 = exp2_,
    .at_least = at_least,
    .show = show,
};
