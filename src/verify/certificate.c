#include "verify/certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "verify/counterexample.h"
#include "verify/proof.h"
#include <stdlib.h>

static const char *judge_options(Proof *p, const Effort *e) {
    const Choices *c = &p->choices;
    return proof_judge(p, c->group[c->group_of[p->position]].options, e->arithmetic.cap);
}

// NULL, or why it cannot be told, for the caller to free.
static char *judge(Proof *p, const Effort *e) {
    const Transformer *t = p->t;
    const char *why = NULL;
    char *unclean = NULL;
    if (t->layers == 2) {
        if (!clean_states_init(&p->clean, &unclean, &p->choices, &p->tab, p->target, e))
            return unclean;
        why = judge_options(p, e);
        return why ? alloc_string(why) : NULL;
    }
    p->projection = alloc_array(p->tab.heads, 1, sizeof *p->projection);
    size_t made = 0;
    while (made < p->tab.heads && projection_init(&p->projection[made], t, &t->layer[0].head[made],
                                                  p->tab.columns, !p->enclosed))
        made++;
    why =
        made < p->tab.heads ? "the weights of layer 1 are no small integers" : judge_options(p, e);
    while (made > 0)
        projection_clear(&p->projection[--made]);
    free(p->projection);
    return why ? alloc_string(why) : NULL;
}

// Looks for a word that fails, unless one is known.  How many were judged.
static uint64_t find_failure(Proof *p) {
    Least *l = &p->least;
    const ArithSpec spec = proof_arithmetic(p);
    uint64_t tried = 1;
    bool known = l->any && mpq_sgn(l->value) <= 0;
    if (!known && !interrupted() && p->t->length <= LARGEST_CONFIRMED)
        l->any |= counterexample_find(l->value, &l->pick, &tried, p->t, &p->choices, &spec);
    return tried;
}

static void fill_witness(Finding *f, const Proof *p) {
    const Transformer *t = p->t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Text text = { 0 };
    choices_word(word, &p->choices, p->least.pick.option);
    if (t->length <= LARGEST_CONFIRMED)
        proof_confirm(f, p, t, word);
    task_print_word(&text, t->task, &t->params, word);
    f->witness = text_take(&text);
    free(word);
}

// The reason is why there is no margin over all words, or NULL.
static void conclude(Finding *f, Proof *p, const ArithSpec *spec, char *why) {
    bool told = why == NULL && !least_is_open(&p->least);
    uint64_t tried = told ? 0 : find_failure(p);
    f->method = "certificate";
    f->length = p->t->length;
    f->size = transformer_size(p->t);
    if (!proof_conclude(f, p, spec, why))
        return;
    if (f->has_margin)
        finding_cover_all(f, p->t->task, &p->t->params);
    else
        mpz_set_ui(f->inputs, tried);
    fill_witness(f, p);
    if (f->verdict == UNKNOWN)
        proof_explain(f, p);
}

static void check(Finding *f, Proof *p, const ArithSpec *spec, const Effort *e) {
    const char *refused = tabulation_outline_admits(p->t);
    if (refused != NULL) {
        Text text = { 0 };
        text_printf(&text, "no certificate for the model: %s", refused);
        conclude(f, p, spec, text_take(&text));
        return;
    }
    tabulation_outline(&p->tab, p->t);
    conclude(f, p, spec, judge(p, e));
    if (p->clean.state != NULL)
        clean_states_clear(&p->clean);
    tabulation_clear(&p->tab);
}

int certificate_check(Finding *f, const Transformer *t, Target *target, const char *name,
                      const Effort *e) {
    struct timespec start, end;
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    const char *why = evaluator_admits(t, spec);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Proof p;
    proof_init(&p, t, NULL, target, spec);
    check(f, &p, spec, e);
    proof_clear(&p);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
