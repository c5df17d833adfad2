// exhaustive.h - the check that tries every word.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// NULL, or that the task has 2^62 words or more at that size.
const char *exhaustive_admits(const Task *task, const Params *p);

// Judges t, in the arithmetic of the effort, on every word of its task and size.  Fills in the
// finding (init beforehand) but for the claim, the code and the promise:
//
//   PROVED    every word was judged and every margin is > 0
//   REFUTED   some margin is <= 0, or the machine has no answer to some word (an overflow, a sum of
//             weights that is 0: then the reason tells where); the witness is a word with the least
//             margin found, or, where margins are enclosed, the first that certainly fails
//   UNKNOWN   the user interrupted before either, or the arithmetic encloses and the sign of some
//             margin is not certain at its greatest precision, or, in exact arithmetic, some word
//             has a score that is no integer; the reason says how far it got, or names layer,
//             head, positions and word
//
// The margin is given only if every word has one; in an arithmetic that encloses it is a lower
// bound of the least.  So is the attention, in exact arithmetics, on what `target` says is meant
// (NULL: unknown).  The witness attains the margin: the naive evaluator has confirmed it.
// Before work of more than a minute a warning gives an estimate.
// inputs counts the words that have a margin, or none because the machine has no answer.  -1 after
// an error: base e in exact arithmetic; 2^62 words or more.
int exhaustive_check(Finding *f, const Transformer *t, Target *target, const char *name,
                     const Effort *e);
