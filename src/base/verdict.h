// verdict.h - the three answers of every check.
#pragma once

// PROVED only if every case was covered and there was at least one; REFUTED only with a witness;
// everything else, also a check that was stopped, is UNKNOWN, and UNKNOWN is never a pass.
typedef enum Verdict { UNKNOWN, REFUTED, PROVED } Verdict;

// "undecided", "fails", "holds".
const char *verdict_name(Verdict v);

// The verdict on both statements together: REFUTED if one is, PROVED if both are.
Verdict verdict_and(Verdict a, Verdict b);

// Exit statuses of the program.
enum { EXIT_HOLDS = 0, EXIT_FAILS = 1, EXIT_USAGE = 2, EXIT_UNDECIDED = 3 };
int verdict_exit_status(Verdict v);
