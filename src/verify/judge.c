#include "verify/judge.h"
#include "base/alloc.h"
#include "base/error.h"
#include "verify/filter.h"
#include <math.h>
#include <stdlib.h>

enum { LEVELS = 40 };   // more doublings than a long can tell

struct Judge {
    const Transformer *t;
    ArithSpec spec;
    const Bounds *bounds;
    Target *target;
    Evaluator *level[LEVELS];   // [k]: at precision << k, at most the cap; NULL until needed
    Filter *filter;             // NULL: none
    double best;                // the least bound that the filter has offered
    mpq_t least, most;
};

Judge *judge_new(const Transformer *t, const ArithSpec *spec, const Bounds *bounds, Target *target,
                 bool filtered) {
    Judge *j = alloc_array(1, 1, sizeof *j);
    *j = (Judge){ .t = t, .spec = *spec, .bounds = bounds, .target = target, .best = INFINITY };
    if (filtered && spec->ar->encloses)
        j->filter = filter_new(t);
    mpq_inits(j->least, j->most, NULL);
    return j;
}

void judge_free(Judge *j) {
    for (size_t k = 0; k < LEVELS; k++)
        if (j->level[k] != NULL)
            evaluator_free(j->level[k]);
    if (j->filter != NULL)
        filter_free(j->filter);
    mpq_clears(j->least, j->most, NULL);
    free(j);
}

static Evaluator *evaluator_at(Judge *j, size_t level) {
    require(level < LEVELS);
    if (j->level[level] != NULL)
        return j->level[level];
    ArithSpec spec = j->spec;
    if (spec.ar->encloses) {
        spec.precision <<= level;
        spec.precision = spec.precision < spec.cap ? spec.precision : spec.cap;
    }
    Evaluator *e = evaluator_new(j->t, &spec);
    if (j->bounds != NULL)
        evaluator_set_bounds(e, j->bounds);
    return j->level[level] = e;
}

// Whether the filter tells that the word is right; then its bound is offered.
static bool passes_filter(Judge *j, const Token *word, size_t answer, Worst *worst) {
    double least, most;
    if (j->filter == NULL || !filter_run(j->filter, word, answer, &least, &most) || !(least > 0))
        return false;
    if (least <= j->best) {   // a larger one would be offered in vain
        mpq_set_d(j->least, least);
        worst_offer(worst, j->least, word);
        j->best = least;
    }
    return true;
}

static void judge_enclosed(Judge *j, const Token *word, size_t answer, Worst *worst) {
    bool enclosed = false;
    for (size_t k = 0; k == 0 || j->spec.precision << (k - 1) < j->spec.cap; k++) {
        Fault fault;
        Evaluator *e = evaluator_at(j, k);
        enclosed =
            evaluator_run(e, word, &fault) && evaluator_margin_ends(j->least, j->most, e, answer);
        if (enclosed && (mpq_sgn(j->least) > 0 || mpq_sgn(j->most) <= 0))
            break;
    }
    if (enclosed)
        worst_offer(worst, j->least, word);
    if (enclosed && mpq_sgn(j->most) <= 0)
        worst_note(&worst->failing, word, worst->length);
    else if (!enclosed || mpq_sgn(j->least) <= 0)
        worst_note(&worst->undecided, word, worst->length);
    if (!enclosed)
        worst_note(&worst->faulty, word, worst->length);
}

void judge_word(Judge *j, const Token *word, size_t answer, Worst *worst) {
    Fault fault;
    worst->inputs++;
    if (passes_filter(j, word, answer, worst))
        return;
    if (j->spec.ar->encloses) {
        judge_enclosed(j, word, answer, worst);
        return;
    }
    Evaluator *e = evaluator_at(j, 0);
    if (!evaluator_run(e, word, &fault)) {
        worst_note(&worst->faulty, word, worst->length);
        return;
    }
    evaluator_margin(j->least, e, answer);
    worst_offer(worst, j->least, word);
    if (j->spec.ar->exact)
        worst_offer_attention(worst, e, j->t, j->target, word);
}
