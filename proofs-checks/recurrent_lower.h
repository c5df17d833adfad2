// recurrent_lower.h - the claims that no recurrent model of a task has a smaller state
// (docs/recurrent.md#theorem-2).
//
// At one size such a claim says that after t tokens there are as many classes of prefixes as the
// theorem's formula has, for every t; counted by refining partitions of the states of the task's
// machine, which the tests hold against the definition.
#pragma once
#include "proofs-checks/claim.h"

// NULL, or why the classes cannot be counted.
const char *recurrent_lower_admits(const Task *task, const Params *p);

// The first t after which the classes counted for p are not as many as the formula has for
// `claimed`, which is p but in tests; the length + 1 if there is none.  Needs
// recurrent_lower_admits == NULL.
size_t recurrent_lower_difference(const Task *task, const Params *p, const Params *claimed);

// Fills in the finding of the claim of that name; 0.
int recurrent_lower_check(Finding *f, const char *claim, const Task *task, const Params *p);
