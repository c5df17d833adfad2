// certificate.h - the check of all words at once, without enumerating them.
//
// The task describes its words as a union of product domains (task/domain.h).  Layer 1 is bounded
// at every position over all words (clean_states.h); where that shows every stream that layer 2
// reads to be a function of its own group's option, layer 2 has product domains again, and the
// worst margin is a linear-fractional program (fractional.h), solved exactly.  Everything is read
// off the model's weights: docs/certificate.md.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// Judges t on every word of its task and size, in exact arithmetic; fills in the finding as
// exhaustive_check does.  The margin is the exact worst case, and the witness attains it; or a
// lower bound of it, and the witness is the worst word found.  Where the abstraction loses too much
// there is a reason and no margin: REFUTED if some word shows it (counterexample.h), else UNKNOWN.
// -1 after an error: base e.
// O(L^2) machine operations per head and hidden unit for two layers, O(L) for one.
int certificate_check(Finding *f, const Transformer *t, Target *target, const char *name,
                      const Effort *e);
