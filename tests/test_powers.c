// Powers of the softmax's base lie within the integers that stand for them.
#include "harness.h"
#include "math/arith.h"
#include "verify/powers.h"

static void expect_power(const mpfr_t power, const mpz_t low, const mpz_t high, long bits) {
    mpfr_t scaled_power;
    mpfr_init2(scaled_power, 2000);
    mpfr_mul_2si(scaled_power, power, bits, MPFR_RNDN);
    ck_assert(mpfr_cmp_z(scaled_power, low) >= 0 && mpfr_cmp_z(scaled_power, high) <= 0);
    mpfr_clear(scaled_power);
}

START_TEST(bounds_of_powers_hold_mpfr_s_and_are_close)
{
    mpz_t low, high, slack;
    mpfr_t power;
    mpz_inits(low, high, slack, NULL);
    mpfr_init2(power, 2000);
    for (size_t round = 0; round < scaled(3000); round++) {
        Base base = random_below(2) ? BASE_E : BASE_2;
        int64_t unit = 1 + (int64_t)random_below(random_below(2) ? 5 : UINT64_C(1) << 59);
        int64_t score = (int64_t)random_below(100 * (uint64_t)(unit < 1000 ? unit : 1000)) - unit;
        long bits = (long)random_below(300);
        mpfr_set_si(power, score, MPFR_RNDN);
        mpfr_div_si(power, power, unit, MPFR_RNDN);
        (base == BASE_E ? mpfr_exp : mpfr_exp2)(power, power, MPFR_RNDN);
        power_bounds(low, high, base, score, unit, bits);
        if (base == BASE_2 && score % unit == 0 && score / unit + bits >= 0) {
            ck_assert(mpz_cmp(low, high) == 0);
            ck_assert_int_eq(mpz_scan1(low, 0), score / unit + bits);
        } else {
            expect_power(power, low, high, bits);
        }
        mpz_sub(low, high, low);
        mpz_fdiv_q_2exp(slack, high, (mp_bitcnt_t)bits + 32);
        mpz_add_ui(slack, slack, 1);
        ck_assert(mpz_cmp(low, slack) <= 0);
    }
    mpfr_clear(power);
    mpz_clears(low, high, slack, NULL);
    arith_end_thread();
}
END_TEST

START_TEST(kept_powers_are_those_of_the_distance_asked_for)
{
    const int64_t units[] = { 1, 7, 1 << 20 };
    mpz_t low, high, wide, sum;
    mpz_inits(low, high, wide, sum, NULL);
    for (size_t u = 0; u < 3; u++) {
        Powers p;
        powers_init(&p, BASE_E, units[u]);
        for (size_t round = 0; round < scaled(3000); round++) {
            // Few distances, many of them with one place.
            int64_t distance = (int64_t)(random_below(100) + random_below(3) * POWERS_KEPT +
                                         random_below(2) * (uint64_t)units[u] * 70);
            const Power *power = powers_at(&p, distance);
            power_bounds(low, high, BASE_E, -distance, units[u], 200);
            wide_set(wide, power->low);
            mpz_mul_2exp(wide, wide, 200 - WIDE_MIXTURE_BITS);
            ck_assert(mpz_cmp(wide, low) <= 0);
            wide_set(wide, power->high);
            mpz_mul_2exp(wide, wide, 200 - WIDE_MIXTURE_BITS);
            ck_assert(mpz_cmp(wide, high) >= 0);
            ck_assert(power->high - power->low <= 1 && power->narrow_high - power->narrow_low <= 1);
            ck_assert(power->narrow_low <= power->low >> (WIDE_MIXTURE_BITS - NARROW_BITS));
            ck_assert((Wide)power->narrow_high << (WIDE_MIXTURE_BITS - NARROW_BITS) >= power->high);
        }
        powers_clear(&p);
    }
    mpz_clears(low, high, wide, sum, NULL);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        bounds_of_powers_hold_mpfr_s_and_are_close,
        kept_powers_are_those_of_the_distance_asked_for,
    };
    return HARNESS_RUN("powers", tests);
}
