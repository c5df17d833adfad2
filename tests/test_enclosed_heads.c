// Several heads in a layer, their weights known within bounds: certificates in balls against
// enclosures of every word's margin, and against exact arithmetic where both run.
#include "agreement.h"
#include "base/alloc.h"
#include "many_heads.h"
#include "models.h"
#include "verify/certificate.h"
#include "verify/stage_head.h"
#include <stdio.h>
#include <stdlib.h>

static const Effort exact_effort = { .jobs = 2 };

static void print_enclosures(const char *what, const Enclosures *y) {
    printf("# %s: %zu proved, %zu refuted, %zu undecided\n", what, y->proved, y->refuted,
           y->undecided);
    fflush(stdout);
}

// ---- which heads are one ----

// The class of the second of two heads whose slots 0, 1, 2, .. have scores 0, one, other, one, ..
static size_t class_of_second(const Choices *c, const int64_t score[2][2], const int64_t unit[2],
                              bool *look_alike) {
    StageHead head[2];
    bool *seen = alloc_array(c->slots, 1, sizeof *seen);
    int64_t *scores = alloc_array(c->slots, 1, sizeof *scores);
    for (size_t h = 0; h < 2; h++) {
        for (size_t s = 0; s < c->slots; s++) {
            seen[s] = true;
            scores[s] = s == 0 ? 0 : score[h][s % 2];
        }
        stage_head_init(&head[h], c, 1);
        ck_assert(stage_head_weigh(&head[h], c, scores, seen, unit[h], BASE_E, 8));
    }
    stage_heads_relate(head, 2, c);
    *look_alike = head[0].weights == head[1].weights;
    for (size_t k = 0; *look_alike && k < head[0].weights; k++)
        *look_alike = mpz_cmp(head[0].low[k], head[1].low[k]) == 0 &&
                      mpz_cmp(head[0].high[k], head[1].high[k]) == 0;
    size_t class = head[1].class;
    for (size_t h = 0; h < 2; h++)
        stage_head_clear(&head[h], c);
    free(seen);
    free(scores);
    return class;
}

START_TEST(heads_are_one_if_their_true_weights_are_not_if_their_bounds_are)
{
    static const int64_t far = INT64_C(1) << 40;
    static const struct {
        int64_t score[2][2], unit[2];
        size_t class;
    } cases[] = {
        { { { 1, 2 }, { 1, 2 } }, { 1, 1 }, 0 },
        { { { 1, 2 }, { 3, 6 } }, { 1, 3 }, 0 },
        { { { 4, -6 }, { -9, 6 } }, { 6, 9 }, 1 },   // the other way round
        { { { far, 0 }, { far + 1, 0 } }, { far, far }, 1 },
        { { { far, -far }, { 1, -1 } }, { far, 1 }, 0 },
        { { { far - 1, 2 * far }, { far, 2 * far } }, { far, far }, 1 },
    };
    Params p = params_default(2);
    Choices c;
    choices_init(&c, task_find("equality"), &p);
    size_t alike_but_different = 0;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        bool look_alike;
        size_t class = class_of_second(&c, cases[k].score, cases[k].unit, &look_alike);
        ck_assert_msg(class == cases[k].class, "case %zu", k);
        ck_assert(look_alike || class == 1);
        alike_but_different += look_alike && class == 1;
    }
    ck_assert_uint_eq(alike_but_different, 3);
    choices_clear(&c);
    arith_end_thread();
}
END_TEST

// ---- copies of heads ----

// The construction in one of 16 variants, at least one of base e and fractional scores in most.
static void build_copied(Transformer *t, const Construction *c, uint64_t n, int variant) {
    Params p = params_default(n);
    p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
    p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
    p.alphabet = variant & 2 ? 3 : 2;
    build_binary(t, c, &p);
    if (variant & 4)
        t->base = BASE_E;
    if (variant & 8)
        stretch_scores(t);
}

static void multiply(Matrix *m, long numerator, unsigned long denominator) {
    mpq_t factor;
    mpq_init(factor);
    mpq_set_si(factor, numerator, denominator);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        mpq_mul(m->entry[k], m->entry[k], factor);
    mpq_clear(factor);
}

// The same scores, with other denominators of Q and K.
static void shift_factors(Head *h) {
    multiply(&h->q, 3, 7);
    multiply(&h->k, 7, 3);
}

START_TEST(copies_with_the_same_weights_leave_the_bound_as_it_is)
{
    for (size_t c = 0; c < coded_constructions(); c++)
        for (uint64_t n = 2; n <= 6; n += 2)
            for (int variant = 0; variant < 16; variant++) {
                Transformer one, several;
                Finding alone, copied;
                finding_init(&alone);
                finding_init(&copied);
                build_copied(&one, constructions[c], n, variant);
                build_copied(&several, constructions[c], n, variant);
                for (size_t l = 0; l < several.layers; l++) {
                    add_copy(&several, l, 1);
                    shift_factors(&several.layer[l].head[1]);
                }
                ck_assert_int_eq(certificate_check(&alone, &one, NULL, "one", &ball_effort), 0);
                ck_assert_int_eq(certificate_check(&copied, &several, NULL, "copy", &ball_effort),
                                 0);
                ck_assert_int_eq(alone.verdict, PROVED);
                ck_assert_int_eq(copied.verdict, PROVED);
                ck_assert(mpq_equal(alone.margin, copied.margin));
                ck_assert_str_eq(alone.witness, copied.witness);
                finding_clear(&alone);
                finding_clear(&copied);
                transformer_clear(&one);
                transformer_clear(&several);
            }
    arith_end_thread();
}
END_TEST

// What certificates say of the constructions, with a copy of a head as hot as that.
static void judge_copies(Enclosures *tally, size_t from_end, long hotter) {
    for (size_t c = 0; c < coded_constructions(); c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 16; variant++) {
                Transformer t;
                build_copied(&t, constructions[c], n, variant);
                if (from_end < t.layers)
                    add_copy(&t, t.layers - 1 - from_end, hotter);
                expect_enclosure(&t, tally, true, constructions[c]->name);
                transformer_clear(&t);
            }
}

START_TEST(bounds_of_copies_with_other_weights_lie_just_below_what_all_words_show)
{
    Enclosures last = { 0 }, first = { 0 };
    judge_copies(&last, 0, 2);
    judge_copies(&last, 0, 0);
    judge_copies(&first, 1, 2);
    print_enclosures("copies in the last layer", &last);
    ck_assert_uint_eq(last.undecided + first.undecided + first.refuted, 0);
    ck_assert_uint_gt(last.proved, 0);
    ck_assert_uint_gt(last.refuted, 0);
    arith_end_thread();
}
END_TEST

// A copy whose scores are a third: as integers they are the same, over another denominator.
START_TEST(copies_with_the_same_numerators_are_not_taken_for_the_same_heads)
{
    Enclosures tally = { 0 };
    for (size_t c = 0; c < coded_constructions(); c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 16; variant++)
                for (size_t layer = 0; layer < 2; layer++) {
                    Transformer t;
                    build_copied(&t, constructions[c], n, variant);
                    if (layer < t.layers) {
                        add_copy(&t, layer, 1);
                        multiply(&t.layer[layer].head[1].q, 1, 3);
                    }
                    expect_enclosure(&t, &tally, false, constructions[c]->name);
                    transformer_clear(&t);
                }
    print_enclosures("copies with a third of the scores", &tally);
    ck_assert_uint_gt(tally.proved, 100);
    ck_assert_uint_gt(tally.refuted + tally.undecided, 50);
    arith_end_thread();
}
END_TEST

// ---- normal forms ----

START_TEST(normal_forms_with_a_head_per_literal_are_proved_in_base_e)
{
    for (size_t f = 0; f < FORMS; f++)
        for (int variant = 0; variant < 4; variant++) {
            Enclosures all = { 0 };
            size_t hot = 0;
            for (uint64_t n = 1; n <= 3; n++)
                for (long temperature = 1; temperature <= 5; temperature++) {
                    Params p = params_default(n);
                    Transformer t;
                    Enclosures tally = { 0 };
                    p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                    build_normal_form(&t, &forms[f], &p, temperature);
                    t.base = BASE_E;
                    if (variant & 2)
                        stretch_scores(&t);
                    expect_enclosure(&t, &tally, false, forms[f].task);
                    transformer_clear(&t);
                    all.proved += tally.proved;
                    all.refuted += tally.refuted;
                    all.undecided += tally.undecided;
                    if (!is_hot(&forms[f], n, temperature))
                        continue;
                    hot++;
                    ck_assert_uint_eq(tally.proved, 1);
                }
            print_enclosures(forms[f].task, &all);
            ck_assert_uint_ge(hot, 5);
        }
    arith_end_thread();
}
END_TEST

// ---- random models ----

START_TEST(bounds_of_random_models_of_several_heads_hold_on_every_word)
{
    Enclosures tally[3] = { 0 };
    for (size_t round = 0; round < scaled(500); round++) {
        size_t layers = 1 + round % 2;
        Params p = params_default(1 + random_below(2));
        Transformer t;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        random_heads_model(&t, tasks[round % 3], &p, layers);
        if (random_below(4))
            t.base = BASE_E;
        if (random_below(2))
            stretch_scores(&t);
        expect_enclosure(&t, &tally[layers], false, t.task->name);
        transformer_clear(&t);
    }
    print_enclosures("one layer", &tally[1]);
    print_enclosures("two layers", &tally[2]);
    for (size_t layers = 1; layers <= 2; layers++) {
        ck_assert_uint_gt(tally[layers].refuted, 50);
        ck_assert_uint_lt(tally[layers].undecided, tally[layers].refuted);
    }
    arith_end_thread();
}
END_TEST

START_TEST(bounds_of_constructions_with_random_heads_hold_on_every_word)
{
    Enclosures tally[2] = { 0 };
    for (size_t round = 0; round < scaled(400); round++) {
        const Construction *c = constructions[round % 3];
        Params p = params_default(1 + random_below(3));
        Transformer t;
        Code code;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.readout = random_below(2) ? READOUT_UNIFORM : READOUT_PEAKED;
        binary_code(&code, p.n);
        c->build(&t, &p, &code, 3);
        bool first = t.layers == 2 && random_below(2);
        add_noise(&t, first ? 0 : t.layers - 1, code.length,
                  code.length + (first || t.layers == 1 ? 0 : 3));
        code_clear(&code);
        t.base = BASE_E;
        if (random_below(2))
            stretch_scores(&t);
        expect_enclosure(&t, &tally[first], false, c->name);
        transformer_clear(&t);
    }
    print_enclosures("noise in the last layer", &tally[0]);
    print_enclosures("noise in the first of two layers", &tally[1]);
    ck_assert_uint_gt(tally[0].proved, 50);
    ck_assert_uint_gt(tally[0].refuted, 5);
    ck_assert_uint_gt(tally[1].proved, 20);
    arith_end_thread();
}
END_TEST

START_TEST(where_exact_arithmetic_runs_several_heads_have_the_same_margin_in_balls)
{
    size_t decided = 0, bounded = 0;
    for (size_t round = 0; round < scaled(300); round++) {
        Params p = params_default(1 + random_below(3));
        Transformer t;
        Finding exact, enclosed;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        random_heads_model(&t, tasks[round % 3], &p, 1 + round % 2);
        finding_init(&exact);
        finding_init(&enclosed);
        ck_assert_int_eq(certificate_check(&exact, &t, NULL, "exact", &exact_effort), 0);
        ck_assert_int_eq(certificate_check(&enclosed, &t, NULL, "ball", &ball_effort), 0);
        if (exact.has_margin) {
            ck_assert(enclosed.has_margin);
            ck_assert_int_eq(exact.verdict, enclosed.verdict);
            ck_assert(mpq_equal(exact.margin, enclosed.margin));
            ck_assert_str_eq(exact.witness, enclosed.witness);
            decided++;
            bounded += exact.enclosed;
        }
        finding_clear(&exact);
        finding_clear(&enclosed);
        transformer_clear(&t);
    }
    printf("# %zu with a margin, %zu of them by a bound\n", decided, bounded);
    fflush(stdout);
    ck_assert_uint_gt(decided, 100);
    arith_end_thread();
}
END_TEST

// Sizes that cannot be enumerated, with ties between heads at very many words.
START_TEST(long_models_of_several_heads_are_proved_in_base_e)
{
    for (size_t c = 0; c < coded_constructions(); c++)
        for (int variant = 4; variant < 16; variant += 5) {
            Transformer t;
            Finding proof;
            build_copied(&t, constructions[c], 48, variant);
            for (size_t l = 0; l < t.layers; l++)
                add_copy(&t, l, 2);
            finding_init(&proof);
            ck_assert_int_eq(certificate_check(&proof, &t, NULL, "long", &ball_effort), 0);
            ck_assert_msg(proof.verdict == PROVED, "%s, variant %d: %s", constructions[c]->name,
                          variant, proof.reason);
            finding_clear(&proof);
            transformer_clear(&t);
        }
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        heads_are_one_if_their_true_weights_are_not_if_their_bounds_are,
        copies_with_the_same_weights_leave_the_bound_as_it_is,
        bounds_of_copies_with_other_weights_lie_just_below_what_all_words_show,
        copies_with_the_same_numerators_are_not_taken_for_the_same_heads,
        normal_forms_with_a_head_per_literal_are_proved_in_base_e,
        bounds_of_random_models_of_several_heads_hold_on_every_word,
        bounds_of_constructions_with_random_heads_hold_on_every_word,
        where_exact_arithmetic_runs_several_heads_have_the_same_margin_in_balls,
        long_models_of_several_heads_are_proved_in_base_e,
    };
    return HARNESS_RUN("enclosed_heads", tests);
}
