#include "task/automaton.h"
#include "base/alloc.h"
#include "base/random.h"
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

// reach[r * states + s] <- whether r more symbols can lead from state s to that answer.
static void find_reach(bool *reach, const Automaton *a, size_t length, size_t answer) {
    for (size_t s = 0; s < a->states; s++)
        reach[s] = a->accepting[s] == (answer == 1);
    for (size_t r = 1; r <= length; r++)
        for (size_t k = 0; k < a->states * a->symbols; k++)
            reach[r * a->states + k / a->symbols] |= reach[(r - 1) * a->states + a->next[k]];
}

// Of the symbols behind which the answer can still be reached each is equally likely.
static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    const Automaton *a = p->automaton;
    bool *reach = alloc_array(p->n + 1, a->states, sizeof *reach);
    find_reach(reach, a, p->n, answer);
    size_t state = a->start;
    for (size_t t = 0; t < p->n && reach[(p->n - t) * a->states + state]; t++) {
        const bool *after = reach + (p->n - t - 1) * a->states;
        const size_t *next = a->next + state * a->symbols;
        size_t good = 0, symbol = 0;
        for (size_t k = 0; k < a->symbols; k++)
            good += after[next[k]];
        for (uint64_t skip = random_uniform(random, good) + 1; skip > 0; symbol++)
            skip -= after[next[symbol]];
        word[t] = (Token)(symbol - 1);
        state = next[symbol - 1];
    }
    free(reach);
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
    .steer = steer,
};
