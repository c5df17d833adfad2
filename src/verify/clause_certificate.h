// clause_certificate.h - the check of all words at once, of a task whose words clauses decide.
//
// Such words are no union of few product domains.  Layer 1 is bounded at every position over all
// words with given tokens at a few positions (local_states.h); the last layer's programs then range
// over all picks of states that agree with the answer clause by clause (relaxation.h), and so their
// least value is a lower bound of the worst margin; a search for words with the states that attain
// it (realize.h) often shows it to be the margin: docs/certificate.md#theorem-2.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// Judges t on every word of its task and size, as certificate_check does.  The margin is a lower
// bound, f->enclosed, unless a word was found that attains it; REFUTED needs a word.
// -1 after an error: base e in exact arithmetic.  Needs t->task->clauses != NULL.
// O(L^2) machine operations per head.
int clause_certificate_check(Finding *f, const Transformer *t, const char *name, const Effort *e);
