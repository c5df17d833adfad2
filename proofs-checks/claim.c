#include "proofs-checks/claim.h"
#include "base/error.h"
#include "proofs-checks/explicit.h"
#include "registry.h"
#include "verify/check.h"
#include <stdlib.h>

#define ENTRY(name) extern const Claim claim_##name;
CLAIMS
#undef ENTRY

const Claim *const claims[] = {
#define ENTRY(name) &claim_##name,
    CLAIMS
#undef ENTRY
        NULL,
};

static size_t construction_count(void) {
    size_t n = 0;
    while (constructions[n] != NULL)
        n++;
    return n;
}

size_t claim_count(void) {
    size_t n = 0;
    while (claims[n] != NULL)
        n++;
    return construction_count() + n;
}

const Construction *claim_construction(size_t i) {
    require(i < claim_count());
    return i < construction_count() ? constructions[i] : NULL;
}

// The record of a claim that is no construction.
static const Claim *record(size_t i) { return claims[i - construction_count()]; }

const char *claim_name(size_t i) {
    const Construction *c = claim_construction(i);
    return c ? c->name : record(i)->name;
}

const char *claim_summary(size_t i) {
    const Construction *c = claim_construction(i);
    return c ? c->summary : record(i)->summary;
}

const char *claim_theorem(size_t i) {
    const Construction *c = claim_construction(i);
    return c ? c->theorem : record(i)->theorem;
}

const char *claim_sizes(size_t i) {
    const Construction *c = claim_construction(i);
    return c ? c->sizes : record(i)->sizes;
}

const Task *claim_task(size_t i) {
    const Construction *c = claim_construction(i);
    return c ? c->task : NULL;
}

const char *claim_admits(size_t i, const Params *p, Method method) {
    const Construction *c = claim_construction(i);
    if (c == NULL)
        return record(i)->admits(p);
    const char *why = c->task->admits(p);
    if (why == NULL)
        why = c->admits(p);
    return why ? why : check_admits(c->task, p, method);
}

int claim_ready(size_t i, const Params *p) {
    const Construction *c = claim_construction(i);
    if (c == NULL)
        return record(i)->ready ? record(i)->ready(p) : 0;
    char *why = instance_admits(c, p);
    if (why != NULL)
        error("%s: %s", c->name, why);
    int status = why ? -1 : 0;
    free(why);
    return status;
}

int claim_check(Finding *f, size_t i, const Params *p, const Effort *e) {
    const Construction *c = claim_construction(i);
    require(claim_admits(i, p, e->method) == NULL);
    return c ? explicit_check(f, c, p, e) : record(i)->check(f, p, e);
}
