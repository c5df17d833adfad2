#include "agreement.h"
#include "net/evaluate.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"

ArithSpec arithmetic_named(const char *text) {
    ArithSpec spec;
    char *why = NULL;
    ck_assert_msg(arith_parse(&spec, text, &why) == 0, "%s: %s", text, why);
    return spec;
}

bool witness_fails(const Transformer *t, const char *arithmetic, const char *witness) {
    ArithSpec spec = arithmetic_named(arithmetic);
    Token word[16];
    Fault fault;
    mpq_t margin;
    mpq_init(margin);
    Evaluator *e = evaluator_new(t, &spec);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, witness));
    bool fails = !evaluator_run(e, word, &fault);
    if (!fails) {
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
        fails = mpq_sgn(margin) <= 0;
    }
    evaluator_free(e);
    mpq_clear(margin);
    return fails;
}

void expect_witness(const Transformer *t, const Finding *f) {
    Token word[256];
    mpq_t margin;
    mpq_init(margin);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, f->witness));
    ck_assert(evaluate_word(margin, t, word));
    int side = mpq_cmp(f->margin, margin);
    ck_assert(!f->has_margin || (f->enclosed ? side <= 0 : side == 0));
    ck_assert(f->verdict != REFUTED || mpq_sgn(margin) <= 0);
    mpq_clear(margin);
}

static void expect_margins(const Finding *proof, const Finding *all, bool attended,
                           const char *what) {
    int side = mpq_cmp(proof->margin, all->margin);
    ck_assert_msg(all->has_margin, "%s: decided what has no margin", what);
    ck_assert_msg(proof->enclosed ? side <= 0 : side == 0, "%s: margins differ", what);
    ck_assert_int_eq(mpz_cmp(proof->inputs, all->inputs), 0);
    ck_assert_msg(!attended || proof->attentions == all->attentions, "%s: no attention", what);
    for (size_t l = 0; l < proof->attentions; l++)
        ck_assert_msg(mpq_equal(proof->attention[l], all->attention[l]),
                      "%s: attention of layer %zu", what, l + 1);
}

void expect_agreement(const Transformer *t, Target *target, Agreement *tally, const char *what) {
    static const Effort effort = { .jobs = 2 };
    Finding all, proof;
    finding_init(&all);
    finding_init(&proof);
    int status = exhaustive_check(&all, t, target, what, &effort);
    ck_assert_int_eq(certificate_check(&proof, t, target, what, &effort), 0);
    if (proof.verdict == UNKNOWN) {
        ck_assert_ptr_nonnull(proof.reason);
        tally->undecided++;
    } else {
        ck_assert_msg(status == 0 && proof.verdict == all.verdict, "%s: verdicts differ", what);
        ck_assert(proof.has_margin || (proof.verdict == REFUTED && proof.reason != NULL));
        expect_witness(t, &proof);
        expect_witness(t, &all);
        tally->found += !proof.has_margin;
        tally->decided += proof.has_margin;
        tally->bounded += proof.has_margin && proof.enclosed;
        tally->refuted += proof.has_margin && proof.verdict == REFUTED;
        if (proof.has_margin)
            expect_margins(&proof, &all, target != NULL, what);
    }
    finding_clear(&all);
    finding_clear(&proof);
}

// ---- enclosures ----

const Effort ball_effort = {
    .jobs = 2,
    .arithmetic = { .ar = &arith_ball, .precision = 64, .cap = 4096 },
};

// What the naive evaluator encloses: the least of all margins lies in [least, most].  false: some
// word's margin is not enclosed.
static bool enclose_least(mpq_t least, mpq_t most, const Transformer *t) {
    ArithSpec spec = { .ar = &arith_ball, .precision = 200, .cap = 200 };
    Evaluator *e = evaluator_new(t, &spec);
    Walk walk;
    Token old;
    Fault fault;
    bool all = true;
    mpq_t l, m;
    mpq_inits(l, m, NULL);
    walk_init(&walk, t->task, &t->params, NULL);
    for (uint64_t k = 0; all && k < walk.total; k++) {
        if (k > 0)
            walk_step(&walk, &old);
        all = evaluator_run(e, walk.word, &fault) &&
              evaluator_margin_ends(l, m, e, t->task->answer(&t->params, walk.word));
        if (!all)
            break;
        if (k == 0 || mpq_cmp(l, least) < 0)
            mpq_set(least, l);
        if (k == 0 || mpq_cmp(m, most) < 0)
            mpq_set(most, m);
    }
    mpq_clears(l, m, NULL);
    walk_clear(&walk);
    evaluator_free(e);
    return all;
}

// The witness alone: its margin is <= 0 for all that enclosures tell.
static void expect_failing(const Transformer *t, const char *witness) {
    ArithSpec spec = { .ar = &arith_ball, .precision = 500, .cap = 500 };
    Token word[64];
    Fault fault;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    Evaluator *e = evaluator_new(t, &spec);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, witness));
    ck_assert(evaluator_run(e, word, &fault));
    ck_assert(evaluator_margin_ends(least, most, e, t->task->answer(&t->params, word)));
    ck_assert(mpq_sgn(least) <= 0);
    mpq_set_ui(least, 1, 1);
    mpq_div_2exp(least, least, 400);
    ck_assert(mpq_cmp(most, least) < 0);   // by more than the width of a ball around 0
    evaluator_free(e);
    mpq_clears(least, most, NULL);
}

static void add_to(Enclosures *tally, Verdict v) {
    *(v == PROVED ? &tally->proved : v == REFUTED ? &tally->refuted : &tally->undecided) += 1;
}

void expect_enclosure(const Transformer *t, Enclosures *tally, bool tight, const char *what) {
    Finding proof;
    mpq_t least, most, near;
    mpq_inits(least, most, near, NULL);
    finding_init(&proof);
    ck_assert_int_eq(certificate_check(&proof, t, NULL, what, &ball_effort), 0);
    add_to(tally, proof.verdict);
    bool enclosed = enclose_least(least, most, t);
    if (proof.verdict == UNKNOWN)
        ck_assert_ptr_nonnull(proof.reason);
    if (proof.has_margin && enclosed) {
        ck_assert(proof.enclosed);
        ck_assert_msg(mpq_cmp(proof.margin, most) <= 0, "%s: no lower bound", what);
        mpq_set_ui(near, 1, 1 << 20);
        mpq_sub(near, least, near);
        ck_assert_msg(!tight || mpq_cmp(near, proof.margin) <= 0, "%s: far below", what);
    }
    if (proof.verdict == PROVED)
        ck_assert_msg(enclosed && mpq_sgn(most) > 0, "%s: proved of a model that fails", what);
    if (proof.verdict == REFUTED) {
        ck_assert_msg(!enclosed || mpq_sgn(least) <= 0, "%s: refuted of a model that holds", what);
        expect_failing(t, proof.witness);
    }
    finding_clear(&proof);
    mpq_clears(least, most, near, NULL);
}
