#include "proofs-checks/claim.h"
#include "base/error.h"
#include "proofs-checks/explicit.h"
#include "registry.h"
#include "verify/check.h"

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
        return method == METHOD_WEIGHT_DISTRIBUTION
                   ? "the method weight-distribution is for claims on models"
                   : record(i)->admits(p);
    if (method == METHOD_WEIGHT_DISTRIBUTION)
        return explicit_admits_weights(c, p);
    if (p->power > 0 && c->seeding != NULL)
        return "sizes beyond 2^53 need --method weight-distribution";
    const char *why = c->task->admits(p);
    if (why == NULL)
        why = c->admits(p);
    return why ? why : check_admits(c->task, p, method);
}

int claim_ready(size_t i, const Params *p, const Effort *e) {
    const Construction *c = claim_construction(i);
    require(claim_admits(i, p, e->method) == NULL);
    if (c != NULL)
        return explicit_ready(c, p, e);
    return record(i)->ready ? record(i)->ready(p) : 0;
}

int claim_check(Finding *f, size_t i, const Params *p, const Effort *e) {
    const Construction *c = claim_construction(i);
    require(claim_admits(i, p, e->method) == NULL);
    return c ? explicit_check(f, c, p, e) : record(i)->check(f, p, e);
}
