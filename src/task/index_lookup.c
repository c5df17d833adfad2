// index_lookup.c - s_1 .. s_N over q symbols, then a query q_p: the answer is s_p.
//
// Tokens 0 .. q-1 are the symbols, q .. q+N-1 the queries q_1 .. q_N.
#include "task/task.h"

enum { LARGEST = 1 << 24 };

static const char *admits(const Params *p) {
    if (p->n < 1 && p->power == 0)
        return "index-lookup needs n >= 1";
    if (p->alphabet < 2)
        return "index-lookup needs an alphabet of at least 2 symbols";
    if (p->n > LARGEST || p->power > 0 || p->alphabet > LARGEST)
        return "index-lookup takes at most 2^24 positions and symbols";
    return NULL;
}

static size_t length(const Params *p) { return p->n + 1; }
static size_t symbols(const Params *p) { return p->alphabet + p->n; }
static size_t answers(const Params *p) { return p->alphabet; }

static void fit(Params *p, size_t symbols) {
    if (symbols >= p->n + 2)
        p->alphabet = symbols - p->n;
}

static TokenRun tokens(const Params *p, size_t position) {
    if (position < p->n)
        return (TokenRun){ .first = 0, .count = (uint32_t)p->alphabet };
    return (TokenRun){ .first = (Token)p->alphabet, .count = (uint32_t)p->n };
}

static void name_token(Text *t, const Params *p, Token token) {
    if (token < p->alphabet)
        text_printf(t, "%u", token);
    else
        text_printf(t, "q%llu", (unsigned long long)(token - p->alphabet + 1));
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_printf(t, "%zu", answer);
}

static size_t answer(const Params *p, const Token *word) { return word[word[p->n] - p->alphabet]; }

static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    (void)random;
    word[word[p->n] - p->alphabet] = (Token)answer;
}

// Each symbol is a group of its own, and so is the query; a domain fixes the query and the symbol
// that it asks for.
static size_t groups(const Params *p) { return p->n + 1; }

static void group(Group *g, const Params *p, size_t index) {
    *g = (Group){ .positions = 1, .options = tokens(p, index).count, .position = { index } };
}

static Token token(const Params *p, size_t group, size_t option, size_t k) {
    (void)k;
    return tokens(p, group).first + (Token)option;
}

static size_t domain_count(const Params *p) { return p->n * p->alphabet; }

static void domain(Domain *d, const Params *p, size_t index) {
    size_t query = index / p->alphabet, symbol = index % p->alphabet;
    *d = (Domain){ .answer = symbol, .exceptions = 2 };
    d->exception[0].group = query;
    d->exception[0].set = (OptionSet){ .kind = OPTIONS_ONE, .one = symbol };
    d->exception[1].group = p->n;
    d->exception[1].set = (OptionSet){ .kind = OPTIONS_ONE, .one = query };
}

static const Domains domains = {
    .groups = groups,
    .group = group,
    .token = token,
    .count = domain_count,
    .domain = domain,
};

const Task task_index_lookup = {
    .name = "index-lookup",
    .summary = "output the symbol at the position that the last token names",
    .words = "s_1 .. s_N in 0 1 .. (--alphabet q), then one of q1 .. qN",
    .theorem = "index-lookup.md#task",
    .boolean = false,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .fit = fit,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .domains = &domains,
    .ending = ENDS_WITH_INDEX,
    .answer = answer,
    .steer = steer,
};
