// Certificate = exhaustive: the margin and the attention on constructions; on random and mutated
// models either that or undecided.  A witness of either is a witness of both.
#include "agreement.h"
#include "models.h"
#include "random_model.h"
#include "verify/certificate.h"
#include "verify/choices.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <limits.h>
#include <stdio.h>

static const Effort effort = { .jobs = 2 };

START_TEST(the_domains_cover_every_word_with_its_answer)
{
    for (size_t k = 0; tasks[k] != NULL; k++)
        for (uint64_t n = 1; n <= 4 && tasks[k]->domains != NULL; n++) {
            Params p = params_default(n);
            p.alphabet = 3;
            Choices c;
            Walk walk;
            Token old;
            const Task *task = tasks[k];
            if (task->outputs != NULL || !has_few_words(task, &p))   // outputs: tests/test_recall.c
                continue;
            choices_init(&c, task, &p);
            walk_init(&walk, task, &p, NULL);
            for (;;) {
                size_t in = 0;
                for (size_t d = 0; d < task->domains->count(&p); d++) {
                    Domain domain;
                    task->domains->domain(&domain, &p, d);
                    bool inside = true;
                    for (size_t g = 0; g < c.groups; g++) {
                        OptionSet set = domain_allows(&domain, g, c.group[g].options);
                        bool some = false;   // an allowed option that is the word's
                        for (size_t o = 0; o < c.group[g].options; o++) {
                            bool same = option_set_has(&set, o);
                            for (size_t i = 0; i < c.group[g].positions; i++)
                                same &= c.token[c.slot[c.first[g] + o] + i] ==
                                        walk.word[c.group[g].position[i]];
                            some |= same;
                        }
                        inside &= some;
                    }
                    if (!inside)
                        continue;
                    in++;
                    ck_assert_uint_eq(domain.answer, task->answer(&p, walk.word));
                }
                ck_assert((in > 0) == (task->answer(&p, walk.word) != ANSWER_EXCLUDED));
                if (walk.rank + 1 == walk.total)
                    break;
                walk_step(&walk, &old);
            }
            walk_clear(&walk);
            choices_clear(&c);
        }
}
END_TEST

START_TEST(certificates_of_constructions_equal_exhaustive_checks)
{
    Agreement tally = { 0 },
              open = { 0 };   // of others than coded models the theorem may not speak
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 1; n <= 7; n++)
            for (int variant = 0; variant < 4; variant++) {
                Params p = params_default(n);
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                Transformer t;
                if (!is_admitted(constructions[c], &p) || constructions[c]->task->domains == NULL ||
                    !has_few_words(constructions[c]->task, &p))
                    continue;
                build_binary(&t, constructions[c], &p);
                expect_agreement(&t, constructions[c]->target,
                                 constructions[c]->seeding == NULL ? &open : &tally,
                                 constructions[c]->name);
                transformer_clear(&t);
            }
    ck_assert_uint_eq(tally.undecided + tally.found, 0);
}
END_TEST

START_TEST(certificates_of_random_models_equal_exhaustive_checks_or_are_undecided)
{
    Agreement tally = { 0 };
    for (size_t round = 0; round < scaled(600); round++) {
        const Task *task = tasks[round % 3];
        Params p = params_default(1 + random_below(2));
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        Transformer t;
        if (round % 2)
            random_exact_model(&t);
        else
            random_model(&t, task, &p, random_below(3));
        if (t.task->domains != NULL)
            expect_agreement(&t, NULL, &tally, t.task->name);
        transformer_clear(&t);
    }
    printf("# random models: %zu decided, %zu of them by a bound; %zu refuted by a word; %zu "
           "undecided\n",
           tally.decided, tally.bounded, tally.found, tally.undecided);
    ck_assert_uint_gt(tally.decided, (tally.found + tally.undecided) / 4);
}
END_TEST

// One weight more or less by 1, or by a very small number, anywhere.
static void mutate_matrix(Matrix *m, const Transformer *t, Agreement *tally) {
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        for (int mutation = 0; mutation < 3; mutation++) {
            mpq_set(old, m->entry[k]);
            mpq_set_si(by, mutation == 1 ? -1 : 1, 1);
            if (mutation == 2)
                mpq_div_2exp(by, by, 20);
            mpq_add(m->entry[k], m->entry[k], by);
            expect_agreement(t, NULL, tally, "mutant");
            mpq_set(m->entry[k], old);
        }
    mpq_clears(old, by, NULL);
}

START_TEST(certificates_of_mutants_equal_exhaustive_checks_or_are_undecided)
{
    for (size_t c = 0; constructions[c] != NULL; c++) {
        Agreement tally = { 0 };
        Params p = params_default(2);
        Transformer t;
        if (constructions[c]->task->domains == NULL || !is_admitted(constructions[c], &p))
            continue;
        build_binary(&t, constructions[c], &p);
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
        printf("# %s: %zu mutants decided, %zu of them by a bound; %zu refuted by a word; %zu "
               "undecided\n",
               constructions[c]->name, tally.decided, tally.bounded, tally.found, tally.undecided);
        ck_assert(constructions[c]->seeding == NULL ||
                  tally.decided > tally.found + tally.undecided);
    }
}
END_TEST

START_TEST(of_scores_and_values_beyond_exact_arithmetic_nothing_is_proved)
{
    Params p = params_default(2);
    for (int part = 0; part < 2; part++) {
        Transformer t;
        Finding f;
        build_binary(&t, construction_find("equality/two-layer"), &p);
        if (part == 0)
            for (size_t k = 0; k < t.width; k++)   // scores 2^26 apart
                mpq_mul_2exp(t.layer[0].head[0].q.entry[k], t.layer[0].head[0].q.entry[k], 25);
        else
            mpq_set_si(t.layer[0].head[0].v.entry[0], LONG_MIN, 1);
        finding_init(&f);
        ck_assert_int_eq(certificate_check(&f, &t, NULL, "far", &effort), 0);
        ck_assert_int_eq(f.verdict, part == 0 ? UNKNOWN : REFUTED);   // a word shows it
        ck_assert(!f.has_margin);
        ck_assert_ptr_nonnull(f.reason);
        finding_clear(&f);
        transformer_clear(&t);
    }
}
END_TEST

// Each y_i means x_i and the x after it; positions that are equally far weigh the same, and both
// count.
static uint64_t two_targets(const Params *p, const Token *word, size_t layer, size_t head,
                            size_t position, size_t block) {
    (void)word;
    if (layer != 0 || head != 0 || block != 0 || position < p->n || position >= 2 * p->n)
        return 0;
    size_t i = position - p->n;
    return UINT64_C(1) << i | UINT64_C(1) << (i + 1) % p->n;
}

START_TEST(masses_on_several_positions_add_up)
{
    Agreement tally = { 0 };
    for (uint64_t n = 2; n <= 5; n++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
            Params p = params_default(n);
            Transformer t;
            p.mask = mask;
            p.readout = READOUT_UNIFORM;
            build_binary(&t, construction_find("disjointness/two-layer"), &p);
            expect_agreement(&t, two_targets, &tally, "two targets");
            Matrix *q = &t.layer[0].head[0].q;   // without scores all weights are alike
            for (size_t k = 0; k < q->rows * q->columns; k++)
                mpq_set_ui(q->entry[k], 0, 1);
            matrix_clear(&t.layer[0].mlp.w1);   // and with no bits made of them, streams are clean
            matrix_clear(&t.layer[0].mlp.b1);
            matrix_clear(&t.layer[0].mlp.w2);
            matrix_clear(&t.layer[0].mlp.b2);
            t.layer[0].has_mlp = false;
            expect_agreement(&t, two_targets, &tally, "two targets of one weight");
            transformer_clear(&t);
        }
    ck_assert_uint_eq(tally.undecided + tally.found, 0);
}
END_TEST

START_TEST(too_many_groups_are_said_to_be_too_many)
{
    Params p = params_default(8192);
    Transformer t;
    Finding f;
    build_binary(&t, construction_find("disjointness/two-layer"), &p);
    finding_init(&f);
    ck_assert_int_eq(certificate_check(&f, &t, NULL, "long", &effort), 0);
    ck_assert_int_eq(f.verdict, UNKNOWN);
    ck_assert_str_eq(f.reason,
                     "the words have more groups of positions than certificates sum over");
    finding_clear(&f);
    transformer_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_domains_cover_every_word_with_its_answer,
        certificates_of_constructions_equal_exhaustive_checks,
        certificates_of_random_models_equal_exhaustive_checks_or_are_undecided,
        certificates_of_mutants_equal_exhaustive_checks_or_are_undecided,
        of_scores_and_values_beyond_exact_arithmetic_nothing_is_proved,
        masses_on_several_positions_add_up,
        too_many_groups_are_said_to_be_too_many,
    };
    return HARNESS_RUN("certificate", tests);
}
