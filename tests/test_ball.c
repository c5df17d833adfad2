// Balls hold the exact numbers: operation by operation, and whole forward passes.
#include "harness.h"
#include "math/approx.h"
#include "math/arith.h"
#include "net/evaluate.h"
#include "random_model.h"
#include "verify/filter.h"
#include "verify/walk.h"

static const Arith *const ar = &arith_ball;

static ArithSpec bits(long precision) {
    return (ArithSpec){ .ar = &arith_ball, .precision = precision, .cap = precision };
}

static void expect_holds(const Num *x, const mpq_t exact, const char *what, size_t round) {
    mpq_t lower, upper;
    mpq_inits(lower, upper, NULL);
    ck_assert_msg(ar->ends(lower, upper, x), "%s, round %zu: not enclosed", what, round);
    ck_assert_msg(mpq_cmp(lower, exact) <= 0 && mpq_cmp(exact, upper) <= 0, "%s, round %zu", what,
                  round);
    mpq_clears(lower, upper, NULL);
}

START_TEST(balls_hold_the_exact_results_also_on_top_of_an_operand)
{
    mpq_t a, b, r;
    mpq_inits(a, b, r, NULL);
    for (size_t round = 0; round < scaled(5000); round++) {
        ArithSpec spec = bits(24 + (long)(round % 100));
        Num *x = nums_init(&spec, 3);
        random_rational(a);
        random_rational(b);
        Num *result = &x[round % 3];
        void (*const functions[])(Num *, const Num *, const Num *) = { ar->add, ar->sub, ar->mul,
                                                                       ar->div };
        void (*const exactly[])(mpq_ptr, mpq_srcptr, mpq_srcptr) = { mpq_add, mpq_sub, mpq_mul,
                                                                     mpq_div };
        for (size_t op = 0; op < 4; op++) {
            if (op == 3 && mpq_sgn(b) == 0)
                continue;
            ar->set(&x[0], a);
            ar->set(&x[1], b);
            functions[op](result, &x[0], &x[1]);
            exactly[op](r, a, b);
            expect_holds(result, r, "operation", round);
        }
        ar->set(&x[0], a);
        ar->set(&x[1], b);
        ar->sub(&x[0], &x[0], &x[1]);   // a ball that is no point
        mpq_sub(r, a, b);
        ar->relu(&x[0], &x[0]);
        if (mpq_sgn(r) < 0)
            mpq_set_ui(r, 0, 1);
        expect_holds(&x[0], r, "relu", round);
        nums_clear(&spec, x, 3);
    }
    mpq_clears(a, b, r, NULL);
    arith_end_thread();
}
END_TEST

START_TEST(powers_hold_what_mpfr_computes_with_more_bits)
{
    mpq_t a, low, high, lower, upper;
    mpfr_t l, h;
    mpq_inits(a, low, high, lower, upper, NULL);
    mpfr_inits2(2000, l, h, NULL);
    for (size_t round = 0; round < scaled(2000); round++) {
        ArithSpec spec = bits(24 + (long)(round % 200));
        Num *x = nums_init(&spec, 1);
        mpq_set_si(a, (long)random_below(2001) - 1000, 1 + random_below(16));
        mpq_canonicalize(a);
        bool base_2 = random_below(2);
        mpfr_set_q(l, a, MPFR_RNDD);
        mpfr_set_q(h, a, MPFR_RNDU);
        (base_2 ? mpfr_exp2 : mpfr_exp)(l, l, MPFR_RNDD);
        (base_2 ? mpfr_exp2 : mpfr_exp)(h, h, MPFR_RNDU);
        mpfr_get_q(low, l);
        mpfr_get_q(high, h);
        ar->set(&x[0], a);
        ck_assert_ptr_null((base_2 ? ar->exp2 : ar->exp)(&x[0], &x[0], &spec));
        ck_assert(ar->ends(lower, upper, &x[0]));
        ck_assert(mpq_cmp(lower, low) <= 0 && mpq_cmp(high, upper) <= 0);
        nums_clear(&spec, x, 1);
    }
    mpfr_clears(l, h, NULL);
    mpq_clears(a, low, high, lower, upper, NULL);
    arith_end_thread();
}
END_TEST

START_TEST(nothing_is_true_of_what_is_not_enclosed)
{
    ArithSpec spec = bits(64);
    Num *x = nums_init(&spec, 2);
    mpq_t lower, upper;
    mpq_inits(lower, upper, NULL);
    ar->div(&x[0], &x[0], &x[1]);   // 0 / 0
    ck_assert_int_eq(ar->at_least(&x[0], &x[1]), UNKNOWN);
    ck_assert_int_eq(ar->at_least(&x[1], &x[0]), UNKNOWN);
    ck_assert(!ar->ends(lower, upper, &x[0]));
    ar->relu(&x[0], &x[0]);
    ck_assert_int_eq(ar->at_least(&x[0], &x[1]), UNKNOWN);
    ck_assert(!ar->ends(lower, upper, &x[0]));
    mpq_clears(lower, upper, NULL);
    nums_clear(&spec, x, 2);
    arith_end_thread();
}
END_TEST

// On every word, the exact margin lies in the ball's.
static void expect_margins_held(const Transformer *t, const ArithSpec *spec, size_t round) {
    Evaluator *exact = evaluator_new(t, &exact_arithmetic), *ball = evaluator_new(t, spec);
    Walk walk;
    Token old;
    Fault fault;
    mpq_t margin, least, most;
    mpq_inits(margin, least, most, NULL);
    walk_init(&walk, t->task, &t->params, NULL);
    for (;;) {
        size_t answer = t->task->answer(&t->params, walk.word);
        ck_assert(evaluator_run(exact, walk.word, &fault));
        ck_assert(evaluator_run(ball, walk.word, &fault));
        evaluator_margin(margin, exact, answer);
        ck_assert(evaluator_margin_ends(least, most, ball, answer));
        ck_assert_msg(mpq_cmp(least, margin) <= 0 && mpq_cmp(margin, most) <= 0,
                      "round %zu: the margin escapes", round);
        if (walk.rank + 1 == walk.total)
            break;
        walk_step(&walk, &old);
    }
    walk_clear(&walk);
    mpq_clears(margin, least, most, NULL);
    evaluator_free(exact);
    evaluator_free(ball);
}

START_TEST(exact_margins_lie_in_the_balls_of_random_models)
{
    for (size_t round = 0; round < scaled(100); round++) {
        Transformer t;
        ArithSpec spec = bits(round % 2 ? 24 : 100);
        random_exact_model(&t);
        expect_margins_held(&t, &spec, round);
        transformer_clear(&t);
    }
    arith_end_thread();
}
END_TEST

START_TEST(a_ball_of_more_bits_lies_where_one_of_fewer_does)
{
    mpq_t least[2], most[2];
    mpq_inits(least[0], least[1], most[0], most[1], NULL);
    for (size_t round = 0; round < scaled(200); round++) {
        Transformer t;
        Walk walk;
        bool enclosed[2];
        random_any_model(&t);   // base e too, scores up to 2^400
        walk_init(&walk, t.task, &t.params, NULL);
        walk_seek(&walk, random_below(walk.total));
        for (int k = 0; k < 2; k++) {
            Fault fault;
            ArithSpec spec = bits(k == 0 ? 64 : 1000);
            Evaluator *e = evaluator_new(&t, &spec);
            ck_assert(evaluator_run(e, walk.word, &fault));
            enclosed[k] = evaluator_margin_ends(least[k], most[k], e, 0);
            evaluator_free(e);
        }
        if (enclosed[0] && enclosed[1])
            ck_assert(mpq_cmp(least[0], most[1]) <= 0 && mpq_cmp(least[1], most[0]) <= 0);
        walk_clear(&walk);
        transformer_clear(&t);
    }
    mpq_clears(least[0], least[1], most[0], most[1], NULL);
    arith_end_thread();
}
END_TEST

// Of random words: the filter's interval holds the margin that balls of many bits enclose.
static size_t compare_filter(const Transformer *t, Filter *f, size_t words) {
    ArithSpec spec = bits(500);
    Evaluator *e = evaluator_new(t, &spec);
    Walk walk;
    Fault fault;
    size_t told = 0;
    mpq_t least, most, low, high;
    mpq_inits(least, most, low, high, NULL);
    walk_init(&walk, t->task, &t->params, NULL);
    for (size_t k = 0; k < words; k++) {
        double l, h;
        walk_seek(&walk, random_below(walk.total));
        size_t answer = t->task->answer(&t->params, walk.word);
        if (!filter_run(f, walk.word, answer, &l, &h) || !evaluator_run(e, walk.word, &fault) ||
            !evaluator_margin_ends(least, most, e, answer))
            continue;
        mpq_set_d(low, l);
        mpq_set_d(high, h);
        ck_assert_msg(mpq_cmp(low, most) <= 0 && mpq_cmp(least, high) <= 0,
                      "[%a, %a] does not meet [%a, %a]", l, h, mpq_get_d(least), mpq_get_d(most));
        told++;
    }
    walk_clear(&walk);
    mpq_clears(least, most, low, high, NULL);
    evaluator_free(e);
    return told;
}

START_TEST(the_filter_s_margins_hold_what_balls_enclose)
{
    size_t told = 0;
    for (size_t round = 0; round < scaled(2000); round++) {
        Transformer t;
        (round % 4 ? random_exact_model : random_any_model)(&t);
        if (round % 2)
            t.base = BASE_E;
        Filter *f = filter_new(&t);
        if (f != NULL) {
            told += compare_filter(&t, f, 4);
            filter_free(f);
        }
        transformer_clear(&t);
    }
    ck_assert_msg(told > 4000, "the filter told only %zu margins", told);
    arith_end_thread();
}
END_TEST

START_TEST(the_filter_s_powers_hold_mpfr_s)
{
    mpfr_t exact;
    mpfr_init2(exact, 300);
    for (size_t round = 0; round < scaled(100000); round++) {
        bool base_2 = random_below(2);
        double a = -(double)random_below(1000) + (double)random_below(1 << 20) / (1 << 20);
        if (random_below(2))
            a = -a * 0x1p-10;
        Approx p = (base_2 ? approx_exp2 : approx_exp)((Approx){ a, 0 });
        mpfr_set_d(exact, a, MPFR_RNDN);
        (base_2 ? mpfr_exp2 : mpfr_exp)(exact, exact, MPFR_RNDN);
        mpfr_sub_d(exact, exact, p.mid, MPFR_RNDN);
        ck_assert_msg(mpfr_cmp_d(exact, p.rad) <= 0 && mpfr_cmp_d(exact, -p.rad) >= 0,
                      "power of %a", a);
        ck_assert(a < -590 || p.rad <= 0x1p-45 * p.mid);
    }
    mpfr_clear(exact);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        balls_hold_the_exact_results_also_on_top_of_an_operand,
        powers_hold_what_mpfr_computes_with_more_bits,
        nothing_is_true_of_what_is_not_enclosed,
        exact_margins_lie_in_the_balls_of_random_models,
        a_ball_of_more_bits_lies_where_one_of_fewer_does,
        the_filter_s_powers_hold_mpfr_s,
        the_filter_s_margins_hold_what_balls_enclose,
    };
    return HARNESS_RUN("ball", tests);
}
