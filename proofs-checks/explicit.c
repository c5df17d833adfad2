#include "proofs-checks/explicit.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "constructions/codes/family.h"
#include "verify/check.h"
#include "verify/class_certificate.h"
#include "verify/key_certificate.h"
#include "verify/recurrent_check.h"
#include <stdlib.h>
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
    f->has_promise = !promise.is_bound;
    mpq_set(f->promise, promise.margin);
    promise_clear(&promise);
}

// Whether a certificate over the reals is wanted, which a linear code lets do without the model.
static bool wants_classes(const Construction *c, const Params *p, const Effort *e) {
    bool machine = e->arithmetic.ar != NULL && e->arithmetic.ar->is_machine;
    bool certificate = e->method == METHOD_CERTIFICATE || (e->method == METHOD_AUTO && !e->naive &&
                                                           !check_is_small(c->task, p, machine));
    return certificate && !machine && (c->seeding != NULL || c->keyed != NULL);
}

static int check_keys(Finding *f, const Instance *in, const Weights *weights, const Effort *e) {
    Transformer seed;
    in->construction->keyed(&seed, &in->params, &in->code, in->temperature);
    seed.base = in->params.base;
    int status =
        key_certificate_check(f, &seed, &in->params, weights, &in->code, in->construction->name, e);
    transformer_clear(&seed);
    return status;
}

// The certificate by the weights of the code's words; UNKNOWN if they cannot be counted.  -1 after
// an error.
static int check_classes(Finding *f, const Instance *in, const Effort *e) {
    const Construction *c = in->construction;
    Weights weights;
    Transformer seed;
    mpz_t n;
    if (weights_count(&weights, &f->reason, &in->code, (Hamming){ .jobs = e->jobs }) < 0) {
        Text arithmetic = { 0 };
        arith_print(&arithmetic, e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic);
        f->task = c->task;
        f->quantifier = "all-inputs";
        f->method = "certificate";
        f->arithmetic = text_take(&arithmetic);
        return 0;
    }
    if (c->keyed != NULL) {
        int status = check_keys(f, in, &weights, e);
        weights_clear(&weights);
        return status;
    }
    mpz_init_set_ui(n, in->params.n);
    c->seeding->seed(&seed, &in->params, n, in->code.length, in->temperature);
    seed.base = in->params.base;
    int status = class_certificate_check(f, &seed, &weights, &in->code, c->target, c->name, e);
    transformer_clear(&seed);
    weights_clear(&weights);
    mpz_clear(n);
    return status;
}

static void fill_instance(Finding *f, const Instance *in) {
    f->claim = in->construction->name;
    f->params = in->params;
    const Construction *c = in->construction;
    f->has_readout = c->task->boolean && !c->codeless;
    f->temperature = in->temperature;
    if (!c->codeless)
        fill_code(f, in);
    if (in->promised && strcmp(f->arithmetic, "exact") == 0)
        fill_promise(f, in);
}

int explicit_check_instance(Finding *f, const Instance *in, const Effort *e) {
    const Construction *c = in->construction;
    if (check_model(f, &in->model, c->target, c->name, e) < 0)
        return -1;
    fill_instance(f, in);
    return 0;
}

static int judge(Finding *f, Instance *in, const Effort *e) {
    bool classes = wants_classes(in->construction, &in->params, e) && in->code.linear;
    if (classes && check_classes(f, in, e) < 0)
        return -1;
    bool told = classes && (f->verdict != UNKNOWN || interrupted());
    char *why = told ? NULL : instance_build(in);
    if (told || (classes && why != NULL)) {   // undecided, if there can be no model
        fill_instance(f, in);
        free(why);
        return 0;
    }
    if (why != NULL) {
        error("%s: %s", in->construction->name, why);
        free(why);
        return -1;
    }
    finding_clear(f);
    finding_init(f);
    return explicit_check_instance(f, in, e);
}

// r for n = 2^r; 0 if n is no power of two, or 1.
static size_t rank_of(const Params *p) {
    if (p->power > 0)
        return p->power;
    return p->n > 1 && (p->n & (p->n - 1)) == 0 ? (size_t)__builtin_ctzll(p->n) : 0;
}

const char *explicit_admits_weights(const Construction *c, const Params *p) {
    Params one = params_at(p, 1);
    const char *why = c->task->admits(&one);
    if (why == NULL)
        why = c->admits(&one);
    if (why != NULL)
        return why;
    if (c->seeding == NULL)
        return "the model depends on more than the weight distribution of a code";
    return rank_of(p) ? NULL : "the method weight-distribution needs n = 2^r, r >= 1";
}

static void fill_weights(Finding *f, const Params *p, const Weights *w, uint64_t temperature) {
    f->temperature = temperature;
    f->code_name = alloc_string(w->name);
    f->code_words = p->n;
    f->code_length = w->length;
    f->code_distance = weights_distance(w);
}

static void fill_weights_promise(Finding *f, const Seeding *s, const Params *p, const mpz_t n,
                                 const Weights *w) {
    mpq_t mass;
    mpq_init(mass);
    lookup_weights_mass(mass, w, f->temperature, s->distraction);
    s->margin(f->promise, p, n, w->length, f->temperature, mass);
    f->has_promise = true;
    mpq_clear(mass);
}

static int check_by_weights(Finding *f, const Construction *c, const Params *p, const Weights *w,
                            const Effort *e) {
    Transformer seed;
    mpz_t n;
    uint64_t least = lookup_weights_temperature(w, c->seeding->distraction);
    mpz_init(n);
    mpz_setbit(n, w->rank);
    c->seeding->seed(&seed, p, n, w->length, p->temperature ? p->temperature : least);
    seed.base = p->base;
    int status = class_certificate_check(f, &seed, w, NULL, c->target, c->name, e);
    fill_weights(f, p, w, p->temperature ? p->temperature : least);
    bool exact = e->arithmetic.ar == NULL || e->arithmetic.ar == &arith_exact;
    if (exact && f->temperature >= least)
        fill_weights_promise(f, c->seeding, p, n, w);
    transformer_clear(&seed);
    mpz_clear(n);
    return status;
}

// -1 after an error: there is no such distribution.  Undo with weights_clear.
static int find_weights(Weights *weights, const Construction *c, const Params *p, const Effort *e) {
    char *why;
    if (code_weights_find(weights, &why, p->code, rank_of(p), (Hamming){ .jobs = e->jobs }) == 0)
        return 0;
    Text size = { 0 };
    params_print_size(&size, p);
    error("%s: n = %s: --code: %s", c->name, text_string(&size), why);
    text_clear(&size);
    free(why);
    return -1;
}

static int check_weights(Finding *f, const Construction *c, const Params *p, const Effort *e) {
    Weights weights;
    if (find_weights(&weights, c, p, e) < 0)
        return -1;
    int status = check_by_weights(f, c, p, &weights, e);
    weights_clear(&weights);
    f->claim = c->name;
    f->params = *p;
    f->has_readout = c->task->boolean;
    return status;
}

static int ready_by_weights(const Construction *c, const Params *p, const Effort *e) {
    if (e->arithmetic.ar != NULL && e->arithmetic.ar->is_machine)
        return error("%s: the method weight-distribution is in arithmetic exact and ball only",
                     c->name);
    Weights weights;
    if (find_weights(&weights, c, p, e) < 0)
        return -1;
    weights_clear(&weights);
    return 0;
}

int explicit_ready(const Construction *c, const Params *p, const Effort *e) {
    if (e->method == METHOD_WEIGHT_DISTRIBUTION)
        return ready_by_weights(c, p, e);
    char *why = instance_admits(wants_classes(c, p, e), c, p);
    if (why == NULL)
        return 0;
    error("%s: %s", c->name, why);
    free(why);
    return -1;
}

int explicit_check(Finding *f, const Construction *c, const Params *p, const Effort *e) {
    if (e->method == METHOD_WEIGHT_DISTRIBUTION)
        return check_weights(f, c, p, e);
    Instance in;
    char *why = instance_find(&in, wants_classes(c, p, e), c, p);
    if (why != NULL) {
        error("%s: %s", c->name, why);
        free(why);
        return -1;
    }
    int status = judge(f, &in, e);
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
