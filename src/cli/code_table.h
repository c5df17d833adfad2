// code_table.h - facts about codes as rows: the JSON fields of docs/verdict.md#codes.
#pragma once
#include "math/code_facts.h"
#include "math/vectors.h"
#include "report/table.h"

// Undo with table_clear.
void code_table_init(Table *t);

// Appends the code with its facts; the distribution makes the field weights.
void code_table_add(Table *t, const Code *c, const CodeFacts *f);

// Appends vectors that are no sign vectors.
void code_table_add_vectors(Table *t, const Vectors *v, const char *name, const VectorFacts *f);
