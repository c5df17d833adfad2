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

int main(void) {
    const TTest *const tests[] = {
        decimals_are_rounded_outward,
        a_decimal_never_lies_on_the_wrong_side,
        malformed_numbers_are_refused,
    };
    return HARNESS_RUN("rational", tests);
}
