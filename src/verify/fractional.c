#include "verify/fractional.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void fractional_init(Fractional *f, const Choices *c) {
    *f = (Fractional){ .choices = c,
                       .numerator = alloc_array(c->count, 1, sizeof *f->numerator),
                       .denominator = alloc_array(c->count, 1, sizeof *f->denominator) };
    for (size_t k = 0; k < c->count; k++)
        mpz_inits(f->numerator[k], f->denominator[k], NULL);
}

void fractional_clear(Fractional *f) {
    for (size_t k = 0; k < f->choices->count; k++)
        mpz_clears(f->numerator[k], f->denominator[k], NULL);
    free(f->numerator);
    free(f->denominator);
    *f = (Fractional){ 0 };
}

// One iteration's numbers: cost = n q - d p for lambda = p / q.
typedef struct Pass {
    const Fractional *f;
    const Words *words;
    mpz_t *cost;      // per choice
    size_t *best;     // per group, the cheapest option that `rest` allows
    mpz_t sum;        // of the costs of the best
    OptionSet rest;   // for which best and sum hold
    bool valid;
} Pass;

static OptionSet restricted(const Words *words, size_t group, OptionSet set) {
    if (group != words->fixed)
        return set;
    return (OptionSet){ .kind = OPTIONS_ONE, .one = words->option };
}

// The cheapest allowed option of the group.
static size_t cheapest(const Pass *pass, size_t group, OptionSet set) {
    const Choices *c = pass->f->choices;
    if (set.kind == OPTIONS_ONE)
        return set.one;
    size_t best = c->group[group].options;
    for (size_t o = 0; o < c->group[group].options; o++)
        if (option_set_has(&set, o) &&
            (best == c->group[group].options ||
             mpz_cmp(pass->cost[c->first[group] + o], pass->cost[c->first[group] + best]) < 0))
            best = o;
    require(best < c->group[group].options);
    return best;
}

static bool same_set(const OptionSet *a, const OptionSet *b) {
    return a->kind == b->kind && (a->kind != OPTIONS_MASK || a->mask == b->mask) &&
           (a->kind != OPTIONS_ONE || a->one == b->one);
}

// best and sum for the groups that are no exceptions of the domain.
static void sum_rest(Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    if (pass->valid && same_set(&pass->rest, &d->rest))
        return;
    Domain plain = { .rest = d->rest };
    pass->rest = d->rest;
    pass->valid = true;
    mpz_set_ui(pass->sum, 0);
    for (size_t g = 0; g < c->groups; g++) {
        OptionSet set = domain_allows(&plain, g, c->group[g].options);
        pass->best[g] = cheapest(pass, g, restricted(pass->words, g, set));
        mpz_addmul(pass->sum, c->members[g], pass->cost[c->first[g] + pass->best[g]]);
    }
}

// Whether the domain is among the words.
static bool is_meant(const Pass *pass, const Domain *d) {
    if (d->answer != pass->words->answer)
        return false;
    size_t fixed = pass->words->fixed;
    OptionSet set = domain_allows(d, fixed, pass->f->choices->group[fixed].options);
    return option_set_has(&set, pass->words->option);
}

// cost <- the least total cost over the domain.
static void domain_cost(mpz_t cost, Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    sum_rest(pass, d);
    mpz_set(cost, pass->sum);
    for (size_t e = 0; e < d->exceptions; e++) {
        size_t g = d->exception[e].group;
        OptionSet set = restricted(pass->words, g, d->exception[e].set);
        mpz_sub(cost, cost, pass->cost[c->first[g] + pass->best[g]]);
        mpz_add(cost, cost, pass->cost[c->first[g] + cheapest(pass, g, set)]);
    }
}

static void domain_pick(Pick *pick, Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    sum_rest(pass, d);
    memcpy(pick->option, pass->best, c->groups * sizeof *pick->option);
    pick->exceptions = d->exceptions;
    for (size_t e = 0; e < d->exceptions; e++) {
        size_t g = d->exception[e].group;
        pick->exception[e].group = g;
        pick->exception[e].option =
            cheapest(pass, g, restricted(pass->words, g, d->exception[e].set));
    }
}

static void set_costs(Pass *pass, const mpq_t lambda) {
    const Fractional *f = pass->f;
    for (size_t k = 0; k < f->choices->count; k++) {
        mpz_mul(pass->cost[k], f->numerator[k], mpq_denref(lambda));
        mpz_submul(pass->cost[k], f->denominator[k], mpq_numref(lambda));
    }
    pass->valid = false;
}

// value <- sum n / sum d of the word.
static void word_value(mpq_t value, const Fractional *f, const Pick *pick) {
    choices_sum(mpq_numref(value), f->choices, f->numerator, pick);
    choices_sum(mpq_denref(value), f->choices, f->denominator, pick);
    require(mpz_sgn(mpq_denref(value)) > 0);
    mpq_canonicalize(value);
}

// Finds the word of least cost over all domains that are meant; false if none is.
static bool cheapest_word(mpz_t least, Pick *pick, Pass *pass) {
    const Choices *c = pass->f->choices;
    size_t domains = c->task->domains->count(c->params), found = domains;
    Domain d;
    mpz_t cost;
    mpz_init(cost);
    for (size_t k = 0; k < domains; k++) {
        c->task->domains->domain(&d, c->params, k);
        if (!is_meant(pass, &d))
            continue;
        domain_cost(cost, pass, &d);
        if (found < domains && mpz_cmp(cost, least) >= 0)
            continue;
        mpz_set(least, cost);
        found = k;
    }
    mpz_clear(cost);
    if (found == domains)
        return false;
    c->task->domains->domain(&d, c->params, found);
    domain_pick(pick, pass, &d);
    return true;
}

bool fractional_minimize(mpq_t least, Pick *pick, const Fractional *f, const Words *words) {
    const Choices *c = f->choices;
    Pass pass = { .f = f,
                  .words = words,
                  .cost = alloc_array(c->count, 1, sizeof *pass.cost),
                  .best = alloc_array(c->groups, 1, sizeof *pass.best) };
    Pick next;
    pick_init(&next, c);
    mpz_t cost;
    mpq_t lambda;
    mpz_inits(cost, pass.sum, NULL);
    mpq_init(lambda);
    for (size_t k = 0; k < c->count; k++)
        mpz_init(pass.cost[k]);
    // lambda is 0 at first, and no word's value; afterwards it is that of the word in *pick.
    bool any = false;
    for (;;) {
        set_costs(&pass, lambda);
        if (!cheapest_word(cost, &next, &pass) || (any && mpz_sgn(cost) >= 0))
            break;
        any = true;
        pick_set(pick, &next, c);
        word_value(lambda, f, pick);
    }
    if (any)
        mpq_set(least, lambda);
    for (size_t k = 0; k < c->count; k++)
        mpz_clear(pass.cost[k]);
    mpz_clears(cost, pass.sum, NULL);
    mpq_clear(lambda);
    free(pass.cost);
    free(pass.best);
    pick_clear(&next);
    return any;
}
