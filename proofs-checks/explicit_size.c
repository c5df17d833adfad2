#include "proofs-checks/explicit_size.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "proofs-checks/explicit.h"
#include "proofs-checks/precision.h"
#include <string.h>

static const char *const names[] = { "recurrent", "one-layer", "two-layer" };

const char *architecture_name(Architecture a) { return names[a]; }

static Architecture architecture_of(const char *construction) {
    const char *part = strchr(construction, '/') + 1;
    Architecture a = ARCHITECTURE_RECURRENT;
    while (a < ARCHITECTURE_TWO_LAYERS && strncmp(part, names[a], strlen(names[a])) != 0)
        a++;
    return a;
}

bool explicit_at(Explicit *e, size_t i) {
    size_t transformers = 0, recurrent = 0;
    while (constructions[transformers] != NULL)
        transformers++;
    while (recurrent_constructions[recurrent] != NULL)
        recurrent++;
    if (i >= transformers + recurrent)
        return false;
    *e = (Explicit){ 0 };
    if (i < transformers)
        e->transformer = constructions[i];
    else
        e->recurrent = recurrent_constructions[i - transformers];
    e->name = i < transformers ? e->transformer->name : e->recurrent->name;
    e->task = i < transformers ? e->transformer->task : e->recurrent->task;
    e->architecture = architecture_of(e->name);
    e->linear = text_matches("*-linear", e->name);
    return true;
}

enum { UNDECIDED_MOST = 4 };

static int find_precision(ExplicitSize *s, const Instance *in, long from, long to,
                          const Effort *effort) {
    const Machines machines = { .fixed = true };
    size_t undecided = 0;
    for (long p = from; p <= to && s->precision == 0 && undecided < UNDECIDED_MOST; p++) {
        Effort tried = *effort;
        tried.brief = true;
        Finding f;
        if (interrupted())
            return 0;
        if (!machines_at(&tried.arithmetic, &machines, p))
            continue;
        finding_init(&f);
        int status = explicit_check_instance(&f, in, &tried);
        if (status == 0 && f.verdict == PROVED)
            s->precision = p;
        undecided += f.verdict == UNKNOWN;
        finding_clear(&f);
        if (status < 0)
            return -1;
    }
    return 0;
}

static int find_transformer(ExplicitSize *s, char **why, const Construction *c, const Params *p,
                            long from, long to, const Effort *effort) {
    Instance in;
    *why = instance_find(&in, from > to, c, p);
    if (*why != NULL)
        return 0;
    int status = 0;
    s->width = c->width(p, &in.code);
    if (from <= to)
        *why = instance_build(&in);
    if (from <= to && *why == NULL) {
        s->heads = transformer_size(&in.model).heads;
        status = find_precision(s, &in, from, to, effort);
    }
    instance_clear(&in);
    return status;
}

static int find_recurrent(ExplicitSize *s, char **why, const RecurrentConstruction *c,
                          const Params *p, const Effort *effort) {
    Params judged = *p;
    Finding f;
    judged.n = c->task->endless ? 0 : p->n;
    const char *refused = recurrent_construction_admits(c, &judged);
    if (refused != NULL) {
        *why = alloc_string(refused);
        return 0;
    }
    finding_init(&f);
    int status = explicit_recurrent_check(&f, c, &judged, effort);
    if (status == 0) {
        s->width = f.size.width;
        s->precision = f.verdict == PROVED ? (long)f.precision : 0;
    }
    finding_clear(&f);
    return status;
}

int explicit_size_find(ExplicitSize *s, char **why, const Explicit *e, const Params *p, long from,
                       long to, const Effort *effort) {
    *s = (ExplicitSize){ 0 };
    *why = NULL;
    const char *refused = e->task->admits(p);
    int status = 0;
    if (refused != NULL)
        *why = alloc_string(refused);
    else if (e->transformer != NULL)
        status = find_transformer(s, why, e->transformer, p, from, to, effort);
    else
        status = find_recurrent(s, why, e->recurrent, p, effort);
    s->bits = s->width * (uint64_t)s->precision;
    return status;
}
