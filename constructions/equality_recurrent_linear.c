// equality_recurrent_linear.c - docs/recurrent.md#theorem-5.
#include "constructions/pair_recurrent.h"

static const unsigned bad[] = { 1, 2 };   // 01 and 10
enum { NOTES = sizeof bad / sizeof *bad };

static void build(Recurrent *r, const Params *p) {
    pair_recurrent_build(r, &task_equality, p, bad, NOTES);
}

static void promise(RecurrentPromise *promise, const Params *p) {
    pair_recurrent_promise(promise, p, NOTES);
}

const RecurrentConstruction recurrent_construction_equality_recurrent_linear = {
    .name = "equality/recurrent-linear",
    .summary = "a queue that holds x while y is read: n + 3 bits, and n are needed",
    .theorem = "recurrent.md#theorem-5",
    .sizes = "1..8",
    .task = &task_equality,
    .admits = pair_recurrent_admits,
    .build = build,
    .promise = promise,
};
