// class_certificate.h - the certificate of a coded model over a linear code, from its seed alone.
//
// The indices fall into classes by their distance, and all indices see the same classes:
// docs/symmetry.md#theorem-1.  Nothing grows with the number of positions but the witness.
#pragma once
#include "math/weights.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Judges the model that the seed stands for over the linear code of 2^rank words with these
// weights, on every word of that size; fills in the finding as certificate_check does, in exact
// arithmetic or in balls.  With the code at hand the witness is a word, and the method
// "certificate".  code NULL: the method is "weight-distribution", and the witness tells each
// class's option (docs/symmetry.md#sizes); the size goes to params.n, or to params.power where it
// exceeds 2^53, and numbers that do not fit go to the finding's texts.  UNKNOWN with a reason if
// theorem 1 says nothing about the seed, or too little.  -1 after an error: base e in exact
// arithmetic. Needs weights_admit(weights) == NULL.
int class_certificate_check(Finding *f, const Transformer *seed, const Weights *weights,
                            const Code *code, Target *target, const char *name, const Effort *e);
