// index_lookup_front.c - a query q_p, then s_1 .. s_N over q symbols: the answer is s_p.
#include "task/index.h"

static TokenRun tokens(const Params *p, size_t position) {
    return position > 0 ? index_symbol_run(p) : index_query_run(p);
}

static size_t answer(const Params *p, const Token *word) { return word[1 + word[0] - p->alphabet]; }

static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    (void)random;
    word[1 + word[0] - p->alphabet] = (Token)answer;
}

static void group(Group *g, const Params *p, size_t index) {
    *g = (Group){ .positions = 1, .options = tokens(p, index).count, .position = { index } };
}

static Token token(const Params *p, size_t group, size_t option, size_t k) {
    (void)k;
    return tokens(p, group).first + (Token)option;
}

static void domain(Domain *d, const Params *p, size_t index) { index_domain(d, p, index, 0, 1); }

static const Domains domains = {
    .groups = index_groups,
    .group = group,
    .token = token,
    .count = index_domain_count,
    .domain = domain,
};

const Task task_index_lookup_front = {
    .name = "index-lookup-front",
    .summary = "the same with the query in front: it is read before the symbols",
    .words = "one of q1 .. qN, then s_1 .. s_N in 0 1 .. (--alphabet q)",
    .theorem = "index-lookup.md#front",
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
    .answer = answer,
    .steer = steer,
};
