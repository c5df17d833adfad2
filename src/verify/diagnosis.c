// One suspect after the other is taken away: the machine, then its rounding of the weights.
#include "verify/diagnosis.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include "net/evaluate.h"
#include <stdlib.h>

const char *cause_name(Cause c) {
    static const char *const names[] = {
        [CAUSE_NONE] = "none",      [CAUSE_MODEL] = "model", [CAUSE_FAULT] = "fault",
        [CAUSE_WEIGHTS] = "weight", [CAUSE_SUM] = "sum",     [CAUSE_MARGIN] = "margin",
        [CAUSE_UNKNOWN] = "unknown"
    };
    return names[c];
}

// Whether the model over the reals is right on the word; UNKNOWN: enclosures do not tell.
static Verdict judge_enclosed(const Transformer *t, const Token *word) {
    ArithSpec ball;
    char *why = NULL;
    int parsed = arith_parse(&ball, "ball", &why);
    require(parsed == 0);
    Verdict verdict = UNKNOWN;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    size_t answer = t->task->answer(&t->params, word);
    for (; verdict == UNKNOWN && ball.precision <= ball.cap; ball.precision *= 2) {
        Evaluator *e = evaluator_new(t, &ball);
        Fault fault;
        if (evaluator_run(e, word, &fault) && evaluator_margin_ends(least, most, e, answer))
            verdict = mpq_sgn(least) > 0 ? PROVED : mpq_sgn(most) <= 0 ? REFUTED : UNKNOWN;
        evaluator_free(e);
    }
    mpq_clears(least, most, NULL);
    return verdict;
}

// The same; exactly where its scores are integers.
static Verdict judge_real(const Transformer *t, const Token *word) {
    mpq_t margin;
    mpq_init(margin);
    Verdict verdict = UNKNOWN;
    if (t->base == BASE_2 && evaluate_word(margin, t, word))
        verdict = mpq_sgn(margin) > 0 ? PROVED : REFUTED;
    mpq_clear(margin);
    return verdict == UNKNOWN ? judge_enclosed(t, word) : verdict;
}

// The first weight that rounding changed.
typedef struct Change {
    bool any;
    mpq_t from, to;
} Change;

// Every entry <- the machine's number nearest to it.
static void round_matrix(Matrix *m, const ArithSpec *machine, Change *change) {
    ArithState old;
    Num *x = nums_init(machine, 1);
    mpq_t lower, upper;
    mpq_inits(lower, upper, NULL);
    arith_enter(machine, &old);
    for (size_t i = 0; i < m->rows * m->columns; i++) {
        machine->ar->set(x, m->entry[i]);
        bool shown = machine->ar->ends(lower, upper, x);
        require(shown);
        if (!mpq_equal(lower, m->entry[i]) && !change->any) {
            change->any = true;
            mpq_set(change->from, m->entry[i]);
            mpq_set(change->to, lower);
        }
        mpq_set(m->entry[i], lower);
    }
    arith_leave(machine, &old);
    mpq_clears(lower, upper, NULL);
    nums_clear(machine, x, 1);
}

static void round_weights(Transformer *t, const ArithSpec *machine, Change *change) {
    for (size_t l = 0; l < t->layers; l++) {
        Layer *layer = &t->layer[l];
        for (size_t h = 0; h < layer->heads; h++) {
            round_matrix(&layer->head[h].q, machine, change);
            round_matrix(&layer->head[h].k, machine, change);
            round_matrix(&layer->head[h].v, machine, change);
            round_matrix(&layer->head[h].o, machine, change);
        }
        round_matrix(&layer->mlp.w1, machine, change);
        round_matrix(&layer->mlp.b1, machine, change);
        round_matrix(&layer->mlp.w2, machine, change);
        round_matrix(&layer->mlp.b2, machine, change);
    }
    round_matrix(&t->readout.w, machine, change);
    round_matrix(&t->readout.b, machine, change);
    round_matrix(&t->embedding, machine, change);
}

// Whether the model with rounded weights is right over the reals; *detail: which one changed.
static Verdict judge_rounded(Text *detail, const Transformer *t, const ArithSpec *machine,
                             const Token *word) {
    Transformer rounded;
    Change change = { 0 };
    mpq_inits(change.from, change.to, NULL);
    transformer_init_copy(&rounded, t);
    round_weights(&rounded, machine, &change);
    Verdict verdict = change.any ? judge_real(&rounded, word) : PROVED;
    if (change.any && verdict == REFUTED) {
        text_add(detail, "the weight ");
        rational_print(detail, change.from);
        text_add(detail, " is rounded to ");
        rational_print(detail, change.to);
    }
    transformer_clear(&rounded);
    mpq_clears(change.from, change.to, NULL);
    return verdict;
}

// How the machine fares on the word, with its own sums over positions or wide ones: CAUSE_NONE,
// CAUSE_FAULT with its place, or CAUSE_MARGIN.
static Cause run_machine(Text *place, const Transformer *t, const ArithSpec *machine,
                         const Token *word, bool wide_sums) {
    Evaluator *e = evaluator_new(t, machine);
    Fault fault;
    Cause cause = CAUSE_FAULT;
    if (wide_sums)
        evaluator_widen_sums(e);
    if (!evaluator_run(e, word, &fault)) {
        fault_print(place, &fault);
    } else {
        mpq_t margin;
        mpq_init(margin);
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
        cause = mpq_sgn(margin) > 0 ? CAUSE_NONE : CAUSE_MARGIN;
        mpq_clear(margin);
    }
    evaluator_free(e);
    return cause;
}

// Of a machine that answers wrongly without a fault.
static Cause find_cause(Text *detail, const Transformer *t, const ArithSpec *machine,
                        const Token *word) {
    Verdict real = judge_real(t, word);
    if (real != PROVED)
        return real == REFUTED ? CAUSE_MODEL : CAUSE_UNKNOWN;
    Verdict rounded = judge_rounded(detail, t, machine, word);
    if (rounded != PROVED)
        return rounded == REFUTED ? CAUSE_WEIGHTS : CAUSE_UNKNOWN;
    Text place = { 0 };
    Cause wide = run_machine(&place, t, machine, word, true);
    text_clear(&place);
    return wide == CAUSE_NONE ? CAUSE_SUM : CAUSE_MARGIN;
}

Cause diagnose(Text *detail, const Transformer *t, const ArithSpec *machine, const Token *word) {
    require(machine->ar->is_machine && !machine->ar->bounded);
    if (t->length > LARGEST_DIAGNOSED) {
        text_printf(detail, "words of over %d tokens are not diagnosed", LARGEST_DIAGNOSED);
        return CAUSE_UNKNOWN;
    }
    Cause cause = run_machine(detail, t, machine, word, false);
    return cause == CAUSE_MARGIN ? find_cause(detail, t, machine, word) : cause;
}
