#include "verify/counterexample.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "base/random.h"
#include "net/evaluate.h"
#include <stdlib.h>

enum { MOST_WORDS = 200, FEWEST_WORDS = 16 };
enum { WORK = 1 << 16 };   // scores of a layer, over all words

// The option that is `steps` allowed ones behind the first, cyclically.
static size_t allowed_option(const OptionSet *set, size_t options, uint64_t steps) {
    size_t allowed = 0, option = 0;
    if (set->kind == OPTIONS_ONE)
        return set->one;
    for (size_t o = 0; o < options; o++)
        allowed += option_set_has(set, o);
    steps %= allowed;
    while (!option_set_has(set, option) || steps-- > 0)
        option++;
    return option;
}

// A domain with that answer, the first one from a random one on; false if there is none.
static bool find_domain(Domain *d, const Choices *c, size_t answer, uint64_t *state) {
    size_t count = c->task->domains->count(c->params), start = random_next(state) % count;
    for (size_t k = 0; k < count; k++) {
        c->task->domains->domain(d, c->params, (start + k) % count);
        if (d->answer == answer)
            return true;
    }
    return false;
}

static void fill_options(size_t *option, const Choices *c, const Domain *d, size_t round,
                         uint64_t *state) {
    for (size_t g = 0; g < c->groups; g++) {
        size_t options = c->group[g].options;
        OptionSet set = domain_allows(d, g, options);
        option[g] = allowed_option(&set, options, round == 0 ? 0 : random_next(state) >> 1);
    }
}

bool counterexample_find(mpq_t most, Pick *pick, uint64_t *tried, const Transformer *t,
                         const Choices *c, const ArithSpec *spec) {
    size_t answers = t->task->answers(&t->params), words = WORK / t->length / t->length;
    words = words > MOST_WORDS ? MOST_WORDS : words < FEWEST_WORDS ? FEWEST_WORDS : words;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Pick trial;
    pick_init(&trial, c);
    Evaluator *e = evaluator_new(t, spec);
    Fault fault;
    mpq_t low, high;
    mpq_inits(low, high, NULL);
    uint64_t state = 0;
    bool found = false;
    *tried = 0;
    for (size_t k = 0; k < words && !found && !interrupted(); k++) {
        Domain d;
        if (!find_domain(&d, c, k % answers, &state))
            continue;
        fill_options(trial.option, c, &d, k / answers, &state);
        choices_word(word, c, trial.option);
        if (!evaluator_run(e, word, &fault) || !evaluator_margin_ends(low, high, e, d.answer))
            continue;
        ++*tried;
        found = mpq_sgn(high) <= 0;
    }
    if (found) {
        mpq_set(most, high);
        pick_set(pick, &trial, c);
    }
    mpq_clears(low, high, NULL);
    evaluator_free(e);
    pick_clear(&trial);
    free(word);
    return found;
}
