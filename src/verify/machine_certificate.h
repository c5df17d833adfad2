// machine_certificate.h - the check of all words at once on a p-bit machine.
//
// Layer 1 is bounded at every position by monotone ends, and its streams are shown to be functions
// of their group's option (machine_states.h); layer 2, or the readout's row of a model of one
// layer, is judged domain by domain (machine_last.h).  docs/machines.md has the proofs.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

// Judges t on every word of its task and size, in the effort's arithmetic, which is a machine.
// Fills in the finding as exhaustive_check does, but for the attention: PROVED with the least
// margin, or, if `enclosed`, a lower bound of it; REFUTED with a word that fails, and with the
// least margin where that is known; UNKNOWN with a reason.  -1 after an error: the machine lacks
// the base.
int machine_certificate_check(Finding *f, const Transformer *t, const char *name, const Effort *e);
