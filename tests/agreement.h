// agreement.h - certificates against exhaustive checks of the same model.
#pragma once
#include "harness.h"
#include "verify/finding.h"

// How many verdicts of each kind certificates gave.
typedef struct Tally {
    size_t decided, undecided;
    size_t bounded;   // of those decided: with a bound in place of the margin
    size_t refuted;   // of those decided
} Tally;

// The witness alone, in the naive evaluator, shows what the finding says of it.
void expect_witness(const Transformer *t, const Finding *f);

// Judges the model by both methods.  Unless the certificate is undecided, which needs a reason, the
// verdicts, margins and attentions are equal, but a certificate's bound may be less than the
// margin; and the witnesses show by themselves, to the naive evaluator, what is said of them.
void expect_agreement(const Transformer *t, Target *target, Tally *tally, const char *what);
