#include "harness.h"
#include "math/existence.h"

static void set_epsilon(mpq_t epsilon, unsigned long denominator) {
    mpq_init(epsilon);
    mpq_set_ui(epsilon, 1, denominator);
}

// Computed independently with big integers, eps = 1/4, N = 2^r.
START_TEST(the_three_existence_arguments_give_the_known_lengths)
{
    const struct {
        unsigned r;
        uint64_t textbook, exact, gilbert_varshamov;
    } known[] = {
        { 5, 199, 125, 48 },   { 6, 244, 168, 69 },    { 7, 289, 208, 88 },
        { 8, 333, 248, 104 },  { 9, 378, 293, 128 },   { 11, 466, 376, 168 },
        { 16, 688, 589, 272 }, { 17, 732, 632, 293 },  { 20, 866, 760, 352 },
        { 22, 954, 848, 397 }, { 24, 1043, 933, 440 }, { 32, 1398, 1280, 608 },
    };
    mpq_t epsilon;
    set_epsilon(epsilon, 4);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint64_t n = UINT64_C(1) << known[i].r;
        ck_assert_uint_eq(existence_johnson_lindenstrauss(n, epsilon), known[i].textbook);
        ck_assert_uint_eq(existence_union(n, epsilon), known[i].exact);
        ck_assert_uint_eq(existence_gilbert_varshamov(n, epsilon), known[i].gilbert_varshamov);
    }
    mpq_clear(epsilon);
}
END_TEST

// sum over i < d of C(k,i), by the definition.
static void naive_volume(mpz_t sum, unsigned long k, unsigned long d) {
    mpz_t term;
    mpz_init(term);
    mpz_set_ui(sum, 0);
    for (unsigned long i = 0; i < d; i++) {
        mpz_bin_uiui(term, k, i);
        mpz_add(sum, sum, term);
    }
    mpz_clear(term);
}

// The least k with factor * volume < 2^k or, if equal is true, <=.
static uint64_t naive_least(unsigned long factor, unsigned long eps_den, int equal) {
    mpz_t left, right;
    mpz_inits(left, right, NULL);
    for (unsigned long k = 1;; k++) {
        unsigned long d = ((eps_den - 1) * k + 2 * eps_den - 1) / (2 * eps_den);
        naive_volume(left, k, d);
        mpz_mul_ui(left, left, factor);
        mpz_set_ui(right, 0);
        mpz_setbit(right, k);
        if (mpz_cmp(left, right) < (equal ? 1 : 0)) {
            mpz_clears(left, right, NULL);
            return k;
        }
    }
}

START_TEST(volumes_by_recursion_are_volumes_by_definition)
{
    for (unsigned long denominator = 2; denominator <= 8; denominator++) {
        mpq_t epsilon;
        set_epsilon(epsilon, denominator);
        for (unsigned long n = 2; n < 300; n += 1 + n / 5) {
            ck_assert_uint_eq(existence_gilbert_varshamov(n, epsilon),
                              naive_least(n, denominator, 1));
            ck_assert_uint_eq(existence_union(n, epsilon),
                              naive_least(n * (n - 1) / 2, denominator, 0));
        }
        mpq_clear(epsilon);
    }
}
END_TEST

// A(k, d) by exhaustive search, from the literature's table (Brouwer): the least k with A >= N.
START_TEST(impossibility_never_exceeds_the_true_least_length)
{
    const uint64_t least[][2] = { { 2, 1 },   { 3, 2 },   { 4, 2 },  { 5, 4 },  { 8, 4 },
                                  { 9, 5 },   { 16, 5 },  { 17, 8 }, { 20, 8 }, { 21, 10 },
                                  { 40, 10 }, { 41, 13 }, { 64, 13 } };
    mpq_t epsilon;
    set_epsilon(epsilon, 4);
    for (size_t i = 0; i < sizeof least / sizeof *least; i++) {
        uint64_t n = least[i][0];
        uint64_t both = existence_least_length(n, epsilon);
        ck_assert_uint_ge(both, existence_plotkin(n, epsilon));
        ck_assert_uint_ge(both, existence_hamming(n, epsilon));
        ck_assert_uint_le(both, least[i][1]);
        ck_assert_uint_le(both, existence_gilbert_varshamov(n, epsilon));
    }
    ck_assert_uint_eq(existence_plotkin(16, epsilon), 5);
    mpq_clear(epsilon);
}
END_TEST

START_TEST(extreme_parameters_have_answers)
{
    mpq_t epsilon;
    mpq_init(epsilon);
    ck_assert_uint_eq(existence_johnson_lindenstrauss(1, epsilon), 1);
    ck_assert_uint_eq(existence_johnson_lindenstrauss(3, epsilon), 0);
    ck_assert_uint_eq(existence_least_length(1, epsilon), 1);
    ck_assert_uint_eq(existence_plotkin(2, epsilon), 1);
    mpq_set_ui(epsilon, 1, 1000);
    ck_assert_uint_eq(existence_johnson_lindenstrauss(1000, epsilon), 0);
    mpq_set_ui(epsilon, 1, 4);
    ck_assert_uint_gt(existence_johnson_lindenstrauss(UINT64_MAX, epsilon), 2000);
    ck_assert_uint_gt(existence_plotkin(UINT64_MAX, epsilon), 64);
    ck_assert_uint_gt(existence_hamming(UINT64_MAX, epsilon), 64);
    mpq_clear(epsilon);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_three_existence_arguments_give_the_known_lengths,
        volumes_by_recursion_are_volumes_by_definition,
        impossibility_never_exceeds_the_true_least_length,
        extreme_parameters_have_answers,
    };
    return HARNESS_RUN("existence", tests);
}
