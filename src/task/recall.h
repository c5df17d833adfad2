// recall.h - what all who ask for values by their keys share: the tokens and pairs of
// k_1 v_1 .. k_n v_n, then queries.
//
// Tokens 0 .. K-1 are the keys k1 .. kK, K .. K+V-1 the values v1 .. vV, and from K + V on come the
// queries ?k1 .. ?kK.  Pair j stands at positions 2j and 2j + 1, the queries from 2n on.
#pragma once
#include "task/task.h"

size_t recall_keys(const Params *p);      // K
size_t recall_queries(const Params *p);   // of a word
// NULL, or why there are no such pairs: they need n different keys.
const char *recall_admits_pairs(const Params *p);
size_t recall_symbols(const Params *p);
TokenRun recall_tokens(const Params *p, size_t position);
void recall_name_token(Text *t, const Params *p, Token token);

// How many pairs have that key; *value <- the value of the last of them.
size_t recall_find(size_t *value, const Params *p, const Token *word, size_t key);
