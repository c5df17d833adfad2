// The parts of machine certificates against their definitions: programs against all numbers of an
// interval, hardware sums against MPFR, ranks against the next number.
#include "harness.h"
#include "verify/machine_grid.h"
#include "verify/machine_kernel.h"
#include "verify/machine_program.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static ArithSpec parse(const char *text) {
    ArithSpec spec;
    char *why = NULL;
    ck_assert_msg(arith_parse(&spec, text, &why) == 0, "%s: %s", text, why);
    return spec;
}

static void set(Num *x, const ArithSpec *spec, long numerator, unsigned long denominator) {
    mpq_t r;
    mpq_init(r);
    mpq_set_si(r, numerator, denominator);
    mpq_canonicalize(r);
    spec->ar->set(x, r);
    mpq_clear(r);
}

static size_t constant(Program *p, const ArithSpec *spec, long numerator,
                       unsigned long denominator) {
    Num *x = nums_init(spec, 1);
    set(x, spec, numerator, denominator);
    size_t node = program_constant(p, x);
    nums_clear(spec, x, 1);
    return node;
}

// A gate: relu(a x + b + c) - relu(a x + b + c - d), or with other slopes, plus e.
typedef struct Gate {
    long a, b, c, d, slope[2], e;
    unsigned long over;
} Gate;

static Program *make_gate(size_t *output, const Gate *g, const ArithSpec *spec, const Num *least,
                          const Num *most) {
    Program *p = program_new(spec);
    size_t x = program_mul(p, constant(p, spec, g->a, 1), program_input(p, least, most));
    size_t t = program_add(p, x, constant(p, spec, g->b, 1)), unit[2];
    for (int k = 0; k < 2; k++) {
        unit[k] = program_relu(p, program_add(p, t, constant(p, spec, g->c - k * g->d, g->over)));
        unit[k] = program_mul(p, unit[k], constant(p, spec, g->slope[k], 1));
    }
    *output = program_store(
        p, program_add(p, program_add(p, unit[0], unit[1]), constant(p, spec, g->e, 2)));
    return p;
}

// Whether the gate is the same for all the machine's numbers from least to most, one by one.
static bool same_for_all(Num *value, const Gate *g, const ArithSpec *spec, const mpz_t least,
                         const mpz_t most) {
    Num *x = nums_init(spec, 1);
    mpz_t rank;
    bool same = true;
    mpz_init_set(rank, least);
    for (; mpz_cmp(rank, most) <= 0 && same; mpz_add_ui(rank, rank, 1)) {
        size_t output;
        grid_number(x, rank, spec);
        Program *p = make_gate(&output, g, spec, x, x);
        same = mpz_cmp(rank, least) == 0 || nums_equal(value, program_least(p, output), spec);
        spec->ar->copy(value, program_least(p, output));
        program_free(p);
    }
    mpz_clear(rank);
    nums_clear(spec, x, 1);
    return same;
}

static long random_small(void) { return (long)random_below(9) - 4; }

START_TEST(programs_are_shown_to_be_constant_only_if_they_are)
{
    size_t shown = 0, missed = 0, varying = 0;
    for (size_t round = 0; round < scaled(1500); round++) {
        char text[32];
        unsigned p = 3 + (unsigned)random_below(6);
        snprintf(text, sizeof text, round % 4 ? "float:%u,-5,6" : "fixed:%u", p);
        ArithSpec spec = parse(text);
        ArithState old;
        arith_enter(&spec, &old);
        Gate g = { 2, random_small(), random_small(), 2, { 1, -1 }, random_small(), 2 };
        if (random_below(4) == 0)
            g = (Gate){ random_small(),
                        random_small(),
                        random_small(),
                        random_small(),
                        { random_small(), random_small() },
                        random_small(),
                        1 + random_below(4) };
        Num *x = nums_init(&spec, 4);
        mpz_t least, most;
        mpz_inits(least, most, NULL);
        set(&x[0], &spec, (long)random_below(9) - 4, 4);
        set(&x[1], &spec, (long)random_below(5), 4);
        for (int k = 0; k < 2; k++)
            if (spec.ar->store != NULL)
                ck_assert_ptr_null(spec.ar->store(&x[k], &spec));
        spec.ar->add(&x[1], &x[0], &x[1]);
        if (spec.ar->store != NULL && spec.ar->store(&x[1], &spec) != NULL)
            spec.ar->copy(&x[1], &x[0]);
        grid_rank(least, &x[0], &spec);
        grid_rank(most, &x[1], &spec);
        size_t output;
        Program *program = make_gate(&output, &g, &spec, &x[0], &x[1]);
        bool claimed = program_is_constant(program, &x[2], &output, 1, 1 << 12);
        bool same = same_for_all(&x[3], &g, &spec, least, most);
        ck_assert_msg(!claimed || same, "%s: shown to be constant, and is not", text);
        if (claimed)
            ck_assert(nums_equal(&x[2], &x[3], &spec));
        shown += claimed && mpz_cmp(least, most) < 0;
        missed += !claimed && same;
        varying += !same;
        program_free(program);
        nums_clear(&spec, x, 4);
        mpz_clears(least, most, NULL);
        arith_leave(&spec, &old);
    }
    printf("# %zu constant, %zu missed, %zu varying\n", shown, missed, varying);
    ck_assert(shown > 100 && varying > 100);
    ck_assert_uint_eq(missed, 0);   // so few numbers are all tried
    arith_end_thread();
}
END_TEST

START_TEST(the_gate_is_clean_in_53_bits_and_not_one_number_beyond_its_edge)
{
    ArithSpec spec = parse("float:binary64");
    ArithState old;
    arith_enter(&spec, &old);
    // 2x + 4 - 9/2 and 2x + 4 - 11/2, as in docs/equality.md#theorem-1 with y = 0.
    const Gate gate = { 2, 4, -9, 2, { 1, -1 }, 0, 2 };
    const struct {
        long least, most;   // quarters
        double beyond;      // where the upper end, or the lower one, moves to
    } cases[] = { { 3, 4, 0 }, { 0, 1, 0 }, { 3, 4, 0.75 - 0x1p-50 }, { 0, 1, 0.25 + 0x1p-50 } };
    for (size_t k = 0; k < 4; k++) {
        size_t output;
        Num *x = nums_init(&spec, 3);
        set(&x[0], &spec, cases[k].least, 4);
        set(&x[1], &spec, cases[k].most, 4);
        if (cases[k].beyond > 0)
            num_from_double(&x[cases[k].beyond < 0.5], cases[k].beyond, &spec);
        Program *p = make_gate(&output, &gate, &spec, &x[0], &x[1]);
        ck_assert_int_eq(program_is_constant(p, &x[2], &output, 1, 1 << 12), k < 2);
        if (k < 2)
            ck_assert(num_to_double(&x[2], &spec) == (k == 0 ? 1 : 0));
        program_free(p);
        nums_clear(&spec, x, 3);
    }
    arith_leave(&spec, &old);
}
END_TEST

START_TEST(ranks_count_the_numbers)
{
    static const char *const formats[] = { "float:3,-4,3", "float:2,-2,2", "fixed:6", "fixed:5,1" };
    for (size_t f = 0; f < 4; f++) {
        ArithSpec spec = parse(formats[f]);
        ArithState old;
        arith_enter(&spec, &old);
        Num *x = nums_init(&spec, 2);
        mpz_t rank, again;
        mpq_t low, high, mean;
        mpz_inits(rank, again, NULL);
        mpq_inits(low, high, mean, NULL);
        for (long k = -11; k <= 11; k++) {
            mpz_set_si(rank, k);
            grid_number(&x[1], rank, &spec);
            grid_rank(again, &x[1], &spec);
            ck_assert_int_eq(mpz_cmp(rank, again), 0);
            if (k > -11) {   // between two of them is none: their mean rounds to one of them
                ck_assert(nums_ordered(&x[0], &x[1], &spec) && !nums_equal(&x[0], &x[1], &spec));
                ck_assert(spec.ar->ends(low, high, &x[0]) && spec.ar->ends(high, mean, &x[1]));
                mpq_add(mean, low, high);
                mpq_div_2exp(mean, mean, 1);
                spec.ar->set(&x[0], mean);
                ck_assert(spec.ar->store == NULL || spec.ar->store(&x[0], &spec) == NULL);
                ck_assert(spec.ar->ends(mean, mean, &x[0]));
                ck_assert(mpq_equal(mean, low) || mpq_equal(mean, high));
            }
            spec.ar->copy(&x[0], &x[1]);
        }
        mpz_clears(rank, again, NULL);
        mpq_clears(low, high, mean, NULL);
        nums_clear(&spec, x, 2);
        arith_leave(&spec, &old);
    }
}
END_TEST

// A number of that many bits >= 0, often near to what makes a tie with others.
static double random_number(unsigned bits) {
    uint64_t m = random_bits() >> (64 - bits);
    if (random_below(3) == 0)
        m = (UINT64_C(1) << (bits - 1)) + random_below(2);
    if (random_below(6) == 0)
        m = (UINT64_C(1) << bits) - 1;
    return random_below(12) == 0 ? 0 : ldexp((double)m, -(int)random_below(2 * bits + 3));
}

static double reference_add(double a, double b, unsigned bits) {
    mpfr_t x, y;
    mpfr_init2(x, bits);
    mpfr_init2(y, 53);
    mpfr_set_d(y, a, MPFR_RNDN);
    mpfr_set_d(x, b, MPFR_RNDN);
    mpfr_add(x, y, x, MPFR_RNDN);
    double sum = mpfr_get_d(x, MPFR_RNDN);
    mpfr_clears(x, y, NULL);
    return sum;
}

static void compare_sums(const MachineKernel *kernel, unsigned bits) {
    enum { COLUMNS = 40 };
    double sum[LANES] = { 0 }, term[COLUMNS * LANES], step[LANES], expected[LANES];
    for (size_t k = 0; k < COLUMNS * LANES; k++)
        term[k] = random_number(bits);
    kernel->sum(sum, term, COLUMNS, bits);
    for (size_t i = 0; i < LANES; i++) {
        double s = 0;
        for (size_t j = 0; j < COLUMNS; j++)
            s = reference_add(s, term[j * LANES + i], bits);
        ck_assert_msg(s == sum[i], "%s, %u bits: %a is expected, %a found", kernel->name, bits, s,
                      sum[i]);
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        size_t count = 1 + random_below(LANES);
        double stay = random_number(bits), move = random_number(bits);
        for (size_t i = 0; i < count; i++)
            step[i] = random_below(5) ? random_number(bits) : sign > 0 ? -INFINITY : INFINITY;
        for (size_t i = 0; i < count; i++) {
            double a = isinf(step[i]) ? step[i] : reference_add(step[i], stay, bits), b = a;
            if (i > 0)
                b = isinf(step[i - 1]) ? step[i - 1] : reference_add(step[i - 1], move, bits);
            expected[i] = sign > 0 ? fmax(a, b) : fmin(a, b);
        }
        kernel->step(step, count, stay, move, sign, bits);
        for (size_t i = 0; i < count; i++)
            ck_assert_msg(step[i] == expected[i], "%s, %u bits, step: %a is expected, %a found",
                          kernel->name, bits, expected[i], step[i]);
    }
}

static void compare_scores(const MachineKernel *kernel, unsigned bits) {
    enum { COLUMNS = 7, D_K = 9 };
    float q[D_K * LANES], k[COLUMNS * D_K], out[COLUMNS * LANES];
    for (size_t i = 0; i < D_K * LANES; i++)
        q[i] = (float)random_below(13) - 6;
    for (size_t i = 0; i < COLUMNS * D_K; i++)
        k[i] = (float)random_below(9) - 4;
    kernel->scores(out, q, k, COLUMNS, D_K, bits);
    mpfr_t sum, x;
    mpfr_inits2(bits ? bits : 24, sum, x, NULL);
    for (size_t j = 0; j < COLUMNS; j++)
        for (size_t i = 0; i < LANES; i++) {
            mpfr_set_zero(sum, 1);
            for (size_t c = 0; c < D_K; c++) {
                mpfr_set_d(x, q[c * LANES + i] * k[j * D_K + c], MPFR_RNDN);
                mpfr_add(sum, sum, x, MPFR_RNDN);
            }
            ck_assert(mpfr_get_d(sum, MPFR_RNDN) == out[j * LANES + i]);
        }
    mpfr_clears(sum, x, NULL);
}

START_TEST(hardware_sums_and_scores_equal_correctly_rounded_ones)
{
    const MachineKernel *const kernels[] = { &machine_portable, &machine_avx2, &machine_avx512 };
    for (size_t k = 0; k < 3; k++)
        for (unsigned bits = 2; bits <= 53 && kernels[k]->is_available(); bits++)
            for (size_t round = 0; round < scaled(20); round++) {
                compare_sums(kernels[k], bits);
                compare_scores(kernels[k], bits < 24 ? bits : 0);
            }
    mpfr_free_cache();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        programs_are_shown_to_be_constant_only_if_they_are,
        the_gate_is_clean_in_53_bits_and_not_one_number_beyond_its_edge,
        ranks_count_the_numbers,
        hardware_sums_and_scores_equal_correctly_rounded_ones,
    };
    return HARNESS_RUN("machine_parts", tests);
}
