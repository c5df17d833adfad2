// explicit.h - the claim that a construction makes: its model solves the task at that size.
#pragma once
#include "constructions/construction.h"
#include "verify/effort.h"
#include "verify/finding.h"

// NULL, or why METHOD_WEIGHT_DISTRIBUTION cannot be used: it needs a coded model and n = 2^r, r >=
// 1, where r may be as large as 2^16; it needs no model.
const char *explicit_admits_weights(const Construction *c, const Params *p);

// By METHOD_WEIGHT_DISTRIBUTION, from the seed and the weight distribution of the code; else builds
// the model and judges it on every word.  The promise is given where the theorem makes one for the
// temperature and the arithmetic is exact; the verdict does not rest on it.  Errors as
// instance_init and exhaustive_check.
int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e);
