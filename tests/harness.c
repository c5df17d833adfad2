#include "harness.h"
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 1;

static uint64_t from_environment(const char *name, uint64_t otherwise) {
    const char *s = getenv(name);
    return s && *s ? strtoull(s, NULL, 10) : otherwise;
}

int harness_run(const char *name, const TTest *const *tests, size_t count) {
    state = from_environment("CHASM_TEST_SEED", 20240611);
    printf("# %s: CHASM_TEST_SEED=%llu CHASM_TEST_SCALE=%zu\n", name, (unsigned long long)state,
           scaled(1));
    fflush(stdout);
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 600);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

size_t scaled(size_t rounds) {
    uint64_t scale = from_environment("CHASM_TEST_SCALE", 1);
    return rounds * (scale ? scale : 1);
}

// splitmix64 (Steele, Lea, Flood 2014).
uint64_t random_bits(void) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t random_below(uint64_t bound) {
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound, x;
    do
        x = random_bits();
    while (x >= limit);
    return x % bound;
}

// A magnitude of up to 200 bits: a random run, all ones, or a power of two.
static void random_magnitude(mpz_t z) {
    unsigned long bits = random_below(200);
    mpz_set_ui(z, 1);
    mpz_mul_2exp(z, z, bits);
    switch (random_below(3)) {
    case 0:
        mpz_sub_ui(z, z, 1);
        break;
    case 1:
        mpz_add_ui(z, z, random_bits() >> random_below(64));
        break;
    default:
        break;
    }
}

void random_rational(mpq_t r) {
    switch (random_below(4)) {
    case 0:
        mpq_set_si(r, (long)random_below(3) - 1, 1);
        return;
    case 1:
        mpq_set_si(r, (long)random_below(41) - 20, 1 + random_below(16));
        break;
    default:
        random_magnitude(mpq_numref(r));
        random_magnitude(mpq_denref(r));
        if (mpz_sgn(mpq_denref(r)) == 0)
            mpz_set_ui(mpq_denref(r), 1);
        if (random_below(2))
            mpq_neg(r, r);
    }
    mpq_canonicalize(r);
}
