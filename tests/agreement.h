// agreement.h - verdicts against one another: certificates and exhaustive checks of the same model,
// and a witness by itself.
#pragma once
#include "harness.h"
#include "math/arith.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Fails the test if there is no such arithmetic.
ArithSpec arithmetic_named(const char *text);

// The witness alone reproduces: no answer, or a wrong one.  Needs an arithmetic that is not bounded
// and does not enclose.
bool witness_fails(const Transformer *t, const char *arithmetic, const char *witness);

// How many verdicts of each kind certificates gave.
typedef struct Agreement {
    size_t decided;   // with the margin, or a bound of it
    size_t bounded;   // of those decided: with a bound
    size_t refuted;   // of those decided
    size_t found;     // refuted by a word, without a margin
    size_t undecided;
} Agreement;

// The witness alone, in the naive evaluator, shows what the finding says of it.
void expect_witness(const Transformer *t, const Finding *f);

// Judges the model by both methods.  Unless the certificate is undecided, which needs a reason, the
// verdicts are equal, and so are margin and attention if it gives them, but a bound may be less
// than the margin; and the witnesses show by themselves, to the naive evaluator, what is said of
// them.
void expect_agreement(const Transformer *t, Target *target, Agreement *tally, const char *what);

// Certificates in balls that find out for themselves how many bits they need.
extern const Effort ball_effort;

// How many verdicts of each kind certificates in balls gave.
typedef struct Enclosures {
    size_t proved, refuted, undecided;
} Enclosures;

// Judges the model by a certificate in balls, and compares it with enclosures of every word's
// margin.  tight: the bound is within 2^-20 of the least margin.
void expect_enclosure(const Transformer *t, Enclosures *tally, bool tight, const char *what);
