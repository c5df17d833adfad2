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
