// index_problem.c - index lookup: the machine stores s_1 .. s_N, and the query picks one.
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
    .query = true,
};
