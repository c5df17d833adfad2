#include "verify/powers.h"
#include "base/alloc.h"
#include "base/error.h"
#include <mpfr.h>
#include <stdlib.h>

// 2^-VANISHING < 2^-WIDE_MIXTURE_BITS.
enum { VANISHING = 80 };

// z <- B^(score / unit) 2^bits, every step rounded that way.  The quotient of integers below 2^63
// is rounded once; powers are monotone and correctly rounded.
static void power_rounded(mpz_t z, Base base, int64_t score, int64_t unit, long bits,
                          mpfr_rnd_t way) {
    mpfr_t x;
    mpfr_init2(x, bits + 64);
    mpfr_set_si(x, score, way);
    mpfr_div_si(x, x, unit, way);
    (base == BASE_E ? mpfr_exp : mpfr_exp2)(x, x, way);
    mpfr_mul_2si(x, x, bits, way);
    require(mpfr_number_p(x));
    mpfr_get_z(z, x, way);
    mpfr_clear(x);
}

void power_bounds(mpz_t low, mpz_t high, Base base, int64_t score, int64_t unit, long bits) {
    require(unit > 0 && bits >= 0);
    power_rounded(low, base, score, unit, bits, MPFR_RNDD);
    power_rounded(high, base, score, unit, bits, MPFR_RNDU);
}

void powers_init(Powers *p, Base base, int64_t unit) {
    *p = (Powers){ .base = base,
                   .unit = unit,
                   .power = alloc_array(POWERS_KEPT, 1, sizeof *p->power) };
    for (size_t k = 0; k < POWERS_KEPT; k++)
        p->power[k].distance = -1;
}

void powers_clear(Powers *p) {
    free(p->power);
    *p = (Powers){ 0 };
}

void powers_fill(Powers *p, int64_t distance) {
    Power *power = &p->power[distance % POWERS_KEPT];
    *power = (Power){ .distance = distance, .narrow_high = 1, .high = 1 };
    if (distance > (Wide)VANISHING * p->unit)
        return;
    mpz_t low, high;
    mpz_inits(low, high, NULL);
    power_bounds(low, high, p->base, -distance, p->unit, WIDE_MIXTURE_BITS);
    power->low = wide_get(low);
    power->high = wide_get(high);
    mpz_fdiv_q_2exp(low, low, WIDE_MIXTURE_BITS - NARROW_BITS);
    mpz_cdiv_q_2exp(high, high, WIDE_MIXTURE_BITS - NARROW_BITS);
    power->narrow_low = mpz_get_si(low);
    power->narrow_high = mpz_get_si(high);
    mpz_clears(low, high, NULL);
}
