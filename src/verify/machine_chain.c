#include "verify/machine_chain.h"
#include "base/alloc.h"
#include "verify/machine_grid.h"
#include "verify/machine_kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOUBLE_BITS = 53, MOST_TRACED = 1 << 26 };

// The ways on from one flag to another: the extreme weight of a choice without and with a term.
typedef struct Ways {
    double stay, move;
    size_t stays, moves;   // the options that have these weights
} Ways;

enum { BEFORE, TAKING, AFTER, FLAGS };   // 0 -> 0, 0 -> 1, 1 -> 1

// How sums are formed.
typedef struct Sums {
    unsigned bits;
    int sign;
    double none;   // -sign infinity
} Sums;

static bool has_term(const Machine *m, const Counts *k, size_t kind) {
    return !m->spec->ar->is_zero(&k->term[kind]);
}

// The common term of the plan's choices; SIZE_MAX: none has any.
static const char *find_term(size_t *kind, const Machine *m, const Plan *p, const Counts *k) {
    *kind = SIZE_MAX;
    for (size_t i = 0; i < p->first[p->positions]; i++) {
        size_t other = p->choice[i].kind;
        if (!k->usable[other] || !has_term(m, k, other))
            continue;
        if (*kind != SIZE_MAX && !nums_equal(&k->term[*kind], &k->term[other], m->spec))
            return "the terms of layer 2 differ";
        *kind = other;
    }
    return NULL;
}

static size_t positions_with_term(const Machine *m, const Plan *p, const Counts *k) {
    size_t count = 0;
    for (size_t i = 0; i < p->positions; i++) {
        bool some = false;
        for (size_t c = p->first[i]; c < p->first[i + 1]; c++)
            some = some || (k->usable[p->choice[c].kind] && has_term(m, k, p->choice[c].kind));
        count += some;
    }
    return count;
}

const char *chain_init(Chain *c, const Machine *m, const Plan *p, const Counts *k) {
    size_t kind, most = positions_with_term(m, p, k);
    *c = (Chain){ 0 };
    const char *why = find_term(&kind, m, p, k);
    if (why != NULL)
        return why;
    Num *n = nums_init(m->spec, most + 1);
    size_t count = 1;
    for (; count <= most; count++) {
        m->spec->ar->add(&n[count], &n[count - 1], &k->term[kind]);
        if (nums_equal(&n[count], &n[count - 1], m->spec))
            break;
    }
    c->numerator = nums_init(m->spec, count);
    for (size_t i = 0; i < count; i++)
        m->spec->ar->copy(&c->numerator[i], &n[i]);
    c->count = count;
    c->piles = count <= most;
    nums_clear(m->spec, n, most + 1);
    return NULL;
}

void chain_clear(Chain *c, const Machine *m) { nums_clear(m->spec, c->numerator, c->count); }

// Whether the weights are doubles, and their sums as the kernels form them.
static const char *check_weights(double *weight, const Machine *m, const Plan *p, const Counts *k) {
    const ArithSpec *spec = m->spec;
    double longest = (double)p->positions;
    for (size_t i = 0; i < p->first[p->positions]; i++) {
        size_t kind = p->choice[i].kind;
        if (!k->usable[kind])
            continue;
        weight[kind] = num_to_double(&k->weight[kind], spec);
        if (!(weight[kind] >= 0))
            return "the weights of layer 2 are beyond hardware floats";
    }
    if (spec->precision + (spec->ar->exact ? ilogb(longest) + 1 : 0) > DOUBLE_BITS)
        return "the sums of layer 2 are beyond hardware floats";
    return NULL;
}

static bool is_better(const Sums *s, double a, double b) { return s->sign > 0 ? a > b : a < b; }

static void add_way(Ways *w, const Sums *s, const Choice *c, double weight, bool term) {
    double *best = term ? &w->move : &w->stay;
    if (!is_better(s, weight, *best))
        return;
    *best = weight;
    *(term ? &w->moves : &w->stays) = c->option;
}

static void find_ways(Ways ways[FLAGS], const Sums *s, const Machine *m, const Plan *p,
                      const Counts *k, const double *weight, size_t position) {
    for (size_t f = 0; f < FLAGS; f++)
        ways[f] = (Ways){ .stay = s->none, .move = s->none };
    for (size_t i = p->first[position]; i < p->first[position + 1]; i++) {
        const Choice *c = &p->choice[i];
        if (k->usable[c->kind])
            add_way(&ways[c->from ? AFTER
                          : c->to ? TAKING
                                  : BEFORE],
                    s, c, weight[c->kind], has_term(m, k, c->kind));
    }
}

static double add_one(double a, double b, unsigned bits) {
    double sum[LANES] = { 0 }, term[LANES] = { 0 };
    sum[0] = a;
    term[0] = b;
    machine_kernel()->sum(sum, term, 1, bits);
    return sum[0];
}

// d[0 .. live-1] <- one position on.  count: all that there are; at the last one terms pile up.
static void step(double *d, size_t live, size_t count, const Sums *s, const Ways *w) {
    double last = d[count - 1];
    size_t reach = live < count ? live + 1 : count;
    machine_kernel()->step(d, reach, w->stay, w->move, s->sign, s->bits);
    if (live < count)
        return;
    double piled = add_one(last, w->move, s->bits);
    if (is_better(s, piled, d[count - 1]))
        d[count - 1] = piled;
}

typedef struct Walker {
    size_t live[2];
    double *d[2], *taking;   // before and after the exception
} Walker;

static void walker_init(Walker *w, size_t count, const Sums *s) {
    *w = (Walker){ .live = { 1, 1 }, .taking = alloc_array(count, 1, sizeof *w->taking) };
    for (size_t f = 0; f < 2; f++) {
        w->d[f] = alloc_array(count, 1, sizeof *w->d[f]);
        for (size_t k = 0; k < count; k++)
            w->d[f][k] = s->none;
    }
    w->d[0][0] = 0;
}

static void walker_clear(Walker *w) {
    free(w->d[0]);
    free(w->d[1]);
    free(w->taking);
}

static void walk_on(Walker *w, size_t count, const Sums *s, const Ways ways[FLAGS]) {
    bool takes = ways[TAKING].stay != s->none || ways[TAKING].move != s->none;
    size_t taken = 0;
    if (takes) {
        taken = w->live[0] < count ? w->live[0] + 1 : count;
        for (size_t k = 0; k < taken; k++)
            w->taking[k] = k < w->live[0] ? w->d[0][k] : s->none;
        if (taken < count)
            w->taking[count - 1] = s->none;
        step(w->taking, w->live[0], count, s, &ways[TAKING]);
    }
    for (size_t f = 0; f < 2; f++) {
        const Ways *on = &ways[f ? AFTER : BEFORE];
        step(w->d[f], w->live[f], count, s, on);
        if (on->move != s->none && w->live[f] < count)
            w->live[f]++;
    }
    for (size_t k = 0; k < taken; k++)
        if (is_better(s, w->taking[k], w->d[1][k]))
            w->d[1][k] = w->taking[k];
    w->live[1] = w->live[1] > taken ? w->live[1] : taken;
}

static Sums sums_of(const Machine *m, int sign) {
    return (Sums){ .bits = m->spec->ar->exact ? DOUBLE_BITS : (unsigned)m->spec->precision,
                   .sign = sign,
                   .none = sign > 0 ? -INFINITY : INFINITY };
}

const char *chain_extremes(double *sum, const Chain *c, const Machine *m, const Plan *p,
                           const Counts *k, int sign) {
    Sums s = sums_of(m, sign);
    size_t kinds = 0;
    for (size_t i = 0; i < p->first[p->positions]; i++)
        kinds = p->choice[i].kind >= kinds ? p->choice[i].kind + 1 : kinds;
    double *weight = alloc_array(kinds, 1, sizeof *weight);
    const char *why = check_weights(weight, m, p, k);
    Walker w;
    walker_init(&w, c->count, &s);
    for (size_t i = 0; i < p->positions && why == NULL; i++) {
        Ways ways[FLAGS];
        find_ways(ways, &s, m, p, k, weight, i);
        walk_on(&w, c->count, &s, ways);
    }
    memcpy(sum, w.d[p->excepts], c->count * sizeof *sum);
    walker_clear(&w);
    free(weight);
    return why;
}

// ---- a word ----

// One position on, told apart: which way leads to the extreme with j terms after that flag.
typedef struct Trace {
    bool move, from;
} Trace;

static double candidate(const Walker *w, size_t count, const Sums *s, const Ways *on, size_t flag,
                        size_t j, bool move) {
    if (move && j == 0)
        return s->none;
    double before = w->d[flag][move ? j - 1 : j], by = move ? on->move : on->stay;
    (void)count;
    return before == s->none || by == s->none ? s->none : add_one(before, by, s->bits);
}

static void trace_position(Trace *trace, Walker *w, size_t count, const Sums *s,
                           const Ways ways[FLAGS]) {
    double *next[2] = { alloc_array(count, 1, sizeof **next),
                        alloc_array(count, 1, sizeof **next) };
    for (size_t to = 0; to < 2; to++)
        for (size_t j = 0; j < count; j++) {
            next[to][j] = s->none;
            for (size_t way = 0; way < 4; way++) {
                bool move = way & 1, from = way & 2;
                if (from && !to)
                    continue;
                const Ways *on = &ways[from ? AFTER : to ? TAKING : BEFORE];
                double d = candidate(w, count, s, on, from, j, move);
                if (!is_better(s, d, next[to][j]))
                    continue;
                next[to][j] = d;
                trace[to * count + j] = (Trace){ .move = move, .from = from };
            }
        }
    for (size_t f = 0; f < 2; f++) {
        free(w->d[f]);
        w->d[f] = next[f];
    }
}

bool chain_word(size_t *option, const Chain *c, const Machine *m, const Plan *p, const Counts *k,
                int sign, size_t terms) {
    Sums s = sums_of(m, sign);
    size_t count = terms + 1, kinds = 0;
    if (2 * count * p->positions > MOST_TRACED || (c->piles && count == c->count))
        return false;
    for (size_t i = 0; i < p->first[p->positions]; i++)
        kinds = p->choice[i].kind >= kinds ? p->choice[i].kind + 1 : kinds;
    double *weight = alloc_array(kinds, 1, sizeof *weight);
    Trace *trace = alloc_array(2 * count, p->positions, sizeof *trace);
    Walker w;
    Ways ways[FLAGS];
    walker_init(&w, count, &s);
    bool known = check_weights(weight, m, p, k) == NULL;
    for (size_t i = 0; i < p->positions && known; i++) {
        find_ways(ways, &s, m, p, k, weight, i);
        trace_position(trace + 2 * count * i, &w, count, &s, ways);
    }
    bool flag = p->excepts;
    size_t j = terms;
    for (size_t g = 0; g < m->choices.groups; g++)
        option[g] = p->settled[g];
    for (size_t i = p->positions; i-- > 0 && known;) {
        Trace t = trace[2 * count * i + flag * count + j];
        find_ways(ways, &s, m, p, k, weight, i);
        const Ways *on = &ways[t.from ? AFTER : flag ? TAKING : BEFORE];
        if (p->group[i] != SIZE_MAX)
            option[p->group[i]] = t.move ? on->moves : on->stays;
        j -= t.move;
        flag = t.from;
    }
    walker_clear(&w);
    free(trace);
    free(weight);
    return known;
}
