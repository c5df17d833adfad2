// Every single change of a small model is judged as the definition judges it.
//
// A mutant computes another function iff the naive evaluator finds a word with margin <= 0; then
// the check must refute it, with a witness that alone reproduces.  Otherwise it must report the
// naive margin.  Where a score is no integer on some word and no other word refutes, exact
// arithmetic cannot tell, and the check must say so; enclosures of real numbers then decide.
#include "models.h"
#include "net/evaluate.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <stdio.h>
#include <string.h>

typedef struct Tally {
    size_t refuted, same_function;   // in exact arithmetic
    size_t enclosed_refuted,
        enclosed_same_function;   // in enclosures, where scores are no integers
} Tally;

// What the definition says: the least margin over the words that have one, and whether all do.
static bool judge_by_definition(mpq_t least, bool *all, const Transformer *t) {
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    Walk walk;
    Fault fault;
    Token old;
    bool any = false;
    mpq_t margin;
    mpq_init(margin);
    walk_init(&walk, t->task, &t->params, NULL);
    *all = true;
    for (;;) {
        size_t answer = t->task->answer(&t->params, walk.word);
        if (answer == ANSWER_EXCLUDED) {
            // says nothing
        } else if (evaluator_run(e, walk.word, &fault)) {
            evaluator_margin(margin, e, answer);
            if (!any || mpq_cmp(margin, least) < 0)
                mpq_set(least, margin);
            any = true;
        } else {
            *all = false;
        }
        if (walk.rank + 1 == walk.total)
            break;
        walk_step(&walk, &old);
    }
    mpq_clear(margin);
    walk_clear(&walk);
    evaluator_free(e);
    return any;
}

static void expect_witness(const Transformer *t, const char *witness, const mpq_t margin) {
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    Token word[16];
    Fault fault;
    mpq_t found;
    mpq_init(found);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, witness));
    ck_assert(evaluator_run(e, word, &fault));
    evaluator_margin(found, e, t->task->answer(&t->params, word));
    ck_assert(mpq_equal(found, margin));
    mpq_clear(found);
    evaluator_free(e);
}

// The model over the reals, where 2^score is irrational on some words.
static void judge_by_enclosures(const Transformer *t, Tally *tally, const char *what) {
    Effort effort = { .jobs = 1 };
    Finding f;
    char *why;
    finding_init(&f);
    ck_assert_int_eq(arith_parse(&effort.arithmetic, "ball", &why), 0);
    ck_assert_int_eq(exhaustive_check(&f, t, NULL, "mutant", &effort), 0);
    ck_assert_msg(f.verdict != UNKNOWN, "%s: %s", what, f.reason);
    ck_assert_ptr_nonnull(f.witness);
    *(f.verdict == REFUTED ? &tally->enclosed_refuted : &tally->enclosed_same_function) += 1;
    finding_clear(&f);
}

static void judge(const Transformer *t, Tally *tally, const char *what) {
    static const Effort fast = { .jobs = 1 };
    Finding f;
    bool all;
    mpq_t least;
    mpq_init(least);
    finding_init(&f);
    bool any = judge_by_definition(least, &all, t);
    bool refuted = any && mpq_sgn(least) <= 0;
    int status = exhaustive_check(&f, t, NULL, "mutant", &fast);
    ck_assert_int_eq(status, 0);
    if (!refuted && !all) {
        ck_assert_msg(f.verdict == UNKNOWN, "%s: decided", what);
        ck_assert_ptr_nonnull(strstr(f.reason, "is not an integer"));
        judge_by_enclosures(t, tally, what);
    } else {
        ck_assert_msg(f.verdict == (refuted ? REFUTED : PROVED), "%s: wrong verdict", what);
        ck_assert_msg(f.has_margin == all && (!all || mpq_equal(f.margin, least)),
                      "%s: wrong margin", what);
        ck_assert_ptr_nonnull(f.witness);
        expect_witness(t, f.witness, least);
        *(refuted ? &tally->refuted : &tally->same_function) += 1;
    }
    finding_clear(&f);
    mpq_clear(least);
}

// x + 1, x - 1, x + 1/2, -x, 0: what differs from x.
enum { MUTATIONS = 5 };
static bool mutate(mpq_t x, int mutation) {
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    mpq_set(old, x);
    mpq_set_ui(by, 1, mutation == 2 ? 2 : 1);
    if (mutation == 0 || mutation == 2)
        mpq_add(x, x, by);
    else if (mutation == 1)
        mpq_sub(x, x, by);
    else if (mutation == 3)
        mpq_neg(x, x);
    else
        mpq_set_ui(x, 0, 1);
    bool differs = !mpq_equal(x, old);
    mpq_clears(old, by, NULL);
    return differs;
}

static void mutate_matrix(Matrix *m, const Transformer *t, Tally *tally, const char *name) {
    char what[128];
    mpq_t old;
    mpq_init(old);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            mpq_set(old, m->entry[k]);
            snprintf(what, sizeof what, "%s, %s entry %zu, mutation %d", t->task->name, name, k,
                     mutation);
            if (mutate(m->entry[k], mutation))
                judge(t, tally, what);
            mpq_set(m->entry[k], old);
        }
    mpq_clear(old);
}

static void mutate_all(Transformer *t, Tally *tally) {
    mutate_matrix(&t->embedding, t, tally, "embedding");
    mutate_matrix(&t->readout.w, t, tally, "readout w");
    mutate_matrix(&t->readout.b, t, tally, "readout b");
    for (Layer *l = t->layer; l < t->layer + t->layers; l++) {
        for (Head *h = l->head; h < l->head + l->heads; h++) {
            mutate_matrix(&h->q, t, tally, "Q");
            mutate_matrix(&h->k, t, tally, "K");
            mutate_matrix(&h->v, t, tally, "V");
            mutate_matrix(&h->o, t, tally, "O");
        }
        mutate_matrix(&l->mlp.w1, t, tally, "W1");
        mutate_matrix(&l->mlp.b1, t, tally, "b1");
        mutate_matrix(&l->mlp.w2, t, tally, "W2");
        mutate_matrix(&l->mlp.b2, t, tally, "b2");
    }
}

// The construction over a code one sign of one word of which is wrong, in all places that use it.
static void flip_signs(const Construction *c, const Params *p, Tally *tally) {
    Code right;
    binary_code(&right, p->n);
    uint64_t temperature = c->temperature(p, &right, 1);
    for (uint64_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < right.length; k++) {
            Code wrong;
            Transformer t;
            code_init(&wrong, "wrong", p->n, right.length, 0);
            for (uint64_t l = 0; l < p->n; l++)
                code_word(wrong.table + l, &right, l);
            wrong.table[i] ^= UINT64_C(1) << k;
            c->build(&t, p, &wrong, temperature);
            judge(&t, tally, "code word");
            transformer_clear(&t);
            code_clear(&wrong);
        }
    code_clear(&right);
}

static void run_variant(const Construction *c, Mask mask, ReadoutKind readout, uint64_t n) {
    Tally tally = { 0 };
    Transformer t;
    Params p = params_default(n);
    p.mask = mask;
    p.readout = readout;
    build_binary(&t, c, &p);
    mutate_all(&t, &tally);
    transformer_clear(&t);
    if (!c->codeless)
        flip_signs(c, &p, &tally);
    printf(
        "# %s, %s, %s, n = %d: %zu mutants refuted, %zu compute the same function; of those with "
        "scores that are no integers %zu refuted, %zu the same function\n",
        c->name, mask_name(mask), readout_name(readout), (int)n, tally.refuted, tally.same_function,
        tally.enclosed_refuted, tally.enclosed_same_function);
    fflush(stdout);
    ck_assert_uint_gt(tally.refuted, 0);
    ck_assert_uint_gt(tally.same_function, 0);
}

static void run_construction(const char *name) {
    const Construction *c = construction_find(name);
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        run_variant(c, mask, READOUT_PEAKED, 2);
        if (c->task->boolean && !c->codeless)
            run_variant(c, mask, READOUT_UNIFORM, 2);
    }
    Params p = params_default(3);
    if (is_admitted(c, &p))
        run_variant(c, MASK_CAUSAL, READOUT_PEAKED, 3);
}

START_TEST(every_change_of_an_index_lookup_model_is_judged_rightly)
{ run_construction("index-lookup/one-layer"); }
END_TEST

START_TEST(every_change_of_a_model_with_the_query_in_front_is_judged_rightly)
{ run_construction("index-lookup-front/two-layer"); }
END_TEST

START_TEST(every_change_of_an_equality_model_is_judged_rightly)
{ run_construction("equality/two-layer"); }
END_TEST

START_TEST(every_change_of_a_disjointness_model_is_judged_rightly)
{ run_construction("disjointness/two-layer"); }
END_TEST

START_TEST(every_change_of_a_one_layer_equality_model_is_judged_rightly)
{ run_construction("equality/one-layer-linear"); }
END_TEST

START_TEST(every_change_of_a_one_layer_disjointness_model_is_judged_rightly)
{ run_construction("disjointness/one-layer-linear"); }
END_TEST

START_TEST(every_change_of_a_one_layer_dyck_model_is_judged_rightly)
{ run_construction("dyck/one-layer-linear"); }
END_TEST

START_TEST(every_change_of_a_nearest_neighbor_model_is_judged_rightly)
{
    const Construction *c = construction_find("nearest-neighbor/two-layer");
    run_variant(c, MASK_CAUSAL, READOUT_PEAKED, 2);
    run_variant(c, MASK_FULL, READOUT_PEAKED, 2);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_change_of_an_index_lookup_model_is_judged_rightly,
        every_change_of_a_model_with_the_query_in_front_is_judged_rightly,
        every_change_of_an_equality_model_is_judged_rightly,
        every_change_of_a_disjointness_model_is_judged_rightly,
        every_change_of_a_one_layer_equality_model_is_judged_rightly,
        every_change_of_a_one_layer_disjointness_model_is_judged_rightly,
        every_change_of_a_one_layer_dyck_model_is_judged_rightly,
        every_change_of_a_nearest_neighbor_model_is_judged_rightly,
    };
    return HARNESS_RUN("mutation", tests);
}
