// Several heads in a layer: certificates against exhaustive checks, on normal forms whose literals
// are fetched by a head each, on heads that are split or added, and on random models.
#include "agreement.h"
#include "constructions/lookup.h"
#include "many_heads.h"
#include "models.h"
#include "verify/certificate.h"
#include <stdio.h>

static void print_tally(const char *what, const Agreement *y) {
    printf("# %s: %zu decided, %zu of them by a bound, %zu refuted; %zu refuted by a word; %zu "
           "undecided\n",
           what, y->decided, y->bounded, y->refuted, y->found, y->undecided);
    fflush(stdout);
}

START_TEST(normal_forms_with_a_head_per_literal_are_proved)
{
    for (size_t f = 0; f < FORMS; f++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
            Agreement all = { 0 };
            size_t hot = 0;
            for (uint64_t n = 1; n <= 4; n++)
                for (long temperature = 1; temperature <= 6; temperature++) {
                    Params p = params_default(n);
                    Transformer t;
                    Agreement tally = { 0 };
                    p.mask = mask;
                    build_normal_form(&t, &forms[f], &p, temperature);
                    expect_agreement(&t, NULL, &tally, forms[f].task);
                    transformer_clear(&t);
                    all.decided += tally.decided;
                    all.undecided += tally.undecided;
                    if (!is_hot(&forms[f], n, temperature))
                        continue;
                    hot++;
                    ck_assert_uint_eq(tally.decided - tally.refuted - tally.bounded, 1);
                }
            printf("# %s, %zu literals, %s: %zu models decided, %zu undecided\n", forms[f].task,
                   forms[f].literals, mask_name(mask), all.decided, all.undecided);
            ck_assert_uint_ge(hot, 8);
        }
}
END_TEST

START_TEST(long_normal_forms_are_proved)
{
    static const Effort effort = { .jobs = 2 };
    for (size_t f = 0; f < FORMS; f++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
            Params p = params_default(40);
            Transformer t;
            Finding proof;
            p.mask = mask;
            build_normal_form(&t, &forms[f], &p, 6);
            finding_init(&proof);
            ck_assert_int_eq(certificate_check(&proof, &t, NULL, "long", &effort), 0);
            ck_assert_msg(proof.verdict == PROVED, "%s", proof.reason);
            ck_assert(!proof.enclosed && mpq_cmp_ui(proof.margin, 1, 162) == 0);
            finding_clear(&proof);
            transformer_clear(&t);
        }
}
END_TEST

// The form x_i and y_i at n = 2, whose second unit is 0 exactly where both heads fetch the least
// mass on ones: that on x_i and y_i, whose keys have distance 1, if all others are 0.  `beyond`: it
// is a little less there.
static void build_at_the_edge(Transformer *t, bool beyond) {
    static const Distraction distraction = { .keyless = 1 };
    const long temperature = 2;
    Params p = params_default(2);
    Code code;
    mpq_t bias, x;
    mpq_inits(bias, x, NULL);
    p.mask = MASK_FULL;
    build_normal_form(t, &forms[1], &p, temperature);
    binary_code(&code, 4);
    lookup_mass(bias, &code, (uint64_t)temperature, &distraction);
    code_clear(&code);
    mpq_set_si(x, -2 * 17, 16);   // the sum of both is 2 a (1 + 4^-t)
    mpq_canonicalize(x);
    mpq_mul(bias, bias, x);
    mpq_set_ui(x, 2, 1);   // SECOND counts twice what a literal does
    mpq_sub(bias, bias, x);
    mpq_mul(bias, bias, matrix_at(&t->layer[0].mlp.w1, 0, t->width - 1));
    mpq_set_ui(x, 1, 1);
    if (beyond) {
        mpq_div_2exp(x, x, 15);
        mpq_sub(bias, bias, x);
        mpq_set_ui(x, 1, 1);
    }
    mpq_set(matrix_at(&t->layer[0].mlp.b1, 1, 0), bias);
    mpq_add(matrix_at(&t->layer[0].mlp.b1, 0, 0), bias, x);
    mpq_clears(bias, x, NULL);
}

START_TEST(units_that_reach_zero_exactly_keep_their_sign)
{
    for (int beyond = 0; beyond <= 1; beyond++) {
        Transformer t;
        Agreement tally = { 0 };
        build_at_the_edge(&t, beyond);
        expect_agreement(&t, NULL, &tally, "edge");
        ck_assert_uint_eq(tally.decided, !beyond);
        transformer_clear(&t);
    }
}
END_TEST

// What certificates say of the constructions, with copies of a head as hot as that.
static void judge_copies(Agreement *tally, size_t from_end, long hotter, size_t copies) {
    for (size_t c = 0; c < coded_constructions(); c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 4; variant++) {
                Params p = params_default(n);
                Transformer t;
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                build_binary(&t, constructions[c], &p);
                for (size_t k = 0; k < copies && from_end < t.layers; k++)
                    add_copy(&t, t.layers - 1 - from_end, hotter);
                expect_agreement(&t, NULL, tally, constructions[c]->name);
                transformer_clear(&t);
            }
}

START_TEST(heads_with_the_same_weights_count_as_one)
{
    Agreement tally = { 0 };
    for (size_t from_end = 0; from_end < 2; from_end++)
        judge_copies(&tally, from_end, 1, 2);
    ck_assert_uint_eq(tally.undecided + tally.found + tally.bounded + tally.refuted, 0);
}
END_TEST

START_TEST(heads_with_other_weights_are_bounded_one_by_one)
{
    Agreement last = { 0 }, first = { 0 };
    judge_copies(&last, 0, 2, 1);
    judge_copies(&last, 0, 0, 1);
    judge_copies(&first, 1, 2, 1);
    print_tally("copies in the last layer", &last);
    ck_assert_uint_eq(last.undecided + last.found + last.bounded, 0);
    ck_assert_uint_gt(last.refuted, 0);
    ck_assert_uint_eq(first.undecided + first.found + first.bounded + first.refuted, 0);
}
END_TEST

START_TEST(random_models_of_several_heads_agree)
{
    Agreement tally[3] = { 0 };
    for (size_t round = 0; round < scaled(900); round++) {
        size_t layers = 1 + round % 2;
        Params p = params_default(1 + random_below(3));
        Transformer t;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        random_heads_model(&t, tasks[round % 3], &p, layers);
        expect_agreement(&t, NULL, &tally[layers], t.task->name);
        transformer_clear(&t);
    }
    print_tally("one layer", &tally[1]);
    print_tally("two layers", &tally[2]);
    ck_assert_uint_gt(tally[1].decided, 200);
    ck_assert_uint_gt(tally[2].decided, 100);
}
END_TEST

START_TEST(constructions_with_random_heads_added_agree)
{
    Agreement tally[2] = { 0 };
    for (size_t round = 0; round < scaled(900); round++) {
        const Construction *c = constructions[round % 3];
        Params p = params_default(1 + random_below(4));
        Transformer t;
        Code code;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.readout = random_below(2) ? READOUT_UNIFORM : READOUT_PEAKED;
        binary_code(&code, p.n);
        c->build(&t, &p, &code, 3);
        bool first = t.layers == 2 && random_below(2);
        // The fetched bit, or a coordinate that is read out.
        add_noise(&t, first ? 0 : t.layers - 1, code.length,
                  code.length + (first || t.layers == 1 ? 0 : 3));
        code_clear(&code);
        expect_agreement(&t, NULL, &tally[first], c->name);
        transformer_clear(&t);
    }
    print_tally("noise in the last layer", &tally[0]);
    print_tally("noise in the first of two layers", &tally[1]);
    ck_assert_uint_gt(tally[0].refuted, 10);
    ck_assert_uint_gt(tally[0].decided, 2 * tally[0].refuted);
    ck_assert_uint_gt(tally[1].decided, 100);
}
END_TEST

START_TEST(searches_that_are_cut_short_leave_a_bound)
{
    static const Effort effort = { .jobs = 2 };
    size_t exact = 0, bounded = 0;
    for (size_t round = 0; round < scaled(6); round++) {
        Params p = params_default(40);
        Transformer t;
        Finding proof;
        p.alphabet = 3;
        random_heads_model(&t, task_find("index-lookup"), &p, 1);
        finding_init(&proof);
        ck_assert_int_eq(certificate_check(&proof, &t, NULL, "long", &effort), 0);
        if (proof.verdict != UNKNOWN) {
            expect_witness(&t, &proof);
            *(proof.enclosed ? &bounded : &exact) += 1;
        }
        finding_clear(&proof);
        transformer_clear(&t);
    }
    printf("# 40 symbols: %zu exact, %zu by a bound\n", exact, bounded);
    fflush(stdout);
    ck_assert_uint_gt(exact, 0);
    ck_assert_uint_gt(bounded, 0);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        normal_forms_with_a_head_per_literal_are_proved, long_normal_forms_are_proved,
        units_that_reach_zero_exactly_keep_their_sign,   heads_with_the_same_weights_count_as_one,
        heads_with_other_weights_are_bounded_one_by_one, random_models_of_several_heads_agree,
        constructions_with_random_heads_added_agree,     searches_that_are_cut_short_leave_a_bound,
    };
    return HARNESS_RUN("heads", tests);
}
