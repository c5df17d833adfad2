// The two kinds of models, run as protocols.
#include "cli/protocol_run.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/protocol_table.h"
#include "cli/split_choice.h"
#include "proofs-checks/precision.h"
#include "protocol/model_oracle.h"
#include "protocol/relay.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_PRECISION = 2, LAST_PRECISION = 64 };

// The protocol at that precision.  Undo with trial_clear.
static void run_at(ProtocolReport *r, const Split *split, const ArithSpec *spec, bool hasty) {
    const Transformer *model = r->model;
    const Problem *problem = problem_find(r->task->name);
    OneLayer common;
    r->spec = *spec;
    one_layer_count(&r->count, model, spec, split);
    if (!one_layer_is_small(model)) {
        trial_init_empty(&r->trial, problem, &model->params,
                         "the players' tables have over 2^20 numbers");
        return;
    }
    one_layer_init(&common, model, spec, split);
    Protocol protocol = one_layer_protocol(&common);
    ModelOracle *state = model_oracle_new(model, spec);
    Oracle oracle = { .state = state, .answer = model_oracle_answer };
    trial_init(&r->trial, &protocol, &oracle, problem, &model->params, hasty);
    model_oracle_free(state);
    one_layer_clear(&common);
}

static ArithSpec fixed_machine(long p) {
    ArithSpec spec;
    bool exists = machines_at(&spec, &(Machines){ .fixed = true }, p);
    require(exists);
    return spec;
}

// fixed:P for the least P at which Bob is right on every word.  -1 after an error: there is none,
// or no telling.
static int run_at_least(ProtocolReport *r, const Split *split) {
    for (long p = FIRST_PRECISION; p <= LAST_PRECISION; p++) {
        ArithSpec spec = fixed_machine(p);
        run_at(r, split, &spec, true);
        if (r->trial.verdict == PROVED || interrupted())
            return 0;
        if (r->trial.verdict == UNKNOWN) {
            error("--arithmetic: fixed:P is needed, no least P was found: %s", r->trial.reason);
            trial_clear(&r->trial);
            return -1;
        }
        trial_clear(&r->trial);
    }
    return error("--arithmetic: fixed:P is needed: Bob is wrong somewhere for every P up to %d",
                 LAST_PRECISION);
}

// The row for what ran; clears the trial.
static void add(Verdict *all, Table *t, ProtocolReport *r) {
    protocol_table_add(t, r);
    *all = verdict_and(*all, r->trial.verdict);
    trial_clear(&r->trial);
}

// -1 after an error: there is a reason, which is freed.
static int admit(const char *name, char *why) {
    int status = why == NULL ? 0 : error("%s: %s", name, why);
    free(why);
    return status;
}

static int run_given(ProtocolReport *r, const Split *split, const Options *o) {
    if (!(o->given & TAKES_arithmetic))
        return run_at_least(r, split);
    run_at(r, split, &o->arithmetic, false);
    return 0;
}

int protocol_run_transformer(Verdict *all, Table *t, const char *name, const Transformer *model,
                             const Options *o) {
    const Problem *problem = problem_find(model->task->name);
    if (problem == NULL || problem->task != model->task)
        return error("%s: there are no protocols for its task, %s", name, model->task->name);
    ArithSpec any = fixed_machine(FIRST_PRECISION);
    bool given = o->given & TAKES_arithmetic;
    Split split;
    char *split_name;
    if (admit(name, one_layer_admits(model, given ? &o->arithmetic : &any)) < 0 ||
        split_choose(&split, &split_name, problem, &model->params, problem->split, o) < 0)
        return -1;
    ProtocolReport r = { .name = name,
                         .task = model->task,
                         .params = model->params,
                         .model = model,
                         .width = model->width,
                         .split_name = split_name };
    int status = run_given(&r, &split, o);
    if (status == 0) {
        one_layer_bounds(&r.bounds, &r.count, &r.spec, problem, &model->params, &split);
        add(all, t, &r);
    }
    split_clear(&split);
    free(split_name);
    return status;
}

// Alice runs the model on her tokens, Bob on his.
static void run_relay(ProtocolReport *r, const Problem *problem, const Recurrent *model,
                      const Split *split) {
    Relay relay;
    RecurrentOracle state;
    const char *why = relay_init(&relay, model, &r->params, &r->spec, split);
    if (why != NULL) {
        trial_init_empty(&r->trial, problem, &r->params, why);
        return;
    }
    Protocol protocol = relay_protocol(&relay);
    recurrent_oracle_init(&state, model, &r->spec, split->length);
    Oracle oracle = { .state = &state, .answer = recurrent_oracle_answer };
    trial_init(&r->trial, &protocol, &oracle, problem, &r->params, false);
    r->cut = relay.cut;
    r->unit_bits = relay.unit_bits;
    recurrent_oracle_clear(&state);
    relay_clear(&relay);
}

int protocol_run_recurrent(Verdict *all, Table *t, const char *name, const Recurrent *model,
                           uint64_t n, const Options *o) {
    const Task *task = model->task;
    const Problem *problem =
        task == &task_automaton ? &problem_automaton : problem_find(task->name);
    Params p = model->params;
    Split split;
    char *split_name;
    p.n = n;
    const char *refused = task->admits(&p);
    if (refused != NULL)
        return error("--size: '%llu': %s", (unsigned long long)n, refused);
    if (split_choose(&split, &split_name, problem, &p, problem->query ? "query" : "halves", o) < 0)
        return -1;
    ProtocolReport r = { .name = name,
                         .task = task,
                         .params = p,
                         .width = model->width,
                         .spec = o->given & TAKES_arithmetic ? o->arithmetic : exact_arithmetic,
                         .split_name = split_name };
    int status = admit(name, relay_admits(&r.spec, &split));
    if (status == 0) {
        run_relay(&r, problem, model, &split);
        relay_bounds(&r.bounds, r.unit_bits, problem, &p, &split);
        add(all, t, &r);
    }
    split_clear(&split);
    free(split_name);
    return status;
}
