// Whole forward passes on p-bit machines: binary64 and binary32 equal the hardware's, fixed point
// is its definition written out, and verdicts on every word agree with exact ones as they must.
#include "agreement.h"
#include "hardware.h"
#include "models.h"
#include "net/evaluate.h"
#include "random_model.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <string.h>

typedef struct Tally {
    size_t equal, faults;
} Tally;

static void compare_outputs(const Transformer *t, const char *format, Tally *tally) {
    ArithSpec spec = arithmetic_named(format);
    double output[8];
    Walk walk;
    Fault fault;
    Evaluator *e = evaluator_new(t, &spec);
    walk_init(&walk, t->task, &t->params, NULL);
    walk_seek(&walk, random_below(walk.total));
    bool finite = strcmp(format, "float:binary64") == 0 ? hardware_double(output, t, walk.word)
                                                        : hardware_float(output, t, walk.word);
    bool ran = evaluator_run(e, walk.word, &fault);
    ck_assert_msg(finite == ran, "%s: %s", format, ran ? "no fault" : fault.part);
    for (size_t r = 0; ran && r < t->readout.w.rows; r++) {
        double found = mpfr_get_d(evaluator_output(e)[r].f, MPFR_RNDN);
        ck_assert_msg(found == output[r], "%s: %a is expected, %a found", format, output[r], found);
    }
    *(ran ? &tally->equal : &tally->faults) += 1;
    evaluator_free(e);
    walk_clear(&walk);
}

START_TEST(whole_passes_in_binary64_and_binary32_equal_the_hardware_s)
{
    Tally tally = { 0 };
    mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    for (size_t round = 0; round < scaled(1000); round++) {
        Transformer t;
        (round % 2 ? random_any_model : random_exact_model)(&t);
        compare_outputs(&t, "float:binary64", &tally);
        compare_outputs(&t, "float:binary32", &tally);
        transformer_clear(&t);
    }
    ck_assert_msg(tally.equal > 1000 && tally.faults > 50, "%zu equal, %zu faults", tally.equal,
                  tally.faults);
    ck_assert(mpfr_get_emin() == emin && mpfr_get_emax() == emax);
    arith_end_thread();
}
END_TEST

static void expect_rational(const mpq_t r, long numerator, unsigned long denominator) {
    ck_assert_msg(mpq_cmp_si(r, numerator, denominator) == 0, "%g is not %ld/%lu", mpq_get_d(r),
                  numerator, denominator);
}

START_TEST(weights_of_fixed_point_by_hand)
{
    const struct {
        long numerator;
        unsigned long denominator;
        long weight[2];   // times 2^-4, base 2 and base e
    } cases[] = {
        { 0, 1, { 15, 15 } },       // 16 does not fit into 4 bits
        { -1, 1, { 8, 6 } },        // 16/e = 5.89
        { -1, 2, { 11, 10 } },      // 11.31, 9.70
        { -5, 1, { 0, 0 } },        // 1/2 is a tie: to even
        { -9, 2, { 1, 0 } },        // 0.707, 0.178
        { -1, 1000, { 15, 15 } },   // 15.99 rounds to 16 too
        { -1000000000, 1, { 0, 0 } },
    };
    ArithSpec spec = arithmetic_named("fixed:4");
    Num *x = nums_init(&spec, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int e = 0; e < 2; e++) {
            mpq_set_si(x->q, cases[k].numerator, cases[k].denominator);
            ck_assert_ptr_null((e ? arith_fixed.exp : arith_fixed.exp2)(x, x, &spec));
            mpq_mul_2exp(x->q, x->q, 4);
            expect_rational(x->q, cases[k].weight[e], 1);
        }
    mpq_set_ui(x->q, 1, 3);
    ck_assert_ptr_nonnull(arith_fixed.exp2(x, x, &spec));
    nums_clear(&spec, x, 1);
    arith_end_thread();
}
END_TEST

START_TEST(registers_of_fixed_point_by_hand)
{
    const struct {
        long numerator;
        unsigned long denominator;
        long kept;   // times 1/2; 99: overflows
    } cases[] = { { 1, 4, 0 },   { 3, 4, 2 },    { 1, 3, 1 },    { -1, 4, 0 },
                  { -3, 4, -2 }, { 7, 2, 7 },    { 15, 4, 99 },  { 4, 1, 99 },
                  { -4, 1, -8 }, { -17, 4, -8 }, { -18, 4, 99 }, { 3699, 1000, 7 } };
    ArithSpec spec = arithmetic_named("fixed:4");   // from -4 to 7/2 in steps of 1/2
    Num *x = nums_init(&spec, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        mpq_set_si(x->q, cases[k].numerator, cases[k].denominator);
        mpq_canonicalize(x->q);
        const char *why = arith_fixed.store(x, &spec);
        ck_assert((why != NULL) == (cases[k].kept == 99));
        mpq_mul_2exp(x->q, x->q, 1);
        if (why == NULL)
            expect_rational(x->q, cases[k].kept, 1);
    }
    nums_clear(&spec, x, 1);
}
END_TEST

static void check(Finding *f, const Transformer *t, const char *arithmetic, unsigned jobs) {
    Effort effort = { .jobs = jobs, .arithmetic = arithmetic_named(arithmetic) };
    finding_init(f);
    ck_assert_int_eq(exhaustive_check(f, t, NULL, arithmetic, &effort), 0);
}

// lower <= exact margin, and they differ by less than 2^-bits.
static void expect_near(const mpq_t found, const mpq_t exact, bool below, unsigned bits) {
    mpq_t gap;
    mpq_init(gap);
    mpq_sub(gap, exact, found);
    ck_assert(!below || mpq_sgn(gap) >= 0);
    mpq_abs(gap, gap);
    mpq_mul_2exp(gap, gap, bits);
    ck_assert_msg(mpq_cmp_ui(gap, 1, 1) < 0, "%g is far from %g", mpq_get_d(found),
                  mpq_get_d(exact));
    mpq_clear(gap);
}

// For every construction at that size, mask and readout.
static void for_each_construction(void (*test)(const Construction *c, const Transformer *t)) {
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (int variant = 0; variant < 4; variant++) {
            Params p = params_default(3);
            Transformer t;
            p.mask = variant % 2 ? MASK_FULL : MASK_CAUSAL;
            p.readout = variant / 2 ? READOUT_UNIFORM : READOUT_PEAKED;
            if (constructions[c]->task->admits(&p) || constructions[c]->admits(&p))
                continue;
            build_binary(&t, constructions[c], &p);
            test(constructions[c], &t);
            transformer_clear(&t);
        }
}

static void agrees_at_high_precision(const Construction *c, const Transformer *t) {
    static const char *const arithmetics[] = { "ball", "ball:128", "float:60", "float:binary64",
                                               "fixed:60" };
    Finding exact;
    (void)c;
    check(&exact, t, "exact", 1);
    ck_assert_int_eq(exact.verdict, PROVED);
    for (size_t a = 0; a < sizeof arithmetics / sizeof *arithmetics; a++)
        for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
            Finding f;
            check(&f, t, arithmetics[a], jobs);
            ck_assert_msg(f.verdict == PROVED && f.has_margin, "%s: %s", arithmetics[a], f.reason);
            ck_assert_str_eq(f.arithmetic, arithmetics[a]);
            ck_assert(f.enclosed == (a < 2));
            expect_near(f.margin, exact.margin, f.enclosed, 34);
            ck_assert(mpz_cmp(f.inputs, exact.inputs) == 0);
            finding_clear(&f);
        }
    finding_clear(&exact);
}

START_TEST(every_arithmetic_agrees_with_the_exact_one_at_high_precision)
{
    for_each_construction(agrees_at_high_precision);
    arith_end_thread();
}
END_TEST

static void holds_in_base_e(const Construction *c, const Transformer *t) {
    Transformer in_e = *t;   // borrows all matrices
    Finding f, fast;
    (void)c;
    in_e.base = BASE_E;
    check(&f, &in_e, "ball", 2);
    ck_assert_int_eq(f.verdict, PROVED);
    check(&fast, &in_e, "float:50", 2);
    ck_assert_int_eq(fast.verdict, PROVED);
    expect_near(f.margin, fast.margin, false, 34);
    finding_clear(&f);
    finding_clear(&fast);
}

START_TEST(base_e_holds_in_balls_and_is_an_error_in_exact_arithmetic)
{
    for_each_construction(holds_in_base_e);
    Params p = params_default(2);
    Transformer t;
    Finding f;
    Effort effort = { .jobs = 1 };
    build_binary(&t, constructions[0], &p);
    t.base = BASE_E;
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "model", &effort), -1);
    finding_clear(&f);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

static bool is_refuted(const Transformer *t, const char *arithmetic) {
    Finding f;
    check(&f, t, arithmetic, 2);
    bool refuted = f.verdict == REFUTED;
    ck_assert_int_ne(f.verdict, UNKNOWN);
    ck_assert(refuted || (f.has_margin && mpq_sgn(f.margin) > 0));
    ck_assert_ptr_nonnull(f.witness);
    ck_assert(f.has_margin || f.reason != NULL);
    if (refuted && strncmp(arithmetic, "float", 5) == 0)
        ck_assert(witness_fails(t, arithmetic, f.witness));
    finding_clear(&f);
    return refuted;
}

// How many precisions in 2 .. 16 do not do, and the largest of these.
static void fails_at_some_precision(const Construction *c, const Transformer *t) {
    int floats = 0, fixed = 0;
    for (int p = 2; p <= 16; p++) {
        char arithmetic[32];
        snprintf(arithmetic, sizeof arithmetic, "float:%d,0,1", p);
        floats += is_refuted(t, arithmetic);
        snprintf(arithmetic, sizeof arithmetic, "fixed:%d", p);
        fixed += is_refuted(t, arithmetic);
        ck_assert(p < 16 || !is_refuted(t, arithmetic));
    }
    ck_assert_msg(floats > 0 && fixed > 0, "%s: %d floats, %d fixed", c->name, floats, fixed);
}

START_TEST(too_few_bits_are_refuted_with_a_witness_that_reproduces)
{
    for_each_construction(fails_at_some_precision);
    arith_end_thread();
}
END_TEST

// Position 2 scores 1, 2, 1 times the scale on 0, 1, 2, whose values are x, y, 0.
static void small_model(Transformer *t, long scale) {
    Params p = params_default(1);
    transformer_init(t, task_find("equality"), &p, 2, 1, true);
    const long score[] = { 1, 2, 1 };
    for (size_t i = 0; i < 3; i++)
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            matrix_set(&t->embedding, row, 0, score[i], 1);
            matrix_set(&t->embedding, row, 1, (long)(row - t->first_row[i]), 1);
        }
    Head *h = layer_add_head(&t->layer[0], 2, 1, 1);
    matrix_set(&h->q, 0, 0, scale, 1);
    matrix_set(&h->k, 0, 0, 1, 1);
    matrix_set(&h->v, 0, 1, 1, 1);
    matrix_set(&h->o, 1, 0, 1, 1);
    matrix_set(&t->readout.w, 0, 1, 1, 1);
}

START_TEST(fixed_point_by_hand_on_a_whole_pass)
{
    static const Token word[] = { 1, 1, 2 };
    ArithSpec spec =
        arithmetic_named("fixed:5");   // weights 31/32 16/32 .., steps of 1/4 in [-4, 4)
    Transformer t;
    Bounds bounds;
    Fault fault;
    mpq_t output;
    mpq_init(output);
    small_model(&t, 1);
    bounds_init(&bounds, &t);
    Evaluator *e = evaluator_new(&t, &spec);
    evaluator_set_bounds(e, &bounds);
    evaluator_measure(e, word, 0, &bounds);
    expect_rational(bounds.value[bounds_index(&bounds, 0, 0, 2)], 2, 1);
    // Scores 1 2 1 less 2: weights 16, 31, 16; (16 + 31) / 63 = 0.746 is kept as 3/4.
    ck_assert(evaluator_run(e, word, &fault));
    mpq_set(output, evaluator_output(e)->q);
    expect_rational(output, 3, 4);
    mpq_set_si(bounds.value[bounds_index(&bounds, 0, 0, 2)], 20, 1);   // far too large a bound
    ck_assert(!evaluator_run(e, word, &fault));
    Text text = { 0 };
    fault_print(&text, &fault);
    ck_assert_str_eq(text_string(&text),
                     "layer 1, head 1: the sum of the weights at position 2 is 0");
    text_clear(&text);
    evaluator_free(e);
    bounds_clear(&bounds);
    transformer_clear(&t);
    mpq_clear(output);
    arith_end_thread();
}
END_TEST

// The place that the reason of a check names.
static void expect_place(const Transformer *t, const char *arithmetic, const char *place) {
    Finding f;
    check(&f, t, arithmetic, 1);
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_ptr_nonnull(f.reason);
    ck_assert_msg(strstr(f.reason, place) != NULL, "%s", f.reason);
    finding_clear(&f);
}

START_TEST(a_fault_tells_its_place)
{
    Transformer t;
    small_model(&t, 1);
    matrix_set(&t.readout.w, 0, 1, 1000, 1);
    expect_place(&t, "float:fp8-e4m3", "a weight of the readout overflows");
    matrix_set(&t.readout.w, 0, 1, 1, 1);
    mpq_set_si(t.layer[0].head[0].q.entry[0], 200, 1);
    mpq_set_si(t.layer[0].head[0].k.entry[0], 3, 1);   // 200 * 3 = 600 > 448
    expect_place(&t, "float:fp8-e4m3",
                 "layer 1, head 1: the score of position 2 on position 0 overflows");
    mpq_set_si(t.layer[0].head[0].q.entry[0], 1, 1);
    mpq_set_si(t.layer[0].head[0].k.entry[0], 1, 1);
    matrix_set(&t.layer[0].head[0].v, 0, 1, 440, 1);
    expect_place(&t, "float:fp8-e4m3", "layer 1, head 1: the weighted sum at position 2 overflows");
    expect_place(&t, "fixed:6", "layer 1: the stream at position 2 overflows");
    mpq_set_si(t.embedding.entry[0], 4, 1);
    expect_place(&t, "fixed:6", "a number of the embedding overflows");
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

START_TEST(a_tie_fails_on_a_machine_and_is_undecided_in_balls_that_cannot_tell)
{
    Params p = params_default(1);
    Transformer t;
    Finding f;
    transformer_init(&t, task_find("index-lookup"), &p, 1, 0, false);
    matrix_set(&t.readout.b, 0, 0, 1, 3);   // both answers 1/3
    matrix_set(&t.readout.b, 1, 0, 1, 3);
    check(&f, &t, "float:8", 1);
    ck_assert(f.verdict == REFUTED && mpq_sgn(f.margin) == 0);
    finding_clear(&f);
    check(&f, &t, "ball:64,256", 1);
    ck_assert(f.verdict == UNKNOWN && mpq_sgn(f.margin) < 0);
    ck_assert_ptr_nonnull(strstr(f.reason, "uncertain sign at 256 bits"));
    finding_clear(&f);
    matrix_set(&t.readout.b, 0, 0, 1, 2);
    check(&f, &t, "ball", 1);   // the answer 1 is wrong for certain
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, "1 q1");
    finding_clear(&f);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        whole_passes_in_binary64_and_binary32_equal_the_hardware_s,
        weights_of_fixed_point_by_hand,
        registers_of_fixed_point_by_hand,
        fixed_point_by_hand_on_a_whole_pass,
        every_arithmetic_agrees_with_the_exact_one_at_high_precision,
        base_e_holds_in_balls_and_is_an_error_in_exact_arithmetic,
        too_few_bits_are_refuted_with_a_witness_that_reproduces,
        a_fault_tells_its_place,
        a_tie_fails_on_a_machine_and_is_undecided_in_balls_that_cannot_tell,
    };
    return HARNESS_RUN("machines", tests);
}
