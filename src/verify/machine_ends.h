// machine_ends.h - machine operations on numbers known to lie between two ends, and what follows
// the heads at the readout.
//
// A number is two consecutive Nums, its least and its most.  Every operation and its rounding is
// monotone in each operand, so the ends of the results are results (docs/machines.md#lemma-1).
#pragma once
#include "verify/machine.h"

// y <- m x on ends, rows as num_apply has them.
void ends_apply(Num *y, const NumMatrix *m, const Num *x, const ArithSpec *spec);

// The answer's least margin (net/margin.h) if the readout's position has the stream x before the
// last layer's heads, whose ratios, heads one after the other, have these ends; exactly the margin
// where both ends are one.  NULL, or what may have no number.
const char *machine_finish(mpq_t margin, const Machine *m, const Num *x, const Num *ratio,
                           size_t answer);
