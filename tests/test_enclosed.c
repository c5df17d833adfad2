// Certificates in balls: what bounds of the weights prove holds of every word, evaluated alone.
#include "agreement.h"
#include "base/alloc.h"
#include "models.h"
#include "random_model.h"
#include "verify/certificate.h"
#include "verify/choices.h"
#include "verify/exhaustive.h"
#include "verify/fractional.h"
#include <stdio.h>
#include <stdlib.h>

static const Effort exact_effort = { .jobs = 2 };

// ---- programs with variants ----

// The extreme value of the word over all variants of its choices: sign 1 the least, -1 the
// greatest.
static void extreme_value(mpq_t extreme, const Fractional *f, const size_t *option, int sign) {
    const Choices *c = f->choices;
    size_t combinations = 1;
    mpq_t value;
    mpq_init(value);
    for (size_t g = 0; g < c->groups; g++)
        combinations *= f->variants;
    for (size_t k = 0; k < combinations; k++) {
        size_t rest = k;
        mpz_set_ui(mpq_numref(value), 0);
        mpz_set_ui(mpq_denref(value), 0);
        for (size_t g = 0; g < c->groups; g++, rest /= f->variants) {
            size_t i = (c->first[g] + option[g]) * f->variants + rest % f->variants;
            mpz_add(mpq_numref(value), mpq_numref(value), f->numerator[i]);
            mpz_add(mpq_denref(value), mpq_denref(value), f->denominator[i]);
        }
        mpq_canonicalize(value);
        if (k == 0 || sign * mpq_cmp(value, extreme) < 0)
            mpq_set(extreme, value);
    }
    mpq_clear(value);
}

// The least value over the words with that answer and that pin, one by one.
static bool least_by_enumeration(mpq_t least, const Fractional *f, const Words *words) {
    const Choices *c = f->choices;
    size_t *option = alloc_array(c->groups, 1, sizeof *option), g = 0;
    Token word[16];
    bool any = false;
    mpq_t value;
    mpq_init(value);
    while (g < c->groups) {
        choices_word(word, c, option);
        if (option[words->pin->group] == words->pin->option &&
            c->task->answer(c->params, word) == words->answer) {
            extreme_value(value, f, option, 1);
            if (!any || mpq_cmp(value, least) < 0)
                mpq_set(least, value);
            any = true;
        }
        for (g = 0; g < c->groups && ++option[g] == c->group[g].options; g++)
            option[g] = 0;
    }
    mpq_clear(value);
    free(option);
    return any;
}

START_TEST(programs_with_variants_equal_their_enumeration)
{
    size_t met = 0;
    for (size_t round = 0; round < scaled(300); round++) {
        const Task *task = tasks[random_below(3)];
        Params p = params_default(1 + random_below(2));
        Choices c;
        Fractional f;
        choices_init(&c, task, &p);
        fractional_init(&f, &c, 1 + random_below(4));
        for (size_t k = 0; k < c.count * f.variants; k++) {
            mpz_set_si(f.numerator[k], (long)random_below(200) - 100);
            mpz_set_ui(f.denominator[k], 1 + random_below(50));
        }
        Pin pin = { .group = random_below(c.groups) };
        pin.option = random_below(c.group[pin.group].options);
        Words words = { .answer = random_below(2), .pins = 1, .pin = &pin };
        Pick pick;
        mpq_t least, most, expected;
        pick_init(&pick, &c);
        mpq_inits(least, most, expected, NULL);
        bool any = fractional_minimize(least, &pick, &f, &words);
        ck_assert(any == least_by_enumeration(expected, &f, &words));
        if (any) {
            ck_assert(mpq_equal(least, expected));
            fractional_ends(least, most, &f, &pick);
            ck_assert(mpq_equal(least, expected));
            extreme_value(expected, &f, pick.option, 1);
            ck_assert(mpq_equal(least, expected));
            extreme_value(expected, &f, pick.option, -1);
            ck_assert(mpq_equal(most, expected));
            met++;
        }
        mpq_clears(least, most, expected, NULL);
        pick_clear(&pick);
        fractional_clear(&f);
        choices_clear(&c);
    }
    ck_assert_uint_gt(met, 100);
}
END_TEST

// ---- whole models ----

// The construction in one of 16 variants.
static void build_variant(Transformer *t, const Construction *c, uint64_t n, int variant) {
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

START_TEST(bounds_of_constructions_lie_just_below_what_all_words_show)
{
    Enclosures tally = { 0 };
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 16; variant++) {
                Transformer t;
                build_variant(&t, coded_construction(c), n, variant);
                expect_enclosure(&t, &tally, true, coded_construction(c)->name);
                transformer_clear(&t);
            }
    ck_assert_uint_eq(tally.undecided + tally.refuted, 0);
    arith_end_thread();
}
END_TEST

START_TEST(where_exact_arithmetic_runs_the_bound_is_the_exact_margin)
{
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 1; n <= 64; n = n < 8 ? n + 1 : 2 * n)
            for (int variant = 0; variant < 4; variant++) {
                Transformer t;
                Finding exact, enclosed;
                build_variant(&t, coded_construction(c), n, variant);
                finding_init(&exact);
                finding_init(&enclosed);
                ck_assert_int_eq(certificate_check(&exact, &t, NULL, "exact", &exact_effort), 0);
                ck_assert_int_eq(certificate_check(&enclosed, &t, NULL, "ball", &ball_effort), 0);
                ck_assert_int_eq(exact.verdict, PROVED);
                ck_assert_int_eq(enclosed.verdict, PROVED);
                ck_assert(mpq_equal(exact.margin, enclosed.margin));
                ck_assert_str_eq(exact.witness, enclosed.witness);
                ck_assert_str_eq(enclosed.arithmetic, "ball");
                finding_clear(&exact);
                finding_clear(&enclosed);
                transformer_clear(&t);
            }
    arith_end_thread();
}
END_TEST

START_TEST(certificates_and_exhaustive_checks_in_balls_agree)
{
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 2; n <= 6; n += 2)
            for (int variant = 4; variant < 16; variant += 5) {
                Transformer t;
                Finding all, proof;
                mpq_t difference, near;
                build_variant(&t, coded_construction(c), n, variant);
                finding_init(&all);
                finding_init(&proof);
                mpq_inits(difference, near, NULL);
                mpq_set_ui(near, 1, 1 << 20);
                ck_assert_int_eq(exhaustive_check(&all, &t, NULL, "all", &ball_effort), 0);
                ck_assert_int_eq(certificate_check(&proof, &t, NULL, "proof", &ball_effort), 0);
                ck_assert_int_eq(all.verdict, proof.verdict);
                ck_assert(mpz_cmp(all.inputs, proof.inputs) == 0);
                mpq_sub(difference, all.margin, proof.margin);
                mpq_abs(difference, difference);
                ck_assert(mpq_cmp(difference, near) < 0);
                mpq_clears(difference, near, NULL);
                finding_clear(&all);
                finding_clear(&proof);
                transformer_clear(&t);
            }
    arith_end_thread();
}
END_TEST

START_TEST(bounds_of_random_models_hold_on_every_word)
{
    Enclosures tally = { 0 };
    for (size_t round = 0; round < scaled(1800); round++) {
        Params p = params_default(1 + random_below(2));
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        Transformer t;
        if (round % 8 == 0)
            random_any_model(&t);
        else if (round % 2)
            random_exact_model(&t);
        else
            random_model(&t, tasks[round % 3], &p, random_below(3));
        if (random_below(3))
            t.base = BASE_E;
        if (random_below(2))
            stretch_scores(&t);
        if (t.task->domains != NULL)
            expect_enclosure(&t, &tally, false, t.task->name);
        transformer_clear(&t);
    }
    printf("# random models: %zu proved, %zu refuted, %zu undecided\n", tally.proved, tally.refuted,
           tally.undecided);
    ck_assert_uint_gt(tally.proved + tally.refuted, tally.undecided / 4);
    ck_assert_uint_gt(tally.proved, 0);
    arith_end_thread();
}
END_TEST

// One weight more or less by 1, or more by a very small number, anywhere.
static void mutate_matrix(Matrix *m, const Transformer *t, Enclosures *tally) {
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        for (int mutation = 0; mutation < 3; mutation++) {
            mpq_set(old, m->entry[k]);
            mpq_set_si(by, mutation == 1 ? -1 : 1, 1);
            if (mutation == 2)
                mpq_div_2exp(by, by, 20);
            mpq_add(m->entry[k], m->entry[k], by);
            expect_enclosure(t, tally, false, "mutant");
            mpq_set(m->entry[k], old);
        }
    mpq_clears(old, by, NULL);
}

START_TEST(mutants_in_base_e_are_judged_as_their_words_are)
{
    for (size_t c = 0; coded_construction(c) != NULL; c++) {
        Enclosures tally = { 0 };
        Transformer t;
        build_variant(&t, coded_construction(c), 2, 4);
        mutate_matrix(&t.embedding, &t, &tally);
        mutate_matrix(&t.readout.w, &t, &tally);
        mutate_matrix(&t.readout.b, &t, &tally);
        for (size_t l = 0; l < t.layers; l++) {
            mutate_matrix(&t.layer[l].head[0].q, &t, &tally);
            mutate_matrix(&t.layer[l].head[0].k, &t, &tally);
            mutate_matrix(&t.layer[l].head[0].v, &t, &tally);
            mutate_matrix(&t.layer[l].head[0].o, &t, &tally);
            mutate_matrix(&t.layer[l].mlp.w1, &t, &tally);
            mutate_matrix(&t.layer[l].mlp.b1, &t, &tally);
            mutate_matrix(&t.layer[l].mlp.w2, &t, &tally);
            mutate_matrix(&t.layer[l].mlp.b2, &t, &tally);
        }
        transformer_clear(&t);
        printf("# %s: %zu mutants proved, %zu refuted, %zu undecided\n",
               coded_construction(c)->name, tally.proved, tally.refuted, tally.undecided);
        ck_assert_uint_gt(tally.proved, 0);
        ck_assert_uint_gt(tally.refuted, 0);
        ck_assert_uint_gt(tally.proved + tally.refuted, tally.undecided);
    }
    arith_end_thread();
}
END_TEST

// ---- near ties ----

static Verdict verdict_at(const Transformer *t, long precision, long cap, mpq_t margin) {
    Effort effort = { .jobs = 1,
                      .arithmetic = { .ar = &arith_ball, .precision = precision, .cap = cap } };
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(certificate_check(&f, t, NULL, "tie", &effort), 0);
    ck_assert(f.has_margin);
    ck_assert((f.verdict == UNKNOWN) == (f.reason != NULL));
    ck_assert_ptr_nonnull(f.witness);
    Verdict verdict = f.verdict;
    mpq_set(margin, f.margin);
    finding_clear(&f);
    return verdict;
}

// The threshold is moved by the margin, as far as 500 bits tell it, and by 2^-100 less or more.
START_TEST(margins_below_the_first_precision_are_decided_by_a_higher_one_and_not_before)
{
    const int peaked[] = { 4, 5, 8, 12, 13 };   // uniform readouts have exact weights
    for (size_t k = 0; k < sizeof peaked / sizeof *peaked; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            Transformer t;
            mpq_t margin, slip;
            mpq_inits(margin, slip, NULL);
            build_variant(&t, construction_find("equality/two-layer"), 3, peaked[k]);
            ck_assert_int_eq(verdict_at(&t, 500, 500, margin), PROVED);
            mpq_set_si(slip, sign, 1);
            mpq_div_2exp(slip, slip, 100);
            mpq_ptr b = t.readout.b.entry[0];
            (mpq_sgn(b) < 0 ? mpq_sub : mpq_add)(b, b, margin);
            (mpq_sgn(b) < 0 ? mpq_add : mpq_sub)(b, b, slip);
            Verdict expected = sign > 0 ? PROVED : REFUTED;
            ck_assert_int_eq(verdict_at(&t, 64, 4096, margin), expected);
            ck_assert_int_eq(verdict_at(&t, 200, 200, margin), expected);
            ck_assert_int_eq(verdict_at(&t, 64, 64, margin), UNKNOWN);
            ck_assert_int_le(mpq_sgn(margin), 0);
            mpq_clears(margin, slip, NULL);
            transformer_clear(&t);
        }
    arith_end_thread();
}
END_TEST

START_TEST(a_margin_of_zero_fails_where_weights_are_rational)
{
    Params p = params_default(2);
    Transformer t;
    mpq_t margin;
    mpq_init(margin);
    build_binary(&t, construction_find("disjointness/two-layer"), &p);
    mpq_set_ui(t.readout.b.entry[0], 0, 1);   // threshold 0: disjoint words score exactly 0
    ck_assert_int_eq(verdict_at(&t, 64, 64, margin), REFUTED);
    ck_assert_int_eq(mpq_sgn(margin), 0);
    mpq_clear(margin);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

START_TEST(a_threshold_past_the_margin_is_refuted_at_a_size_that_cannot_be_enumerated)
{
    Params p = params_default(256);
    Transformer t;
    mpq_t margin;
    mpq_init(margin);
    build_binary(&t, construction_find("equality/two-layer"), &p);
    t.base = BASE_E;
    ck_assert_int_eq(verdict_at(&t, 64, 4096, margin), PROVED);
    mpq_ptr b = t.readout.b.entry[0];
    mpq_add(b, b, b);
    ck_assert_int_eq(verdict_at(&t, 64, 4096, margin), REFUTED);
    mpq_clear(margin);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        programs_with_variants_equal_their_enumeration,
        bounds_of_constructions_lie_just_below_what_all_words_show,
        where_exact_arithmetic_runs_the_bound_is_the_exact_margin,
        certificates_and_exhaustive_checks_in_balls_agree,
        bounds_of_random_models_hold_on_every_word,
        mutants_in_base_e_are_judged_as_their_words_are,
        margins_below_the_first_precision_are_decided_by_a_higher_one_and_not_before,
        a_margin_of_zero_fails_where_weights_are_rational,
        a_threshold_past_the_margin_is_refuted_at_a_size_that_cannot_be_enumerated,
    };
    return HARNESS_RUN("enclosed", tests);
}
