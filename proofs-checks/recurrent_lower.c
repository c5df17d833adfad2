#include "proofs-checks/recurrent_lower.h"
#include "base/alloc.h"
#include "base/progress.h"
#include "communication/classes.h"
#include "communication/prefix_classes.h"
#include <stdlib.h>

// The split under which classes_entries tells what counting states takes: nothing is Alice's.
static size_t entries(const Problem *problem, const Params *p) {
    Split split;
    split_init_prefix(&split, problem->task->length(p), 0);
    size_t count = classes_entries(problem, p, &split);
    split_clear(&split);
    return count;
}

const char *recurrent_lower_admits(const Task *task, const Params *p) {
    const Problem *problem = problem_find(task->name);
    const char *why = recurrent_admits(task, p);
    if (why != NULL)
        return why;
    bool few = p->n == 0 ? problem_states(problem, p, 0) <= PREFIX_STATES_MOST
                         : entries(problem, p) <= CLASSES_MOST;
    return few ? NULL : "too many states to be counted";
}

static size_t length_of(const Task *task, const Params *p) {
    return p->n > 0 ? task->length(p) : 0;
}

size_t recurrent_lower_difference(const Task *task, const Params *p, const Params *claimed) {
    const Problem *problem = problem_find(task->name);
    size_t length = length_of(task, p);
    size_t *states = alloc_array(length + 1, 1, sizeof *states), t = 0;
    mpz_t formula;
    mpz_init(formula);
    if (p->n == 0)
        states[0] = prefix_classes_endless(problem, p);
    else
        count_states(states, problem, p);
    for (; t <= length; t++) {
        prefix_classes_count(formula, task, claimed, t);
        if (mpz_cmp_ui(formula, states[t]) != 0)
            break;
    }
    free(states);
    mpz_clear(formula);
    return t;
}

int recurrent_lower_check(Finding *f, const char *claim, const Task *task, const Params *p) {
    size_t length = length_of(task, p);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    size_t t = recurrent_lower_difference(task, p, p);
    clock_gettime(CLOCK_MONOTONIC, &end);
    Text witness = { 0 };
    text_printf(&witness, "prefixes of %zu tokens", t);
    f->claim = claim;
    f->task = task;
    f->params = *p;
    f->length = length;
    f->quantifier = p->n > 0 ? "all-inputs" : "all-lengths";
    f->method = "refinement";
    f->arithmetic = alloc_string("exact");
    f->verdict = t > length ? PROVED : REFUTED;
    f->witness = t > length ? NULL : alloc_string(text_string(&witness));
    f->is_recurrent = true;
    f->recurrent.has_bound = true;
    f->recurrent.bound_bits = prefix_classes_bits(task, p);
    f->recurrent.bound_tokens = prefix_classes_widest(task, p);
    if (p->n > 0)
        finding_cover_all(f, task, p);
    f->seconds = seconds_between(&start, &end);
    text_clear(&witness);
    return 0;
}
