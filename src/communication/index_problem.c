// index_problem.c - index lookup: the machine stores s_1 .. s_N, and the query picks one; with the
// query in front it waits for s_p.
#include "communication/problem.h"

static size_t states(const Params *p, size_t t) {
    return t > p->n ? p->alphabet : power_capped(p->alphabet, t);
}

// s = s_1 .. s_t in base q, s_1 the leading digit.
static size_t step(const Params *p, size_t t, size_t s, size_t k) {
    if (t < p->n)
        return s * p->alphabet + k;
    size_t power = 1;   // q^(N-1-k), less than the number of states
    for (size_t i = k + 1; i < p->n; i++)
        power *= p->alphabet;
    return s / power % p->alphabet;
}

static size_t answer(const Params *p, size_t s) {
    (void)p;
    return s;
}

static const Machine machine = { states, step, answer };

const Problem problem_index_lookup = {
    .task = &task_index_lookup,
    .machine = &machine,
    .split = "query",
    .query = QUERY_LAST,
};

// States 0 .. N-1 wait for the symbol of that position, N + v has seen v there.
static size_t front_states(const Params *p, size_t t) {
    return t == 0 ? 1 : t == 1 ? p->n : p->n + p->alphabet;
}

static size_t front_step(const Params *p, size_t t, size_t s, size_t k) {
    if (t == 0)
        return k;
    return s == t - 1 ? p->n + k : s;
}

// No state waits after all symbols.
static size_t front_answer(const Params *p, size_t s) { return s < p->n ? 0 : s - p->n; }

static const Machine front_machine = { front_states, front_step, front_answer };

const Problem problem_index_lookup_front = {
    .task = &task_index_lookup_front,
    .machine = &front_machine,
    .split = "query",
    .query = QUERY_FIRST,
};
