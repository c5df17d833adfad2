#include "verify/check.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "verify/certificate.h"
#include "verify/clause_certificate.h"
#include "verify/exhaustive.h"
#include "verify/machine_certificate.h"

// Whether there are certificates for the task.
static bool is_certified(const Task *task) {
    return task->domains != NULL || task->clauses != NULL;
}

const char *check_admits(const Task *task, const Params *p, Method method) {
    if (method == METHOD_CERTIFICATE && !is_certified(task))
        return "no certificate: the task's words are not known as product domains";
    return method == METHOD_EXHAUSTIVE || !is_certified(task) ? exhaustive_admits(task, p) : NULL;
}

static bool has_at_most(const Task *task, const Params *p, unsigned bits) {
    const uint64_t most = UINT64_C(1) << bits;
    uint64_t words = 1;   // below 2^62: the tokens of a position are below 2^32
    for (size_t i = 0; i < task->length(p) && words <= most; i++)
        words *= task->tokens(p, i).count;
    return words <= most;
}

// Judges t by a certificate.
static int certify(Finding *f, const Transformer *t, Target *target, const char *name,
                   const Effort *e) {
    if (e->arithmetic.ar != NULL && e->arithmetic.ar->is_machine)
        return machine_certificate_check(f, t, name, e);
    return t->task->clauses != NULL ? clause_certificate_check(f, t, name, e)
                                    : certificate_check(f, t, target, name, e);
}

// Judges a model of a single answer.
static int check_answer(Finding *f, const Transformer *t, Target *target, const char *name,
                        const Effort *e) {
    bool machine = e->arithmetic.ar != NULL && e->arithmetic.ar->is_machine;
    bool certified = machine ? t->task->domains != NULL : is_certified(t->task);
    bool exhaustive =
        e->method == METHOD_EXHAUSTIVE || (!certified && e->method == METHOD_AUTO) ||
        (e->method == METHOD_AUTO && (e->naive || check_is_small(t->task, &t->params, machine)));
    if (exhaustive)
        return exhaustive_check(f, t, target, name, e);
    if (certify(f, t, target, name, e) < 0)
        return -1;
    bool open = f->verdict == UNKNOWN && e->method == METHOD_AUTO && !e->brief && !interrupted();
    if (!open || !has_at_most(t->task, &t->params, machine ? LAST_MACHINE_BITS : LAST_BITS))
        return 0;
    warn("%s: no certificate: %s; trying every input", name, f->reason ? f->reason : "no reason");
    finding_clear(f);
    finding_init(f);
    return exhaustive_check(f, t, target, name, e);
}

bool check_is_small(const Task *task, const Params *p, bool machine) {
    return has_at_most(task, p, machine ? AUTO_MACHINE_BITS : AUTO_BITS);
}

int check_model(Finding *f, const Transformer *t, Target *target, const char *name,
                const Effort *e) {
    const char *refused = check_admits(t->task, &t->params, e->method);
    if (refused != NULL)
        return error("%s: n = %llu: %s", name, (unsigned long long)t->params.n, refused);
    if (e->method == METHOD_WEIGHT_DISTRIBUTION)
        return error("%s: the method weight-distribution is for 'chasm verify'", name);
    int status = 0;
    for (size_t o = 0; o < t->outputs && status == 0; o++) {
        Transformer at = transformer_at(t, o);
        Finding one;
        finding_init(&one);
        status = check_answer(&one, &at, target, name, e);
        one.output = t->outputs > 1 ? o + 1 : 0;
        if (o == 0)
            finding_move(f, &one);
        else
            finding_merge(f, &one);
        finding_clear(&one);
    }
    f->size = transformer_size(t);
    return status;
}
