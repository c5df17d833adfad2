#include "agreement.h"
#include "net/evaluate.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"

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
