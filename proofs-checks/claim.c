#include "proofs-checks/claim.h"
#include "base/error.h"
#include "proofs-checks/explicit.h"
#include "registry.h"
#include "verify/check.h"
#include "verify/recurrent_check.h"

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

static size_t recurrent_count(void) {
    size_t n = 0;
    while (recurrent_constructions[n] != NULL)
        n++;
    return n;
}

size_t claim_count(void) {
    size_t n = 0;
    while (claims[n] != NULL)
        n++;
    return construction_count() + recurrent_count() + n;
}

const Construction *claim_construction(size_t i) {
    require(i < claim_count());
    return i < construction_count() ? constructions[i] : NULL;
}

const RecurrentConstruction *claim_recurrent(size_t i) {
    require(i < claim_count());
    size_t first = construction_count();
    return i >= first && i < first + recurrent_count() ? recurrent_constructions[i - first] : NULL;
}

// The record of a claim that is no construction.
static const Claim *record(size_t i) {
    return claims[i - construction_count() - recurrent_count()];
}

// The member that all three kinds of record have.
#define MEMBER(i, member)                                                                          \
    (claim_construction(i) ? claim_construction(i)->member                                         \
     : claim_recurrent(i)  ? claim_recurrent(i)->member                                            \
                           : record(i)->member)

const char *claim_name(size_t i) { return MEMBER(i, name); }
const char *claim_summary(size_t i) { return MEMBER(i, summary); }
const char *claim_theorem(size_t i) { return MEMBER(i, theorem); }
const char *claim_sizes(size_t i) { return MEMBER(i, sizes); }

const Task *claim_task(size_t i) {
    const Construction *c = claim_construction(i);
    const RecurrentConstruction *r = claim_recurrent(i);
    return c ? c->task : r ? r->task : record(i)->task;
}

const char *claim_admits(size_t i, const Params *p, Method method) {
    const Construction *c = claim_construction(i);
    const RecurrentConstruction *r = claim_recurrent(i);
    const char *why;
    if (p->power > 0 && (r != NULL || (c != NULL && c->seeding == NULL)))
        return "sizes end at 2^53 here";
    if (r != NULL && method == METHOD_WEIGHT_DISTRIBUTION)
        return "the method weight-distribution is for models with a code";
    if (r != NULL) {
        why = recurrent_construction_admits(r, p);
        return why ? why : recurrent_check_admits(r->task, p, method);
    }
    if (c == NULL)
        return method == METHOD_WEIGHT_DISTRIBUTION
                   ? "the method weight-distribution is for claims on models"
                   : record(i)->admits(p);
    if (method == METHOD_WEIGHT_DISTRIBUTION)
        return explicit_admits_weights(c, p);
    if (p->power > 0)
        return "sizes beyond 2^53 need --method weight-distribution";
    why = c->task->admits(p);
    if (why == NULL)
        why = c->admits(p);
    return why ? why : check_admits(c->task, p, method);
}

int claim_ready(size_t i, const Params *p, const Effort *e) {
    const Construction *c = claim_construction(i);
    require(claim_admits(i, p, e->method) == NULL);
    if (claim_recurrent(i) != NULL)
        return 0;
    if (c != NULL)
        return explicit_ready(c, p, e);
    return record(i)->ready ? record(i)->ready(p) : 0;
}

int claim_check(Finding *f, size_t i, const Params *p, const Effort *e) {
    const Construction *c = claim_construction(i);
    const RecurrentConstruction *r = claim_recurrent(i);
    require(claim_admits(i, p, e->method) == NULL);
    if (r != NULL)
        return explicit_recurrent_check(f, r, p, e);
    return c ? explicit_check(f, c, p, e) : record(i)->check(f, p, e);
}
