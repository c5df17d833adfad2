#include "task/automaton.h"
#include "base/alloc.h"
#include <stdlib.h>

void automaton_init(Automaton *a, size_t states, size_t symbols) {
    *a = (Automaton){ .states = states,
                      .symbols = symbols,
                      .state = alloc_array(states, 1, sizeof *a->state),
                      .symbol = alloc_array(symbols, 1, sizeof *a->symbol),
                      .accepting = alloc_array(states, 1, sizeof *a->accepting),
                      .next = alloc_array(states, symbols, sizeof *a->next) };
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
