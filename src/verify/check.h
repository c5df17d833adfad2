// check.h - the check of a model by the method asked for.
//
// METHOD_EXHAUSTIVE tries every word, METHOD_CERTIFICATE proves the margin for all words at once,
// and METHOD_AUTO tries every word where there are at most 2^AUTO_BITS (on machines, whose
// evaluation is slow, 2^AUTO_MACHINE_BITS), else proves the margin, else, where a certificate is
// undecided, tries every word after all, up to 2^LAST_BITS (2^LAST_MACHINE_BITS) of them, unless
// the effort is to be brief, as in a table of many checks.
#pragma once
#include "verify/effort.h"
#include "verify/finding.h"

enum { AUTO_BITS = 24, AUTO_MACHINE_BITS = 10, LAST_BITS = 30, LAST_MACHINE_BITS = 20 };

// NULL, or why the method cannot be used at that size.
const char *check_admits(const Task *task, const Params *p, Method method);

// Whether METHOD_AUTO tries every word of that size, in numbers of a machine or others.
bool check_is_small(const Task *task, const Params *p, bool machine);

// Judges t, answer by answer where its task has several (transformer_at): exhaustive_check,
// certificate_check or, on a machine, machine_certificate_check. -1 after an error: base e in exact
// arithmetic, the method METHOD_WEIGHT_DISTRIBUTION, which needs a code, or what check_admits says.
int check_model(Finding *f, const Transformer *t, Target *target, const char *name,
                const Effort *e);
