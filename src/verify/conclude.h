// conclude.h - the finding that follows from the worst of all words.
#pragma once
#include "net/bounds.h"
#include "verify/finding.h"
#include "verify/worst.h"

// What was checked.
typedef struct Check {
    const Transformer *t;
    const ArithSpec *arithmetic;
    const Bounds *bounds;   // of a bounded arithmetic, else NULL
    Target *target;         // NULL: unknown
    bool filtered;          // see judge.h
    uint64_t total;         // inputs that there are
} Check;

// Fills in verdict, margin, attention, witness, inputs and reason, as exhaustive.h says.  The naive
// evaluator confirms the witness.
void conclude(Finding *f, const Check *c, const Worst *worst);
