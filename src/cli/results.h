// results.h - verdicts read back from a file: what `chasm verify -f json` or `chasm check -f json`
// wrote.
#pragma once
#include "base/json_input.h"
#include "cli/measured.h"
#include "report/table.h"

typedef struct Result {
    json_t *object;   // its line
    size_t line;
    char *what;   // claim, size and circumstances: what two files must have in common
    char *how;    // and what may change from one to the other: method, code, temperature
    Measured measured;
    const char *outcome;   // of `chasm check`, else NULL
} Result;

typedef struct Results {
    const char *name;
    Text text;   // the lines as one JSON list, line by line
    JsonInput in;
    Result *result;
    size_t results;   // at least 1
} Results;

// *r <- the file; "-" is standard input.  Undo with results_clear.  -1, with nothing to undo, after
// an error "FILE:LINE: WHERE: what is wrong".
int results_read(Results *r, const char *file);
int results_parse(Results *r, const char *file, const char *bytes, size_t length);
void results_clear(Results *r);

// Adds to a table of differences (cmd_diff.c) a row for everything that differs between the two.
// PROVED if none of it is for the worse: no result vanished, no verdict changed, no margin and no
// lower bound is less or gone, no width, precision or number of bits more, and no expectation was
// met before and is not now.  REFUTED if some is.  Results are paired by `what`, and where several
// of a file have the same, first by `how` too, then in their order.
Verdict results_compare(Table *t, const Results *old, const Results *new);
