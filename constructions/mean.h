// mean.h - what the one-layer models of linear size share: one head that takes the mean of the word
// (docs/one-layer-linear.md#lemma-1).  They use no code, no temperature and one kind of readout.
#pragma once
#include "constructions/construction.h"

uint64_t mean_temperature(const Params *p, const Code *code, uint64_t distance);   // 0: none

// Adds a head, all of whose scores are 0, that adds to coordinates 0 .. d-1 of the readout's
// position, times L, the mean of these coordinates over all positions: their sum.
// Needs a readout that sees the whole word.
void mean_add_sum(Transformer *t, size_t d);
