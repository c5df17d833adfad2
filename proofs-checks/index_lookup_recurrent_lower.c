// index_lookup_recurrent_lower.c - docs/recurrent.md#theorem-2.
#include "proofs-checks/recurrent_lower.h"

extern const Claim claim_index_lookup_recurrent_lower;

static const char *admits(const Params *p) { return recurrent_lower_admits(&task_index_lookup, p); }

static int check(Finding *f, const Params *p, const Effort *e) {
    (void)e;
    return recurrent_lower_check(f, claim_index_lookup_recurrent_lower.name, &task_index_lookup, p);
}

const Claim claim_index_lookup_recurrent_lower = {
    .name = "index-lookup/recurrent-lower",
    .summary = "no recurrent model has fewer than ceil(N log2 q) bits",
    .theorem = "recurrent.md#theorem-2",
    .sizes = "1..8",
    .task = &task_index_lookup,
    .admits = admits,
    .check = check,
};
