#include "proofs-checks/explicit.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "constructions/instance.h"
#include "verify/check.h"
#include "verify/class_certificate.h"
#include <string.h>

static void fill_code(Finding *f, const Instance *in) {
    f->code_name = alloc_string(in->code.name);
    f->code_words = in->code.words;
    f->code_length = in->code.length;
    f->code_distance = in->distance;
}

static void fill_promise(Finding *f, const Instance *in) {
    Promise promise;
    promise_init(&promise);
    in->construction->promise(&promise, &in->params, &in->code, in->temperature);
    f->has_promise = true;
    mpq_set(f->promise, promise.margin);
    promise_clear(&promise);
}

// Whether a certificate is wanted, and the code lets it do without the model.
static bool does_by_classes(const Instance *in, const Effort *e) {
    const Task *task = in->construction->task;
    bool exact = e->arithmetic.ar == NULL || e->arithmetic.ar == &arith_exact;
    bool certificate = e->method == METHOD_CERTIFICATE ||
                       (e->method == METHOD_AUTO && !check_is_small(task, &in->params));
    return exact && certificate && !e->naive && in->params.base == BASE_2 &&
           in->construction->seeding != NULL && in->code.linear;
}

// The certificate by the weights of the code's words; UNKNOWN if they cannot be counted.
static void check_classes(Finding *f, const Instance *in, const Effort *e) {
    const Construction *c = in->construction;
    Weights weights;
    Transformer seed;
    mpz_t n;
    if (weights_count(&weights, &f->reason, &in->code, (Hamming){ .jobs = e->jobs }) < 0)
        return;
    mpz_init_set_ui(n, in->params.n);
    c->seeding->seed(&seed, &in->params, n, in->code.length, in->temperature);
    class_certificate_check(f, &seed, &weights, &in->code, c->target);
    transformer_clear(&seed);
    weights_clear(&weights);
    mpz_clear(n);
}

static int judge(Finding *f, Instance *in, const Effort *e) {
    const Construction *c = in->construction;
    if (does_by_classes(in, e)) {
        check_classes(f, in, e);
        if (f->verdict != UNKNOWN || interrupted())
            return 0;
        finding_clear(f);
        finding_init(f);
    }
    if (instance_build(in) < 0)
        return -1;
    return check_model(f, &in->model, c->target, c->name, e);
}

int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e) {
    Instance in;
    if (instance_find(&in, c, p) < 0)
        return -1;
    if (judge(f, &in, e) < 0) {
        instance_clear(&in);
        return -1;
    }
    f->claim = c->name;
    f->params = *p;
    f->has_readout = c->task->boolean;
    f->temperature = in.temperature;
    fill_code(f, &in);
    if (in.promised && strcmp(f->arithmetic, "exact") == 0)
        fill_promise(f, &in);
    instance_clear(&in);
    return 0;
}
