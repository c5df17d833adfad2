// measured.h - what is said of a verdict that can be better or worse: expected of it, or found.
#pragma once
#include "base/json_input.h"
#include "base/text.h"
#include "base/verdict.h"
#include <gmp.h>
#include <stdint.h>

// Numbers beside the margin.  Of a lower bound more is better, of the others less.
typedef enum Quantity { WIDTH, PRECISION, BITS, LOWER_BOUND, QUANTITIES } Quantity;
extern const char *const quantity_names[QUANTITIES];   // "width", ..
bool quantity_more_is_better(Quantity q);

typedef struct Measured {
    bool has_verdict;
    Verdict verdict;
    bool has_margin;
    mpq_t margin;
    bool bounded;           // the margin is a certified lower bound of the true one
    bool has[QUANTITIES];   // what has not is unknown, or does not apply
    uint64_t value[QUANTITIES];
} Measured;

// Nothing is known.  Undo with measured_clear.
void measured_init(Measured *m);
void measured_clear(Measured *m);

// *v <- the verdict of that name; -1 after an error.
int node_verdict(Verdict *v, const Node *n);

// m, init beforehand, <- the fields of an object as docs/verdict.md lists them; others are not
// looked at.  -1 after an error.
int measured_read(Measured *m, const Node *object);

// m <- for each expectation of a claim file the worse of both, as one that both of them meet.
// The verdicts must be the same.  What one of them lacks, m lacks.
void measured_merge(Measured *m, const Measured *other);

// PROVED if all that is expected is found to be so, REFUTED if something is not, else UNKNOWN: what
// is expected cannot be told from what was found, or is not known.  Appends to `unmet`, a JSON
// list, a string for everything that is not so or not known to be.
//
// A verdict is to be the same; a margin and a lower bound at least, the others at most what is
// expected.  A certified lower bound that is too small tells nothing.
Verdict measured_meets(json_t *unmet, const Measured *found, const Measured *expected);
