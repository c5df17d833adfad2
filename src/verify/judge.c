#include "verify/judge.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

enum { LEVELS = 40 };   // more doublings than a long can tell

struct Judge {
    const Transformer *t;
    ArithSpec spec;
    const Bounds *bounds;
    Target *target;
    Evaluator *level[LEVELS];   // [k]: at precision << k, at most the cap; NULL until needed
    mpq_t least, most;
};

Judge *judge_new(const Transformer *t, const ArithSpec *spec, const Bounds *bounds,
                 Target *target) {
    Judge *j = alloc_array(1, 1, sizeof *j);
    *j = (Judge){ .t = t, .spec = *spec, .bounds = bounds, .target = target };
    mpq_inits(j->least, j->most, NULL);
    return j;
}

void judge_free(Judge *j) {
    for (size_t k = 0; k < LEVELS; k++)
        if (j->level[k] != NULL)
            evaluator_free(j->level[k]);
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
