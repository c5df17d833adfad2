// recurrent_check.h - the check of a recurrent model, for one size or for words of every length.
#pragma once
#include "net/recurrent.h"
#include "verify/effort.h"
#include "verify/finding.h"

// NULL, or why the check cannot be done so: words of every length cannot be tried, nor 2^62 words.
const char *recurrent_check_admits(const Task *task, const Params *p, Method method);

// Judges r, in the arithmetic of the effort.  By trying every word (enumeration.h) if n >= 1 and
// the method says so or, for METHOD_AUTO, there are at most 2^AUTO_BITS words; else, also for n =
// 0, by the exploration of all states (exploration.h).  Fills in the finding (init beforehand) but
// for the claim:
//
//   PROVED    every word was covered, and every margin is > 0
//   REFUTED   some margin is <= 0, or the machine has no answer to some word, or the model confuses
//             two prefixes that differ; the witness is a word with the least margin found, or one
//             without answer, and the evaluator, run from its first token, has confirmed it
//   UNKNOWN   none of these, and a cap was reached or the user interrupted; the reason says so
//
// The margin is given if every word was covered and has one.  Where the model is refuted, other
// than by the definition, two prefixes that it confuses are given if some were found
// (RecurrentFinding).  -1 after an error: what recurrent_check_admits says, or an arithmetic whose
// numbers are enclosures.
int recurrent_check(Finding *f, const Recurrent *r, const char *name, const Effort *e);
