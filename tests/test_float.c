// The p-bit machine against the hardware's own float and double, and against a naive table of all
// numbers of the small formats.
#include "agreement.h"
#include "harness.h"
#include "math/arith.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A finite number biased to trouble: zeros, subnormals, the ends of the range, runs of ones.
static double nasty(int fraction_bits, int exponent_bits) {
    uint64_t fraction = random_bits() >> (64 - fraction_bits), all = (1ull << exponent_bits) - 1;
    uint64_t exponent = random_below(all);
    switch (random_below(6)) {
    case 0:
        exponent = random_below(3);
        break;
    case 1:
        exponent = all - 1 - random_below(3);
        break;
    case 2:
        exponent = all / 2 - 2 + random_below(5);
        break;
    case 3:
        fraction = (1ull << fraction_bits) - 1 - random_below(2);
        break;
    case 4:
        fraction = random_below(2);
        break;
    default:
        break;
    }
    int e = (int)exponent - (int)(all / 2);
    double significand = ldexp((double)fraction, -fraction_bits);
    double x = exponent == 0 ? ldexp(significand, e + 1) : ldexp(1 + significand, e);
    return random_below(2) ? -x : x;
}

typedef enum Operation { ADD, SUB, MUL, DIV, OPERATIONS } Operation;

static void operate(Num *r, const Num *a, const Num *b, Operation op) {
    const Arith *ar = &arith_float;
    void (*const functions[])(Num *, const Num *, const Num *) = { ar->add, ar->sub, ar->mul,
                                                                   ar->div };
    functions[op](r, a, b);
}

static double in_double(double a, double b, Operation op) {
    return op == ADD ? a + b : op == SUB ? a - b : op == MUL ? a * b : a / b;
}

static float in_float(float a, float b, Operation op) {
    return op == ADD ? a + b : op == SUB ? a - b : op == MUL ? a * b : a / b;
}

static void compare_with_hardware(const ArithSpec *spec, bool is_double) {
    ArithState old;
    Num *x = nums_init(spec, 3);
    arith_enter(spec, &old);
    for (size_t round = 0; round < scaled(100000); round++) {
        double a = is_double ? nasty(52, 11) : nasty(23, 8);
        double b = is_double ? nasty(52, 11) : nasty(23, 8);
        Operation op = (Operation)random_below(OPERATIONS);
        double c = is_double ? in_double(a, b, op) : (double)in_float((float)a, (float)b, op);
        mpfr_set_d(x[0].f, a, MPFR_RNDN);
        mpfr_set_d(x[1].f, b, MPFR_RNDN);
        operate(&x[round % 3], &x[0], &x[1], op);   // also with the result on an operand
        double found = mpfr_get_d(x[round % 3].f, MPFR_RNDN);
        ck_assert_msg((isnan(c) && isnan(found)) || (c == found && signbit(c) == signbit(found)),
                      "%a op %d %a is %a, not %a", a, (int)op, b, c, found);
        ck_assert((spec->ar->fault(&x[round % 3]) == NULL) == (isfinite(c) != 0));
    }
    arith_leave(spec, &old);
    nums_clear(spec, x, 3);
    arith_end_thread();
}

START_TEST(binary64_is_the_hardware_s_double_bit_for_bit)
{
    ArithSpec spec = arithmetic_named("float:binary64");
    compare_with_hardware(&spec, true);
}
END_TEST

START_TEST(binary32_is_the_hardware_s_float_bit_for_bit)
{
    ArithSpec spec = arithmetic_named("float:binary32");
    compare_with_hardware(&spec, false);
}
END_TEST

// All numbers >= 0 of a format of 8 bits, ascending, the last one the first that it lacks.
typedef struct Table {
    size_t count;
    double value[130];
} Table;

static Table table_of(int fraction_bits, int bias, int codes) {
    Table t = { 0 };
    for (int code = 0; code <= codes; code++) {
        int exponent = code >> fraction_bits, fraction = code & ((1 << fraction_bits) - 1);
        double significand = ldexp(fraction, -fraction_bits);
        t.value[t.count++] =
            exponent == 0 ? ldexp(significand, 1 - bias) : ldexp(1 + significand, exponent - bias);
    }
    return t;
}

// The number of the table nearest to r, of two the one of even code; infinity beyond.
static double nearest(const Table *t, const mpq_t r) {
    mpq_t size, middle;
    size_t k = 0;
    mpq_inits(size, middle, NULL);
    mpq_abs(size, r);
    for (; k + 1 < t->count; k++) {
        mpq_set_d(middle, (t->value[k] + t->value[k + 1]) / 2);   // exact in double
        int side = mpq_cmp(size, middle);
        if (side < 0 || (side == 0 && k % 2 == 0))
            break;
    }
    double x = k + 1 < t->count ? t->value[k] : INFINITY;
    double signed_x = mpq_sgn(r) < 0 ? -x : x;
    mpq_clears(size, middle, NULL);
    return signed_x;
}

static bool operate_exactly(mpq_t r, const mpq_t a, const mpq_t b, Operation op) {
    if (op == DIV && mpq_sgn(b) == 0)
        return false;
    void (*const functions[])(mpq_ptr, mpq_srcptr, mpq_srcptr) = { mpq_add, mpq_sub, mpq_mul,
                                                                   mpq_div };
    functions[op](r, a, b);
    return true;
}

static void check_pairs(const ArithSpec *spec, const Table *t) {
    ArithState old;
    Num *x = nums_init(spec, 3);
    mpq_t a, b, r;
    mpq_inits(a, b, r, NULL);
    arith_enter(spec, &old);
    size_t numbers = t->count - 1;
    for (size_t pair = 0; pair < 4 * numbers * numbers; pair++) {
        double u = t->value[pair / 4 % numbers], v = t->value[pair / 4 / numbers];
        mpq_set_d(a, pair % 2 ? -u : u);
        mpq_set_d(b, pair / 2 % 2 ? -v : v);
        spec->ar->set(&x[0], a);
        spec->ar->set(&x[1], b);
        for (Operation op = ADD; op < OPERATIONS; op++) {
            if (!operate_exactly(r, a, b, op))
                continue;
            operate(&x[2], &x[0], &x[1], op);
            double expected = nearest(t, r), found = mpfr_get_d(x[2].f, MPFR_RNDN);
            ck_assert_msg(expected == found, "%g op %d %g is %g, not %g", mpq_get_d(a), (int)op,
                          mpq_get_d(b), expected, found);
        }
    }
    arith_leave(spec, &old);
    nums_clear(spec, x, 3);
    mpq_clears(a, b, r, NULL);
}

// 2^x and e^x of every number x.
static void check_powers(const ArithSpec *spec, const Table *t) {
    ArithState old;
    Num *x = nums_init(spec, 2);
    mpq_t v;
    mpfr_t wide;
    mpq_init(v);
    mpfr_init2(wide, 3000);   // so that rounding to it hides no tie
    for (size_t k = 0; k < 4 * (t->count - 1); k++) {
        double u = t->value[k / 4];
        bool base_2 = k % 2;
        mpq_set_d(v, k / 2 % 2 ? -u : u);
        mpfr_set_q(wide, v, MPFR_RNDN);
        (base_2 ? mpfr_exp2 : mpfr_exp)(wide, wide, MPFR_RNDN);
        arith_enter(spec, &old);
        spec->ar->set(&x[0], v);
        const char *why = (base_2 ? spec->ar->exp2 : spec->ar->exp)(&x[1], &x[0], spec);
        double found = mpfr_get_d(x[1].f, MPFR_RNDN);
        arith_leave(spec, &old);
        double expected = INFINITY;
        if (mpfr_cmp_d(wide, 1e6) < 0) {
            mpfr_get_q(v, wide);
            expected = nearest(t, v);
        }
        ck_assert_double_eq(expected, found);
        ck_assert((why == NULL) == (isfinite(found) != 0));
    }
    mpfr_clear(wide);
    mpq_clear(v);
    nums_clear(spec, x, 2);
}

START_TEST(the_8_bit_formats_round_every_sum_product_and_quotient_to_the_nearest)
{
    // Codes 0 .. codes-1 are the numbers >= 0: e5m2 gives the largest exponent away to infinity
    // and NaN, e4m3 only its last code.
    ArithSpec e5m2 = arithmetic_named("float:fp8-e5m2"), e4m3 = arithmetic_named("float:fp8-e4m3");
    Table wide = table_of(2, 15, 124), narrow = table_of(3, 7, 127);
    ck_assert(wide.value[wide.count - 2] == 57344);
    ck_assert(narrow.value[narrow.count - 2] == 448);
    check_pairs(&e5m2, &wide);
    check_pairs(&e4m3, &narrow);
    check_powers(&e5m2, &wide);
    check_powers(&e4m3, &narrow);
    arith_end_thread();
}
END_TEST

START_TEST(nothing_is_true_of_what_is_no_number)
{
    ArithSpec spec = arithmetic_named("float:binary32");
    Num *x = nums_init(&spec, 2);
    mpq_t lower, upper;
    mpq_inits(lower, upper, NULL);
    mpfr_set_nan(x[0].f);
    ck_assert_int_eq(spec.ar->at_least(&x[0], &x[1]), UNKNOWN);
    ck_assert_int_eq(spec.ar->at_least(&x[1], &x[0]), UNKNOWN);
    ck_assert_int_eq(spec.ar->at_least(&x[0], &x[0]), UNKNOWN);
    ck_assert(!spec.ar->ends(lower, upper, &x[0]));
    ck_assert_str_eq(spec.ar->fault(&x[0]), "is not a number");
    spec.ar->relu(&x[1], &x[0]);
    ck_assert_ptr_nonnull(spec.ar->fault(&x[1]));
    mpfr_set_inf(x[0].f, -1);
    ck_assert_str_eq(spec.ar->fault(&x[0]), "overflows");
    ck_assert(!spec.ar->ends(lower, upper, &x[0]));
    mpq_clears(lower, upper, NULL);
    nums_clear(&spec, x, 2);
    arith_end_thread();
}
END_TEST

START_TEST(what_can_be_written_is_read_back)
{
    const char *const good[] = { "exact",          "ball",           "ball:128",   "ball:32,64",
                                 "float:7",        "float:7,-10,20", "float:tf32", "float:bfloat16",
                                 "float:fp8-e4m3", "fixed:8",        "fixed:8,-2" };
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        ArithSpec spec = arithmetic_named(good[k]);
        Text t = { 0 };
        arith_print(&t, &spec);
        ck_assert_str_eq(text_string(&t), good[k]);
        text_clear(&t);
    }
}
END_TEST

START_TEST(every_bad_specification_is_told_what_is_wrong)
{
    const struct {
        const char *text, *part;
    } bad[] = {
        { "float:0", "precision is 0" },
        { "float:1", "precision is 1" },
        { "float:-3", "precision is -3" },
        { "float:1000001", "1000000" },
        { "float:99999999999999999999999999", "1000000" },
        { "float:8,5,3", "EMIN 5 exceeds EMAX 3" },
        { "float:8,1,3", "leave out 1" },
        { "float:8,-3,-1", "leave out 1" },
        { "float:8,-3", "EMIN without EMAX" },
        { "float:8,-3,", "EMAX is expected" },
        { "float:8,-3,x", "EMAX is expected" },
        { "float:8,-3,4,5", "after EMAX" },
        { "float:8,-999999999,4", "EMIN is" },
        { "float:8 ", "after the precision" },
        { "float", "expected float:P" },
        { "float:", "expected float:P" },
        { "float:binary33", "expected float:P" },
        { "fixed", "expected fixed:P" },
        { "fixed:1", "precision is 1" },
        { "fixed:8,", "scale F is expected" },
        { "fixed:8,1,", "after the numbers" },
        { "exact:3", "no parameters" },
        { "ball:1", "precision" },
        { "ball:64,32", "greatest precision is 32" },
        { "", "no such arithmetic" },
        { "flot:3", "no such arithmetic" },
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        ArithSpec spec;
        char *why = NULL;
        ck_assert_int_eq(arith_parse(&spec, bad[k].text, &why), -1);
        ck_assert_msg(strstr(why, bad[k].part) != NULL, "%s: %s", bad[k].text, why);
        free(why);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        binary64_is_the_hardware_s_double_bit_for_bit,
        binary32_is_the_hardware_s_float_bit_for_bit,
        the_8_bit_formats_round_every_sum_product_and_quotient_to_the_nearest,
        nothing_is_true_of_what_is_no_number,
        what_can_be_written_is_read_back,
        every_bad_specification_is_told_what_is_wrong,
    };
    return HARNESS_RUN("float", tests);
}
