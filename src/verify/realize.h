// realize.h - a search for a word whose positions have given states.
#pragma once
#include "verify/relaxation.h"

// word (some word beforehand) <- one in which as few positions as could be found have another state
// than option[..]; tokens that the clause requires (NO_CLAUSE: none) are there and stay.  How many
// positions have another state.  A local search, with some 2^22 looks at a state at most; the same
// for the same *seed, which goes on.
size_t realize(Token *word, const Relaxation *r, const size_t *option, size_t clause,
               uint64_t *seed);
