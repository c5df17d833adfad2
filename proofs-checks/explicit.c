#include "proofs-checks/explicit.h"
#include "base/alloc.h"
#include "verify/check.h"
#include "verify/recurrent_check.h"
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

int explicit_check_instance(Finding *f, const Instance *in, const Effort *e) {
    const Construction *c = in->construction;
    if (check_model(f, &in->model, c->target, c->name, e) < 0)
        return -1;
    f->claim = c->name;
    f->params = in->params;
    f->has_readout = c->task->boolean && !c->codeless;
    f->temperature = in->temperature;
    if (!c->codeless)
        fill_code(f, in);
    if (in->promised && strcmp(f->arithmetic, "exact") == 0)
        fill_promise(f, in);
    return 0;
}

int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e) {
    Instance in;
    if (instance_init(&in, c, p) < 0)
        return -1;
    int status = explicit_check_instance(f, &in, e);
    instance_clear(&in);
    return status;
}

int explicit_recurrent_check(Finding *f, const RecurrentConstruction *c, const Params *p,
                             const Effort *e) {
    Recurrent r;
    RecurrentPromise promise;
    c->build(&r, p);
    int status = recurrent_check(f, &r, c->name, e);
    recurrent_clear(&r);
    if (status < 0)
        return -1;
    f->claim = c->name;
    f->params = *p;
    if (strcmp(f->arithmetic, "exact") != 0)
        return 0;
    recurrent_promise_init(&promise);
    c->promise(&promise, p);
    f->has_promise = true;
    mpq_set(f->promise, promise.margin);
    recurrent_promise_clear(&promise);
    return 0;
}
