// Recurrent models: the evaluator by hand; enumeration with shared prefixes = by the definition =
// exploration; collisions; mutants.
#include "base/text.h"
#include "constructions/compile.h"
#include "constructions/recurrent_construction.h"
#include "harness.h"
#include "math/rational.h"
#include "net/model_file.h"
#include "net/recurrent_evaluate.h"
#include "proofs-checks/explicit.h"
#include "random_model.h"
#include "scratch.h"
#include "verify/recurrent_check.h"
#include <stdlib.h>
#include <string.h>

static Effort effort_in(const char *arithmetic, Method method) {
    Effort e = { .jobs = 1, .method = method };
    char *why;
    ck_assert_int_eq(arith_parse(&e.arithmetic, arithmetic, &why), 0);
    return e;
}

START_TEST(the_evaluator_agrees_with_a_run_by_hand)
{
    Recurrent r;
    Params p = params_default(2);
    mpq_t state[2], margin;
    Fault fault;
    mpq_inits(state[0], state[1], margin, NULL);
    recurrent_init(&r, &task_dyck, &p, 2, ACTIVATION_CLAMP, true);
    matrix_set(&r.w, 0, 0, 1, 2);
    matrix_set(&r.w, 0, 1, -1, 1);
    matrix_set(&r.w, 1, 0, 3, 1);
    matrix_set(&r.u, 0, 0, 1, 4);
    matrix_set(&r.u, 1, 1, 1, 8);
    matrix_set(&r.b, 0, 0, 1, 8);
    matrix_set(&r.b, 1, 0, -1, 4);
    matrix_set(&r.initial, 0, 0, 1, 4);
    matrix_set(&r.initial, 1, 0, 1, 8);
    matrix_set(&r.readout.w, 0, 0, 1, 1);
    matrix_set(&r.readout.w, 0, 1, -2, 1);
    matrix_set(&r.readout.b, 0, 0, 1, 3);
    RecurrentEvaluator *e = recurrent_evaluator_new(&r, &exact_arithmetic);
    const Token word[] = { 0, 1 };
    ck_assert(recurrent_evaluator_run(e, word, 1, &fault));
    recurrent_evaluator_save(state, e);   // 1/8 - 1/8 + 1/4 + 1/8, and 3/4 - 1/4
    ck_assert_int_eq(mpq_cmp_ui(state[0], 3, 8), 0);
    ck_assert_int_eq(mpq_cmp_ui(state[1], 1, 2), 0);
    ck_assert(recurrent_evaluator_run(e, word, 2, &fault));
    recurrent_evaluator_save(state, e);   // 3/16 - 1/2 + 1/8 < 0, and 9/8 + 1/8 - 1/4 = 1
    ck_assert_int_eq(mpq_sgn(state[0]), 0);
    ck_assert_int_eq(mpq_cmp_ui(state[1], 1, 1), 0);
    recurrent_evaluator_margin(margin, e, 0);
    ck_assert_int_eq(mpq_cmp_ui(margin, 5, 3), 0);
    recurrent_evaluator_free(e);
    r.activation = ACTIVATION_RELU;
    matrix_set(&r.b, 1, 0, 1, 1);
    e = recurrent_evaluator_new(&r, &exact_arithmetic);
    ck_assert(recurrent_evaluator_run(e, word, 2, &fault));
    recurrent_evaluator_save(state, e);   // 3/8 and 7/4 first, then negative, and 9/8 + 1/8 + 1
    ck_assert_int_eq(mpq_sgn(state[0]), 0);
    ck_assert_int_eq(mpq_cmp_ui(state[1], 9, 4), 0);
    recurrent_evaluator_free(e);
    mpq_clears(state[0], state[1], margin, NULL);
    recurrent_clear(&r);
}
END_TEST

// (4 + 1/2) + 1/2 - 4: in 3 bits W h is 4, and again 4 with U's entry, so that nothing is left; if
// b came before U's entry, 1/2 would be.  Registers without fractions round the initial 1/2 to 0,
// and 1/2 again.
START_TEST(the_sum_of_a_unit_is_rounded_in_the_documented_order)
{
    Recurrent r;
    Params p = params_default(2);
    mpq_t state[2];
    Fault fault;
    const Token word[] = { 0 };
    mpq_inits(state[0], state[1], NULL);
    recurrent_init(&r, &task_dyck, &p, 2, ACTIVATION_RELU, true);
    matrix_set(&r.initial, 0, 0, 4, 1);
    matrix_set(&r.initial, 1, 0, 1, 2);
    matrix_set(&r.w, 0, 0, 1, 1);
    matrix_set(&r.w, 0, 1, 1, 1);
    matrix_set(&r.u, 0, 0, 1, 2);
    matrix_set(&r.b, 0, 0, -4, 1);
    static const struct {
        const char *arithmetic;
        unsigned sum;
    } cases[] = { { "exact", 1 }, { "float:3", 0 }, { "float:4", 1 }, { "fixed:6,0", 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Effort effort = effort_in(cases[i].arithmetic, METHOD_AUTO);
        RecurrentEvaluator *e = recurrent_evaluator_new(&r, &effort.arithmetic);
        ck_assert(recurrent_evaluator_run(e, word, 1, &fault));
        recurrent_evaluator_save(state, e);
        ck_assert_int_eq(mpq_cmp_ui(state[0], cases[i].sum, 1), 0);
        recurrent_evaluator_free(e);
    }
    mpq_clears(state[0], state[1], NULL);
    recurrent_clear(&r);
}
END_TEST

static void check(Finding *f, const Recurrent *r, const char *arithmetic, Method method,
                  bool naive) {
    Effort e = effort_in(arithmetic, method);
    e.naive = naive;
    finding_init(f);
    ck_assert_int_eq(recurrent_check(f, r, "model", &e), 0);
}

static void compare_findings(const Finding *a, const Finding *b, bool witness) {
    ck_assert_int_eq(a->verdict, b->verdict);
    ck_assert_int_eq(a->has_margin, b->has_margin);
    if (a->has_margin)
        ck_assert(mpq_equal(a->margin, b->margin));
    ck_assert_int_eq(mpz_cmp(a->inputs, b->inputs), 0);
    if (witness)
        ck_assert_str_eq(a->witness, b->witness);
}

START_TEST(shared_prefixes_the_definition_and_exploration_find_the_same)
{
    size_t holding = 0;
    for (size_t round = 0; round < scaled(300); round++) {
        static const char *const arithmetics[] = { "exact", "float:3", "fixed:5,1" };
        const char *arithmetic = arithmetics[round % 3];
        Recurrent r;
        Finding fast, naive, explored;
        random_recurrent(&r);
        check(&fast, &r, arithmetic, METHOD_EXHAUSTIVE, false);
        check(&naive, &r, arithmetic, METHOD_EXHAUSTIVE, true);
        check(&explored, &r, arithmetic, METHOD_CERTIFICATE, false);
        compare_findings(&fast, &naive, true);
        compare_findings(&fast, &explored, false);
        holding += fast.verdict == PROVED;
        finding_clear(&fast);
        finding_clear(&naive);
        finding_clear(&explored);
        recurrent_clear(&r);
    }
    ck_assert_uint_lt(holding, scaled(300) / 2);
}
END_TEST

static char *written(const Recurrent *r, size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    recurrent_write(out, r);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

START_TEST(what_is_written_is_read_again_and_written_as_the_same_bytes)
{
    for (size_t round = 0; round < scaled(200); round++) {
        Recurrent r;
        Model read;
        size_t length, again;
        random_recurrent(&r);
        if (r.task->endless && random_below(2))
            r.params.n = 0;
        char *bytes = written(&r, &length);
        ck_assert_int_eq(model_parse(&read, "written", bytes, length), 0);
        ck_assert(read.recurrent);
        char *same = written(&read.network, &again);
        ck_assert_uint_eq(length, again);
        ck_assert_int_eq(memcmp(bytes, same, length), 0);
        for (size_t size = 0; size + 1 < length; size += 1 + random_below(20)) {
            Model cut;
            capture_begin();
            int status = model_parse(&cut, "cut", bytes, size);
            free(capture_end());
            ck_assert_int_eq(status, -1);
        }
        free(bytes);
        free(same);
        model_clear(&read);
        recurrent_clear(&r);
    }
}
END_TEST

// The smallest sizes of every recurrent construction, in several alphabets and depths.
static bool next_case(Params *p, const RecurrentConstruction **c, size_t i) {
    static const uint64_t sizes[] = { 1, 2, 3, 4, 5, 6 };
    size_t variant = i % 3, size = i / 3 % 6, which = i / 18;
    *c = recurrent_constructions[which];
    if (*c == NULL)
        return false;
    *p = params_default((*c)->task->nests ? 2 * size : sizes[size]);
    p->alphabet = 2 + variant;
    p->brackets = 1 + variant;
    p->depth = 1 + (variant + size) % 3;
    return true;
}

// bits needed <= bits that tell the reached states apart <= bits of the state as it is built.
START_TEST(constructions_keep_their_promises_and_no_bound)
{
    Params p;
    const RecurrentConstruction *c;
    for (size_t i = 0; next_case(&p, &c, i); i++) {
        Finding f;
        RecurrentPromise promise;
        Effort e = effort_in("exact", p.alphabet < 4 ? METHOD_AUTO : METHOD_CERTIFICATE);
        finding_init(&f);
        recurrent_promise_init(&promise);
        ck_assert_ptr_null(recurrent_construction_admits(c, &p));
        c->promise(&promise, &p);
        ck_assert_int_eq(explicit_recurrent_check(&f, c, &p, &e), 0);
        ck_assert_msg(f.verdict == PROVED, "%s n=%d", c->name, (int)p.n);
        ck_assert(f.has_margin && mpq_equal(f.margin, promise.margin));
        ck_assert(f.has_promise && mpq_equal(f.promise, promise.margin));
        ck_assert_uint_eq(f.size.width, promise.units);
        ck_assert_uint_le(f.recurrent.unit_bits, promise.unit_bits);
        ck_assert(f.recurrent.has_bound);
        ck_assert_uint_le(f.recurrent.bound_bits, log2_ceil(f.recurrent.states));
        ck_assert_uint_le(log2_ceil(f.recurrent.states), f.size.width * promise.unit_bits);
        if (strcmp(c->name, "index-lookup/recurrent-linear") == 0 && p.alphabet != 3)
            ck_assert_uint_eq(f.recurrent.bound_bits, f.size.width * promise.unit_bits);
        recurrent_promise_clear(&promise);
        finding_clear(&f);
    }
}
END_TEST

// The tokens that s names, which begin at that position of a word; how many.
static size_t read_tokens(Token *tokens, const Recurrent *r, size_t position, const char *s) {
    Params p = r->params;
    Text one = { 0 };
    size_t count = 0;
    for (s += strspn(s, " "); *s; s += strspn(s, " "), count++) {
        size_t best = 0;
        TokenRun run = r->task->tokens(&p, position + count);
        for (uint32_t k = 0; k < run.count; k++) {
            one.length = 0;
            r->task->name_token(&one, &p, run.first + k);
            if (one.length > best && strncmp(text_string(&one), s, one.length) == 0) {
                best = one.length;
                tokens[count] = run.first + k;
            }
        }
        ck_assert_uint_gt(best, 0);
        s += best;
    }
    text_clear(&one);
    return count;
}

static size_t answer_to(const Recurrent *r, const Token *word, size_t length) {
    Params p = r->params;
    if (r->task->endless)
        p.n = length;
    ck_assert_uint_eq(r->task->length(&p), length);
    return r->task->answer(&p, word);
}

// That the two prefixes lead to the same state, and the right answers differ behind the suffix.
static void check_collision(const Recurrent *r, const RecurrentFinding *f) {
    RecurrentEvaluator *e = recurrent_evaluator_new(r, &exact_arithmetic);
    mpq_t *state[2] = { vector_init(r->width), vector_init(r->width) };
    size_t answer[2];
    for (size_t i = 0; i < 2; i++) {
        Token word[64];
        Fault fault;
        size_t length = read_tokens(word, r, 0, f->prefix[i]);
        ck_assert(recurrent_evaluator_run(e, word, length, &fault));
        recurrent_evaluator_save(state[i], e);
        length += read_tokens(word + length, r, length, f->suffix);
        answer[i] = answer_to(r, word, length);
    }
    for (size_t c = 0; c < r->width; c++)
        ck_assert(mpq_equal(state[0][c], state[1][c]));
    ck_assert_uint_ne(answer[0], answer[1]);
    vector_clear(state[0], r->width);
    vector_clear(state[1], r->width);
    recurrent_evaluator_free(e);
}

// Every weight of the matrix changed, with the verdict of the exploration compared to that of
// trying every word by the definition.
static void mutate_matrix(const Recurrent *r, Matrix *m, size_t *refuted, size_t *collisions) {
    static const struct {
        long numerator;
        unsigned long denominator;
    } changes[] = { { 1, 1 }, { -1, 1 }, { -1, 2 }, { 1, 1000 } };
    mpq_t old, change;
    mpq_inits(old, change, NULL);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
            Finding explored, naive;
            mpq_set(old, m->entry[k]);
            mpq_set_si(change, changes[i].numerator, changes[i].denominator);
            mpq_add(m->entry[k], old, change);
            check(&explored, r, "exact", METHOD_CERTIFICATE, false);
            check(&naive, r, "exact", METHOD_EXHAUSTIVE, true);
            compare_findings(&explored, &naive, false);
            *refuted += explored.verdict == REFUTED;
            if (explored.recurrent.suffix != NULL) {
                ck_assert_int_eq(explored.verdict, REFUTED);
                check_collision(r, &explored.recurrent);
                ++*collisions;
            }
            finding_clear(&explored);
            finding_clear(&naive);
            mpq_set(m->entry[k], old);
        }
    mpq_clears(old, change, NULL);
}

START_TEST(mutants_are_judged_as_by_the_definition)
{
    for (size_t c = 0; recurrent_constructions[c] != NULL; c++) {
        const RecurrentConstruction *construction = recurrent_constructions[c];
        size_t refuted = 0, collisions = 0;
        Params p = params_default(construction->task->nests ? 4 : 2);
        p.brackets = 1;
        p.depth = 2;
        Recurrent r;
        construction->build(&r, &p);
        mutate_matrix(&r, &r.w, &refuted, &collisions);
        mutate_matrix(&r, &r.u, &refuted, &collisions);
        mutate_matrix(&r, &r.b, &refuted, &collisions);
        mutate_matrix(&r, &r.initial, &refuted, &collisions);
        mutate_matrix(&r, &r.readout.w, &refuted, &collisions);
        mutate_matrix(&r, &r.readout.b, &refuted, &collisions);
        printf("# %s: %zu mutants refuted, %zu collide\n", construction->name, refuted, collisions);
        ck_assert_uint_gt(refuted, 20);
        ck_assert_uint_gt(collisions, 0);
        recurrent_clear(&r);
    }
}
END_TEST

// A model that forgets the first symbol has fewer states than there are classes.
START_TEST(too_few_states_are_refuted_by_two_prefixes_that_collide)
{
    Recurrent r;
    Params p = params_default(4);
    Finding f;
    recurrent_construction_find("index-lookup/recurrent-linear")->build(&r, &p);
    matrix_set(&r.w, 3, 2, 0, 1);   // what comes to unit 2 goes no further
    for (int method = METHOD_AUTO; method <= METHOD_CERTIFICATE; method++) {
        check(&f, &r, "exact", (Method)method, false);
        ck_assert_int_eq(f.verdict, REFUTED);
        ck_assert_uint_lt(f.recurrent.states, 16);
        ck_assert_ptr_nonnull(f.recurrent.suffix);
        check_collision(&r, &f.recurrent);
        finding_clear(&f);
    }
    recurrent_clear(&r);
}
END_TEST

START_TEST(faults_of_a_machine_refute_and_say_where)
{
    Recurrent r;
    Params p = params_default(6);
    Finding f;
    recurrent_init(&r, &task_dyck, &p, 1, ACTIVATION_RELU, true);
    matrix_set(&r.initial, 0, 0, 200, 1);
    matrix_set(&r.w, 0, 0, 2, 1);
    matrix_set(&r.readout.w, 0, 0, -1, 1);
    for (int method = METHOD_EXHAUSTIVE; method <= METHOD_CERTIFICATE; method++) {
        check(&f, &r, "float:fp8-e4m3", (Method)method, false);
        ck_assert_int_eq(f.verdict, REFUTED);
        ck_assert(!f.has_margin);
        ck_assert_str_eq(f.witness, "((((((");
        ck_assert_ptr_nonnull(strstr(f.reason, "overflows"));
        finding_clear(&f);
    }
    mpq_set_str(r.initial.entry[0], "1000", 10);   // more than the format holds
    check(&f, &r, "float:fp8-e4m3", METHOD_CERTIFICATE, false);
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_ptr_nonnull(strstr(f.reason, "the initial state"));
    finding_clear(&f);
    recurrent_clear(&r);
}
END_TEST

START_TEST(enclosures_and_words_of_every_length_one_by_one_are_refused)
{
    Recurrent r;
    Params p = params_default(0);
    Finding f;
    recurrent_construction_find("dyck/recurrent")->build(&r, &p);
    finding_init(&f);
    Effort ball = effort_in("ball", METHOD_AUTO), each = effort_in("exact", METHOD_EXHAUSTIVE);
    capture_begin();
    int in_balls = recurrent_check(&f, &r, "model", &ball);
    int one_by_one = recurrent_check(&f, &r, "model", &each);
    char *said = capture_end();
    ck_assert_int_eq(in_balls, -1);
    ck_assert_int_eq(one_by_one, -1);
    ck_assert_ptr_nonnull(strstr(said, "enclosures"));
    ck_assert_ptr_nonnull(strstr(said, "every length"));
    free(said);
    finding_clear(&f);
    recurrent_clear(&r);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_evaluator_agrees_with_a_run_by_hand,
        the_sum_of_a_unit_is_rounded_in_the_documented_order,
        shared_prefixes_the_definition_and_exploration_find_the_same,
        what_is_written_is_read_again_and_written_as_the_same_bytes,
        constructions_keep_their_promises_and_no_bound,
        mutants_are_judged_as_by_the_definition,
        too_few_states_are_refuted_by_two_prefixes_that_collide,
        faults_of_a_machine_refute_and_say_where,
        enclosures_and_words_of_every_length_one_by_one_are_refused,
    };
    return HARNESS_RUN("recurrent", tests);
}
