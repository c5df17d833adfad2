// shell.h - the program as its users run it, and what must come of it.
//
// The environment variable CHASM names the program (meson test sets it).
#pragma once

// Each test runs in a process and a folder of its own: between these two.
void shell_begin(void);
void shell_end(void);

// What came of a run.
typedef struct Run {
    int status;
    char *out, *err;
} Run;

// Runs the shell's line, in which chasm stands for the program.  Undo with run_clear.
Run shell_run(const char *line);
void run_clear(Run *r);

// Wrong use: status 2, nothing on standard output, this one line on standard error, no file.
void expect_error(const char *line, const char *message);

// Good use: this status, nothing on standard error, and this text somewhere on standard output.
void expect(int status, const char *line, const char *somewhere);
