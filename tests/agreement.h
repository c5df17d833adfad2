// agreement.h - certificates against exhaustive checks of the same model.
#pragma once
#include "harness.h"
#include "verify/finding.h"

// How many verdicts of each kind certificates gave.
typedef struct Tally {
    size_t decided;   // with the margin, or a bound of it
    size_t bounded;   // of those decided: with a bound
    size_t refuted;   // of those decided
    size_t found;     // refuted by a word, without a margin
    size_t undecided;
} Tally;

// The witness alone, in the naive evaluator, shows what the finding says of it.
void expect_witness(const Transformer *t, const Finding *f);

// Judges the model by both methods.  Unless the certificate is undecided, which needs a reason, the
// verdicts are equal, and so are margin and attention if it gives them, but a bound may be less
// than the margin; and the witnesses show by themselves, to the naive evaluator, what is said of
// them.
void expect_agreement(const Transformer *t, Target *target, Tally *tally, const char *what);
