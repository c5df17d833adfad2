// scan.h - what the tables of precisions share: which machines and precisions, and their cells.
#pragma once
#include "cli/options.h"
#include "proofs-checks/precision.h"

// The machines that the options leave, at most two; how many.
enum { MACHINES_MOST = 2 };
size_t scan_machines(Machines machines[MACHINES_MOST], const Options *o);

// The precisions that the options ask for.
void scan_range(long *from, long *to, const Options *o);

// The arithmetic of that name, "float:binary32".  Needs there to be one.
void scan_set_arithmetic(Effort *e, const char *name);

// The last row's cells "machine", "holds_at", "least_precision" and "bits" <- what the scan found.
void scan_set(Table *t, const PrecisionScan *s, const Machines *m, size_t width);

// PROVED if a least precision was found and no verdict is UNKNOWN below it; else UNKNOWN: the cap
// was reached.
Verdict scan_verdict(const PrecisionScan *s);

// Appends the word, shortened in the middle if it is long: "0 1 0 .. 1 # (130 tokens)".
void scan_print_word(Text *t, const char *word);
