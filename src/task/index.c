#include "task/index.h"

enum { LARGEST = 1 << 24 };

const char *index_admits(const Params *p) {
    if (p->n < 1 && p->power == 0)
        return "index-lookup needs n >= 1";
    if (p->alphabet < 2)
        return "index-lookup needs an alphabet of at least 2 symbols";
    if (p->n > LARGEST || p->power > 0 || p->alphabet > LARGEST)
        return "index-lookup takes at most 2^24 positions and symbols";
    return NULL;
}

size_t index_length(const Params *p) { return p->n + 1; }
size_t index_symbols(const Params *p) { return p->alphabet + p->n; }
size_t index_answers(const Params *p) { return p->alphabet; }

void index_fit(Params *p, size_t symbols) {
    if (symbols >= p->n + 2)
        p->alphabet = symbols - p->n;
}

void index_name_token(Text *t, const Params *p, Token token) {
    if (token < p->alphabet)
        text_printf(t, "%u", token);
    else
        text_printf(t, "q%llu", (unsigned long long)(token - p->alphabet + 1));
}

void index_name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_printf(t, "%zu", answer);
}

TokenRun index_symbol_run(const Params *p) {
    return (TokenRun){ .first = 0, .count = (uint32_t)p->alphabet };
}

TokenRun index_query_run(const Params *p) {
    return (TokenRun){ .first = (Token)p->alphabet, .count = (uint32_t)p->n };
}

size_t index_groups(const Params *p) { return p->n + 1; }
size_t index_domain_count(const Params *p) { return p->n * p->alphabet; }

void index_domain(Domain *d, const Params *p, size_t index, size_t place, size_t first) {
    size_t query = index / p->alphabet, symbol = index % p->alphabet;
    *d = (Domain){ .answer = symbol, .exceptions = 2 };
    d->exception[0].group = first + query;
    d->exception[0].set = (OptionSet){ .kind = OPTIONS_ONE, .one = symbol };
    d->exception[1].group = place;
    d->exception[1].set = (OptionSet){ .kind = OPTIONS_ONE, .one = query };
}
