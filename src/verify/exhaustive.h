// exhaustive.h - the check that tries every word.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// NULL, or that the task has 2^62 words or more at that size.
const char *exhaustive_admits(const Task *task, const Params *p);

// Judges t, in exact arithmetic, on every word of its task and size.  Fills in the finding (init
// beforehand) but for the claim, the code and the promise:
//
//   PROVED    every word was judged and every margin is > 0
//   REFUTED   some margin is <= 0; the witness is a word with the least margin found
//   UNKNOWN   the user interrupted before either, or some word has a score that is no integer; the
//             reason says how far it got, or names layer, head, positions and word
//
// The margin is given only if every word was judged; so is the attention on what `target` says is
// meant (NULL: unknown).  The witness attains the margin: the naive evaluator has confirmed it.
// Before work of more than a minute a warning gives an estimate.
// inputs counts the words that have a margin.  -1 after an error: base e; 2^62 words or more.
int exhaustive_check(Finding *f, const Transformer *t, Target *target, const char *name,
                     const Effort *e);
