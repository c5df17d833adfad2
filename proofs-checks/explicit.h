// explicit.h - the claim that a construction makes: its model solves the task at that size.
#pragma once
#include "constructions/construction.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Builds the model and judges it on every word.  The promise is given where the theorem makes one
// for the temperature and the arithmetic is exact; the verdict does not rest on it.  Errors as
// instance_init and exhaustive_check.
int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e);
