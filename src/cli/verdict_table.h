// verdict_table.h - findings as rows: the JSON fields of docs/verdict.md, and what people see.
#pragma once
#include "math/rational.h"
#include "report/table.h"
#include "verify/finding.h"

// A table of findings.  Undo with table_clear.
void verdict_table_init(Table *t, bool reproducible);

// The same of findings of which something is expected (check_table.h); also a table of expectations
// (report/expectation.h), whose columns are left to be filled in.  The title must outlive it.
void verdict_table_init_expected(Table *t, const char *title, bool reproducible);

// Appends the finding; notes show witnesses of what fails and reasons for what is undecided.
void verdict_table_add(Table *t, const Finding *f);

// Cells that other tables share: "p/q", and the decimal that people see.
json_t *cell_rational(mpq_srcptr r);
json_t *cell_decimal(mpq_srcptr r, Rounding rounding);
// The decimal of a quotient.  Needs denominator > 0.
json_t *cell_ratio(uint64_t numerator, uint64_t denominator, Rounding rounding);
