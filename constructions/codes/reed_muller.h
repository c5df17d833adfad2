// reed_muller.h - first-order Reed-Muller codes and their half, the Hadamard codes.
#pragma once
#include "math/code.h"

// The 2^m words t -> <u, t> over GF(2), t = 0 .. 2^m - 1, and if affine also their complements:
// word i has u = the m low bits of i, and bit m complements.  Needs m <= 16, and m >= 1 or affine.
// Undo with code_clear.
void reed_muller_init(Code *c, const char *name, unsigned m, bool affine);
