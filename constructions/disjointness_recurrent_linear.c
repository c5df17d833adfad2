// disjointness_recurrent_linear.c - docs/recurrent.md#theorem-5.
#include "constructions/pair_recurrent.h"

static const unsigned bad[] = { 3 };   // 11
enum { NOTES = sizeof bad / sizeof *bad };

static void build(Recurrent *r, const Params *p) {
    pair_recurrent_build(r, &task_disjointness, p, bad, NOTES);
}

static void promise(RecurrentPromise *promise, const Params *p) {
    pair_recurrent_promise(promise, p, NOTES);
}

const RecurrentConstruction recurrent_construction_disjointness_recurrent_linear = {
    .name = "disjointness/recurrent-linear",
    .summary = "a queue that holds x while y is read: n + 2 bits, and n are needed",
    .theorem = "recurrent.md#theorem-5",
    .sizes = "1..8",
    .task = &task_disjointness,
    .admits = pair_recurrent_admits,
    .build = build,
    .promise = promise,
};
