// explicit_size.h - how many bits an explicit model takes that was verified for all inputs.
//
// A transformer of width m in fixed:p holds m p bits per position, p the least at which it was
// verified; a recurrent model a state of m p bits, p such that no unit takes more than 2^p values
// (docs/separation.md).
#pragma once
#include "constructions/construction.h"
#include "constructions/recurrent_construction.h"
#include "verify/effort.h"

typedef enum Architecture {
    ARCHITECTURE_RECURRENT,
    ARCHITECTURE_ONE_LAYER,
    ARCHITECTURE_TWO_LAYERS
} Architecture;

// "recurrent", "one-layer", "two-layer".
const char *architecture_name(Architecture a);

// A construction of either kind.
typedef struct Explicit {
    const char *name;
    const Task *task;
    Architecture architecture;         // which its name tells: TASK/ARCHITECTURE..
    bool linear;                       // meant to match a bound, not to be small: "..-linear"
    const Construction *transformer;   // one of the two
    const RecurrentConstruction *recurrent;
} Explicit;

// *e <- the i-th of all constructions, transformers first.  false: there are not as many.
bool explicit_at(Explicit *e, size_t i);

typedef struct ExplicitSize {
    size_t width, heads;
    long precision;   // p; 0: no p of those tried was shown to hold
    uint64_t bits;    // m p
} ExplicitSize;

// *s <- the model's size of these parameters, with the first p from <= p <= to that holds for all
// inputs, given up after UNDECIDED_MOST p of which there is no telling; from > to: the width alone.
// A recurrent model of words of every length is judged for
// them, and otherwise for the size, whatever the range.  Why there is no such model goes to *why,
// which the caller frees; else NULL.  -1 after an error.
int explicit_size_find(ExplicitSize *s, char **why, const Explicit *e, const Params *p, long from,
                       long to, const Effort *effort);
