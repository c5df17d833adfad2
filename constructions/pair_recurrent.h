// pair_recurrent.h - tasks on two strings by a recurrent model that holds the first
// (docs/recurrent.md#theorem-5).
//
// Units 0 .. n-1 are a queue.  Before the first token only unit 0 is 1; that mark is the first 1 to
// arrive in unit n-1, with token n-1, and unit n, the flag, then becomes and stays 1 with token n:
// so it is 1 while y is read, and x_j is in unit n-1 when y_j comes.  The units from n+1 on are
// sticky notes of bad pairs.
#pragma once
#include "constructions/recurrent_construction.h"

// NULL, or that n is more than such a model takes.
const char *pair_recurrent_admits(const Params *p);

// r <- the model for the task that holds unless some pair is bad, with a note for each entry of
// `bad`, pairs 2 x + y.  Undo with recurrent_clear.
void pair_recurrent_build(Recurrent *r, const Task *task, const Params *p, const unsigned *bad,
                          size_t notes);

// What is promised of it: margin 1/2, n + 1 + notes units of one bit.
void pair_recurrent_promise(RecurrentPromise *promise, const Params *p, size_t notes);
