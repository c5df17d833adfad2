// error.h - the three ways to fail.
//
// A broken contract (a programmer's mistake) aborts: require.  Memory that ran out ends the
// program: die.  Bad input (an argument, a file) is told in one line on standard error and comes
// back as -1: error.  A false statement is no failure but a verdict: see verdict.h.
#pragma once

// Aborts with file, line and the condition unless the condition holds.  Always compiled in.
#define require(condition) ((condition) ? (void)0 : require_failed(#condition, __FILE__, __LINE__))
_Noreturn void require_failed(const char *condition, const char *file, int line);

// Prints "chasm: MESSAGE" on standard error and returns -1.  A message about a file starts with
// "FILE:LINE: ", one about an option with the option's name.
int error(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Until error_place(NULL), errors and warnings of this thread begin with the place: work that an
// entry of a file asked for is told about as that entry's, "FILE:LINE".  The string must live so
// long.
void error_place(const char *place);

// Prints "chasm: warning: MESSAGE" on standard error.
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Prints "chasm: MESSAGE" and exits with status 2.  For what no caller can mend.
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
