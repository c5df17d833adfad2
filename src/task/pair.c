#include "task/pair.h"

enum { LARGEST = 1 << 24 };

const char *pair_admits(const Params *p) {
    if (p->n < 1 && p->power == 0)
        return "a task on two strings needs n >= 1";
    return p->n > LARGEST || p->power > 0 ? "a task on two strings takes at most n = 2^24" : NULL;
}

size_t pair_length(const Params *p) { return 2 * p->n + 1; }

size_t pair_symbols(const Params *p) {
    (void)p;
    return 3;
}

size_t pair_answers(const Params *p) {
    (void)p;
    return 2;
}

TokenRun pair_tokens(const Params *p, size_t position) {
    if (position < 2 * p->n)
        return (TokenRun){ .first = 0, .count = 2 };
    return (TokenRun){ .first = PAIR_END, .count = 1 };
}

void pair_name_token(Text *t, const Params *p, Token token) {
    (void)p;
    text_add(t, token == PAIR_END ? "#" : token ? "1" : "0");
}

void pair_name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_add(t, answer ? "1" : "0");
}

size_t pair_groups(const Params *p) { return p->n + 1; }

void pair_group(Group *g, const Params *p, size_t index) {
    if (index < p->n)
        *g = (Group){ .positions = 2, .options = 4, .position = { index, p->n + index } };
    else
        *g = (Group){ .positions = 1, .options = 1, .position = { 2 * p->n } };
}

Token pair_token(const Params *p, size_t group, size_t option, size_t k) {
    if (group == p->n)
        return PAIR_END;
    return k == 0 ? (Token)(option >> 1) : (Token)(option & 1);
}

size_t pair_domain_count(const Params *p) { return p->n + 1; }

void pair_domain(Domain *d, size_t index, uint64_t bad) {
    if (index == 0) {
        *d = (Domain){ .answer = 1, .rest = { .kind = OPTIONS_MASK, .mask = ~bad & 15 } };
        return;
    }
    *d = (Domain){ .answer = 0, .exceptions = 1 };
    d->exception[0].group = index - 1;
    d->exception[0].set = (OptionSet){ .kind = OPTIONS_MASK, .mask = bad };
}
