#include "base/text.h"
#include "cli/range.h"
#include "harness.h"
#include <string.h>

// Checks that s is read as the numbers written, separated by blanks.
static void expect(const char *s, const char *numbers) {
    Range range;
    Text why = { 0 }, got = { 0 };
    range_parse(&range, s, &why);
    ck_assert_msg(why.length == 0, "%s: %s", s, text_string(&why));
    for (size_t i = 0; i < range.count; i++)
        if (range.power[i] > 0)
            text_printf(&got, "%s2^%zu", i ? " " : "", range.power[i]);
        else
            text_printf(&got, "%s%llu", i ? " " : "", (unsigned long long)range.value[i]);
    ck_assert_str_eq(text_string(&got), numbers);
    range_clear(&range);
    text_clear(&got);
}

static void expect_error(const char *s, const char *message) {
    Range range;
    Text why = { 0 };
    range_parse(&range, s, &why);
    ck_assert_str_eq(text_string(&why), message);
    ck_assert_uint_eq(range.count, 0);
    ck_assert_ptr_null(range.value);
    text_clear(&why);
}

START_TEST(sizes_are_read_in_the_order_written)
{
    expect("8", "8");
    expect("0", "0");
    expect("2..5", "2 3 4 5");
    expect("3..3", "3");
    expect("2..16*2", "2 4 8 16");
    expect("3..20*2", "3 6 12");
    expect("1..1000*10", "1 10 100 1000");
    expect("4,9,17", "4 9 17");
    expect("9,2..4,8..32*2", "9 2 3 4 8 16 32");
    expect("007", "7");
    expect("9007199254740992", "9007199254740992");
    expect("9007199254740990..9007199254740992",
           "9007199254740990 9007199254740991 9007199254740992");
    expect("9007199254740992..9007199254740992*2", "9007199254740992");
}
END_TEST

START_TEST(powers_of_two_go_beyond_numbers)
{
    expect("2^0", "1");
    expect("2^10", "1024");
    expect("2^3..2^5*2", "8 16 32");
    expect("6..2^5*2^1", "6 12 24");
    expect("2^3..10", "8 9 10");
    expect("2^53", "9007199254740992");
    expect("2^54", "2^54");
    expect("2^54..2^54", "2^54");
    expect("2^65536", "2^65536");
    expect("4,2^64,2^66", "4 2^64 2^66");
    expect("2^64..2^256*2^64", "2^64 2^128 2^192 2^256");
    expect("2^50..2^60*4", "1125899906842624 4503599627370496 2^54 2^56 2^58 2^60");
    expect("1..2^64*2^32", "1 4294967296 2^64");
    expect("2^64..2^100*2^64", "2^64");
    expect("4..1024*2^64", "4");
    expect_error("2^", "a number is expected at the end");
    expect_error("2^x", "a number is expected where 'x' stands");
    expect_error("3^4", "only powers of 2 are written with '^'");
    expect_error("2^65537", "powers end at 2^65536");
    expect_error("2^2^2", "'^2' is left over; sizes are written 8, 2..10, 2..1024*2 or 4,9,17");
    expect_error("2^64..2^80", "a factor is expected, as in 2^64..2^256*2^64");
    expect_error("2^80..2^64*2", "the range is empty");
    expect_error("2^80..9", "the range is empty");
    expect_error("2^64..2^80*3", "beyond 2^53 sizes are powers of two, and so are factors");
    expect_error("5..2^80*2", "beyond 2^53 sizes are powers of two, and so are factors");
    expect_error("0..2^80*2", "0 times a factor stays 0");
    expect_error("2^64..2^80*1", "the factor behind '*' must be at least 2");
    expect_error("0..8*2^64", "0 times a factor stays 0");
}
END_TEST

START_TEST(malformed_ranges_are_refused_with_the_reason)
{
    expect_error("", "a number is expected at the end");
    expect_error("4..2", "the range is empty");
    expect_error("-3", "a number is expected where '-3' stands");
    expect_error("+3", "a number is expected where '+3' stands");
    expect_error(" 3", "a number is expected where ' 3' stands");
    expect_error("1..", "a number is expected at the end");
    expect_error("..3", "a number is expected where '..3' stands");
    expect_error("4,,5", "a number is expected where ',5' stands");
    expect_error("4,", "a number is expected at the end");
    expect_error("2..8*", "a number is expected at the end");
    expect_error("2..8*1", "the factor behind '*' must be at least 2");
    expect_error("2..8*0", "the factor behind '*' must be at least 2");
    expect_error("0..8*2", "0 times a factor stays 0");
    expect_error("8x", "'x' is left over; sizes are written 8, 2..10, 2..1024*2 or 4,9,17");
    expect_error("2..4..8", "'..8' is left over; sizes are written 8, 2..10, 2..1024*2 or 4,9,17");
    expect_error("9007199254740993", "numbers end at 2^53 = 9007199254740992");
    expect_error("99999999999999999999999999", "numbers end at 2^53 = 9007199254740992");
    expect_error("1..9007199254740992", "more than 65536 sizes");
}
END_TEST

START_TEST(the_cap_on_sizes_is_exact)
{
    Range range;
    Text why = { 0 };
    range_parse(&range, "1..65536", &why);
    ck_assert_uint_eq(range.count, RANGE_MOST);
    ck_assert_uint_eq(range.value[RANGE_MOST - 1], RANGE_MOST);
    range_clear(&range);
    expect_error("1..65536,7", "more than 65536 sizes");
}
END_TEST

START_TEST(numbers_stay_within_their_bounds)
{
    uint64_t x = 5;
    Text why = { 0 };
    number_parse(&x, "17", 1, 17, &why);
    ck_assert_uint_eq(x, 17);
    ck_assert_uint_eq(why.length, 0);
    const char *bad[] = { "0", "18", "", "1 ", "-1", "1.5", "0x1", "18446744073709551617" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why.length = 0;
        number_parse(&x, bad[i], 1, 17, &why);
        ck_assert_msg(why.length > 0 && x == 17, "'%s'", bad[i]);
    }
    text_clear(&why);
}
END_TEST

START_TEST(random_texts_are_read_or_refused_never_both)
{
    const char letters[] = "0123456789..**,,^^-x ";
    for (size_t round = 0; round < scaled(20000); round++) {
        char s[24];
        size_t length = random_below(sizeof s);
        for (size_t i = 0; i < length; i++)
            s[i] = letters[random_below(sizeof letters - 1)];
        s[length] = '\0';
        Range range;
        Text why = { 0 };
        range_parse(&range, s, &why);
        ck_assert_msg((why.length == 0) == (range.count > 0), "'%s'", s);
        range_clear(&range);
        text_clear(&why);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        sizes_are_read_in_the_order_written,
        powers_of_two_go_beyond_numbers,
        malformed_ranges_are_refused_with_the_reason,
        the_cap_on_sizes_is_exact,
        numbers_stay_within_their_bounds,
        random_texts_are_read_or_refused_never_both,
    };
    return HARNESS_RUN("range", tests);
}
