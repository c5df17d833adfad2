// One layer: the readout's row has the same scores on all words, so that its ratios are monotone in
// every value; each domain's ends are two sums per coordinate.
#include "base/alloc.h"
#include "base/interrupt.h"
#include "base/threads.h"
#include "verify/machine_grid.h"
#include "verify/machine_kernel.h"
#include "verify/machine_last.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_SUMS = 64 };   // of a lane

// The ends of every position's values under one `rest`.
typedef struct Ends {
    OptionSet rest;
    uint16_t *value[2];   // least and most: coordinate after coordinate, L numbers each
} Ends;

// The domain of the least margin met, or why there is no telling.
typedef struct Result {
    bool any;
    mpq_t margin;
    size_t domain, option;
    const char *why;
    Trouble trouble;
} Result;

typedef struct Job {
    WorstWord *least;
    const Machine *m;
    const MachineHead *h;   // NULL: the layer has no heads
    const DomainIndex *d;
    Turns turns;     // of LANES options of the readout's group each; whose turn it is changes
    Result result;   //   what follows
} Job;

// A block of options at hand.
typedef struct Block {
    const Job *job;
    size_t ends_count;
    Ends ends[4];
    Result result;
} Block;

static void give_up(Block *b, const char *why, size_t option, bool failing) {
    const Job *job = b->job;
    const Choices *c = &job->m->choices;
    if (b->result.why != NULL)
        return;
    size_t slot =
        c->slot[c->first[job->d->fixed] + option] + choices_place(c, job->m->t->readout.position);
    b->result.why = why;
    b->result.trouble = (Trouble){ .slot = slot, .what = why, .failing = failing };
}

// The least margin of both; of equal ones the first domain's.
static void offer(Result *r, const mpq_t margin, size_t domain, size_t option) {
    int order = r->any ? mpq_cmp(margin, r->margin) : -1;
    if (order > 0 || (order == 0 && domain >= r->domain))
        return;
    r->any = true;
    mpq_set(r->margin, margin);
    r->domain = domain;
    r->option = option;
}

// ---- what stands at the positions ----

// The value of the head's coordinate c that the group's option puts at its k-th position.
static uint16_t value_of(const Job *job, size_t group, size_t option, size_t k, size_t c) {
    const Choices *choices = &job->m->choices;
    size_t row = job->m->slot_row[choices->slot[choices->first[group] + option] + k];
    return job->h->value[row * job->h->d_v + c];
}

// The least (end 0) or most (1) value over the options of the set.
static uint16_t extreme(const Job *job, const OptionSet *set, size_t group, size_t k, size_t c,
                        size_t end) {
    const MachineHead *h = job->h;
    bool any = false;
    uint16_t best = 0;
    for (size_t o = 0; o < job->m->choices.group[group].options; o++) {
        if (!option_set_has(set, o))
            continue;
        uint16_t v = value_of(job, group, o, k, c);
        const Num *a = &h->palette[end ? best : v], *b = &h->palette[end ? v : best];
        if (!any || !nums_ordered(b, a, job->m->spec))
            best = v;
        any = true;
    }
    return best;
}

static const Ends *find_ends(Block *b, const OptionSet *rest) {
    const Job *job = b->job;
    const Choices *choices = &job->m->choices;
    size_t length = job->m->t->length, k = 0;
    static const OptionSet all = { .kind = OPTIONS_ALL };
    while (k < b->ends_count &&
           (b->ends[k].rest.kind != rest->kind || b->ends[k].rest.mask != rest->mask ||
            b->ends[k].rest.one != rest->one))
        k++;
    if (k < b->ends_count)
        return &b->ends[k];
    if (k == sizeof b->ends / sizeof *b->ends)
        return NULL;
    Ends *e = &b->ends[b->ends_count++];
    e->rest = *rest;
    for (size_t end = 0; end < 2; end++) {
        e->value[end] = alloc_array(job->h->d_v, length, sizeof *e->value[end]);
        for (size_t c = 0; c < job->h->d_v; c++)
            for (size_t i = 0; i < length; i++) {
                size_t group = choices->group_of[i];
                // The readout's own group is an override always.
                const OptionSet *set = choices->group[group].options == 1 ? &all : rest;
                e->value[end][c * length + i] =
                    group == job->d->fixed
                        ? 0
                        : extreme(job, set, group, choices_place(choices, i), c, end);
            }
    }
    return e;
}

// The sum of coordinate c at that end over the domain's words with the readout's option.
static bool make_sum(Sum *s, const Job *job, const Ends *e, const Domain *domain, size_t option,
                     size_t c, size_t end) {
    const Choices *choices = &job->m->choices;
    *s = (Sum){ .value = e->value[end] + c * job->m->t->length };
    for (size_t x = 0; x <= domain->exceptions; x++) {
        bool own = x == domain->exceptions;
        size_t group = own ? job->d->fixed : domain->exception[x].group;
        if (!own && group == job->d->fixed)
            continue;
        for (size_t k = 0; k < choices->group[group].positions; k++) {
            uint16_t v = own ? value_of(job, group, option, k, c)
                             : extreme(job, &domain->exception[x].set, group, k, c, end);
            if (s->value[choices->group[group].position[k]] == v)
                continue;
            if (s->overrides == SUM_OVERRIDES)
                return false;
            s->override[s->overrides].position = choices->group[group].position[k];
            s->override[s->overrides++].value = v;
        }
    }
    return true;
}

// ---- lanes ----

typedef struct Query {
    size_t option;
    Lane lane;
    Num *bound;
} Query;

static void query_init(Query *q, const Job *job, size_t option) {
    const Machine *m = job->m;
    const Choices *c = &m->choices;
    size_t position = m->t->readout.position;
    q->option = option;
    q->bound = nums_init(m->spec, 1);
    q->lane = (Lane){
        .position = position,
        .row = m->slot_row[c->slot[c->first[job->d->fixed] + option] + choices_place(c, position)],
        .sum = alloc_array(MOST_SUMS, 1, sizeof *q->lane.sum),
        .denominator = nums_init(m->spec, 1),
        .numerator = nums_init(m->spec, MOST_SUMS)
    };
    if (m->spec->ar->bounded && job->h != NULL) {
        m->spec->ar->set(q->bound,
                         m->bounds.value[bounds_index(&m->bounds, 0, job->h->index, position)]);
        q->lane.bound = q->bound;
    }
}

static void query_clear(Query *q, const Job *job) {
    const ArithSpec *spec = job->m->spec;
    nums_clear(spec, q->bound, 1);
    nums_clear(spec, q->lane.denominator, 1);
    nums_clear(spec, q->lane.numerator, MOST_SUMS);
    free(q->lane.sum);
}

static bool is_faulty(const Job *job, const Num *x) {
    return job->m->spec->ar->fault != NULL && job->m->spec->ar->fault(x) != NULL;
}

// The domain's margin from the sums first .. of the lane.
static void judge_domain(Block *b, const Query *q, size_t index, const Domain *domain,
                         size_t first) {
    const Job *job = b->job;
    const Machine *m = job->m;
    size_t d_v = job->h ? job->h->d_v : 0;
    Num *ratio = nums_init(m->spec, 2 * d_v), *x = nums_init(m->spec, m->t->width);
    mpq_t margin;
    mpq_init(margin);
    machine_embed(x, m, q->lane.row);
    const char *why = NULL;
    for (size_t k = 0; k < 2 * d_v && why == NULL; k++) {
        if (is_faulty(job, &q->lane.numerator[first + k]))
            why = "a weighted sum may overflow";
        else
            m->spec->ar->div(&ratio[k], &q->lane.numerator[first + k], q->lane.denominator);
    }
    if (why == NULL)
        why = machine_finish(margin, m, x, ratio, domain->answer);
    if (why != NULL)
        give_up(b, why, q->option, false);
    else
        offer(&b->result, margin, index, q->option);
    mpq_clear(margin);
    nums_clear(m->spec, ratio, 2 * d_v);
    nums_clear(m->spec, x, m->t->width);
}

// Lays out the sums of some of the option's domains, from the *next one on.
static const char *lay_out(Block *b, Query *q, size_t *next, Domain *domain, size_t *domains) {
    const Job *job = b->job;
    const DomainIndex *d = job->d;
    const Machine *m = job->m;
    size_t d_v = job->h ? job->h->d_v : 0;
    *domains = 0;
    q->lane.sums = 0;
    while (d->first[q->option] + *next < d->first[q->option + 1] && *domains < MOST_SUMS &&
           q->lane.sums + 2 * d_v <= MOST_SUMS) {
        Domain *at = &domain[(*domains)++];
        m->t->task->domains->domain(at, &m->t->params, d->domain[d->first[q->option] + (*next)++]);
        const Ends *e = d_v > 0 ? find_ends(b, &at->rest) : NULL;
        for (size_t k = 0; k < 2 * d_v; k++)
            if (e == NULL ||
                !make_sum(&q->lane.sum[q->lane.sums++], job, e, at, q->option, k / 2, k % 2))
                return "the domains are too many";
    }
    return NULL;
}

// What the next domains of the options begin .. make; false: there are none, or no telling.
static bool judge_round(Block *b, Query *query, size_t *next, Domain *domain, size_t count,
                        size_t begin) {
    const Job *job = b->job;
    Lane lane[LANES];
    size_t d_v = job->h ? job->h->d_v : 0, domains[LANES], laid = 0;
    const char *why = 2 * d_v > MOST_SUMS ? "layer 1 fetches too many numbers" : NULL;
    for (size_t i = 0; i < count && why == NULL; i++) {
        why = lay_out(b, &query[i], &next[i], domain + i * MOST_SUMS, &domains[i]);
        lane[i] = query[i].lane;
        laid += domains[i];
    }
    if (why != NULL)
        give_up(b, why, begin, false);
    if (why != NULL || laid == 0)
        return false;
    if (job->h != NULL)
        machine_head_sum(job->h, lane, count);
    for (size_t i = 0; i < count; i++) {
        query[i].lane = lane[i];
        bool empty = job->h != NULL && lane[i].fault.why != NULL;
        if (empty && domains[i] > 0)
            give_up(b, "the readout's row may have no weights", begin + i, true);
        size_t from = job->d->first[begin + i] + next[i] - domains[i];
        for (size_t k = 0; k < domains[i] && !empty; k++)
            judge_domain(b, &query[i], job->d->domain[from + k], &domain[i * MOST_SUMS + k],
                         k * 2 * d_v);
    }
    return b->result.why == NULL;
}

// All domains of the options begin .. end - 1 of the readout's group, at most LANES.
static void judge_options(Block *b, size_t begin, size_t end) {
    Query query[LANES];
    size_t next[LANES] = { 0 }, count = end - begin;
    Domain *domain = alloc_array(LANES, MOST_SUMS, sizeof *domain);
    for (size_t i = 0; i < count; i++)
        query_init(&query[i], b->job, begin + i);
    while (judge_round(b, query, next, domain, count, begin))
        if (interrupted())
            give_up(b, "interrupted", begin, false);
    for (size_t i = 0; i < count; i++)
        query_clear(&query[i], b->job);
    for (size_t k = 0; k < b->ends_count; k++)
        for (size_t e = 0; e < 2; e++)
            free(b->ends[k].value[e]);
    free(domain);
}

static void hand_in(Job *job, const Block *b) {
    if (b->result.any)
        offer(&job->result, b->result.margin, b->result.domain, b->result.option);
    job->result.why = b->result.why;
    job->result.trouble = b->result.trouble;
}

static void work(Job *job) {
    size_t options = job->m->choices.group[job->d->fixed].options;
    for (;;) {
        size_t block = turns_take(&job->turns), begin = block * LANES;
        if (block > (options - 1) / LANES)
            break;
        Block b = { .job = job, .result.trouble.slot = SIZE_MAX };
        mpq_init(b.result.margin);
        judge_options(&b, begin, begin + LANES < options ? begin + LANES : options);
        bool turn = turns_begin(&job->turns, block);
        if (turn) {
            hand_in(job, &b);
            turns_end(&job->turns, job->result.why != NULL);
        }
        mpq_clear(b.result.margin);
        if (!turn)
            break;
    }
}

static void *work_in_thread(void *argument) {
    Job *job = argument;
    ArithState old;
    arith_enter(job->m->spec, &old);
    work(job);
    arith_leave(job->m->spec, &old);
    arith_end_thread();
    return NULL;
}

// ---- a word ----

// The first option that the domain of the least margin leaves each group, but where it can, the
// one numbered `wish`.
static void fill_word(size_t *option, const Job *job, size_t wish) {
    const Choices *c = &job->m->choices;
    Domain domain;
    job->m->t->task->domains->domain(&domain, &job->m->t->params, job->result.domain);
    for (size_t g = 0; g < c->groups; g++) {
        OptionSet set = domain_allows(&domain, g, c->group[g].options);
        option[g] = set.kind == OPTIONS_ONE ? set.one : 0;
        while (!option_set_has(&set, option[g]))
            option[g]++;
        if (wish < c->group[g].options && option_set_has(&set, wish))
            option[g] = wish;
    }
    option[job->d->fixed] = job->result.option;
}

// A word of that domain with the margin, if there is one in which all groups that may take the same
// option.
static void find_word(Job *job) {
    size_t *option = alloc_array(job->m->choices.groups, 1, sizeof *option), most = 0;
    mpq_t margin;
    mpq_init(margin);
    for (size_t g = 0; g < job->m->choices.groups; g++)
        if (g != job->d->fixed && job->m->choices.group[g].options > most)
            most = job->m->choices.group[g].options;
    for (size_t wish = 0; wish < most || wish == 0; wish++) {
        bool failing;
        fill_word(option, job, wish);
        if (machine_word_margin(margin, &failing, job->m, option) != NULL && wish > 0)
            continue;
        if (wish > 0 && !mpq_equal(margin, job->least->margin))
            continue;
        memcpy(job->least->option, option, job->m->choices.groups * sizeof *option);
        if (mpq_equal(margin, job->least->margin))
            break;
    }
    mpq_clear(margin);
    free(option);
}

const char *machine_judge_embedded(WorstWord *least, const Machine *m, Trouble *trouble) {
    DomainIndex d;
    *trouble = (Trouble){ .slot = SIZE_MAX };
    if (m->heads > 1)
        return "the layer has several heads";
    domain_index_init(&d, m);
    Job job = { .least = least,
                .m = m,
                .h = m->heads ? &m->head[0] : NULL,
                .d = &d,
                .result.trouble.slot = SIZE_MAX };
    turns_init(&job.turns);
    mpq_init(job.result.margin);
    threads_run(m->jobs, work_in_thread, &job);
    if (job.result.why == NULL && job.result.any) {
        least->any = true;
        mpq_set(least->margin, job.result.margin);
        find_word(&job);
    }
    *trouble = job.result.trouble;
    mpq_clear(job.result.margin);
    turns_clear(&job.turns);
    domain_index_clear(&d);
    return job.result.why;
}
