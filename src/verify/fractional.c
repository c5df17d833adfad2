#include "verify/fractional.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void fractional_init(Fractional *f, const Choices *c, size_t variants) {
    *f = (Fractional){ .choices = c,
                       .variants = variants,
                       .numerator = alloc_array(c->count, variants, sizeof *f->numerator),
                       .denominator = alloc_array(c->count, variants, sizeof *f->denominator) };
    for (size_t k = 0; k < c->count * variants; k++)
        mpz_inits(f->numerator[k], f->denominator[k], NULL);
}

void fractional_clear(Fractional *f) {
    for (size_t k = 0; k < f->choices->count * f->variants; k++)
        mpz_clears(f->numerator[k], f->denominator[k], NULL);
    free(f->numerator);
    free(f->denominator);
    *f = (Fractional){ 0 };
}

// One iteration's numbers: cost = n q - d p for lambda = p / q.
typedef struct Pass {
    const Fractional *f;
    const Words *words;
    mpz_t *cost;       // per choice: the least of its variants'
    size_t *variant;   // per choice: which variant that is
    mpz_t trial;       // workspace
    size_t *best;      // per group, the cheapest option that `rest` allows
    mpz_t sum;         // of the costs of the best
    OptionSet rest;    // for which best and sum hold
    bool valid;
} Pass;

static OptionSet restricted(const Words *words, size_t group, OptionSet set) {
    for (size_t k = 0; k < words->pins; k++)
        if (words->pin[k].group == group)
            return (OptionSet){ .kind = OPTIONS_ONE, .one = words->pin[k].option };
    return set;
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
        mpz_add(pass->sum, pass->sum, pass->cost[c->first[g] + pass->best[g]]);
    }
}

// Whether some of the domain's words are meant.
static bool is_meant(const Pass *pass, const Domain *d) {
    const Words *words = pass->words;
    bool meant = words->answer == (size_t)ANY_ANSWER || d->answer == words->answer;
    for (size_t k = 0; k < words->pins && meant; k++) {
        size_t group = words->pin[k].group;
        OptionSet set = domain_allows(d, group, pass->f->choices->group[group].options);
        meant = option_set_has(&set, words->pin[k].option);
    }
    return meant;
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

static void domain_options(size_t *option, Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    sum_rest(pass, d);
    for (size_t g = 0; g < c->groups; g++)
        option[g] = pass->best[g];
    for (size_t e = 0; e < d->exceptions; e++) {
        size_t g = d->exception[e].group;
        option[g] = cheapest(pass, g, restricted(pass->words, g, d->exception[e].set));
    }
}

// cost <- n q - d p for lambda = p / q.
static void variant_cost(mpz_t cost, const Fractional *f, size_t k, const mpq_t lambda) {
    mpz_mul(cost, f->numerator[k], mpq_denref(lambda));
    mpz_submul(cost, f->denominator[k], mpq_numref(lambda));
}

static void set_costs(Pass *pass, const mpq_t lambda) {
    const Fractional *f = pass->f;
    for (size_t k = 0; k < f->choices->count; k++)
        for (size_t v = 0; v < f->variants; v++) {
            mpz_ptr cost = v == 0 ? pass->cost[k] : pass->trial;
            variant_cost(cost, f, k * f->variants + v, lambda);
            if (v > 0 && mpz_cmp(cost, pass->cost[k]) >= 0)
                continue;
            mpz_set(pass->cost[k], cost);
            pass->variant[k] = v;
        }
    pass->valid = false;
}

// value <- sum n / sum d of the word, with the variants chosen.
static void word_value(mpq_t value, const Fractional *f, const size_t *option,
                       const size_t *variant) {
    mpz_set_ui(mpq_numref(value), 0);
    mpz_set_ui(mpq_denref(value), 0);
    for (size_t g = 0; g < f->choices->groups; g++) {
        size_t choice = f->choices->first[g] + option[g],
               k = choice * f->variants + variant[choice];
        mpz_add(mpq_numref(value), mpq_numref(value), f->numerator[k]);
        mpz_add(mpq_denref(value), mpq_denref(value), f->denominator[k]);
    }
    require(mpz_sgn(mpq_denref(value)) > 0);
    mpq_canonicalize(value);
}

// Finds the word of least cost over all domains that are meant; false if none is.
static bool cheapest_word(mpz_t least, size_t *option, Pass *pass) {
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
    domain_options(option, pass, &d);
    return true;
}

bool fractional_minimize(mpq_t least, size_t *option, const Fractional *f, const Words *words) {
    const Choices *c = f->choices;
    Pass pass = { .f = f,
                  .words = words,
                  .cost = alloc_array(c->count, 1, sizeof *pass.cost),
                  .variant = alloc_array(c->count, 1, sizeof *pass.variant),
                  .best = alloc_array(c->groups, 1, sizeof *pass.best) };
    size_t *next = alloc_array(c->groups, 1, sizeof *next);
    mpz_t cost;
    mpq_t lambda;
    mpz_inits(cost, pass.sum, pass.trial, NULL);
    mpq_init(lambda);
    for (size_t k = 0; k < c->count; k++)
        mpz_init(pass.cost[k]);
    // lambda is 0 at first, and no word's value; afterwards it is that of the word in option[].
    bool any = false;
    for (;;) {
        set_costs(&pass, lambda);
        if (!cheapest_word(cost, next, &pass) || (any && mpz_sgn(cost) >= 0))
            break;
        any = true;
        for (size_t g = 0; g < c->groups; g++)
            option[g] = next[g];
        word_value(lambda, f, option, pass.variant);
    }
    if (any)
        mpq_set(least, lambda);
    for (size_t k = 0; k < c->count; k++)
        mpz_clear(pass.cost[k]);
    mpz_clears(cost, pass.sum, pass.trial, NULL);
    mpq_clear(lambda);
    free(pass.cost);
    free(pass.variant);
    free(pass.best);
    free(next);
    return any;
}

// Chooses, for every choice of the word, the variant of greatest sign (n - lambda d), and tells
// whether these add up to more than 0.
static bool turn_variants(size_t *variant, const Fractional *f, const size_t *option,
                          const mpq_t lambda, int sign) {
    const Choices *c = f->choices;
    mpz_t sum, best, cost;
    mpz_inits(sum, best, cost, NULL);
    for (size_t g = 0; g < c->groups; g++) {
        size_t choice = c->first[g] + option[g];
        for (size_t v = 0; v < f->variants; v++) {
            variant_cost(cost, f, choice * f->variants + v, lambda);
            if (v > 0 && sign * mpz_cmp(cost, best) <= 0)
                continue;
            mpz_set(best, cost);
            variant[choice] = v;
        }
        mpz_add(sum, sum, best);
    }
    bool further = sign * mpz_sgn(sum) > 0;
    mpz_clears(sum, best, cost, NULL);
    return further;
}

// Dinkelbach's iteration over the variants of one word: the greatest value, for sign -1 the least.
static void word_end(mpq_t end, const Fractional *f, const size_t *option, int sign) {
    size_t *variant = alloc_array(f->choices->count, 1, sizeof *variant);
    do
        word_value(end, f, option, variant);
    while (turn_variants(variant, f, option, end, sign));
    free(variant);
}

void fractional_ends(mpq_t least, mpq_t most, const Fractional *f, const size_t *option) {
    word_end(most, f, option, 1);
    if (f->variants == 1)
        mpq_set(least, most);
    else
        word_end(least, f, option, -1);
}
