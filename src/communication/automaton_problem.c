// automaton_problem.c - the automaton is its own machine, but for state 0, which is where a machine
// begins: it and the automaton's start change names.
#include "communication/problem.h"
#include "task/automaton.h"

static size_t exchange(const Params *p, size_t s) {
    size_t start = p->automaton->start;
    return s == 0 ? start : s == start ? 0 : s;
}

static size_t states(const Params *p, size_t t) {
    return t == 0 && p->n > 0 ? 1 : p->automaton->states;
}

static size_t step(const Params *p, size_t t, size_t s, size_t k) {
    const Automaton *a = p->automaton;
    (void)t;
    return exchange(p, a->next[exchange(p, s) * a->symbols + k]);
}

static size_t answer(const Params *p, size_t s) { return p->automaton->accepting[exchange(p, s)]; }

static const Machine machine = { states, step, answer };

const Problem problem_automaton = {
    .task = &task_automaton,
    .machine = &machine,
    .split = "halves",
};
