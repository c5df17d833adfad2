// split_choice.h - the split that the options ask for, or the usual one.
#pragma once
#include "cli/options.h"
#include "communication/split.h"

// *name <- what to call it, which the caller frees: as asked for, but Alice's positions for `best`.
// Undo with split_clear.  -1, with nothing to undo, after an error.
int split_choose(Split *split, char **name, const Problem *problem, const Params *p,
                 const char *usual, const Options *o);
