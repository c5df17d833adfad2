// check_table.h - verdicts beside what claim files expect of them, as rows.
#pragma once
#include "cli/claim_file.h"
#include "report/table.h"
#include "verify/finding.h"

// A table of verdicts and of expectations.  Undo with table_clear; the title must outlive it.
void check_table_init(Table *t, const char *title, bool reproducible);

// Appends the finding, with a note of what is not as the entry expects, and returns whether all is
// (measured_meets).  found, init beforehand, <- what was measured.
Verdict check_table_add(Table *t, Measured *found, const ClaimFile *f, const Entry *e,
                        const Finding *finding);

// The same for a check of that name (with its size, if there is one) that was not begun: UNKNOWN.
Verdict check_table_skip(Table *t, const ClaimFile *f, const Entry *e, const char *claim,
                         const Params *p);
