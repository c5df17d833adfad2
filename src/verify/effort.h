// effort.h - how a check is to be done.
#pragma once
#include "math/arith.h"
#include <stdbool.h>

typedef enum Method {
    METHOD_AUTO,
    METHOD_EXHAUSTIVE,
    METHOD_CERTIFICATE,
    METHOD_WEIGHT_DISTRIBUTION,   // of a claim that is a construction only:
                                  // proofs-checks/explicit.h
} Method;

typedef struct Effort {
    unsigned jobs;          // threads, at least 1; the finding does not depend on it
    ArithSpec arithmetic;   // in which numbers; .ar == NULL: exact
    Method method;
    bool naive;      // evaluate by the definition: slow, to compare with
    bool progress;   // show progress on standard error
    bool brief;      // METHOD_AUTO: what a certificate leaves undecided stays so (check.h)
    // Of an exhaustive check of a transformer: a part of it, or a file that says how far it got
    // (run_file.h).  NULL: all of it, at once.
    const struct RunRequest *run;
} Effort;

// Whether numbers are enclosures of real ones.
static inline bool effort_encloses(const Effort *e) {
    return e->arithmetic.ar != NULL && e->arithmetic.ar->encloses;
}
