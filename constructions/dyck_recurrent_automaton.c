// dyck_recurrent_automaton.c - docs/dyck.md#theorem-1.
//
// The states are the stacks of open brackets, written in bijective base b: pushing type k takes s
// to b s + k + 1, so that 0 is the empty stack and those of height h come before those of height h
// + 1; the last state has failed.
#include "constructions/compile.h"
#include "constructions/recurrent_construction.h"

// The stacks of height D at most: 1 + b + .. + b^D, or more than may be compiled.
static size_t stacks(const Params *p) {
    size_t count = 1;
    for (uint64_t h = 0; h < p->depth && count <= LARGEST_COMPILED; h++)
        count = p->brackets * count + 1;
    return count;
}

static size_t units(const Params *p) { return (stacks(p) + 1) * 2 * p->brackets; }

static const char *admits(const Params *p) {
    return units(p) <= LARGEST_COMPILED ? NULL
                                        : "dyck/recurrent-automaton takes at most 2^11 units: "
                                          "smaller --brackets or --depth";
}

static void fill(Automaton *a, const Params *p) {
    size_t fail = a->states - 1, b = p->brackets;
    a->accepting[0] = true;
    for (size_t s = 0; s <= fail; s++)
        for (size_t k = 0; k < b; k++) {
            size_t pushed = b * s + k + 1;
            bool fits = s < fail && pushed < fail, matches = s < fail && s > 0 && (s - 1) % b == k;
            a->next[s * 2 * b + 2 * k] = fits ? pushed : fail;
            a->next[s * 2 * b + 2 * k + 1] = matches ? (s - 1) / b : fail;
        }
}

static void build(Recurrent *r, const Params *p) {
    Automaton a;
    automaton_init(&a, stacks(p) + 1, 2 * p->brackets);
    fill(&a, p);
    automaton_compile(r, &a, &task_dyck, p);
    automaton_clear(&a);
}

static void promise(RecurrentPromise *promise, const Params *p) {
    mpq_set_ui(promise->margin, 1, 2);
    promise->units = units(p);
    promise->unit_bits = 1;
}

const RecurrentConstruction recurrent_construction_dyck_recurrent_automaton = {
    .name = "dyck/recurrent-automaton",
    .summary = "the least automaton, compiled: a clamp unit per state and last bracket; n = 0: "
               "every length",
    .theorem = "dyck.md#theorem-1",
    .sizes = "0,2,8",
    .task = &task_dyck,
    .admits = admits,
    .build = build,
    .promise = promise,
};
