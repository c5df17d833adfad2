// explicit.h - the claim that a construction makes: its model solves the task at that size.
#pragma once
#include "constructions/instance.h"
#include "constructions/recurrent_construction.h"
#include "verify/effort.h"
#include "verify/finding.h"

// NULL, or why METHOD_WEIGHT_DISTRIBUTION cannot be used: it needs a coded model and n = 2^r, r >=
// 1, where r may be as large as 2^16; it needs no model.
const char *explicit_admits_weights(const Construction *c, const Params *p);

// Judges the model on every word.  The promise is given where the theorem makes one for the
// temperature and the arithmetic is exact; the verdict does not rest on it.  Errors as check_model.
int explicit_check_instance(Finding *f, const Instance *in, const Effort *e);

// -1 after an error: explicit_check could not check it, for want of a code or of room, or not in
// that arithmetic.
int explicit_ready(const Construction *c, const Params *p, const Effort *e);

// The same for the model of these parameters, without building it where a certificate can do
// without (docs/symmetry.md#sizes).  By METHOD_WEIGHT_DISTRIBUTION from the seed and the weight
// distribution of the code alone.  Errors as instance_init too.
int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e);

// The same for a recurrent construction.  Errors as recurrent_check.  Needs
// recurrent_construction_admits(c, p) == NULL.
int explicit_recurrent_check(Finding *f, const RecurrentConstruction *c, const Params *p,
                             const Effort *e);
