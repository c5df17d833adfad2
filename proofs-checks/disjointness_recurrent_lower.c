// disjointness_recurrent_lower.c - docs/recurrent.md#theorem-2.
#include "proofs-checks/recurrent_lower.h"

extern const Claim claim_disjointness_recurrent_lower;

static const char *admits(const Params *p) { return recurrent_lower_admits(&task_disjointness, p); }

static int check(Finding *f, const Params *p, const Effort *e) {
    (void)e;
    return recurrent_lower_check(f, claim_disjointness_recurrent_lower.name, &task_disjointness, p);
}

const Claim claim_disjointness_recurrent_lower = {
    .name = "disjointness/recurrent-lower",
    .summary = "no recurrent model has fewer than n bits",
    .theorem = "recurrent.md#theorem-2",
    .sizes = "1..8",
    .task = &task_disjointness,
    .admits = admits,
    .check = check,
};
