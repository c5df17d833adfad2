// dyck_recurrent_lower.c - docs/recurrent.md#theorem-2.
#include "proofs-checks/recurrent_lower.h"

extern const Claim claim_dyck_recurrent_lower;

static const char *admits(const Params *p) { return recurrent_lower_admits(&task_dyck, p); }

static int check(Finding *f, const Params *p, const Effort *e) {
    (void)e;
    return recurrent_lower_check(f, claim_dyck_recurrent_lower.name, &task_dyck, p);
}

const Claim claim_dyck_recurrent_lower = {
    .name = "dyck/recurrent-lower",
    .summary = "as few bits as any recurrent model has; n = 0: for words of every length",
    .theorem = "recurrent.md#theorem-2",
    .sizes = "0,2,8,16",
    .task = &task_dyck,
    .admits = admits,
    .check = check,
};
