#include "task/pair.h"

enum { LARGEST = 1 << 24 };

const char *pair_admits(const Params *p) {
    if (p->n < 1)
        return "a task on two strings needs n >= 1";
    return p->n > LARGEST ? "a task on two strings takes at most n = 2^24" : NULL;
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
