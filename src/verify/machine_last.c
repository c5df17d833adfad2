// Layer 2 on all words, where streams are functions of their slots: family by family of domains,
// and largest score by largest score.
#include "verify/machine_last.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "verify/machine_chain.h"
#include "verify/machine_grid.h"
#include "verify/machine_plan.h"
#include <math.h>
#include <stdlib.h>

// One family, with one number that the scores have subtracted.
typedef struct Stage {
    WorstWord *least;
    const Machine *m;
    const States *s;
    const Kinds *k;
    const Plan *p;
    const Num *x;   // the readout's stream
    bool *usable;   // per kind
    Num *weight;    // per kind
    Num *ratio;     // 2 d_v
    size_t *option;
} Stage;

static const char *fault_of(const Machine *m, const Num *x) {
    return m->spec->ar->fault ? m->spec->ar->fault(x) : NULL;
}

static bool is_usable(const Stage *g, size_t choice) {
    return g->usable[g->p->choice[choice].kind];
}

// ---- words whose weights are the same ----

static bool weights_are_settled(const Stage *g) {
    for (size_t i = 0; i < g->p->positions; i++) {
        const Num *first = NULL;
        for (size_t c = g->p->first[i]; c < g->p->first[i + 1]; c++) {
            const Num *w = &g->weight[g->p->choice[c].kind];
            if (!is_usable(g, c))
                continue;
            if (first != NULL && !nums_equal(first, w, g->m->spec))
                return false;
            first = w;
        }
    }
    return true;
}

// The extreme weighted sums of coordinate c, by whether the exception was taken, with the choices
// that lead there.
typedef struct Scan {
    Num *sum;   // 2, then 2 to come, then a term and a sum
    bool any[2];
    size_t *choice;   // positions x 2
} Scan;

static void scan_position(Scan *n, const Stage *g, size_t c, int sign, size_t position) {
    const ArithSpec *spec = g->m->spec;
    bool any[2] = { false, false };
    for (size_t i = g->p->first[position]; i < g->p->first[position + 1]; i++) {
        const Choice *choice = &g->p->choice[i];
        if (!is_usable(g, i) || !n->any[choice->from])
            continue;
        spec->ar->mul(&n->sum[4], &g->weight[choice->kind],
                      &g->k->value[choice->kind * g->k->d_v + c]);
        spec->ar->add(&n->sum[4], &n->sum[choice->from], &n->sum[4]);
        Num *best = &n->sum[2 + choice->to];
        bool better = !any[choice->to] || (sign > 0 ? !nums_ordered(&n->sum[4], best, spec)
                                                    : !nums_ordered(best, &n->sum[4], spec));
        if (!better)
            continue;
        any[choice->to] = true;
        spec->ar->copy(best, &n->sum[4]);
        n->choice[2 * position + choice->to] = i;
    }
    for (size_t f = 0; f < 2; f++) {
        n->any[f] = any[f];
        spec->ar->copy(&n->sum[f], &n->sum[2 + f]);
    }
}

// *sum <- the extreme, option <- a word that attains it; false: there are no words.
static bool scan(Num *sum, size_t *option, const Stage *g, size_t c, int sign) {
    Scan n = { .sum = nums_init(g->m->spec, 5),
               .any = { true, false },
               .choice = alloc_array(g->p->positions, 2, sizeof *n.choice) };
    bool flag = g->p->excepts;
    for (size_t i = 0; i < g->p->positions; i++)
        scan_position(&n, g, c, sign, i);
    bool any = n.any[flag];
    g->m->spec->ar->copy(sum, &n.sum[flag]);
    for (size_t k = 0; k < g->m->choices.groups; k++)
        option[k] = g->p->settled[k];
    for (size_t i = g->p->positions; i-- > 0 && any;) {
        const Choice *choice = &g->p->choice[n.choice[2 * i + flag]];
        if (g->p->group[i] != SIZE_MAX)
            option[g->p->group[i]] = choice->option;
        flag = choice->from;
    }
    nums_clear(g->m->spec, n.sum, 5);
    free(n.choice);
    return any;
}

// The margin of the ratios' ends, with the word that lies behind that end of coordinate c which
// alone yields it.
static const char *offer_ends(const Stage *g, size_t *word, size_t *side, size_t d_v) {
    mpq_t margin, one;
    mpq_inits(margin, one, NULL);
    const char *why = machine_finish(margin, g->m, g->x, g->ratio, g->p->answer);
    *word = *side = 0;
    for (size_t k = 0; k < 2 * d_v && why == NULL; k++) {
        Num *ends = nums_init(g->m->spec, 2 * d_v);
        for (size_t c = 0; c < 2 * d_v; c++)
            g->m->spec->ar->copy(&ends[c], &g->ratio[c / 2 == k / 2 ? k : c]);
        if (machine_finish(one, g->m, g->x, ends, g->p->answer) == NULL && mpq_equal(one, margin)) {
            *word = k / 2;
            *side = k % 2;
        }
        nums_clear(g->m->spec, ends, 2 * d_v);
    }
    if (why == NULL && (!g->least->any || mpq_cmp(margin, g->least->margin) < 0)) {
        g->least->any = true;
        mpq_set(g->least->margin, margin);
    } else {
        *word = SIZE_MAX;
    }
    mpq_clears(margin, one, NULL);
    return why;
}

static void keep_word(const Stage *g) {
    for (size_t k = 0; k < g->m->choices.groups; k++)
        g->least->option[k] = g->option[k];
}

static void sum_weights(Num *sum, const Stage *g) {
    for (size_t i = 0; i < g->p->positions; i++) {
        size_t c = g->p->first[i];
        while (c + 1 < g->p->first[i + 1] && !is_usable(g, c))
            c++;
        g->m->spec->ar->add(sum, sum, &g->weight[g->p->choice[c].kind]);
    }
}

static const char *judge_settled(const Stage *g) {
    const Arith *ar = g->m->spec->ar;
    size_t d_v = g->k->d_v, word, side;
    Num *sum = nums_init(g->m->spec, 1);
    sum_weights(sum, g);
    const char *why = fault_of(g->m, sum) || ar->is_zero(sum)
                          ? "the sum of the weights of layer 2 may be 0 or overflow"
                          : NULL;
    bool any = true;
    for (size_t k = 0; k < 2 * d_v && why == NULL && any; k++) {
        any = scan(&g->ratio[k], g->option, g, k / 2, k % 2 ? 1 : -1);
        if (any && fault_of(g->m, &g->ratio[k]) != NULL)
            why = "a weighted sum of layer 2 may overflow";
        else if (any)
            ar->div(&g->ratio[k], &g->ratio[k], sum);
    }
    if (why == NULL && any) {
        why = offer_ends(g, &word, &side, d_v);
        if (why == NULL && word != SIZE_MAX) {
            if (d_v > 0)
                scan(sum, g->option, g, word, side ? 1 : -1);
            keep_word(g);
        }
    }
    nums_clear(g->m->spec, sum, 1);
    return why;
}

// ---- words whose weights differ ----

// Whether k terms and the sums of weights that go with them are numbers of the machine.
static bool is_in_range(const Stage *g, const Chain *c, size_t k, double least, double most) {
    num_from_double(&g->ratio[0], most, g->m->spec);
    return least > 0 && fault_of(g->m, &g->ratio[0]) == NULL &&
           fault_of(g->m, &c->numerator[k]) == NULL;
}

// The ends of the ratio with k terms.
static void chain_ratio(const Stage *g, const Chain *c, size_t k, double least, double most) {
    const ArithSpec *spec = g->m->spec;
    num_from_double(&g->ratio[0], most, spec);
    num_from_double(&g->ratio[1], least, spec);
    for (size_t e = 0; e < 2; e++)
        spec->ar->div(&g->ratio[e], &c->numerator[k], &g->ratio[e]);
    if (!nums_ordered(&g->ratio[0], &g->ratio[1], spec)) {   // a negative numerator
        num_from_double(&g->ratio[0], least, spec);
        num_from_double(&g->ratio[1], most, spec);
        for (size_t e = 0; e < 2; e++)
            spec->ar->div(&g->ratio[e], &c->numerator[k], &g->ratio[e]);
    }
}

static const char *judge_chain(const Stage *g) {
    Chain c;
    Num *term = nums_init(g->m->spec, g->k->count);
    Counts counts = { .usable = g->usable, .weight = g->weight, .term = term };
    for (size_t i = 0; i < g->k->count; i++)
        if (g->usable[i])
            g->m->spec->ar->mul(&term[i], &g->weight[i], &g->k->value[i]);
    const char *why = g->k->d_v == 1 ? chain_init(&c, g->m, g->p, &counts)
                                     : "layer 2 fetches several numbers with varying weights";
    if (g->k->d_v != 1)
        c = (Chain){ 0 };
    double *most = alloc_array(c.count, 1, sizeof *most);
    double *least = alloc_array(c.count, 1, sizeof *least);
    if (why == NULL)
        why = chain_extremes(most, &c, g->m, g->p, &counts, 1);
    if (why == NULL)
        why = chain_extremes(least, &c, g->m, g->p, &counts, -1);
    size_t best = SIZE_MAX, word, side, best_side = 0;
    for (size_t k = 0; k < c.count && why == NULL; k++) {
        if (!isfinite(least[k]) || !isfinite(most[k]))
            continue;   // no word has so many
        if (!is_in_range(g, &c, k, least[k], most[k])) {
            why = "a sum of layer 2 may be 0 or overflow";
            break;
        }
        chain_ratio(g, &c, k, least[k], most[k]);
        why = offer_ends(g, &word, &side, 1);
        if (why == NULL && word != SIZE_MAX) {
            best = k;
            best_side = side;
        }
    }
    // The least ratio has the largest sum.
    if (why == NULL && best != SIZE_MAX &&
        chain_word(g->option, &c, g->m, g->p, &counts, best_side ? -1 : 1, best))
        keep_word(g);
    chain_clear(&c, g->m);
    nums_clear(g->m->spec, term, g->k->count);
    free(most);
    free(least);
    return why;
}

// ---- one family ----

// Whether every position has a choice left, and the exception one if it is due.
static bool has_words(const Stage *g) {
    bool takes = !g->p->excepts;
    for (size_t i = 0; i < g->p->positions; i++) {
        bool some = false;
        for (size_t c = g->p->first[i]; c < g->p->first[i + 1]; c++) {
            some = some || is_usable(g, c);
            takes = takes || (is_usable(g, c) && g->p->choice[c].from != g->p->choice[c].to);
        }
        if (!some)
            return false;
    }
    return takes;
}

// The words whose scores are at most `largest`: a bound for those of them that reach it.
static const char *judge_largest(const Stage *g, const Num *largest, bool bounded) {
    const char *why = NULL;
    for (size_t i = 0; i < g->k->count; i++)
        g->usable[i] = bounded || nums_ordered(&g->k->score[i], largest, g->m->spec);
    if (!has_words(g))
        return NULL;
    bool *used = alloc_array(g->k->count, 1, sizeof *used);
    for (size_t c = 0; c < g->p->first[g->p->positions]; c++)
        used[g->p->choice[c].kind] = true;
    for (size_t i = 0; i < g->k->count && why == NULL; i++) {
        g->usable[i] = g->usable[i] && used[i];
        if (g->usable[i])
            why = machine_weight(&g->weight[i], g->m, &g->k->score[i], largest);
    }
    free(used);
    if (why != NULL)
        return why;
    return weights_are_settled(g) ? judge_settled(g) : judge_chain(g);
}

// The largest score of every word is one of the scores that a choice has.
static const char *judge_plan(const Stage *g) {
    const Machine *m = g->m;
    const char *why = NULL;
    if (m->spec->ar->bounded) {
        Num *bound = nums_init(m->spec, 1);
        m->spec->ar->set(bound,
                         m->bounds.value[bounds_index(&m->bounds, 1, 0, m->t->readout.position)]);
        why = judge_largest(g, bound, true);
        nums_clear(m->spec, bound, 1);
        return why;
    }
    bool *done = alloc_array(g->k->count, 1, sizeof *done);
    for (size_t c = 0; c < g->p->first[g->p->positions] && why == NULL; c++) {
        size_t kind = g->p->choice[c].kind;
        if (done[kind])
            continue;
        for (size_t i = 0; i < g->k->count; i++)
            done[i] = done[i] || nums_equal(&g->k->score[i], &g->k->score[kind], m->spec);
        why = judge_largest(g, &g->k->score[kind], false);
    }
    free(done);
    return why;
}

static const char *judge_option(WorstWord *least, const Machine *m, const States *s,
                                const DomainIndex *d, size_t option) {
    const Choices *c = &m->choices;
    size_t own =
        s->slot[c->slot[c->first[d->fixed] + option] + choices_place(c, m->t->readout.position)];
    size_t width = m->t->width;
    Kinds k = { 0 };
    const char *why = kinds_init(&k, m, s, own);
    Stage g = { .least = least,
                .m = m,
                .s = s,
                .k = &k,
                .x = s->x + own * width,
                .usable = alloc_array(s->count, 1, sizeof *g.usable),
                .weight = nums_init(m->spec, s->count),
                .ratio = nums_init(m->spec, 2 * k.d_v),
                .option = alloc_array(c->groups, 1, sizeof *g.option) };
    for (size_t next = 0; why == NULL;) {
        Plan p = { 0 };
        why = interrupted() ? "interrupted" : walk_plan_init(&p, m, s, d, option, &next);
        if (why == NULL && next != SIZE_MAX) {
            g.p = &p;
            why = judge_plan(&g);
        }
        walk_plan_clear(&p);
        if (next == SIZE_MAX)
            break;
    }
    free(g.usable);
    nums_clear(m->spec, g.weight, s->count);
    nums_clear(m->spec, g.ratio, 2 * k.d_v);
    free(g.option);
    kinds_clear(&k, m);
    return why;
}

// The bound of layer 2: the largest score that the readout's position has on any slot.
static const char *measure(Machine *m, const States *s, const DomainIndex *d) {
    const Choices *c = &m->choices;
    size_t position = m->t->readout.position, index = bounds_index(&m->bounds, 1, 0, position);
    const char *why = NULL;
    for (size_t o = 0; o < c->group[d->fixed].options && why == NULL; o++) {
        Kinds k;
        size_t first = c->slot[c->first[d->fixed]], end = c->slot[c->first[d->fixed + 1]];
        size_t own = c->slot[c->first[d->fixed] + o];
        why = kinds_init(&k, m, s, s->slot[own + choices_place(c, position)]);
        for (size_t slot = 0; slot < c->slots && why == NULL; slot++) {
            bool other = slot >= first && slot < end &&
                         !(slot >= own && slot < c->slot[c->first[d->fixed] + o + 1]);
            if (s->slot[slot] != SIZE_MAX && !other)
                bounds_raise(&m->bounds, index, k.score[s->slot[slot]].q);
        }
        kinds_clear(&k, m);
    }
    return why;
}

const char *machine_judge_states(WorstWord *least, Machine *m, const States *s, Trouble *trouble) {
    DomainIndex d;
    const char *why = NULL;
    *trouble = (Trouble){ .slot = SIZE_MAX };
    if (m->t->layer[1].heads != 1)
        return "layer 2 has no head, or several";
    domain_index_init(&d, m);
    if (m->spec->ar->bounded)
        why = measure(m, s, &d);
    m->measured = why == NULL;
    for (size_t o = 0; o < m->choices.group[d.fixed].options && why == NULL; o++)
        why = judge_option(least, m, s, &d, o);
    domain_index_clear(&d);
    return why;
}
