#include "harness.h"
#include "math/rational.h"
#include <stdlib.h>
#include <string.h>

static void expect_decimal(const char *number, int digits, Rounding rounding, const char *shown) {
    mpq_t r;
    Text t = { 0 };
    mpq_init(r);
    ck_assert_ptr_null(rational_parse(r, number));
    rational_print_decimal(&t, r, digits, rounding);
    ck_assert_str_eq(text_string(&t), shown);
    text_clear(&t);
    mpq_clear(r);
}

START_TEST(decimals_are_rounded_outward)
{
    expect_decimal("1/3", 4, DOWN, "0.3333");
    expect_decimal("1/3", 4, UP, "0.3334");
    expect_decimal("-1/3", 4, DOWN, "-0.3334");
    expect_decimal("-1/3", 4, UP, "-0.3333");
    expect_decimal("1/4", 6, DOWN, "0.25");
    expect_decimal("1/4", 6, UP, "0.25");
    expect_decimal("0", 3, UP, "0");
    expect_decimal("99999/100000", 3, UP, "1");
    expect_decimal("12345678", 3, DOWN, "12345678");
    expect_decimal("1/3000000000", 3, DOWN, "3.33e-10");
    expect_decimal("-1/3000000000", 3, DOWN, "-3.34e-10");
}
END_TEST

START_TEST(a_decimal_never_lies_on_the_wrong_side)
{
    mpq_t r, shown, power;
    mpq_inits(r, shown, power, NULL);
    for (size_t round = 0; round < scaled(2000); round++) {
        random_rational(r);
        for (Rounding rounding = DOWN; rounding <= UP; rounding++) {
            Text t = { 0 };
            rational_print_decimal(&t, r, 1 + (int)random_below(9), rounding);
            // Read it back: digits without the point, over a power of ten.
            char *e = strchr(t.bytes, 'e'), *point = strchr(t.bytes, '.');
            long exponent = e ? strtol(e + 1, NULL, 10) : 0;
            if (e)
                *e = '\0';
            if (point) {
                exponent -= (long)strlen(point + 1);
                memmove(point, point + 1, strlen(point));
            }
            ck_assert_int_eq(mpq_set_str(shown, t.bytes, 10), 0);
            mpz_ui_pow_ui(mpq_numref(power), 10, (unsigned long)labs(exponent));
            mpz_set_ui(mpq_denref(power), 1);
            if (exponent < 0)
                mpq_div(shown, shown, power);
            else
                mpq_mul(shown, shown, power);
            if (rounding == DOWN)
                ck_assert_int_le(mpq_cmp(shown, r), 0);
            else
                ck_assert_int_ge(mpq_cmp(shown, r), 0);
            text_clear(&t);
        }
    }
    mpq_clears(r, shown, power, NULL);
}
END_TEST

START_TEST(malformed_numbers_are_refused)
{
    const char *bad[] = { "",   "-",  "+1",  " 1",  "1 ",   "01",    "1/0", "1/-2",
                          "1/", "/2", "--1", "0x1", "1/01", "1/2/3", "1.5", "1e3" };
    mpq_t r;
    mpq_init(r);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(rational_parse(r, bad[i]) != NULL, "'%s'", bad[i]);
        ck_assert_int_eq(mpq_sgn(r), 0);
    }
    char *huge = malloc(RATIONAL_LONGEST + 2);
    memset(huge, '7', RATIONAL_LONGEST + 1);
    huge[RATIONAL_LONGEST + 1] = '\0';
    ck_assert_ptr_nonnull(rational_parse(r, huge));
    huge[RATIONAL_LONGEST] = '\0';
    ck_assert_ptr_null(rational_parse(r, huge));
    free(huge);
    ck_assert_ptr_null(rational_parse(r, "-6/4"));
    ck_assert_int_eq(mpq_cmp_si(r, -3, 2), 0);
    mpq_clear(r);
}
END_TEST

START_TEST(long_integers_are_shown_by_powers_of_two_and_short_ones_in_full)
{
    const char *const known[][2] = {
        { "0", "0" },
        { "9999999999", "9999999999" },
        { "10000000000", "10000000000" },
        { "17179869184", "2^34" },
        { "17179869185", "2^34 + 1" },
        { "17179869183", "2^34 - 1" },
        { "17179869182", "17179869182" },
        { "34084860461056", "31 * 2^40" },
        { "34084860461057", "34084860461057" },
    };
    mpz_t z;
    mpz_init(z);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Text t = { 0 };
        mpz_set_str(z, known[i][0], 10);
        integer_print_brief(&t, z);
        ck_assert_str_eq(text_string(&t), known[i][1]);
        text_clear(&t);
    }
    mpz_clear(z);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        decimals_are_rounded_outward,
        a_decimal_never_lies_on_the_wrong_side,
        malformed_numbers_are_refused,
        long_integers_are_shown_by_powers_of_two_and_short_ones_in_full,
    };
    return HARNESS_RUN("rational", tests);
}
