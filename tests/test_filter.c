// The filter of doubles: what it keeps from word to word changes no bit, and what it cannot tell it
// leaves to balls.
#include "math/approx.h"
#include "models.h"
#include "random_model.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include "verify/filter.h"
#include "verify/walk.h"
#include <stdio.h>
#include <string.h>

static const Effort ball_effort = {
    .jobs = 2,
    .arithmetic = { .ar = &arith_ball, .precision = 64, .cap = 4096 },
};
static const Effort naive_effort = {
    .jobs = 2,
    .arithmetic = { .ar = &arith_ball, .precision = 64, .cap = 4096 },
    .naive = true,
};

// ---- sums ----

START_TEST(sums_of_summands_hold_the_exact_sum)
{
    mpq_t sum, term;
    mpq_inits(sum, term, NULL);
    for (size_t round = 0; round < scaled(3000); round++) {
        size_t n = 1 + random_below(40);
        ApproxSum s = { 0, 0 };
        mpq_set_ui(sum, 0, 1);
        for (size_t k = 0; k < n; k++) {
            double mid = (double)random_below(UINT64_C(1) << 53);
            mid = ldexp(random_below(2) ? mid : -mid, -(int)random_below(round % 2 ? 1000 : 60));
            Approx a = { mid, random_below(2) ? 0 : fabs(mid) * 0x1p-30 };
            approx_sum_add_summand(&s, approx_summand(a, (double)n));
            mpq_set_d(term, a.mid);
            mpq_add(sum, sum, term);
            mpq_set_d(term, random_below(2) ? a.rad : -a.rad);   // a number at one end
            mpq_add(sum, sum, term);
        }
        Approx total = approx_sum(s);
        mpq_set_d(term, total.mid);
        mpq_sub(sum, sum, term);
        mpq_abs(sum, sum);
        mpq_set_d(term, total.rad);
        ck_assert_msg(mpq_cmp(sum, term) <= 0, "round %zu", round);
    }
    mpq_clears(sum, term, NULL);
}
END_TEST

START_TEST(a_sum_that_overflows_tells_nothing)
{
    ApproxSum s = { 0, 0 };
    approx_sum_add_summand(&s, approx_summand((Approx){ 0x1p1023, 0 }, 4));
    ck_assert(isfinite(approx_sum(s).rad));
    approx_sum_add_summand(&s, approx_summand((Approx){ 0x1p1023, 0 }, 4));
    ck_assert(!isfinite(approx_sum(s).rad));
    ck_assert(!(approx_sum(s).rad < approx_sum(s).mid));
}
END_TEST

// ---- what is kept ----

// The filter that has met other words says what a new one says, in every bit.
static void expect_as_fresh(Filter *kept, const Transformer *t, const Token *word,
                            const char *what) {
    double least[2], most[2];
    bool told[2];
    size_t answer = t->task->answer(&t->params, word);
    Filter *fresh = filter_new(t);
    told[0] = filter_run(kept, word, answer, &least[0], &most[0]);
    told[1] = filter_run(fresh, word, answer, &least[1], &most[1]);
    filter_free(fresh);
    ck_assert_msg(told[0] == told[1], "%s: one tells", what);
    if (told[0])
        ck_assert_msg(memcmp(&least[0], &least[1], sizeof *least) == 0 &&
                          memcmp(&most[0], &most[1], sizeof *most) == 0,
                      "%s: [%a, %a] and [%a, %a]", what, least[0], most[0], least[1], most[1]);
}

// Words in the order of the walk, then at random.
static void compare_with_fresh(const Transformer *t, uint64_t steps, const char *what) {
    Filter *kept = filter_new(t);
    if (kept == NULL)
        return;
    Walk walk;
    Token old;
    walk_init(&walk, t->task, &t->params, NULL);
    walk_seek(&walk, random_below(walk.total));
    for (uint64_t k = 0; k < steps && walk.rank + 1 < walk.total; k++) {
        expect_as_fresh(kept, t, walk.word, what);
        walk_step(&walk, &old);
    }
    for (uint64_t k = 0; k < steps; k++) {
        walk_seek(&walk, random_below(walk.total));
        expect_as_fresh(kept, t, walk.word, what);
    }
    walk_clear(&walk);
    filter_free(kept);
}

START_TEST(what_the_filter_says_of_a_construction_s_word_depends_on_the_word_alone)
{
    for (size_t c = 0; c < coded_constructions(); c++)
        for (uint64_t n = 1; n <= 5; n++)
            for (int variant = 0; variant < 8; variant++) {
                Params p = params_default(n);
                Transformer t;
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                build_binary(&t, constructions[c], &p);
                t.base = variant & 4 ? BASE_E : BASE_2;
                compare_with_fresh(&t, 40, constructions[c]->name);
                transformer_clear(&t);
            }
}
END_TEST

START_TEST(what_the_filter_says_of_a_random_model_s_word_depends_on_the_word_alone)
{
    for (size_t round = 0; round < scaled(1500); round++) {
        Transformer t;
        (round % 3 ? random_exact_model : random_any_model)(&t);
        if (round % 2)
            t.base = BASE_E;
        compare_with_fresh(&t, 8, "random model");
        transformer_clear(&t);
    }
}
END_TEST

// ---- near ties ----

// Makes the least margin about 2^-70, or -2^-70 if sign < 0: a bias moves by what a certificate of
// 500 bits tells of it.
static void make_tie(Transformer *t, int sign) {
    Effort effort = { .jobs = 1,
                      .arithmetic = { .ar = &arith_ball, .precision = 500, .cap = 500 } };
    Finding f;
    mpq_t by;
    mpq_init(by);
    finding_init(&f);
    ck_assert_int_eq(certificate_check(&f, t, NULL, "tie", &effort), 0);
    ck_assert_int_eq(f.verdict, PROVED);
    mpq_set_si(by, sign, 1);
    mpq_div_2exp(by, by, 70);
    mpq_sub(by, f.margin, by);
    mpq_ptr b = t->readout.b.entry[0];
    if (t->readout.sign && mpq_sgn(b) < 0)
        mpq_neg(by, by);
    mpq_add(b, b, by);
    mpq_clear(by);
    finding_clear(&f);
}

// How many words the filter leaves to balls.
static uint64_t count_passed_on(const Transformer *t, uint64_t *total) {
    Filter *f = filter_new(t);
    Walk walk;
    Token old;
    uint64_t count = 0;
    walk_init(&walk, t->task, &t->params, NULL);
    *total = walk.total;
    for (uint64_t k = 0; k < walk.total; k++) {
        double least, most;
        if (k > 0)
            walk_step(&walk, &old);
        if (!filter_run(f, walk.word, t->task->answer(&t->params, walk.word), &least, &most) ||
            !(least > 0))
            count++;
    }
    walk_clear(&walk);
    filter_free(f);
    return count;
}

static void compare_tie(const Transformer *t, Verdict expected, const char *what) {
    Finding filtered, pure;
    uint64_t total, passed_on = count_passed_on(t, &total);
    finding_init(&filtered);
    finding_init(&pure);
    ck_assert_int_eq(exhaustive_check(&filtered, t, NULL, what, &ball_effort), 0);
    ck_assert_int_eq(exhaustive_check(&pure, t, NULL, what, &naive_effort), 0);
    ck_assert_int_eq(filtered.verdict, expected);
    ck_assert_int_eq(pure.verdict, expected);
    ck_assert(filtered.has_margin && pure.has_margin);
    ck_assert_msg(mpq_equal(filtered.margin, pure.margin), "%s: margins differ", what);
    ck_assert_str_eq(filtered.witness, pure.witness);
    ck_assert_msg(passed_on > 0 && passed_on < total, "%s: %llu of %llu words passed on", what,
                  (unsigned long long)passed_on, (unsigned long long)total);
    printf("# %s: %llu of %llu words passed on to balls\n", what, (unsigned long long)passed_on,
           (unsigned long long)total);
    finding_clear(&filtered);
    finding_clear(&pure);
}

START_TEST(words_that_doubles_cannot_tell_are_judged_in_balls_bit_for_bit)
{
    for (size_t c = 0; c < coded_constructions(); c++)
        for (int variant = 0; variant < 8; variant++) {
            Params p = params_default(3);
            Transformer t;
            p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
            build_binary(&t, constructions[c], &p);
            t.base = variant & 2 ? BASE_E : BASE_2;
            make_tie(&t, variant & 4 ? -1 : 1);
            compare_tie(&t, variant & 4 ? REFUTED : PROVED, constructions[c]->name);
            transformer_clear(&t);
        }
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        sums_of_summands_hold_the_exact_sum,
        a_sum_that_overflows_tells_nothing,
        what_the_filter_says_of_a_construction_s_word_depends_on_the_word_alone,
        what_the_filter_says_of_a_random_model_s_word_depends_on_the_word_alone,
        words_that_doubles_cannot_tell_are_judged_in_balls_bit_for_bit,
    };
    return HARNESS_RUN("filter", tests);
}
