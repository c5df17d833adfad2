// precision.h - at which precisions a construction's model is right on all its words.
//
// Being right is not monotone in p: a scan tries every p of a range and reports each.
#pragma once
#include "constructions/instance.h"
#include "verify/effort.h"
#include "verify/finding.h"

// The machines that differ in their precision only (docs/arithmetic.md).
typedef struct Machines {
    bool fixed;        // fixed:P; else float:P,EMIN,EMAX
    long emin, emax;   // of float; emin > emax: those that float:P has
} Machines;

// *spec <- the machine with p bits.  false: there is none, p is too small or too large.
bool machines_at(ArithSpec *spec, const Machines *m, long p);

// Appends "float", "float, exponents -14 to 15" or "fixed".
void machines_print(Text *t, const Machines *m);

typedef struct PrecisionScan {
    long from, to;      // the precisions tried: both included
    Verdict *verdict;   // verdict[p - from]
    long least;         // the least p from which all up to `to` are PROVED; 0: not even `to` is
    Finding at;         // what was found at `least`; meaningful if least > 0
    bool has_below;
    Finding below;   // what was found one bit below, where nothing is proved: of the largest p that
                     // is not PROVED
} PrecisionScan;

// Judges the model on every word at every p, from <= p <= to, upward, with the effort's method and
// threads.  -1 after an error: no word can be checked.  An interrupt leaves the rest UNKNOWN.
// Undo with precision_clear.  Needs machines_at for both ends.
int precision_scan(PrecisionScan *s, const Instance *in, const Machines *m, long from, long to,
                   const Effort *e);
void precision_clear(PrecisionScan *s);

// Appends the precisions that are PROVED as a range: "5,7..24", "none"; those UNKNOWN with a '?'.
void precision_print(Text *t, const PrecisionScan *s);
