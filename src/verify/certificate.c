#include "verify/certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "verify/proof.h"
#include <stdlib.h>

enum { LARGEST_CONFIRMED = 256 };   // tokens of a word that the naive evaluator confirms

static const char *judge_options(Proof *p) {
    return proof_judge(p, p->choices.group[p->choices.group_of[p->position]].options);
}

// NULL, or why it cannot be told, for the caller to free.
static char *judge(Proof *p, const Effort *e) {
    const Transformer *t = p->t;
    const char *why = NULL;
    char *unclean = NULL;
    if (t->layers == 2) {
        if (!clean_states_init(&p->clean, &unclean, &p->choices, &p->tab, p->target, e))
            return unclean;
        why = judge_options(p);
        return why ? alloc_string(why) : NULL;
    }
    p->projection = alloc_array(p->tab.heads, 1, sizeof *p->projection);
    size_t made = 0;
    while (made < p->tab.heads &&
           projection_init(&p->projection[made], t, &t->layer[0].head[made], p->tab.columns))
        made++;
    why = made < p->tab.heads ? "the weights of layer 1 are no small integers" : judge_options(p);
    while (made > 0)
        projection_clear(&p->projection[--made]);
    free(p->projection);
    return why ? alloc_string(why) : NULL;
}

static void fill_witness(Finding *f, const Proof *p) {
    const Transformer *t = p->t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Text text = { 0 };
    choices_word(word, &p->choices, &p->pick);
    if (t->length <= LARGEST_CONFIRMED) {
        mpq_t margin;
        mpq_init(margin);
        bool judged = evaluate_word(margin, t, word);
        require(judged && mpq_equal(margin, p->margin));
        mpq_clear(margin);
    }
    task_print_word(&text, t->task, &t->params, word);
    f->witness = text_take(&text);
    free(word);
}

static void conclude(Finding *f, const Proof *p, char *why) {
    const Transformer *t = p->t;
    f->method = "certificate";
    f->length = t->length;
    f->size = transformer_size(t);
    if (!proof_conclude(f, p, why))
        return;
    task_count_words(f->inputs, t->task, &t->params);
    fill_witness(f, p);
}

int certificate_check(Finding *f, const Transformer *t, Target *target, const char *name,
                      const Effort *e) {
    struct timespec start, end;
    if (t->base != BASE_2)
        return error("%s: base e: exact arithmetic needs base 2", name);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Proof p;
    proof_init(&p, t, NULL, target);
    const char *refused = tabulation_outline_admits(t);
    if (refused != NULL) {
        Text text = { 0 };
        text_printf(&text, "no certificate for the model: %s", refused);
        conclude(f, &p, text_take(&text));
    } else {
        tabulation_outline(&p.tab, t);
        conclude(f, &p, judge(&p, e));
        if (p.clean.state != NULL)
            clean_states_clear(&p.clean);
        tabulation_clear(&p.tab);
    }
    proof_clear(&p);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    return 0;
}
