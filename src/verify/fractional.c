#include "verify/fractional.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

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

#define NO_OPTION SIZE_MAX

// One iteration's numbers: cost = n q - d p for lambda = p / q.
typedef struct Pass {
    const Fractional *f;
    const Words *words;
    mpz_t *cost;       // per choice: the least of its variants'
    size_t *variant;   // per choice: which variant that is
    mpz_t trial;       // workspace
    size_t *best;      // per group, the cheapest option that `rest` allows; NO_OPTION: none
    mpz_t sum;         // of the costs of the best
    size_t barred;     // how many groups have none: they must be exceptions
    Domain rest;       // best, sum and barred are those of all domains that share its rest
    bool valid;
} Pass;

static OptionSet restricted(const Words *words, size_t group, OptionSet set) {
    for (size_t k = 0; k < words->pins; k++)
        if (words->pin[k].group == group)
            return (OptionSet){ .kind = OPTIONS_ONE, .one = words->pin[k].option };
    return set;
}

// The cheapest allowed option of the group; NO_OPTION if none is.
static size_t cheapest(const Pass *pass, size_t group, OptionSet set) {
    const Choices *c = pass->f->choices;
    if (set.kind == OPTIONS_ONE)
        return set.one;
    size_t best = NO_OPTION;
    for (size_t o = 0; o < c->group[group].options; o++)
        if (option_set_has(&set, o) &&
            (best == NO_OPTION ||
             mpz_cmp(pass->cost[c->first[group] + o], pass->cost[c->first[group] + best]) < 0))
            best = o;
    return best;
}

// best and sum for the groups that are no exceptions of the domain.
static void sum_rest(Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    if (pass->valid && domains_share_rest(&pass->rest, d))
        return;
    pass->rest = *d;
    pass->valid = true;
    pass->barred = 0;
    mpz_set_ui(pass->sum, 0);
    for (size_t g = 0; g < c->groups; g++) {
        OptionSet set = domain_rest(d, g, c->group[g].options);
        pass->best[g] = cheapest(pass, g, restricted(pass->words, g, set));
        if (pass->best[g] == NO_OPTION)
            pass->barred++;
        else
            mpz_addmul(pass->sum, c->members[g], pass->cost[c->first[g] + pass->best[g]]);
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
    size_t barred = 0;
    sum_rest(pass, d);
    mpz_set(cost, pass->sum);
    for (size_t e = 0; e < d->exceptions + d->furthers; e++) {
        size_t g = domain_exception(d, e)->group;
        OptionSet set = restricted(pass->words, g, domain_exception(d, e)->set);
        size_t option = cheapest(pass, g, set);
        require(option != NO_OPTION);
        if (pass->best[g] == NO_OPTION)
            barred++;
        else
            mpz_sub(cost, cost, pass->cost[c->first[g] + pass->best[g]]);
        mpz_add(cost, cost, pass->cost[c->first[g] + option]);
    }
    require(barred == pass->barred);
}

// One member of the group takes another option: no exception, if it is the only one.
static void except(Pick *pick, const Choices *c, size_t group, size_t option) {
    if (mpz_cmp_ui(c->members[group], 1) == 0) {
        pick->option[group] = option;
        return;
    }
    pick->exception[pick->exceptions].group = group;
    pick->exception[pick->exceptions++].option = option;
}

static void domain_pick(Pick *pick, Pass *pass, const Domain *d) {
    const Choices *c = pass->f->choices;
    sum_rest(pass, d);
    memcpy(pick->option, pass->best, c->groups * sizeof *pick->option);
    pick->exceptions = 0;
    for (size_t e = 0; e < d->exceptions + d->furthers; e++) {
        size_t g = domain_exception(d, e)->group;
        OptionSet set = restricted(pass->words, g, domain_exception(d, e)->set);
        except(pick, c, g, cheapest(pass, g, set));
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

// sum <- the sum of the numbers x of all members' choices, with the variants chosen.
static void sum_word(mpz_t sum, const Fractional *f, mpz_t *x, const Pick *pick,
                     const size_t *variant) {
    const Choices *c = f->choices;
    mpz_set_ui(sum, 0);
    for (size_t g = 0; g < c->groups; g++) {
        size_t choice = c->first[g] + pick->option[g];
        mpz_addmul(sum, c->members[g], x[choice * f->variants + variant[choice]]);
    }
    for (size_t e = 0; e < pick->exceptions; e++) {
        size_t group = pick->exception[e].group, all = c->first[group] + pick->option[group],
               one = c->first[group] + pick->exception[e].option;
        mpz_sub(sum, sum, x[all * f->variants + variant[all]]);
        mpz_add(sum, sum, x[one * f->variants + variant[one]]);
    }
}

// value <- sum n / sum d of the word, with the variants chosen.
static void word_value(mpq_t value, const Fractional *f, const Pick *pick, const size_t *variant) {
    sum_word(mpq_numref(value), f, f->numerator, pick, variant);
    sum_word(mpq_denref(value), f, f->denominator, pick, variant);
    require(mpz_sgn(mpq_denref(value)) > 0);
    mpq_canonicalize(value);
}

// Finds the word of least cost over all domains that are meant; false if none is.
static bool cheapest_word(mpz_t least, Pick *pick, Pass *pass) {
    const Choices *c = pass->f->choices;
    size_t domains = choices_domains(c), found = domains;
    Domain d;
    mpz_t cost;
    mpz_init(cost);
    for (size_t i = 0; i < domains; i++) {
        size_t k = (i + pass->words->start) % domains;
        choices_domain(&d, c, k);
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
    choices_domain(&d, c, found);
    domain_pick(pick, pass, &d);
    pick->domain = found;
    return true;
}

bool fractional_minimize(mpq_t least, Pick *pick, const Fractional *f, const Words *words) {
    const Choices *c = f->choices;
    Pass pass = { .f = f,
                  .words = words,
                  .cost = alloc_array(c->count, 1, sizeof *pass.cost),
                  .variant = alloc_array(c->count, 1, sizeof *pass.variant),
                  .best = alloc_array(c->groups, 1, sizeof *pass.best) };
    Pick next;
    pick_init(&next, c);
    mpz_t cost;
    mpq_t lambda;
    mpz_inits(cost, pass.sum, pass.trial, NULL);
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
        word_value(lambda, f, pick, pass.variant);
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
    pick_clear(&next);
    return any;
}

// Chooses the choice's variant of greatest sign (n - lambda d).
static void turn_choice(size_t *variant, const Fractional *f, size_t choice, const mpq_t lambda,
                        int sign) {
    mpz_t best, cost;
    mpz_inits(best, cost, NULL);
    for (size_t v = 0; v < f->variants; v++) {
        variant_cost(cost, f, choice * f->variants + v, lambda);
        if (v > 0 && sign * mpz_cmp(cost, best) <= 0)
            continue;
        mpz_set(best, cost);
        variant[choice] = v;
    }
    mpz_clears(best, cost, NULL);
}

// Turns all choices of the word; value <- its value then.
static void turn_variants(mpq_t value, size_t *variant, const Fractional *f, const Pick *pick,
                          const mpq_t lambda, int sign) {
    const Choices *c = f->choices;
    for (size_t g = 0; g < c->groups; g++)
        turn_choice(variant, f, c->first[g] + pick->option[g], lambda, sign);
    for (size_t e = 0; e < pick->exceptions; e++)
        turn_choice(variant, f, c->first[pick->exception[e].group] + pick->exception[e].option,
                    lambda, sign);
    word_value(value, f, pick, variant);
}

// Dinkelbach's iteration over the variants of one word: the greatest value, for sign -1 the least.
static void word_end(mpq_t end, const Fractional *f, const Pick *pick, int sign) {
    size_t *variant = alloc_array(f->choices->count, 1, sizeof *variant);
    mpq_t next;
    mpq_init(next);
    word_value(next, f, pick, variant);
    do {
        mpq_set(end, next);
        turn_variants(next, variant, f, pick, end, sign);
    } while (sign * mpq_cmp(next, end) > 0);
    mpq_clear(next);
    free(variant);
}

void fractional_ends(mpq_t least, mpq_t most, const Fractional *f, const Pick *pick) {
    word_end(most, f, pick, 1);
    if (f->variants == 1)
        mpq_set(least, most);
    else
        word_end(least, f, pick, -1);
}
