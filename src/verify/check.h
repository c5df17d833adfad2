// check.h - the check of a model by the method asked for.
//
// METHOD_EXHAUSTIVE tries every word, METHOD_CERTIFICATE proves the margin for all words at once,
// and METHOD_AUTO tries every word where there are at most 2^AUTO_BITS, else proves the margin,
// else, where a certificate is undecided, tries every word if that can be done at all.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

enum { AUTO_BITS = 24 };

// NULL, or why the method cannot be used at that size.
const char *check_admits(const Task *task, const Params *p, Method method);

// Whether METHOD_AUTO tries every word of that size.
bool check_is_small(const Task *task, const Params *p);

// Judges t: exhaustive_check or, in exact arithmetic only, certificate_check.
// -1 after an error: base e in exact arithmetic, a certificate in another, the method
// METHOD_WEIGHT_DISTRIBUTION, which needs a code, or what check_admits says.
int check_model(Finding *f, const Transformer *t, Target *target, const char *name,
                const Effort *e);
