// automaton.h - deterministic finite automata: the words over an alphabet that end in an accepting
// state; and the task of telling them from the others.
#pragma once
#include "task/task.h"

typedef struct Automaton {
    size_t states, symbols;
    char **state, **symbol;   // their names; NULL where there are none
    size_t start;
    bool *accepting;   // per state
    size_t *next;      // the state after `symbol` in `state` is next[state * symbols + symbol]
} Automaton;

// The most transitions of an automaton in a file.
enum { TRANSITIONS_MOST = 1 << 14 };

// Without names, start and transitions to state 0, nothing accepted.  Undo with automaton_clear.
void automaton_init(Automaton *a, size_t states, size_t symbols);
void automaton_init_copy(Automaton *a, const Automaton *from);
void automaton_clear(Automaton *a);

// a <- the automaton in the file (docs/recurrent.md#automaton-files); "-" is standard input.  Undo
// with automaton_clear.  -1, with a untouched, after an error as "FILE:LINE: ..".
int automaton_read(Automaton *a, const char *file);

// The same from memory; errors call it by that name.
int automaton_parse(Automaton *a, const char *name, const char *bytes, size_t length);

// Words over params.automaton's alphabet, n tokens long; the answer is 1 iff it accepts.
extern const Task task_automaton;
