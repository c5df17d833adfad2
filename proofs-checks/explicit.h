// explicit.h - the claim that a construction makes: its model solves the task at that size.
#pragma once
#include "constructions/instance.h"
#include "constructions/recurrent_construction.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Judges the model on every word.  The promise is given where the theorem makes one for the
// temperature and the arithmetic is exact; the verdict does not rest on it.  Errors as check_model.
int explicit_check_instance(Finding *f, const Instance *in, const Effort *e);

// The same for the model built for these parameters.  Errors as instance_init too.
int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e);

// The same for a recurrent construction.  Errors as recurrent_check.  Needs
// recurrent_construction_admits(c, p) == NULL.
int explicit_recurrent_check(Finding *f, const RecurrentConstruction *c, const Params *p,
                             const Effort *e);
