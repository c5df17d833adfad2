// diagnosis.h - why a machine answers a word wrongly that the model over the reals answers rightly.
#pragma once
#include "base/text.h"
#include "math/arith.h"
#include "net/transformer.h"

typedef enum Cause {
    CAUSE_NONE,      // the machine is right on the word
    CAUSE_MODEL,     // the model over the reals is wrong on the word as well
    CAUSE_FAULT,     // the machine has no number: an overflow, a sum that is 0
    CAUSE_WEIGHTS,   // the model with its weights rounded to the machine's numbers is wrong already
                     // over the reals: a weight is not representable
    CAUSE_SUM,      // none of these, and with the sums over positions rounded only once the machine
                    // is right: they stagnate, or lose too much
    CAUSE_MARGIN,   // none of these: all rounding together uses up the margin
    CAUSE_UNKNOWN,   // enclosures do not tell, or the word is too long to be evaluated for that
} Cause;

// "overflow", "weights", ..: one word for tables.
const char *cause_name(Cause c);

// Longest word that is diagnosed, in tokens; longer ones are CAUSE_UNKNOWN.
enum { LARGEST_DIAGNOSED = 1100 };

// The cause; appended to *detail: the place of a fault, or the weight.
// Needs a machine without score bounds (float).  O(L^2) numbers of the machine and of enclosures.
Cause diagnose(Text *detail, const Transformer *t, const ArithSpec *machine, const Token *word);
