// On machines certificate = exhaustive: the verdict, the margin, and a witness that reproduces; on
// constructions always, on random and mutated models where it is decided.
#include "models.h"
#include "net/evaluate.h"
#include "random_model.h"
#include "verify/exhaustive.h"
#include "verify/machine_certificate.h"
#include "verify/machine_last.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ArithSpec parse(const char *text) {
    ArithSpec spec;
    char *why = NULL;
    ck_assert_msg(arith_parse(&spec, text, &why) == 0, "%s: %s", text, why);
    return spec;
}

// How many verdicts of each kind certificates gave.
typedef struct Tally {
    size_t holding, failing, undecided, bounds;
} Tally;

// The word by the definition: no answer, a wrong one, or the margin.  Not for bounded arithmetics.
static void expect_witness(const Transformer *t, const ArithSpec *spec, const Finding *f) {
    Token word[64];
    Fault fault;
    mpq_t margin;
    mpq_init(margin);
    ck_assert_ptr_nonnull(f->witness);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, f->witness));
    Evaluator *e = evaluator_new(t, spec);
    bool ran = evaluator_run(e, word, &fault);
    if (ran)
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
    ck_assert(ran || f->verdict == REFUTED);
    ck_assert(!ran || !f->has_margin || mpq_equal(margin, f->margin));
    ck_assert(!ran || f->verdict == PROVED || mpq_sgn(margin) <= 0);
    evaluator_free(e);
    mpq_clear(margin);
}

static void compare(const Transformer *t, const char *arithmetic, bool naive, Tally *tally,
                    const char *what) {
    Effort effort = { .jobs = 2, .arithmetic = parse(arithmetic) }, other = effort;
    Finding all, proof;
    finding_init(&all);
    finding_init(&proof);
    other.naive = naive;
    ck_assert_int_eq(exhaustive_check(&all, t, NULL, what, &effort), 0);
    ck_assert_int_eq(machine_certificate_check(&proof, t, what, &other), 0);
    if (proof.verdict == UNKNOWN) {
        ck_assert_ptr_nonnull(proof.reason);
        ck_assert(!proof.has_margin);
        tally->undecided++;
    } else {
        ck_assert_msg(proof.verdict == all.verdict, "%s, %s, n = %llu: %d is expected, %d found",
                      what, arithmetic, (unsigned long long)t->params.n, all.verdict,
                      proof.verdict);
        ck_assert_str_eq(proof.arithmetic, all.arithmetic);
        if (proof.has_margin) {
            ck_assert_msg(all.has_margin, "%s, %s: a margin is missing", what, arithmetic);
            int order = mpq_cmp(proof.margin, all.margin);
            ck_assert_msg(proof.enclosed ? order <= 0 : order == 0, "%s, %s, n = %llu: margins",
                          what, arithmetic, (unsigned long long)t->params.n);
        }
        if (proof.verdict == PROVED)
            ck_assert_int_eq(mpz_cmp(proof.inputs, all.inputs), 0);
        if (!effort.arithmetic.ar->bounded && !proof.enclosed)
            expect_witness(t, &effort.arithmetic, &proof);
        *(proof.verdict == PROVED ? &tally->holding : &tally->failing) += 1;
        tally->bounds += proof.enclosed;
    }
    if (proof.verdict == UNKNOWN && getenv("CHASM_TEST_TELL") != NULL)
        printf("# %s, %s, n = %llu, %s: %s\n", what, arithmetic, (unsigned long long)t->params.n,
               all.verdict == PROVED ? "holds" : "fails", proof.reason);
    finding_clear(&all);
    finding_clear(&proof);
}

static const char *const named[] = { "float:binary64", "float:binary32", "float:tf32",
                                     "float:bfloat16", "float:binary16", "float:fp8-e5m2",
                                     "float:fp8-e4m3" };

// In all named formats, and in floats of p bits with and without a tight range, and fixed point.
static void compare_everywhere(const Transformer *t, Tally *tally, const char *what) {
    char text[48];
    for (size_t k = 0; k < sizeof named / sizeof *named; k++)
        compare(t, named[k], false, tally, what);
    for (int p = 2; p <= 24; p++) {
        snprintf(text, sizeof text, "float:%d", p);
        compare(t, text, p % 5 == 0, tally, what);
        snprintf(text, sizeof text, "float:%d,-%d,%d", p, 2 + p % 7, 3 + p % 4);
        compare(t, text, false, tally, what);
        snprintf(text, sizeof text, "fixed:%d", p);
        compare(t, text, p % 5 == 0, tally, what);
    }
    compare(t, "float:26", false, tally, what);
    compare(t, "float:40", false, tally, what);
    compare(t, "float:52", false, tally, what);
    compare(t, "fixed:45", false, tally, what);
}

static void compare_construction(const Construction *c, uint64_t n, int variant, Tally *tally) {
    Params p = params_default(n);
    Transformer t;
    p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
    p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
    p.alphabet = variant & 2 ? 3 : 2;
    Code code;
    binary_code(&code, n);
    uint64_t least = c->temperature(&p, &code, 1);
    c->build(&t, &p, &code, variant & 4 ? 1 : least);
    t.base = variant & 8 ? BASE_E : BASE_2;
    compare_everywhere(&t, tally, c->name);
    transformer_clear(&t);
    code_clear(&code);
}

START_TEST(certificates_of_constructions_equal_exhaustive_checks)
{
    Tally tally = { 0 };
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 4; variant++)
                compare_construction(coded_construction(c), n, variant | (n == 2) << 3, &tally);
    printf("# %zu hold (%zu bounds), %zu fail, %zu undecided\n", tally.holding, tally.bounds,
           tally.failing, tally.undecided);
    ck_assert_uint_gt(tally.holding, 2000);
    ck_assert_uint_gt(tally.failing, 50);
    ck_assert_uint_eq(tally.undecided, 0);
}
END_TEST

START_TEST(certificates_at_too_low_a_temperature_equal_exhaustive_checks_or_are_undecided)
{
    Tally tally = { 0 };
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (uint64_t n = 2; n <= 3; n++)
            for (int variant = 4; variant < 8; variant++)
                compare_construction(coded_construction(c), n, variant, &tally);
    printf("# %zu hold (%zu bounds), %zu fail, %zu undecided\n", tally.holding, tally.bounds,
           tally.failing, tally.undecided);
    ck_assert_uint_gt(tally.failing, 100);
    ck_assert_uint_gt(tally.holding + tally.failing, tally.undecided);
}
END_TEST

static const char *random_arithmetic(char text[48]) {
    int p = 2 + (int)random_below(23), kind = (int)random_below(3);
    if (kind == 0)
        snprintf(text, 48, "float:%d", p);
    else if (kind == 1)
        snprintf(text, 48, "float:%d,-%d,%d", p, 1 + (int)random_below(9),
                 1 + (int)random_below(9));
    else
        snprintf(text, 48, "fixed:%d", p);
    return text;
}

START_TEST(certificates_of_random_models_equal_exhaustive_checks_or_are_undecided)
{
    Tally tally = { 0 };
    for (size_t round = 0; round < scaled(900); round++) {
        char text[48];
        Transformer t;
        Params p = params_default(1 + random_below(2));
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        if (round % 3 == 0)
            random_any_model(&t);
        else if (round % 3 == 1)
            random_exact_model(&t);
        else
            random_model(&t, tasks[random_below(3)], &p, 1 + random_below(2));
        if (t.task->domains != NULL)
            compare(&t, random_arithmetic(text), random_below(2), &tally, t.task->name);
        transformer_clear(&t);
    }
    printf("# random models: %zu hold, %zu fail, %zu undecided\n", tally.holding, tally.failing,
           tally.undecided);
    ck_assert_uint_gt(tally.failing, 0);
}
END_TEST

// One weight more or less by 1, by a half, or by very little.
static void mutate_matrix(Matrix *m, const Transformer *t, Tally *tally) {
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    for (size_t k = 0; k < m->rows * m->columns; k++) {
        char text[48];
        mpq_set(old, m->entry[k]);
        mpq_set_si(by, random_below(2) ? -1 : 1, 1);
        mpq_div_2exp(by, by, random_below(2) ? random_below(3) : 20);
        mpq_add(m->entry[k], m->entry[k], by);
        compare(t, random_arithmetic(text), false, tally, "mutant");
        mpq_set(m->entry[k], old);
    }
    mpq_clears(old, by, NULL);
}

START_TEST(certificates_of_mutants_equal_exhaustive_checks_or_are_undecided)
{
    for (size_t c = 0; coded_construction(c) != NULL; c++) {
        Tally tally = { 0 };
        Params p = params_default(2);
        Transformer t;
        build_binary(&t, coded_construction(c), &p);
        for (int round = 0; round < 3; round++) {
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
        }
        transformer_clear(&t);
        printf("# %s: %zu mutants hold, %zu fail, %zu undecided\n", coded_construction(c)->name,
               tally.holding, tally.failing, tally.undecided);
        ck_assert_uint_gt(tally.holding, 0);
        ck_assert_uint_gt(tally.failing, 0);
    }
}
END_TEST

// On a random word, by both passes.
static void compare_word(const Transformer *t, const char *arithmetic, bool naive) {
    ArithSpec spec = parse(arithmetic);
    ArithState old;
    Machine m;
    Fault fault;
    size_t slot, option[16];
    Token word[32];
    bool failing;
    mpq_t margin, expected;
    mpq_inits(margin, expected, NULL);
    arith_enter(&spec, &old);
    ck_assert_ptr_null(machine_init(&m, t, &spec, 2, naive, &fault, &slot));
    for (size_t g = 0; g < m.choices.groups; g++)
        option[g] = random_below(m.choices.group[g].options);
    choices_word(word, &m.choices, option);
    Evaluator *e = evaluator_new(t, &spec);
    bool ran = evaluator_run(e, word, &fault);
    bool told = machine_word_margin(margin, &failing, &m, option) == NULL;
    ck_assert_msg(ran == told && (told || failing), "%s: a fault of one pass only", arithmetic);
    if (ran) {
        evaluator_margin(expected, e, t->task->answer(&t->params, word));
        ck_assert_msg(mpq_equal(margin, expected), "%s: margins of a word differ", arithmetic);
    }
    evaluator_free(e);
    machine_clear(&m);
    arith_leave(&spec, &old);
    mpq_clears(margin, expected, NULL);
}

START_TEST(a_pass_over_one_word_equals_the_naive_evaluator_s)
{
    for (size_t round = 0; round < scaled(300); round++) {
        char text[32];
        Transformer t;
        Params p = params_default(2 + random_below(7));
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.readout = random_below(2) ? READOUT_UNIFORM : READOUT_PEAKED;
        Code code;
        binary_code(&code, p.n);
        coded_construction(round % 3)->build(&t, &p, &code, 1 + random_below(4));
        snprintf(text, sizeof text, "float:%u", 2 + (unsigned)random_below(52));
        compare_word(&t, text, round % 4 == 0);
        transformer_clear(&t);
        code_clear(&code);
    }
    arith_end_thread();
}
END_TEST

// Equality, and in layer 2 a second head like the first that counts a 16th.
static void build_two_heads(Transformer *t, uint64_t n) {
    Params p = params_default(n);
    build_binary(t, construction_find("equality/two-layer"), &p);
    Head *second = layer_add_head(&t->layer[1], t->width, 1, 1);
    const Head *first = &t->layer[1].head[0];
    for (size_t k = 0; k < t->width; k++) {
        mpq_set(second->q.entry[k], first->q.entry[k]);
        mpq_set(second->k.entry[k], first->k.entry[k]);
        mpq_set(second->v.entry[k], first->v.entry[k]);
        mpq_div_2exp(second->o.entry[k], first->o.entry[k], 4);
    }
}

START_TEST(a_second_head_of_layer_2_refutes_nothing)
{
    Tally tally = { 0 };
    Transformer t;
    build_two_heads(&t, 1);
    for (int precision = 4; precision <= 12; precision++) {
        char text[48];
        snprintf(text, sizeof text, "fixed:%d", precision);
        compare(&t, text, false, &tally, "two heads");
    }
    transformer_clear(&t);
    ck_assert_uint_eq(tally.undecided + tally.failing, 9);
    build_two_heads(&t, 128);   // words too long for the definition
    const Effort effort = { .jobs = 2, .arithmetic = parse("float:4") };
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(machine_certificate_check(&f, &t, "", &effort), 0);
    ck_assert_int_eq(f.verdict, UNKNOWN);
    finding_clear(&f);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

START_TEST(a_query_vector_that_nobody_reads_is_no_fault)
{
    Tally tally = { 0 };
    Params p = params_default(2);
    Transformer t;
    build_binary(&t, construction_find("equality/two-layer"), &p);
    Matrix *q = &t.layer[1].head[0].q;
    mpq_set_si(matrix_at(q, 0, 0), 448, 1);             // of the address
    mpq_set_si(matrix_at(q, 0, t.width - 2), 448, 1);   // of SECOND: 896 at y_1, 0 at the end
    compare(&t, "float:fp8-e4m3", false, &tally, "unread query");
    ck_assert_uint_eq(tally.holding, 1);
    mpq_set_si(matrix_at(q, 0, t.width - 3), 480, 1);   // of Y: at the end too
    compare(&t, "float:fp8-e4m3", false, &tally, "read query");
    ck_assert_uint_eq(tally.failing, 1);
    transformer_clear(&t);
    arith_end_thread();
}
END_TEST

static void expect_same(const Finding *a, const Finding *b) {
    ck_assert_int_eq(a->verdict, b->verdict);
    ck_assert((a->reason == NULL) == (b->reason == NULL));
    ck_assert_msg(a->reason == NULL || strcmp(a->reason, b->reason) == 0, "%s; %s", a->reason,
                  b->reason);
    ck_assert((a->witness == NULL) == (b->witness == NULL));
    ck_assert(a->witness == NULL || strcmp(a->witness, b->witness) == 0);
    ck_assert(a->has_margin == b->has_margin && mpq_equal(a->margin, b->margin));
}

// Whatever is found, with one thread and with seven: the place of the first trouble as well.
static bool expect_any_threads(const Transformer *t, const char *arithmetic) {
    Effort effort = { .jobs = 1, .arithmetic = parse(arithmetic) };
    Finding alone, together;
    finding_init(&alone);
    ck_assert_int_eq(machine_certificate_check(&alone, t, "", &effort), 0);
    for (effort.jobs = 2; effort.jobs <= 7; effort.jobs += 5) {
        finding_init(&together);
        ck_assert_int_eq(machine_certificate_check(&together, t, "", &effort), 0);
        expect_same(&alone, &together);
        finding_clear(&together);
    }
    bool located = alone.reason != NULL && strstr(alone.reason, "position") != NULL;
    finding_clear(&alone);
    return located;
}

START_TEST(threads_change_nothing)
{
    static const char *const arithmetics[] = { "float:4", "float:bfloat16", "fixed:12" };
    size_t located = 0;
    mpq_t nudge;
    mpq_init(nudge);
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (size_t round = 0; round < scaled(12); round++) {
            Params p = params_default(round % 2 ? 70 : 200);
            Transformer t;
            build_binary(&t, coded_construction(c), &p);
            for (size_t k = 0; k < 20; k++) {   // several kinds of streams, in no order
                size_t i = random_below(t.length), column = random_below(t.width);
                long entry = (long)random_below(4) - 1;
                for (size_t row = t.first_row[i]; row < t.first_row[i + 1]; row++)
                    mpq_set_si(matrix_at(&t.embedding, row, column), entry, 1);
            }
            Matrix *b1 = &t.layer[0].mlp.b1;   // and the gate is missed by some of them
            for (size_t k = 0; k < b1->rows * b1->columns; k++) {
                mpq_set_si(nudge, (long)random_below(3) - 1, 8);
                mpq_canonicalize(nudge);
                mpq_add(b1->entry[k], b1->entry[k], nudge);
            }
            located += expect_any_threads(&t, arithmetics[round % 3]);
            transformer_clear(&t);
        }
    mpq_clear(nudge);
    printf("# %zu verdicts name a position\n", located);
    ck_assert_uint_gt(located, 3);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        certificates_of_constructions_equal_exhaustive_checks,
        certificates_at_too_low_a_temperature_equal_exhaustive_checks_or_are_undecided,
        certificates_of_random_models_equal_exhaustive_checks_or_are_undecided,
        certificates_of_mutants_equal_exhaustive_checks_or_are_undecided,
        a_second_head_of_layer_2_refutes_nothing,
        a_query_vector_that_nobody_reads_is_no_fault,
        a_pass_over_one_word_equals_the_naive_evaluator_s,
        threads_change_nothing,
    };
    return HARNESS_RUN("machine_certificate", tests);
}
