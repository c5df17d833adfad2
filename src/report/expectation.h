// expectation.h - rows that say whether something was as expected: what CI systems are told.
//
// A table of expectations has the columns
//
//     name      what was checked, one line
//     outcome   "met", "not met" or "undecided"
//     file      where it is expected; line, from 1
//     unmet     a list of strings: what is not as expected, or not known to be
#pragma once
#include "report/table.h"

// Borrows from the row.
typedef struct Expectation {
    const char *name, *file;
    size_t line;
    bool met, undecided;
    char *why;   // the unmet ones, separated by "; "; "" if there are none
} Expectation;

// Undo with expectation_clear.  Needs a table of expectations, and row < rows.
void expectation_init(Expectation *o, const Table *t, size_t row);
void expectation_clear(Expectation *o);

// How many rows are met, and how many undecided.
typedef struct ExpectationCounts {
    size_t all, met, undecided;
} ExpectationCounts;
ExpectationCounts expectation_count(const Table *t);
