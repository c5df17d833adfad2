// equality.c - x y #: the answer is 1 iff x_i = y_i for every i.
#include "task/pair.h"

static size_t answer(const Params *p, const Token *word) {
    for (size_t i = 0; i < p->n; i++)
        if (word[i] != word[p->n + i])
            return 0;
    return 1;
}

static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    (void)random;
    for (size_t i = 0; answer == 1 && i < p->n; i++)
        word[p->n + i] = word[i];
}

static void domain(Domain *d, const Params *p, size_t index) {
    (void)p;
    pair_domain(d, index, 1 << 1 | 1 << 2);
}

static const Domains domains = {
    .groups = pair_groups,
    .group = pair_group,
    .token = pair_token,
    .count = pair_domain_count,
    .domain = domain,
};

const Task task_equality = {
    .name = "equality",
    .summary = "1 iff x = y",
    .words = "x_1 .. x_n y_1 .. y_n in 0 1, then #",
    .theorem = "equality.md#task",
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
