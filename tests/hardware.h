// hardware.h - the forward pass in the machine's own double and float, written out.
//
// The order of operations of net/evaluate.h in plain C, to compare float:binary64 and
// float:binary32 with.  Powers come from MPFR, correctly rounded.
#pragma once
#include "net/transformer.h"

// output[r] <- the readout's rows on the word.  Whether every number on the way is finite; the pass
// goes on to the end anyway.
bool hardware_double(double *output, const Transformer *t, const Token *word);
bool hardware_float(double *output, const Transformer *t, const Token *word);
