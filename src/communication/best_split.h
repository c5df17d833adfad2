// best_split.h - the split whose matrix has the most distinct rows, over all splits.
//
// Every set of positions of Alice's that leaves Bob something is tried; a split and the exchanged
// one are counted together, the distinct columns of the one being the distinct rows of the other.
// Positions with one token only are Bob's.  Among equals the one with more distinct columns, then
// the one whose last position of Alice's comes first, then the next to last, and so on.
#pragma once
#include "communication/split.h"

enum { BEST_SPLIT_POSITIONS = 20 };

// NULL; then undo with split_clear.  Or why no split can be found, as a string that the caller
// frees: more than BEST_SPLIT_POSITIONS positions or matrices too large; excluded words; fewer than
// two positions to be shared; the user asked to stop.
char *best_split_init(Split *best, const Problem *problem, const Params *p);
