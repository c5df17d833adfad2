#include "verify/machine_plan.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 64 };

// The exception that is not on the readout's group; NULL: none.  *several: there are more.
static const OptionSet *exception_of(const Domain *d, size_t fixed, size_t *group, bool *several) {
    const OptionSet *set = NULL;
    *several = false;
    for (size_t e = 0; e < d->exceptions; e++)
        if (d->exception[e].group != fixed) {
            *several = set != NULL;
            set = &d->exception[e].set;
            *group = d->exception[e].group;
        }
    return set;
}

// What the family's domains allow: rest[o], and exceptional[o] for its members.
typedef struct Family {
    Domain first;
    const OptionSet *except;
    bool *member;   // per group
} Family;

// Marks the members among the domains begin .. ; returns where the next family begins.
static size_t gather(Family *f, const Machine *m, const DomainIndex *d, size_t begin, size_t end,
                     const char **why) {
    const Domains *domains = m->t->task->domains;
    size_t group = 0, k = begin;
    bool several;
    domains->domain(&f->first, &m->t->params, d->domain[k]);
    f->except = exception_of(&f->first, d->fixed, &group, &several);
    if (several)
        *why = "a domain has several exceptions";
    if (f->except != NULL)
        f->member[group] = true;
    for (k++; k < end && f->except != NULL; k++) {
        Domain other;
        domains->domain(&other, &m->t->params, d->domain[k]);
        const OptionSet *set = exception_of(&other, d->fixed, &group, &several);
        if (set == NULL || several || other.answer != f->first.answer ||
            !option_sets_equal(&other.rest, &f->first.rest) || !option_sets_equal(set, f->except))
            break;
        f->member[group] = true;
    }
    return k;
}

// The options of a group: rest, and the exceptions of a member.
static void list_options(bool *rest, bool *except, const Machine *m, const Family *f, const Plan *p,
                         size_t g) {
    size_t options = m->choices.group[g].options;
    bool inside = true;
    for (size_t o = 0; o < options; o++) {
        rest[o] =
            g == p->fixed ? o == p->option : options == 1 || option_set_has(&f->first.rest, o);
        except[o] = f->except != NULL && f->member[g] && option_set_has(f->except, o);
        inside = inside && (!except[o] || rest[o]);
    }
    p->settled[g] = 0;
    while (p->settled[g] + 1 < options && !rest[p->settled[g]])
        p->settled[g]++;
    for (size_t o = 0; o < options && inside; o++)   // then taking one is taking the exception
        rest[o] = rest[o] && !except[o];
    (void)inside;
}

static size_t kind_at(const Machine *m, const States *s, size_t g, size_t o, size_t place) {
    const Choices *c = &m->choices;
    return s->slot[c->slot[c->first[g] + o] + place];
}

// Where the group is decided: the one position that is seen where its options differ, or any.
static const char *decide(Plan *p, const Machine *m, const States *s, size_t g, const bool *rest,
                          const bool *except) {
    const Group *group = &m->choices.group[g];
    size_t found = SIZE_MAX, any = SIZE_MAX;
    for (size_t k = 0; k < group->positions; k++) {
        size_t kind = SIZE_MAX;
        bool differ = false;
        if (group->position[k] >= p->positions)
            continue;
        any = group->position[k];
        for (size_t o = 0; o < group->options; o++) {
            if (!rest[o] && !except[o])
                continue;
            differ = differ || (kind != SIZE_MAX && kind != kind_at(m, s, g, o, k));
            kind = kind_at(m, s, g, o, k);
        }
        if (differ && found != SIZE_MAX)
            return "a group's tokens show at several positions of layer 2";
        found = differ ? group->position[k] : found;
    }
    found = found == SIZE_MAX ? any : found;
    if (found != SIZE_MAX)
        p->group[found] = g;
    return found == SIZE_MAX ? "a group of positions is not seen" : NULL;
}

static void add_choice(Plan *p, size_t *count, size_t kind, size_t option, bool from, bool to) {
    for (size_t k = p->first[p->positions]; k < *count; k++) {
        const Choice *c = &p->choice[k];
        if (c->kind == kind && c->from == from && c->to == to)
            return;
    }
    p->choice[(*count)++] = (Choice){ .kind = kind, .option = option, .from = from, .to = to };
}

// The choices at a position; p->first[p->positions] is where they begin.
static void add_position(Plan *p, size_t *count, const Machine *m, const States *s, const Family *f,
                         size_t position) {
    size_t g = m->choices.group_of[position], place = choices_place(&m->choices, position);
    bool rest[MOST_OPTIONS], except[MOST_OPTIONS];
    p->first[p->positions] = p->first[position] = *count;
    if (p->group[position] == SIZE_MAX || g == p->fixed) {
        size_t o = g == p->fixed ? p->option : p->settled[g];
        for (int flag = 0; flag < 2; flag++)
            add_choice(p, count, kind_at(m, s, g, o, place), o, flag, flag);
        return;
    }
    list_options(rest, except, m, f, p, g);
    for (size_t o = 0; o < m->choices.group[g].options; o++) {
        size_t kind = kind_at(m, s, g, o, place);
        bool within = except[o] && option_set_has(&f->first.rest, o);
        if (rest[o])
            add_choice(p, count, kind, o, false, false);
        if (rest[o] || within)
            add_choice(p, count, kind, o, true, true);
        if (except[o])
            add_choice(p, count, kind, o, false, true);
    }
}

const char *walk_plan_init(Plan *p, const Machine *m, const States *s, const DomainIndex *d,
                           size_t option, size_t *next) {
    const Choices *c = &m->choices;
    size_t begin = d->first[option] + *next, end = d->first[option + 1], most = 0;
    *p = (Plan){ .fixed = d->fixed,
                 .option = option,
                 .positions = transformer_sees(m->t, m->t->readout.position) };
    if (begin >= end) {
        *next = SIZE_MAX;
        return NULL;
    }
    Family f = { .member = alloc_array(c->groups, 1, sizeof *f.member) };
    const char *why = NULL;
    *next = gather(&f, m, d, begin, end, &why) - d->first[option];
    p->answer = f.first.answer;
    p->excepts = f.except != NULL;
    p->group = alloc_array(p->positions, 1, sizeof *p->group);
    p->first = alloc_array(p->positions + 1, 1, sizeof *p->first);
    p->settled = alloc_array(c->groups, 1, sizeof *p->settled);
    memset(p->group, 0xff, p->positions * sizeof *p->group);
    for (size_t g = 0; g < c->groups && why == NULL; g++) {
        bool rest[MOST_OPTIONS], except[MOST_OPTIONS];
        p->settled[g] = g == p->fixed ? option : 0;
        if (g == p->fixed)
            continue;
        if (c->group[g].options > MOST_OPTIONS) {
            why = "a group has too many options";
            break;
        }
        list_options(rest, except, m, &f, p, g);
        why = decide(p, m, s, g, rest, except);
    }
    for (size_t i = 0; i < p->positions; i++)
        most += 2 + 3 * (p->group[i] == SIZE_MAX ? 0 : c->group[p->group[i]].options);
    p->choice = alloc_array(most, 1, sizeof *p->choice);
    size_t count = 0;
    for (size_t i = 0; i < p->positions && why == NULL; i++)
        add_position(p, &count, m, s, &f, i);
    p->first[p->positions] = count;
    free(f.member);
    return why;
}

void walk_plan_clear(Plan *p) {
    free(p->group);
    free(p->first);
    free(p->choice);
    free(p->settled);
    *p = (Plan){ 0 };
}
