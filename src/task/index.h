// index.h - what the tasks share that look up the symbol at a position: words of N symbols and a
// query that names one of them, wherever it stands.
//
// Tokens 0 .. q-1 are the symbols, q .. q+N-1 the queries q_1 .. q_N.
#pragma once
#include "task/task.h"

const char *index_admits(const Params *p);
size_t index_length(const Params *p);
size_t index_symbols(const Params *p);
void index_fit(Params *p, size_t symbols);
size_t index_answers(const Params *p);
void index_name_token(Text *t, const Params *p, Token token);
void index_name_answer(Text *t, const Params *p, size_t answer);

// The tokens of a position that holds a symbol, and of that of the query.
TokenRun index_symbol_run(const Params *p);
TokenRun index_query_run(const Params *p);

// Each position is a group of its own; a domain fixes the query, at position `place`, and the
// symbol that it asks for, s_1 standing at position `first`.
size_t index_groups(const Params *p);
size_t index_domain_count(const Params *p);
void index_domain(Domain *d, const Params *p, size_t index, size_t place, size_t first);
