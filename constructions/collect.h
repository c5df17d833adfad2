// collect.h - a last layer that tells the end token whether some clean bit is 1.
//
// docs/equality.md#theorem-1, step (3): with M ones among L bits, the end token's own being 0, it
// receives M / L (uniform) or M 2^u / (M 2^u + L - M) (peaked).
#pragma once
#include "net/transformer.h"

// One head that writes that to coordinate `bit`, which holds the bits; in `end` the end token alone
// holds 1.
void collect_add(Layer *layer, size_t width, size_t end, size_t bit, ReadoutKind readout,
                 const mpz_t length);

// r <- the threshold: 1/2 (peaked) or 1 / (2L).
void collect_threshold(mpq_t r, ReadoutKind readout, const mpz_t length);

// margin <- by how much a single 1 exceeds the threshold; none falls short of it by the threshold.
void collect_margin(mpq_t margin, ReadoutKind readout, const mpz_t length);
