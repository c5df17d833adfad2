// bound_table.h - counts of communication matrices as rows: the fields of
// docs/communication.md#fields.
#pragma once
#include "communication/counts.h"
#include "report/table.h"

// Undo with table_clear.
void bound_table_init(Table *t);

// Appends the counts of that problem, size and split; method is "exhaustive" or "certificate".
void bound_table_add(Table *t, const Problem *problem, const Params *p, const char *split,
                     const char *method, const Counts *counts);
