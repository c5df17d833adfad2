// machine_mlp.h - what the MLP of layer 1 makes of the streams of an interval.
#pragma once
#include "verify/machine.h"

// x[c], for the columns that are needed (last: of the readout's position), <- what the stream is
// after the MLP, if that is one number for all streams between least and most; of these only the
// columns that are read matter.  NULL, or why it is not shown to be.
const char *machine_mlp(Num *x, const Machine *m, const Num *least, const Num *most, bool last);
