// disjointness.c - x y #: the answer is 1 iff there is no i with x_i = y_i = 1.
#include "base/random.h"
#include "task/pair.h"

static size_t answer(const Params *p, const Token *word) {
    for (size_t i = 0; i < p->n; i++)
        if (word[i] && word[p->n + i])
            return 0;
    return 1;
}

// Uniform among the words whose pairs are 00, 01 and 10.
static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    for (size_t i = 0; answer == 1 && i < p->n; i++) {
        uint64_t pair = random_uniform(random, 3);
        word[i] = pair >> 1 & 1;
        word[p->n + i] = pair & 1;
    }
}

static void domain(Domain *d, const Params *p, size_t index) {
    (void)p;
    pair_domain(d, index, 1 << 3);
}

static const Domains domains = {
    .groups = pair_groups,
    .group = pair_group,
    .token = pair_token,
    .count = pair_domain_count,
    .domain = domain,
};

const Task task_disjointness = {
    .name = "disjointness",
    .summary = "1 iff x and y have no 1 in common",
    .words = "x_1 .. x_n y_1 .. y_n in 0 1, then #",
    .theorem = "disjointness.md#task",
    .boolean = true,
    .admits = pair_admits,
    .length = pair_length,
    .symbols = pair_symbols,
    .answers = pair_answers,
    .tokens = pair_tokens,
    .name_token = pair_name_token,
    .name_answer = pair_name_answer,
    .domains = &domains,
    .ending = ENDS_ALIKE,
    .answer = answer,
    .steer = steer,
};
