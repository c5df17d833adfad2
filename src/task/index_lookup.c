// index_lookup.c - s_1 .. s_N over q symbols, then a query q_p: the answer is s_p.
#include "task/index.h"

static TokenRun tokens(const Params *p, size_t position) {
    return position < p->n ? index_symbol_run(p) : index_query_run(p);
}

static size_t answer(const Params *p, const Token *word) { return word[word[p->n] - p->alphabet]; }

static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    (void)random;
    word[word[p->n] - p->alphabet] = (Token)answer;
}

static void group(Group *g, const Params *p, size_t index) {
    *g = (Group){ .positions = 1, .options = tokens(p, index).count, .position = { index } };
}

static Token token(const Params *p, size_t group, size_t option, size_t k) {
    (void)k;
    return tokens(p, group).first + (Token)option;
}

static void domain(Domain *d, const Params *p, size_t index) { index_domain(d, p, index, p->n, 0); }

static const Domains domains = {
    .groups = index_groups,
    .group = group,
    .token = token,
    .count = index_domain_count,
    .domain = domain,
};

const Task task_index_lookup = {
    .name = "index-lookup",
    .summary = "output the symbol at the position that the last token names",
    .words = "s_1 .. s_N in 0 1 .. (--alphabet q), then one of q1 .. qN",
    .theorem = "index-lookup.md#task",
    .boolean = false,
    .admits = index_admits,
    .length = index_length,
    .symbols = index_symbols,
    .fit = index_fit,
    .answers = index_answers,
    .tokens = tokens,
    .name_token = index_name_token,
    .name_answer = index_name_answer,
    .domains = &domains,
    .ending = ENDS_WITH_INDEX,
    .answer = answer,
    .steer = steer,
};
