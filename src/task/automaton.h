// automaton.h - deterministic finite automata: the words over an alphabet that end in an accepting
// state.
#pragma once
#include "task/params.h"
#include <stdbool.h>

typedef struct Automaton {
    size_t states, symbols;
    char **state, **symbol;   // their names
    size_t start;
    bool *accepting;   // per state
    size_t *next;      // the state after `symbol` in `state` is next[state * symbols + symbol]
} Automaton;

// Without names, start and transitions to state 0, nothing accepted.  Undo with automaton_clear.
void automaton_init(Automaton *a, size_t states, size_t symbols);
void automaton_clear(Automaton *a);
