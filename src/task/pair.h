// pair.h - what the tasks on two strings share: the words x_1 .. x_n y_1 .. y_n #.
#pragma once
#include "task/task.h"

enum { PAIR_END = 2 };   // the token #; 0 and 1 are the bits

const char *pair_admits(const Params *p);
size_t pair_length(const Params *p);
size_t pair_symbols(const Params *p);
size_t pair_answers(const Params *p);
TokenRun pair_tokens(const Params *p, size_t position);
void pair_name_token(Text *t, const Params *p, Token token);
void pair_name_answer(Text *t, const Params *p, size_t answer);

// The pair (x_i, y_i) is group i, with option 2 x_i + y_i; the end token is group n.
size_t pair_groups(const Params *p);
void pair_group(Group *g, const Params *p, size_t index);
Token pair_token(const Params *p, size_t group, size_t option, size_t k);

// The task holds unless some pair is bad, bit 2 x + y of `bad`: domain 0 has no bad pair, and in
// domain 1 + i pair i is bad.
size_t pair_domain_count(const Params *p);
void pair_domain(Domain *d, size_t index, uint64_t bad);
