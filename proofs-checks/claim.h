// claim.h - a claim: a statement for every size, and the check of it at one size.
//
// Every construction is a claim of the same name (explicit.c).  Others (on codes, lower bounds) are
// one record in one file (proofs-checks/NAME.c) and one word in proofs-checks/meson.build.
#pragma once
#include "constructions/construction.h"
#include "verify/effort.h"
#include "verify/finding.h"

typedef struct Claim {
    const char *name, *summary;
    const char *theorem;   // where docs/ states it: "FILE.md#ANCHOR"
    const char *sizes;     // the sizes checked unless others are asked for: "1..8"
    // NULL, or why the claim says nothing about the parameters.
    const char *(*admits)(const Params *p);
    // -1 after an error: there is no code for the parameters.  NULL: none is needed.
    int (*ready)(const Params *p);
    // Fills in the finding, init beforehand.  -1: it could not be checked, and error has told why.
    // Needs admits(p) == NULL.
    int (*check)(Finding *f, const Params *p, const Effort *e);
} Claim;

// The claims that are no constructions, in the order of proofs-checks/meson.build; ends with NULL.
extern const Claim *const claims[];

// All claims under one roof: the constructions first.  Needs i < claim_count().
size_t claim_count(void);
const char *claim_name(size_t i);
const char *claim_summary(size_t i);
const char *claim_theorem(size_t i);
const char *claim_sizes(size_t i);
const Construction *claim_construction(size_t i);   // NULL for a claim that is none
const Task *claim_task(size_t i);                   // NULL for a claim on codes
const char *claim_admits(size_t i, const Params *p, Method method);

// -1 after an error: claim_check could not check it at that size, for want of a code or of room.
// Needs claim_admits(..) == NULL.
int claim_ready(size_t i, const Params *p);
int claim_check(Finding *f, size_t i, const Params *p, const Effort *e);
