// model_plan_parts.h - what the files that read a model file's plan share (model_plan.h).  All
// return -1 after an error.
#pragma once
#include "net/model_plan.h"

// A number of rows or columns and where it comes from.
typedef struct Extent {
    size_t count;
    const char *from;   // "the width"; NULL: any number will do
} Extent;

// Whether the list has so many entries, `what` they are.
int plan_check_count(const Node *list, const char *what, Extent e);

// *which <- the index of the string among the names.
int plan_read_choice(size_t *which, const Node *n, const char *const names[2]);

// The task and its parameters, but for what follows from the alphabet; plan->recurrent is known.
int plan_read_task(Plan *plan, const Node *root);

// NULL, or what the task says against the parameters, or against a recurrent model for all lengths.
const char *plan_admits(const Plan *plan);
