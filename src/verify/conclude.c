#include "verify/conclude.h"
#include "base/error.h"
#include "math/rational.h"
#include "verify/judge.h"

static size_t answer_to(const Transformer *t, const Token *word) {
    return t->task->answer(&t->params, word);
}

// *fault <- where the arithmetic has no number on that word; *score <- the score there, unless
// NULL.
static void find_fault(Fault *fault, mpq_ptr score, const Check *c, const Token *word) {
    Evaluator *e = evaluator_new(c->t, c->arithmetic);
    if (c->bounds != NULL)
        evaluator_set_bounds(e, c->bounds);
    bool ran = evaluator_run(e, word, fault);
    require(!ran);
    if (score != NULL)
        evaluator_fault_score(score, e, fault);
    evaluator_free(e);
}

// The number, or of a long one its beginning.
static void print_briefly(Text *t, const mpq_t r) {
    Text number = { 0 };
    rational_print(&number, r);
    if (number.length <= 60)
        text_add(t, text_string(&number));
    else
        text_printf(t, "%.40s.. (%zu characters)", text_string(&number), number.length);
    text_clear(&number);
}

// Appends where the first word that could not be evaluated has a score which is no integer.
static void describe_score(Text *reason, const Check *c, const Token *word) {
    Fault fault;
    mpq_t score;
    mpq_init(score);
    find_fault(&fault, score, c, word);
    text_printf(reason, "layer %zu, head %zu: the score of position %ld on position %ld, ",
                fault.layer, fault.head, fault.query, fault.key);
    print_briefly(reason, score);
    text_printf(reason, ", %s on the input ", fault.why);
    task_print_word(reason, c->t->task, &c->t->params, word);
    if (mpz_cmp_ui(mpq_denref(score), 1) != 0)
        text_add(reason, "; exact arithmetic needs integer scores");
    mpq_clear(score);
}

// Appends where the machine has no answer to the first such word.
static void describe_fault(Text *reason, const Check *c, const Some *faulty) {
    Fault fault;
    find_fault(&fault, NULL, c, faulty->first);
    fault_print(reason, &fault);
    text_add(reason, " on the input ");
    task_print_word(reason, c->t->task, &c->t->params, faulty->first);
    text_printf(reason, "; %llu inputs have no answer", (unsigned long long)faulty->count);
}

// The witness must attain the margin by the definition too, whichever evaluator found it.
static void confirm(const Check *c, const Worst *worst, const Token *word, bool attains) {
    Worst again;
    Judge *judge = judge_new(c->t, c->arithmetic, c->bounds, NULL, c->filtered);
    worst_init(&again, worst->length, worst->layers);
    judge_word(judge, word, answer_to(c->t, word), &again);
    if (attains)
        require(again.any && mpq_equal(again.margin, worst->margin));
    else
        require(again.faulty.count + again.failing.count == 1);
    worst_clear(&again);
    judge_free(judge);
}

static void fill_attention(Finding *f, const Worst *worst) {
    f->attentions = worst->layers;
    f->attention = vector_init(worst->layers);
    for (size_t l = 0; l < worst->layers; l++) {
        if (worst->attended[l])
            mpq_set(f->attention[l], worst->mass[l]);
        else
            mpq_set_si(f->attention[l], -1, 1);
    }
}

static void fill_witness(Finding *f, const Check *c, const Worst *worst, const Token *word) {
    Text witness = { 0 };
    confirm(c, worst, word, word == worst->word);
    task_print_word(&witness, c->t->task, &c->t->params, word);
    f->witness = text_take(&witness);
}

// Appends why there is no margin over all words, or no verdict.
static void explain(Text *reason, const Check *c, const Worst *worst) {
    const Arith *ar = c->arithmetic->ar;
    if (worst->faulty.count > 0 && ar->is_machine) {
        describe_fault(reason, c, &worst->faulty);
    } else if (worst->faulty.count > 0 && !ar->encloses) {
        describe_score(reason, c, worst->faulty.first);
    } else if (worst->inputs + worst->excluded < c->total) {
        text_printf(reason, "interrupted after %llu of %llu inputs",
                    (unsigned long long)(worst->inputs + worst->excluded),
                    (unsigned long long)c->total);
    } else if (worst->undecided.count > 0 && worst->failing.count == 0) {
        text_printf(reason, "%llu inputs have a margin of uncertain sign at %ld bits, the first: ",
                    (unsigned long long)worst->undecided.count, c->arithmetic->cap);
        task_print_word(reason, c->t->task, &c->t->params, worst->undecided.first);
    }
}

// The word that refutes the model; NULL: none does.
static const Token *refuting_word(const Check *c, const Worst *worst) {
    if (c->arithmetic->ar->encloses)
        return worst->failing.count > 0 ? worst->failing.first : NULL;
    if (worst->any && mpq_sgn(worst->margin) <= 0)
        return worst->word;
    return c->arithmetic->ar->is_machine && worst->faulty.count > 0 ? worst->faulty.first : NULL;
}

void conclude(Finding *f, const Check *c, const Worst *worst) {
    const Arith *ar = c->arithmetic->ar;
    const Token *refuting = refuting_word(c, worst);
    bool complete = worst->inputs + worst->excluded == c->total && worst->inputs > 0 &&
                    worst->faulty.count == 0;
    mpz_set_ui(f->excluded, worst->excluded);
    mpz_set_ui(f->inputs, worst->inputs - (ar->is_machine ? 0 : worst->faulty.count));
    f->verdict = refuting ? REFUTED : complete && worst->undecided.count == 0 ? PROVED : UNKNOWN;
    f->has_margin = complete;
    f->enclosed = ar->encloses;
    if (complete)
        mpq_set(f->margin, worst->margin);
    if (refuting != NULL || complete)
        fill_witness(f, c, worst, refuting ? refuting : worst->word);
    if (complete && c->target != NULL && ar->exact)
        fill_attention(f, worst);
    Text reason = { 0 };
    explain(&reason, c, worst);
    if (reason.length > 0)
        f->reason = text_take(&reason);
}
