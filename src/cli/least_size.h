// least_size.h - the bits that any model of an architecture has at least, if it is right on all
// words of a size; and whether an explicit one has fewer, which cannot be.
#pragma once
#include "proofs-checks/explicit_size.h"

typedef struct LeastSize {
    bool known;
    size_t heads;     // of one layer: this is about models with so many heads
    long precision;   //   in fixed:P; else both are 0
    size_t width;     //   and has at least this width; of others 0
    uint64_t bits;    // of the state; of one layer per position, width times P
} LeastSize;

// heads and precision are of no meaning for recurrent models.  Nothing is known of two layers.
LeastSize least_size(Architecture a, const Task *task, const Params *p, size_t heads,
                     long precision);

// Whether a model that was verified is smaller than any can be: an error in one of the two.  Needs
// a bound for its own architecture, heads and precision.
bool least_size_is_contradicted(const LeastSize *least, const ExplicitSize *s);
