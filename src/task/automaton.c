#include "task/automaton.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 16 };

void automaton_init(Automaton *a, size_t states, size_t symbols) {
    *a = (Automaton){ .states = states,
                      .symbols = symbols,
                      .state = alloc_array(states, 1, sizeof *a->state),
                      .symbol = alloc_array(symbols, 1, sizeof *a->symbol),
                      .accepting = alloc_array(states, 1, sizeof *a->accepting),
                      .next = alloc_array(states, symbols, sizeof *a->next) };
}

static void copy_names(char **names, char **from, size_t count) {
    for (size_t i = 0; i < count; i++)
        names[i] = from[i] ? alloc_string(from[i]) : NULL;
}

void automaton_init_copy(Automaton *a, const Automaton *from) {
    automaton_init(a, from->states, from->symbols);
    a->start = from->start;
    copy_names(a->state, from->state, from->states);
    copy_names(a->symbol, from->symbol, from->symbols);
    memcpy(a->accepting, from->accepting, from->states * sizeof *a->accepting);
    memcpy(a->next, from->next, from->states * from->symbols * sizeof *a->next);
}

void automaton_clear(Automaton *a) {
    for (size_t i = 0; i < a->states; i++)
        free(a->state[i]);
    for (size_t i = 0; i < a->symbols; i++)
        free(a->symbol[i]);
    free(a->state);
    free(a->symbol);
    free(a->accepting);
    free(a->next);
    *a = (Automaton){ 0 };
}

static const char *admits(const Params *p) {
    if (p->automaton == NULL)
        return "the automaton is missing: 'chasm model automaton FILE' reads one";
    return p->n >= 1 && p->n <= LONGEST ? NULL : "automaton takes words of length 1 .. 2^16";
}

static size_t length(const Params *p) { return p->n; }
static size_t symbols(const Params *p) { return p->automaton->symbols; }

static size_t answers(const Params *p) {
    (void)p;
    return 2;
}

static TokenRun tokens(const Params *p, size_t position) {
    (void)position;
    return (TokenRun){ .first = 0, .count = (uint32_t)p->automaton->symbols };
}

static void name_token(Text *t, const Params *p, Token token) {
    text_add(t, p->automaton->symbol[token]);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_add(t, answer ? "1" : "0");
}

static size_t answer(const Params *p, const Token *word) {
    const Automaton *a = p->automaton;
    size_t state = a->start;
    for (size_t t = 0; t < p->n; t++)
        state = a->next[state * a->symbols + word[t]];
    return a->accepting[state];
}

const Task task_automaton = {
    .name = "automaton",
    .summary = "1 iff a finite automaton, read from a file, accepts",
    .words = "n symbols of the automaton's alphabet",
    .theorem = "recurrent.md#automaton-files",
    .boolean = true,
    .endless = true,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .answer = answer,
};
