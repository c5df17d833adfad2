// certificate.h - the check of all words at once, without enumerating them.
//
// The task describes its words as a union of product domains (task/domain.h).  Layer 1 is bounded
// at every position over all words (clean_states.h); where that shows every stream that layer 2
// reads to be a function of its own group's option, layer 2 has product domains again, and the
// worst margin is bounded by linear-fractional programs (last_stage.h), one for each head that
// counts.  Where weights are irrational, bounds of them take their place.  Everything is read off
// the model's weights: docs/certificate.md.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// Judges t on every word of its task and size, in exact arithmetic or in balls; fills in the
// finding as exhaustive_check does.  In exact arithmetic the margin is the worst case, and the
// witness attains it, unless f->enclosed: then the margin is a lower bound, in balls always, and
// the witness the worst word met.  Where the abstraction loses too much there is a reason, and
// perhaps no margin: REFUTED if some word shows it (counterexample.h), else UNKNOWN.
// -1 after an error: base e in exact arithmetic.
// O(L^2) machine operations per head and hidden unit for two layers, O(L) for one.
int certificate_check(Finding *f, const Transformer *t, Target *target, const char *name,
                      const Effort *e);
