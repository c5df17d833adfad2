#include "communication/problem.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

const Problem *const problems[] = {
    &problem_equality,      &problem_disjointness,
    &problem_inner_product, &problem_greater_than,
    &problem_index_lookup,  &problem_index_lookup_front,
    &problem_dyck,          &problem_nearest_neighbor,
    &problem_recall,        NULL,
};

const Problem *problem_find(const char *name) {
    for (size_t i = 0; problems[i] != NULL; i++)
        if (strcmp(problems[i]->task->name, name) == 0)
            return problems[i];
    return NULL;
}

size_t product_capped(size_t a, size_t b) {
    size_t product;
    return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

size_t power_capped(size_t a, size_t e) {
    size_t power = 1;
    for (size_t i = 0; i < e && power != SIZE_MAX && a > 1; i++)
        power = product_capped(power, a);
    return a == 0 && e > 0 ? 0 : power;
}

// The prefix number s after t tokens is s / c, c tokens at position t - 1, followed by token s mod
// c.
static size_t prefix_states(const Task *task, const Params *p, size_t t) {
    size_t states = 1;
    for (size_t i = 0; i < t && states != SIZE_MAX; i++)
        states = product_capped(states, task->tokens(p, i).count);
    return states;
}

static size_t prefix_answer(const Task *task, const Params *p, size_t s) {
    enum { SHORT = 128 };
    Token local[SHORT];
    size_t length = task->length(p);
    Token *word = length <= SHORT ? local : alloc_array(length, 1, sizeof *word);
    for (size_t i = length; i-- > 0;) {
        TokenRun run = task->tokens(p, i);
        word[i] = run.first + (Token)(s % run.count);
        s /= run.count;
    }
    size_t answer = task->answer(p, word);
    if (word != local)
        free(word);
    return answer;
}

size_t problem_states(const Problem *problem, const Params *p, size_t t) {
    return problem->machine ? problem->machine->states(p, t) : prefix_states(problem->task, p, t);
}

size_t problem_step(const Problem *problem, const Params *p, size_t t, size_t s, size_t k) {
    if (problem->machine)
        return problem->machine->step(p, t, s, k);
    return s * problem->task->tokens(p, t).count + k;
}

size_t problem_answer(const Problem *problem, const Params *p, size_t s) {
    return problem->machine ? problem->machine->answer(p, s) : prefix_answer(problem->task, p, s);
}
