// program.h - the program run by tests, as a user would run it, by the shell.
//
// CHASM names the program (meson test sets it).
#pragma once
#include "harness.h"

// Between the two, the current folder is a new one.  Not to be nested.
void begin(void);
void end(void);

// What came of a run.
typedef struct Run {
    int status;
    char *out, *err;
} Run;

// Runs the shell's line, in which chasm stands for the program.  Undo with run_clear.
Run run(const char *line);
void run_clear(Run *r);

// Wrong use: status 2, nothing on standard output, this one line on standard error, no file.
void expect_error(const char *line, const char *message);

// Good use: this status, nothing on standard error, and this text somewhere on standard output.
void expect(int status, const char *line, const char *somewhere);
