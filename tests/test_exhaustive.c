// Fast = naive: the margin, the witness, the attention, on constructions, random models and models
// that leave the machine path.
#include "math/rational.h"
#include "models.h"
#include "random_model.h"
#include "verify/exhaustive.h"
#include "verify/tabulation.h"
#include "verify/walk.h"
#include <stdlib.h>
#include <string.h>

static const Effort naive = { .jobs = 1, .naive = true };

static void expect_same(const Finding *a, const Finding *b, const char *what) {
    ck_assert_msg(a->verdict == b->verdict, "%s: verdicts differ", what);
    ck_assert_msg(a->has_margin == b->has_margin && mpq_equal(a->margin, b->margin),
                  "%s: margins differ", what);
    ck_assert_msg((a->witness == NULL) == (b->witness == NULL), "%s: one has no witness", what);
    if (a->witness != NULL)
        ck_assert_str_eq(a->witness, b->witness);
    ck_assert_msg(mpz_cmp(a->inputs, b->inputs) == 0, "%s: inputs differ", what);
    ck_assert_uint_eq(a->attentions, b->attentions);
    for (size_t l = 0; l < a->attentions; l++)
        ck_assert_msg(mpq_equal(a->attention[l], b->attention[l]), "%s: attention, layer %zu", what,
                      l + 1);
}

// Checks the model naively and fast with 1 and 3 threads.
static void compare(const Transformer *t, Target *target, const char *what) {
    Finding slow;
    finding_init(&slow);
    ck_assert_int_eq(exhaustive_check(&slow, t, target, what, &naive), 0);
    for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
        Finding fast;
        Effort effort = { .jobs = jobs };
        finding_init(&fast);
        ck_assert_int_eq(exhaustive_check(&fast, t, target, what, &effort), 0);
        expect_same(&slow, &fast, what);
        finding_clear(&fast);
    }
    finding_clear(&slow);
}

START_TEST(the_walk_meets_every_word_once_and_changes_one_token_a_step)
{
    Params p = params_default(3);
    p.alphabet = 3;
    Walk walk, seeker;
    walk_init(&walk, &task_index_lookup, &p, NULL);
    walk_init(&seeker, &task_index_lookup, &p, NULL);
    ck_assert_uint_eq(walk.total, 81);
    bool seen[81] = { false };
    for (uint64_t rank = 0;; rank++) {
        size_t code = 0;
        for (size_t i = 0; i < 3; i++)
            code = code * 3 + walk.word[i];
        code = code * 3 + (walk.word[3] - 3);
        ck_assert(!seen[code]);
        seen[code] = true;
        walk_seek(&seeker, rank);
        ck_assert_int_eq(memcmp(seeker.word, walk.word, 4 * sizeof(Token)), 0);
        if (rank + 1 == walk.total)
            break;
        Token before[4], old;
        memcpy(before, walk.word, sizeof before);
        size_t position = walk_step(&walk, &old);
        ck_assert_uint_eq(before[position], old);
        before[position] = walk.word[position];
        ck_assert_int_eq(memcmp(before, walk.word, sizeof before), 0);
    }
    walk_clear(&walk);
    walk_clear(&seeker);
}
END_TEST

START_TEST(fast_equals_naive_on_every_construction)
{
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 4; variant++) {
                Params p = params_default(n);
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                Transformer t;
                if (!is_admitted(constructions[c], &p) ||
                    !has_few_words(constructions[c]->task, &p))
                    continue;
                build_binary(&t, constructions[c], &p);
                compare(&t, constructions[c]->target, constructions[c]->name);
                transformer_clear(&t);
            }
}
END_TEST

START_TEST(the_margin_and_the_size_are_what_the_theorem_promises)
{
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 1; n <= 6; n++)
            for (int variant = 0; variant < 8; variant++) {
                Params p = params_default(n);
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                Code code;
                if (!is_admitted(constructions[c], &p) ||
                    !has_few_words(constructions[c]->task, &p))
                    continue;
                binary_code(&code, n);
                uint64_t t0 = constructions[c]->temperature(&p, &code, 1) + (variant & 4 ? 1 : 0);
                Transformer t;
                Promise promise;
                Finding f;
                Effort effort = { .jobs = 2 };
                constructions[c]->build(&t, &p, &code, t0);
                promise_init(&promise);
                constructions[c]->promise(&promise, &p, &code, t0);
                finding_init(&f);
                ck_assert_int_eq(exhaustive_check(&f, &t, constructions[c]->target, "", &effort),
                                 0);
                ck_assert_msg(f.verdict == PROVED, "%s n=%d", constructions[c]->name, (int)n);
                ck_assert_msg(mpq_equal(f.margin, promise.margin), "%s n=%d variant %d",
                              constructions[c]->name, (int)n, variant);
                ck_assert_uint_eq(f.size.width, promise.size.width);
                ck_assert_uint_eq(f.size.layers, promise.size.layers);
                ck_assert_uint_eq(f.size.heads, promise.size.heads);
                ck_assert_uint_eq(f.size.mlp, promise.size.mlp);
                // The fetched position, if there is one, holds at least 3/4.
                ck_assert(constructions[c]->codeless || mpq_sgn(f.attention[0]) < 0 ||
                          mpq_cmp_ui(f.attention[0], 3, 4) >= 0);
                finding_clear(&f);
                promise_clear(&promise);
                transformer_clear(&t);
                code_clear(&code);
            }
}
END_TEST

START_TEST(the_temperature_is_the_least_that_gives_three_quarters)
{
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 2; n <= 6; n++) {
            const Construction *construction = coded_construction(c);
            Params p = params_default(n);
            p.mask = MASK_FULL;            // under which the theorem's inequality is tight
            p.readout = READOUT_UNIFORM;   // exact also where z is no clean bit
            Code code;
            binary_code(&code, n);
            uint64_t least = construction->temperature(&p, &code, 1);
            for (uint64_t t0 = least > 1 ? least - 1 : least; t0 <= least; t0++) {
                Transformer t;
                Finding f;
                mpq_t bound;
                mpq_init(bound);
                mpq_set_ui(bound, 3, 4);
                finding_init(&f);
                construction->build(&t, &p, &code, t0);
                ck_assert_int_eq(exhaustive_check(&f, &t, construction->target, "", &naive), 0);
                ck_assert_int_eq(mpq_cmp(f.attention[0], bound) >= 0, t0 == least);
                finding_clear(&f);
                mpq_clear(bound);
                transformer_clear(&t);
            }
            code_clear(&code);
        }
}
END_TEST

START_TEST(fast_equals_naive_on_random_models)
{
    size_t wide = 0, models = scaled(400);
    for (size_t round = 0; round < models; round++) {
        const Task *task = tasks[round % 3];
        Params p = params_default(1 + random_below(2));
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        Transformer t;
        if (round % 2)
            random_exact_model(&t);
        else
            random_model(&t, task, &p, random_below(4));
        compare(&t, NULL, t.task->name);
        Tabulation tab;
        const char *why;
        if (tabulation_init(&tab, &t, &why)) {
            wide += tab.wide;
            tabulation_clear(&tab);
        }
        transformer_clear(&t);
    }
    ck_assert_uint_ge(wide, models / 4);   // the machine path was not avoided
}
END_TEST

// Scores far apart, huge values: the machine path must decline, not wrap.
START_TEST(models_beyond_machine_integers_are_evaluated_in_gmp)
{
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (unsigned shift = 20; shift <= 200; shift += 60) {
            Params p = params_default(2);
            Transformer t;
            if (!is_admitted(constructions[c], &p))
                continue;
            build_binary(&t, constructions[c], &p);
            Matrix *q = &t.layer[0].head[0].q, *v = &t.layer[0].head[0].v;
            for (size_t k = 0; k < q->rows * q->columns; k++)
                mpz_mul_ui(mpq_numref(q->entry[k]), mpq_numref(q->entry[k]), shift);
            for (size_t k = 0; k < v->rows * v->columns; k++)
                mpq_mul_2exp(v->entry[k], v->entry[k], shift);
            compare(&t, constructions[c]->target, constructions[c]->name);
            transformer_clear(&t);
        }
}
END_TEST

// Whether a check of the model ends in an error.
static bool is_refused(const Transformer *t, const Effort *effort) {
    Finding f;
    finding_init(&f);
    bool refused = exhaustive_check(&f, t, NULL, "model", effort) < 0;
    finding_clear(&f);
    return refused;
}

static Verdict verdict_on(const Transformer *t, const Effort *effort, const char *reason) {
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, t, NULL, "model", effort), 0);
    ck_assert(!f.has_margin);
    ck_assert_str_eq(f.reason, reason);
    Verdict verdict = f.verdict;
    finding_clear(&f);
    return verdict;
}

START_TEST(a_score_that_is_no_integer_leaves_the_verdict_open_unless_another_word_refutes)
{
    const Effort fast = { .jobs = 2 };
    Params p = params_default(3);
    Transformer t;
    build_binary(&t, construction_find("equality/two-layer"), &p);
    mpq_ptr q = matrix_at(&t.layer[1].head[0].q, 0, t.width - 3);   // t2 + 1/2, on Y
    ck_assert_int_ne(mpq_sgn(q), 0);
    mpz_mul_ui(mpq_numref(q), mpq_numref(q), 2);
    mpz_add_ui(mpq_numref(q), mpq_numref(q), 1);
    mpz_set_ui(mpq_denref(q), 2);
    const char *reason = "layer 2, head 1: the score of position 6 on position 5, 11/2, is not an "
                         "integer on the input 000001#; exact arithmetic needs integer scores";
    ck_assert_int_eq(verdict_on(&t, &naive, reason), UNKNOWN);
    ck_assert_int_eq(verdict_on(&t, &fast, reason), UNKNOWN);
    mpq_neg(t.readout.b.entry[0], t.readout.b.entry[0]);   // now equal words are rejected too
    ck_assert_int_eq(verdict_on(&t, &fast, reason), REFUTED);
    compare(&t, NULL, "refuted");
    transformer_clear(&t);
}
END_TEST

// A small file may ask for many hidden units; their maps over one another must not be written out.
START_TEST(a_model_with_many_hidden_units_is_left_to_the_naive_evaluator)
{
    Params p = params_default(1);
    Transformer t;
    Tabulation tab;
    const char *why;
    transformer_init(&t, &task_equality, &p, 1, 2, true);
    layer_add_mlp(&t.layer[1], 1, 5000);
    ck_assert(!tabulation_init(&tab, &t, &why));
    ck_assert_str_eq(why, "its maps would take over 256 MiB");
    compare(&t, NULL, "many hidden units");
    transformer_clear(&t);
}
END_TEST

START_TEST(base_e_and_too_many_words_are_refused)
{
    const Effort fast = { .jobs = 1 };
    Params p = params_default(3);
    Transformer t;
    build_binary(&t, construction_find("equality/two-layer"), &p);
    t.base = BASE_E;
    ck_assert(is_refused(&t, &fast));
    transformer_clear(&t);
    p.n = 40;
    build_binary(&t, construction_find("equality/two-layer"), &p);
    ck_assert(is_refused(&t, &fast));
    transformer_clear(&t);
}
END_TEST

START_TEST(a_margin_of_zero_fails)
{
    Params p = params_default(2);
    Transformer t;
    const Effort fast = { .jobs = 1 };
    build_binary(&t, construction_find("disjointness/two-layer"), &p);
    mpq_set_ui(t.readout.b.entry[0], 0, 1);   // threshold 0: disjoint words score exactly 0
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "zero", &fast), 0);
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_int_eq(mpq_sgn(f.margin), 0);
    ck_assert_str_eq(f.witness, "0000#");
    finding_clear(&f);
    transformer_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_walk_meets_every_word_once_and_changes_one_token_a_step,
        fast_equals_naive_on_every_construction,
        the_margin_and_the_size_are_what_the_theorem_promises,
        the_temperature_is_the_least_that_gives_three_quarters,
        fast_equals_naive_on_random_models,
        models_beyond_machine_integers_are_evaluated_in_gmp,
        a_score_that_is_no_integer_leaves_the_verdict_open_unless_another_word_refutes,
        a_model_with_many_hidden_units_is_left_to_the_naive_evaluator,
        base_e_and_too_many_words_are_refused,
        a_margin_of_zero_fails,
    };
    return HARNESS_RUN("exhaustive", tests);
}
