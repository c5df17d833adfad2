// Nearest neighbor: promised = found, certificate = exhaustive, fast = naive on models of all
// kinds, planted errors, machines, words outside the promise.
#include "agreement.h"
#include "models.h"
#include "net/model_file.h"
#include "program.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include "verify/machine_certificate.h"
#include "verify/recurrent_check.h"
#include "verify/walk.h"
#include <string.h>

static const Effort effort = { .jobs = 2 };

static const Construction *construction(void) {
    return construction_find("nearest-neighbor/two-layer");
}

static Params make_params(uint64_t n, uint64_t dimension, uint64_t labels, Mask mask) {
    Params p = params_default(n);
    p.dimension = dimension;
    p.alphabet = labels;
    p.mask = mask;
    return p;
}

// A small size, dimension, number of labels and mask.
static Params random_params(void) {
    static const uint8_t shapes[][3] = {
        // n, d, q
        { 1, 1, 2 }, { 1, 3, 4 }, { 2, 1, 2 }, { 2, 1, 3 }, { 2, 2, 2 }, { 3, 1, 2 },
    };
    const uint8_t *s = shapes[random_below(sizeof shapes / sizeof *shapes)];
    return make_params(s[0], s[1], s[2], random_below(2) ? MASK_FULL : MASK_CAUSAL);
}

START_TEST(promised_margin_size_and_attention_are_found_by_both_methods)
{
    static const uint8_t shapes[][3] = { { 1, 1, 2 }, { 1, 4, 3 }, { 2, 1, 4 }, { 2, 3, 2 },
                                         { 3, 2, 2 }, { 4, 1, 2 }, { 4, 2, 2 } };
    for (size_t i = 0; i < 2 * sizeof shapes / sizeof *shapes; i++) {
        const uint8_t *s = shapes[i / 2];
        Params p = make_params(s[0], s[1], s[2], i % 2 ? MASK_FULL : MASK_CAUSAL);
        const Construction *c = construction();
        Code code;
        Transformer t;
        Promise promise;
        Agreement tally = { 0 };
        Finding f;
        mpq_t mass;
        mpz_t words;
        binary_code(&code, p.n);
        uint64_t t0 = c->temperature(&p, &code, 1);
        c->build(&t, &p, &code, t0);
        promise_init(&promise);
        c->promise(&promise, &p, &code, t0);
        finding_init(&f);
        mpq_init(mass);
        mpz_init(words);
        ck_assert_int_eq(exhaustive_check(&f, &t, c->target, "", &effort), 0);
        ck_assert(f.verdict == PROVED && mpq_equal(f.margin, promise.margin));
        ck_assert(mpq_cmp_ui(f.margin, 1, 2) > 0);
        ck_assert(f.size.width == promise.size.width && f.size.mlp == promise.size.mlp);
        ck_assert(f.size.layers == 2 && f.size.heads == 1);
        task_count_words(words, t.task, &p);
        mpz_sub(words, words, f.excluded);
        ck_assert(mpz_cmp(words, f.inputs) == 0);
        task_count_answered(words, t.task, &p);
        ck_assert(mpz_cmp(words, f.inputs) == 0);
        const Distraction d = { .keyless = 2, .rivals = 1 };
        lookup_mass(mass, &code, t0, &d);
        ck_assert(mpq_cmp(f.attention[0], mass) >= 0 && mpq_sgn(f.attention[1]) < 0);
        if (p.mask == MASK_FULL && (p.n & (p.n - 1)) == 0 && p.n > 1)
            ck_assert(mpq_equal(f.attention[0], mass));   // all rows of a linear code are alike
        if (t0 > 1) {
            lookup_mass(mass, &code, t0 - 1, &d);
            ck_assert(mpq_cmp_ui(mass, 3, 4) < 0);
        }
        expect_agreement(&t, c->target, &tally, "construction");
        ck_assert_uint_eq(tally.decided, 1);
        mpz_clear(words);
        mpq_clear(mass);
        finding_clear(&f);
        promise_clear(&promise);
        transformer_clear(&t);
        code_clear(&code);
    }
}
END_TEST

START_TEST(certificates_of_large_sizes_find_what_is_promised)
{
    static const uint8_t shapes[][3] = { { 8, 3, 3 }, { 16, 4, 2 }, { 5, 6, 2 } };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const uint8_t *s = shapes[i];
        Params p = make_params(s[0], s[1], s[2], i % 2 ? MASK_FULL : MASK_CAUSAL);
        const Construction *c = construction();
        Code code;
        Transformer t;
        Promise promise;
        Finding f;
        mpz_t words;
        binary_code(&code, p.n);
        uint64_t t0 = c->temperature(&p, &code, 1);
        c->build(&t, &p, &code, t0);
        promise_init(&promise);
        c->promise(&promise, &p, &code, t0);
        finding_init(&f);
        mpz_init(words);
        ck_assert_int_eq(certificate_check(&f, &t, c->target, "", &effort), 0);
        ck_assert(f.verdict == PROVED && !f.enclosed && mpq_equal(f.margin, promise.margin));
        task_count_words(words, t.task, &p);
        mpz_sub(words, words, f.inputs);
        ck_assert(mpz_cmp(words, f.excluded) == 0 && mpz_sgn(words) > 0);
        mpz_clear(words);
        finding_clear(&f);
        promise_clear(&promise);
        transformer_clear(&t);
        code_clear(&code);
    }
}
END_TEST

// Both evaluators, by every field.
static void expect_same(const Transformer *t, const Effort *one, const Effort *other) {
    Finding f, g;
    finding_init(&f);
    finding_init(&g);
    ck_assert_int_eq(exhaustive_check(&f, t, NULL, "", one), 0);
    ck_assert_int_eq(exhaustive_check(&g, t, NULL, "", other), 0);
    ck_assert(f.verdict == g.verdict && f.has_margin == g.has_margin);
    ck_assert(!f.has_margin || mpq_equal(f.margin, g.margin));
    ck_assert(mpz_cmp(f.inputs, g.inputs) == 0 && mpz_cmp(f.excluded, g.excluded) == 0);
    ck_assert((f.witness == NULL) == (g.witness == NULL));
    ck_assert(f.witness == NULL || strcmp(f.witness, g.witness) == 0);
    finding_clear(&f);
    finding_clear(&g);
}

START_TEST(random_models_are_judged_alike_by_all_methods)
{
    Agreement tally = { 0 };
    Enclosures enclosed = { 0 };
    const Effort naive = { .jobs = 1, .naive = true };
    for (size_t round = 0; round < scaled(150); round++) {
        Params p = random_params();
        Transformer t;
        random_model(&t, &task_nearest_neighbor, &p, random_below(3));
        expect_same(&t, &effort, &naive);
        expect_agreement(&t, NULL, &tally, "random");
        expect_enclosure(&t, &enclosed, false, "random");
        transformer_clear(&t);
    }
    printf("# %zu decided, %zu undecided\n", tally.decided, tally.undecided);
    ck_assert(tally.decided > 10 && tally.refuted > 5);
    arith_end_thread();
}
END_TEST

START_TEST(every_mutant_that_certificates_decide_is_decided_as_by_enumeration)
{
    Agreement tally = { 0 };
    Params p = make_params(2, 1, 2, MASK_CAUSAL);
    Transformer t;
    build_binary(&t, construction(), &p);
    Matrix *matrices[] = { &t.embedding,          &t.layer[0].head[0].q, &t.layer[0].head[0].k,
                           &t.layer[0].head[0].v, &t.layer[0].head[0].o, &t.layer[0].mlp.w1,
                           &t.layer[0].mlp.b1,    &t.layer[0].mlp.w2,    &t.layer[0].mlp.b2,
                           &t.layer[1].head[0].q, &t.layer[1].head[0].k, &t.layer[1].head[0].v,
                           &t.layer[1].head[0].o, &t.readout.w,          &t.readout.b };
    mpq_t old, one;
    mpq_inits(old, one, NULL);
    mpq_set_ui(one, 1, 1);
    for (size_t m = 0; m < sizeof matrices / sizeof *matrices; m++)
        for (size_t k = 0; k < matrices[m]->rows * matrices[m]->columns; k++) {
            mpq_ptr x = matrices[m]->entry[k];
            mpq_set(old, x);
            (random_below(2) ? mpq_add : mpq_sub)(x, x, one);
            expect_agreement(&t, NULL, &tally, "mutant");
            mpq_set(x, old);
        }
    printf("# %zu decided, %zu refuted, %zu undecided\n", tally.decided, tally.refuted,
           tally.undecided);
    ck_assert(tally.refuted > 20 && tally.decided > tally.refuted + 20);
    mpq_clears(old, one, NULL);
    transformer_clear(&t);
}
END_TEST

// ---- planted errors ----

static void expect_refuted(const Transformer *t, const char *what) {
    Agreement tally = { 0 };
    expect_agreement(t, NULL, &tally, what);
    ck_assert_msg(tally.refuted + tally.found == 1, "%s: not refuted", what);
}

static void build_small(Transformer *t) {
    Params p = make_params(3, 2, 2, MASK_FULL);
    build_binary(t, construction(), &p);
}

// Every entry of the matrix times the factor.
static void scale(Matrix *m, long factor) {
    mpq_t by;
    mpq_init(by);
    mpq_set_si(by, factor, 1);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        mpq_mul(m->entry[k], m->entry[k], by);
    mpq_clear(by);
}

START_TEST(planted_errors_are_refuted)
{
    Transformer t;
    build_small(&t);
    scale(&t.layer[1].head[0].q, 0);
    expect_refuted(&t, "a vote instead of a search");
    transformer_clear(&t);
    build_small(&t);
    scale(&t.layer[1].head[0].q, -1);
    expect_refuted(&t, "the farthest instead of the nearest");
    transformer_clear(&t);
    build_small(&t);
    for (size_t c = 0; c < t.width; c++)   // the first two points change their addresses
        for (size_t row = t.first_row[0]; row < t.first_row[1] && c < 2; row++)
            mpq_swap(matrix_at(&t.embedding, row, c),
                     matrix_at(&t.embedding, t.first_row[2] + row - t.first_row[0], c));
    expect_refuted(&t, "points copied to the wrong labels");
    transformer_clear(&t);
    build_small(&t);
    scale(&t.layer[0].mlp.w2, 0);
    expect_refuted(&t, "nothing cleaned: all copies say - -");
    transformer_clear(&t);
    build_small(&t);
    t.mask = MASK_CAUSAL;
    t.readout.position -= 2;
    expect_refuted(&t, "read before the query");
    transformer_clear(&t);
}
END_TEST

// ---- machines ----

START_TEST(machines_hold_and_too_few_bits_fail)
{
    static const struct {
        const char *arithmetic;
        Verdict verdict;
    } cases[] = { { "float:binary32", PROVED },
                  { "float:bfloat16", PROVED },
                  { "float:binary16", PROVED },
                  { "fixed:12", PROVED },
                  { "fixed:3", REFUTED } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Params p = make_params(3, 2, 2, i % 2 ? MASK_FULL : MASK_CAUSAL);
        Effort machine = { .jobs = 2 };
        Transformer t;
        Finding f;
        char *why = NULL;
        ck_assert_int_eq(arith_parse(&machine.arithmetic, cases[i].arithmetic, &why), 0);
        build_binary(&t, construction(), &p);
        finding_init(&f);
        ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "", &machine), 0);
        ck_assert_msg(f.verdict == cases[i].verdict, "%s", cases[i].arithmetic);
        finding_clear(&f);
        finding_init(&f);
        ck_assert_int_eq(machine_certificate_check(&f, &t, "", &machine), 0);
        ck_assert_msg(f.verdict == UNKNOWN || f.verdict == cases[i].verdict, "%s",
                      cases[i].arithmetic);
        finding_clear(&f);
        transformer_clear(&t);
    }
    arith_end_thread();
}
END_TEST

// ---- outside the promise ----

START_TEST(recurrent_models_are_judged_on_the_promise_alone)
{
    for (size_t round = 0; round < scaled(20); round++) {
        Params p = random_params();
        Recurrent r;
        Finding f[3];
        mpz_t answered;
        mpz_init(answered);
        recurrent_init(&r, &task_nearest_neighbor, &p, 2, ACTIVATION_CLAMP, false);
        for (size_t k = 0; k < r.u.rows * r.u.columns; k++)
            mpq_set_si(r.u.entry[k], (long)random_below(3) - 1, 1);
        for (size_t k = 0; k < r.readout.w.rows * r.readout.w.columns; k++)
            mpq_set_si(r.readout.w.entry[k], (long)random_below(5) - 2, 1);
        task_count_answered(answered, r.task, &p);
        for (size_t k = 0; k < 3; k++) {
            Effort e = { .jobs = 1, .naive = k == 1 };
            if (k == 2)
                e.method = METHOD_CERTIFICATE;
            finding_init(&f[k]);
            ck_assert_int_eq(recurrent_check(&f[k], &r, "random", &e), 0);
            ck_assert(f[k].verdict == f[0].verdict && mpq_equal(f[k].margin, f[0].margin));
            ck_assert(mpz_cmp(f[k].inputs, answered) == 0);
            ck_assert(mpz_cmp(f[k].excluded, f[0].excluded) == 0);
        }
        for (size_t k = 0; k < 3; k++)
            finding_clear(&f[k]);
        mpz_clear(answered);
        recurrent_clear(&r);
    }
}
END_TEST

START_TEST(ties_are_explained)
{
    static const struct {
        const char *word, *why;
    } cases[] = {
        { "++ 0 +- 1 -- 0 ++", NULL },
        { "++ 0 -- 1 -- 0 +-", "points 1 and 2, ++ and --, are both at distance 1 from +-, and "
                               "none is nearer" },
        { "-- 0 +- 1 -+ 0 ++", "points 2 and 3, +- and -+, are both at distance 1 from ++, and "
                               "none is nearer" },
        { "++ 0 -- 1 ++ 1 ++", "points 1 and 3, ++ and ++, are both at distance 0 from ++, and "
                               "none is nearer" },
    };
    Params p = make_params(3, 2, 2, MASK_CAUSAL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Token word[8];
        Text why = { 0 };
        ck_assert_ptr_null(task_parse_word(word, &task_nearest_neighbor, &p, cases[i].word));
        bool excluded = task_nearest_neighbor.answer(&p, word) == ANSWER_EXCLUDED;
        ck_assert(excluded == (cases[i].why != NULL));
        if (excluded) {
            task_nearest_neighbor.explain_excluded(&why, &p, word);
            ck_assert_str_eq(text_string(&why), cases[i].why);
        }
        text_clear(&why);
    }
}
END_TEST

START_TEST(the_program_counts_what_it_leaves_out)
{
    begin();
    expect(0, "chasm verify nearest-neighbor/two-layer -n 3 --dimension 1 -f json",
           "\"inputs\": \"48\", \"excluded\": \"80\"");
    expect(0,
           "chasm model nearest-neighbor -n 2 --dimension 2 --alphabet 3 -o m.json; chasm model "
           "check m.json -f json; rm m.json",
           "\"alphabet\": 3, \"brackets\": null, \"depth\": null, \"dimension\": 2");
    expect(0, "chasm verify equality/two-layer -n 3 -f json", "\"excluded\": null");
    expect_error("chasm verify nearest-neighbor/two-layer -n 2 --dimension 17",
                 "--size: '2': nearest-neighbor takes points of at most 16 signs "
                 "(nearest-neighbor/two-layer)");
    expect_error("chasm model equality -n 3 --dimension 2",
                 "--dimension: has no effect on equality/two-layer");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        promised_margin_size_and_attention_are_found_by_both_methods,
        certificates_of_large_sizes_find_what_is_promised,
        random_models_are_judged_alike_by_all_methods,
        every_mutant_that_certificates_decide_is_decided_as_by_enumeration,
        planted_errors_are_refuted,
        machines_hold_and_too_few_bits_fail,
        recurrent_models_are_judged_on_the_promise_alone,
        ties_are_explained,
        the_program_counts_what_it_leaves_out,
    };
    return HARNESS_RUN("nearest_neighbor", tests);
}
