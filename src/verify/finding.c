#include "verify/finding.h"
#include "math/matrix.h"
#include <stdlib.h>

void finding_init(Finding *f) {
    *f = (Finding){ .verdict = UNKNOWN };
    mpq_inits(f->margin, f->promise, NULL);
    mpz_inits(f->inputs, f->excluded, NULL);
}

void finding_clear(Finding *f) {
    mpq_clears(f->margin, f->promise, NULL);
    mpz_clears(f->inputs, f->excluded, NULL);
    vector_clear(f->attention, f->attentions);
    free(f->arithmetic);
    free(f->code_name);
    free(f->witness);
    free(f->inputs_text);
    free(f->inputs_brief);
    free(f->length_text);
    free(f->parameters_text);
    free(f->reason);
    free(f->recurrent.prefix[0]);
    free(f->recurrent.prefix[1]);
    free(f->recurrent.suffix);
    *f = (Finding){ 0 };
}

void finding_move(Finding *to, Finding *from) {
    finding_clear(to);
    *to = *from;
    finding_init(from);
}

// How bad: 0 if proved.
static int severity(Verdict v) { return v == REFUTED ? 2 : v == UNKNOWN; }

// Whether b is what a reader of both should see.
static bool is_worse(const Finding *b, const Finding *a) {
    if (severity(b->verdict) != severity(a->verdict))
        return severity(b->verdict) > severity(a->verdict);
    if (!a->has_margin || !b->has_margin)
        return a->has_margin;
    return mpq_cmp(b->margin, a->margin) < 0;
}

static void merge_attention(Finding *to, const Finding *from) {
    if (to->attentions != from->attentions) {
        vector_clear(to->attention, to->attentions);
        to->attention = NULL;
        to->attentions = 0;
    }
    for (size_t l = 0; l < to->attentions; l++) {
        bool meant = mpq_sgn(to->attention[l]) >= 0, other = mpq_sgn(from->attention[l]) >= 0;
        if (other && (!meant || mpq_cmp(from->attention[l], to->attention[l]) < 0))
            mpq_set(to->attention[l], from->attention[l]);
    }
}

void finding_merge(Finding *all, Finding *one) {
    Finding left;
    finding_init(&left);
    bool worse = is_worse(one, all);
    finding_move(&left, worse ? all : one);
    if (worse)
        finding_move(all, one);
    mpz_add(all->inputs, all->inputs, left.inputs);
    mpz_add(all->excluded, all->excluded, left.excluded);
    all->seconds += left.seconds;
    all->has_margin = all->has_margin && left.has_margin;
    if (all->has_margin && mpq_cmp(left.margin, all->margin) < 0) {
        mpq_set(all->margin, left.margin);
        all->enclosed = left.enclosed;
    }
    merge_attention(all, &left);
    finding_clear(&left);
}

void finding_cover_all(Finding *f, const Task *task, const Params *p) {
    task_count_answered(f->inputs, task, p);
    task_count_words(f->excluded, task, p);
    mpz_sub(f->excluded, f->excluded, f->inputs);
}
