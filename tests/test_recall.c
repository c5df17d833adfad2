// Recall: several answers of a word, words outside the promise, and the model that solves it.
#include "agreement.h"
#include "constructions/codes/family.h"
#include "constructions/instance.h"
#include "math/rational.h"
#include "models.h"
#include "net/evaluate.h"
#include "program.h"
#include "task/recall.h"
#include "verify/check.h"
#include "verify/choices.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <string.h>

static Params sized(uint64_t n, uint64_t keys, uint64_t values, uint64_t queries) {
    Params p = params_default(n);
    p.keys = keys;
    p.alphabet = values;
    p.queries = queries;
    return p;
}

static void make(Instance *in, const Params *p) {
    ck_assert_int_eq(instance_init(in, construction_find("recall/two-layer"), p), 0);
}

static size_t answer_to(const Params *p, const char *text, size_t output) {
    Token word[16];
    Params at = *p;
    at.output = output;
    char *wrong = task_parse_word(word, &task_recall, p, text);
    ck_assert_msg(wrong == NULL, "%s", wrong);
    return task_recall.answer(&at, word);
}

START_TEST(every_query_is_answered_with_its_value_or_absent_or_excluded)
{
    Params p = sized(3, 4, 2, 2);
    ck_assert_uint_eq(answer_to(&p, "k1 v2 k3 v1 k2 v2 ?k3 ?k1", 0), 0);
    ck_assert_uint_eq(answer_to(&p, "k1 v2 k3 v1 k2 v2 ?k3 ?k1", 1), 1);
    ck_assert_uint_eq(answer_to(&p, "k1 v2 k3 v1 k2 v2 ?k4 ?k1", 0), 2);
    ck_assert_uint_eq(answer_to(&p, "k1 v2 k1 v2 k2 v2 ?k1 ?k2", 0), ANSWER_EXCLUDED);
    ck_assert_uint_eq(answer_to(&p, "k1 v2 k1 v1 k2 v2 ?k1 ?k2", 1), 1);
}
END_TEST

// How many domains of the output hold the word; each must have its right answer.
static size_t domains_of(const Params *p, const Choices *c, const Token *word) {
    size_t in = 0;
    for (size_t d = 0; d < task_recall.domains->count(p); d++) {
        Domain domain;
        task_recall.domains->domain(&domain, p, d);
        bool inside = true;
        for (size_t g = 0; g < c->groups; g++) {
            OptionSet set = domain_allows(&domain, g, c->group[g].options);
            bool some = false;
            for (size_t o = 0; o < c->group[g].options; o++) {
                bool same = option_set_has(&set, o);
                for (size_t i = 0; i < c->group[g].positions; i++)
                    same &= c->token[c->slot[c->first[g] + o] + i] == word[c->group[g].position[i]];
                some |= same;
            }
            inside &= some;
        }
        in += inside;
        ck_assert(!inside || domain.answer == task_recall.answer(p, word));
    }
    return in;
}

START_TEST(the_domains_of_an_output_cover_its_promise_and_nothing_else)
{
    for (int variant = 0; variant < 4; variant++) {
        Params p = sized(2 + variant / 2, 3, 2, 2);
        p.output = variant % 2;
        Choices c;
        Walk walk;
        Token old;
        uint64_t answered = 0;
        mpz_t count;
        mpz_init(count);
        choices_init(&c, &task_recall, &p);
        walk_init(&walk, &task_recall, &p, NULL);
        for (;;) {
            bool excluded = task_recall.answer(&p, walk.word) == ANSWER_EXCLUDED;
            ck_assert_uint_eq(domains_of(&p, &c, walk.word), excluded ? 0 : 1);
            answered += !excluded;
            if (walk.rank + 1 == walk.total)
                break;
            walk_step(&walk, &old);
        }
        task_count_answered(count, &task_recall, &p);
        ck_assert_uint_eq(mpz_get_ui(count), answered);
        ck_assert_uint_lt(answered, walk.total);
        mpz_clear(count);
        walk_clear(&walk);
        choices_clear(&c);
    }
}
END_TEST

static const Params *variant_at(size_t i) {
    static const uint64_t shapes[][4] = { { 1, 2, 2, 1 }, { 1, 3, 3, 3 }, { 2, 2, 2, 2 },
                                          { 2, 4, 2, 2 }, { 2, 3, 3, 1 }, { 3, 3, 2, 2 },
                                          { 2, 2, 2, 5 }, { 3, 4, 2, 1 } };
    static Params p;
    if (i >= 2 * sizeof shapes / sizeof *shapes)
        return NULL;
    const uint64_t *s = shapes[i / 2];
    p = sized(s[0], s[1], s[2], s[3]);
    p.mask = i % 2 ? MASK_FULL : MASK_CAUSAL;
    return &p;
}

static void check(Finding *f, const Instance *in, const Transformer *t, Method method) {
    const Effort effort = { .jobs = 2, .method = method };
    finding_init(f);
    ck_assert_int_eq(check_model(f, t, in->construction->target, "recall", &effort), 0);
}

START_TEST(margin_and_size_are_those_promised_by_both_methods)
{
    const Params *p;
    for (size_t i = 0; (p = variant_at(i)) != NULL; i++) {
        Instance in;
        Finding all, proved;
        Promise promise;
        make(&in, p);
        promise_init(&promise);
        in.construction->promise(&promise, p, &in.code, in.temperature);
        check(&all, &in, &in.model, METHOD_EXHAUSTIVE);
        check(&proved, &in, &in.model, METHOD_CERTIFICATE);
        ck_assert_msg(all.verdict == PROVED && proved.verdict == PROVED, "variant %zu", i);
        ck_assert_msg(mpq_equal(all.margin, promise.margin), "variant %zu", i);
        ck_assert(mpq_equal(proved.margin, promise.margin) && !proved.enclosed);
        ck_assert_int_ge(mpq_cmp_ui(promise.margin, 1, 2), 0);
        ck_assert(mpz_cmp(all.inputs, proved.inputs) == 0);
        ck_assert(mpz_cmp(all.excluded, proved.excluded) == 0);
        for (size_t l = 0; l < 2; l++)
            ck_assert(mpq_equal(all.attention[l], proved.attention[l]));
        ck_assert_int_ge(mpq_cmp_ui(all.attention[0], 3, 4), 0);
        ck_assert_uint_eq(all.size.width, promise.size.width);
        ck_assert_uint_eq(all.size.layers, promise.size.layers);
        ck_assert_uint_eq(all.size.heads, promise.size.heads);
        ck_assert_uint_eq(all.size.mlp, promise.size.mlp);
        ck_assert_uint_eq(all.size.parameters, transformer_size(&in.model).parameters);
        finding_clear(&all);
        finding_clear(&proved);
        promise_clear(&promise);
        instance_clear(&in);
    }
}
END_TEST

START_TEST(every_arithmetic_gives_the_right_answers)
{
    static const char *const arithmetics[] = { "ball", "float:binary32", "float:bfloat16",
                                               "fixed:12" };
    for (size_t a = 0; a < 8; a++) {
        Params p = sized(2, 3, 2, 2);
        p.mask = a % 2 ? MASK_FULL : MASK_CAUSAL;
        p.base = a < 2 ? BASE_E : BASE_2;
        Instance in;
        Finding f;
        Effort effort = { .jobs = 2, .arithmetic = arithmetic_named(arithmetics[a / 2]) };
        make(&in, &p);
        for (effort.method = METHOD_EXHAUSTIVE; effort.method <= METHOD_CERTIFICATE;
             effort.method++) {
            finding_init(&f);
            ck_assert_int_eq(check_model(&f, &in.model, NULL, "recall", &effort), 0);
            bool may_be_open = effort.method == METHOD_CERTIFICATE && a >= 2;
            ck_assert_msg(f.verdict == PROVED || (may_be_open && f.verdict == UNKNOWN),
                          "%s, mask %zu: %s", arithmetics[a / 2], a % 2,
                          f.reason ? f.reason : "refuted");
            finding_clear(&f);
        }
        instance_clear(&in);
    }
}
END_TEST

// One weight more or less by 1, or by a very small number, for both answers of a word.
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
            for (size_t o = 0; o < t->outputs; o++) {
                Transformer at = transformer_at(t, o);
                expect_agreement(&at, NULL, tally, "mutant");
            }
            mpq_set(m->entry[k], old);
        }
    mpq_clears(old, by, NULL);
}

START_TEST(mutants_are_judged_alike_by_certificates_and_by_enumeration)
{
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        Params p = sized(2, 2, 2, 2);
        Agreement tally = { 0 };
        Instance in;
        p.mask = mask;
        make(&in, &p);
        Transformer *t = &in.model;
        mutate_matrix(&t->embedding, t, &tally);
        for (size_t o = 0; o < t->outputs; o++) {
            mutate_matrix(&transformer_readout(t, o)->w, t, &tally);
            mutate_matrix(&transformer_readout(t, o)->b, t, &tally);
        }
        for (Layer *l = t->layer; l < t->layer + t->layers; l++) {
            mutate_matrix(&l->head->q, t, &tally);
            mutate_matrix(&l->head->k, t, &tally);
            mutate_matrix(&l->head->v, t, &tally);
            mutate_matrix(&l->head->o, t, &tally);
            mutate_matrix(&l->mlp.w1, t, &tally);
            mutate_matrix(&l->mlp.b1, t, &tally);
            mutate_matrix(&l->mlp.w2, t, &tally);
            mutate_matrix(&l->mlp.b2, t, &tally);
        }
        printf("# %s: %zu mutants decided, %zu of them refuted; %zu refuted by a word; %zu "
               "undecided\n",
               mask_name(mask), tally.decided, tally.refuted, tally.found, tally.undecided);
        ck_assert_uint_gt(tally.refuted, 0);
        ck_assert_uint_gt(tally.decided, tally.refuted);
        ck_assert_uint_gt(tally.decided, tally.found + tally.undecided);
        instance_clear(&in);
    }
}
END_TEST

static void swap_rows(Transformer *t, size_t position, size_t a, size_t b) {
    for (size_t c = 0; c < t->width; c++)
        mpq_swap(matrix_at(&t->embedding, t->first_row[position] + a, c),
                 matrix_at(&t->embedding, t->first_row[position] + b, c));
}

// Both methods refute the model, and the witness fails by itself at the answer they name.
static void expect_refuted(const Instance *in, const Transformer *t, size_t output) {
    for (Method method = METHOD_EXHAUSTIVE; method <= METHOD_CERTIFICATE; method++) {
        Finding f;
        check(&f, in, t, method);
        ck_assert_int_eq(f.verdict, REFUTED);
        ck_assert(output == 0 || f.output == output);
        Transformer at = transformer_at(t, f.output - 1);
        ck_assert(witness_fails(&at, "exact", f.witness));
        finding_clear(&f);
    }
}

START_TEST(planted_errors_are_found_at_the_answer_where_they_are)
{
    Params p = sized(2, 3, 2, 2);
    Instance in;
    make(&in, &p);
    Transformer *t = &in.model;
    swap_rows(t, 5, 0, 2);   // the last query's words of k1 and k3
    expect_refuted(&in, t, 2);
    swap_rows(t, 5, 0, 2);
    swap_rows(t, 0, 0, 1);   // the same in the first pair: both queries may meet it
    expect_refuted(&in, t, 0);
    swap_rows(t, 0, 0, 1);
    swap_rows(t, 3, 0, 1);   // the second pair's values
    expect_refuted(&in, t, 0);
    swap_rows(t, 3, 0, 1);
    size_t *answers = t->further[0].answers, first = answers[0];
    answers[0] = answers[2];   // the last readout takes v1 for absent
    answers[2] = first;
    expect_refuted(&in, t, 2);
    answers[2] = answers[0];
    answers[0] = first;
    Finding f;
    check(&f, &in, t, METHOD_AUTO);
    ck_assert_int_eq(f.verdict, PROVED);
    finding_clear(&f);
    instance_clear(&in);
}
END_TEST

START_TEST(a_file_holds_all_readouts_and_another_program_finds_the_same_margin)
{
    Params p = sized(2, 3, 2, 3);
    Instance in;
    Promise promise;
    Text found = { 0 };
    make(&in, &p);
    promise_init(&promise);
    in.construction->promise(&promise, &p, &in.code, in.temperature);
    text_add(&found, "model.json: margin ");
    rational_print(&found, promise.margin);
    begin();
    expect(0, "chasm model recall -n 2 --keys 3 --queries 3 -o model.json", "");
    expect(0, "$CHASM_PYTHON $CHASM_TESTS/evaluate_model.py model.json", text_string(&found));
    expect(0, "chasm model check model.json -f json --reproducible",
           "\"inputs\": \"2592\", \"excluded\": \"324\"");
    expect(
        1,
        "sed 's/\"b\": \\[0, 0, -1\\]/\"b\": [0, 0, -2]/' model.json | chasm model check - -f json",
        "\"verdict\": \"fails\"");
    end();
    text_clear(&found);
    promise_clear(&promise);
    instance_clear(&in);
}
END_TEST

START_TEST(wrong_use_is_refused_with_a_reason)
{
    begin();
    expect_error("chasm verify recall/two-layer -n 3 --keys 2",
                 "--size: '3': recall needs n different keys (recall/two-layer)");
    expect_error("chasm verify recall/two-layer -n 1",
                 "--size: '1': recall with absent keys needs at least 2 keys (recall/two-layer)");
    expect_error("chasm verify equality/two-layer -n 2 --queries 3",
                 "--queries: has no effect on equality/two-layer");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_query_is_answered_with_its_value_or_absent_or_excluded,
        the_domains_of_an_output_cover_its_promise_and_nothing_else,
        margin_and_size_are_those_promised_by_both_methods,
        every_arithmetic_gives_the_right_answers,
        mutants_are_judged_alike_by_certificates_and_by_enumeration,
        planted_errors_are_found_at_the_answer_where_they_are,
        a_file_holds_all_readouts_and_another_program_finds_the_same_margin,
        wrong_use_is_refused_with_a_reason,
    };
    return HARNESS_RUN("recall", tests);
}
