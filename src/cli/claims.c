#include "cli/claims.h"
#include "base/alloc.h"
#include "base/error.h"
#include "cli/nearest.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [CLAIMS_ALL] = "claim",
    [CLAIMS_BUILT] = "construction",
    [CLAIMS_CODED] = "construction with a code",
    [CLAIMS_MODELS] = "construction",
};

// Whether claim i is among those that can be asked for.
static bool is_open(size_t i, ClaimKind kind) {
    const Construction *c = claim_construction(i);
    if (kind == CLAIMS_MODELS && claim_recurrent(i) != NULL)
        return true;
    return kind == CLAIMS_ALL || (c != NULL && !(kind == CLAIMS_CODED && c->codeless));
}

// Whether it is meant where no claim is named: what runs on machines takes the sizes that
// certificates reach.
static bool is_usual(size_t i, ClaimKind kind) {
    return kind != CLAIMS_CODED || claim_task(i)->domains != NULL;
}

static int unknown_claim(const char *pattern, ClaimKind kind) {
    Text message = { 0 };
    Nearest nearest;
    nearest_init(&nearest, pattern);
    for (size_t i = 0; i < claim_count(); i++)
        if (is_open(i, kind))
            nearest_add(&nearest, claim_name(i));
    nearest_tell(&message, &nearest);
    error("'%s': no such %s%s", pattern, names[kind],
          message.length ? text_string(&message) : "; 'chasm list' names them");
    text_clear(&message);
    return -1;
}

// How a claim was asked for.
typedef enum Choice { NOT_ASKED, BY_PATTERN, BY_NAME } Choice;

// choice[i] <- how claim i was asked for.  -1 after an error: a pattern matches none.
static int choose(Choice *choice, char **patterns, size_t count, ClaimKind kind) {
    for (size_t p = 0; p < count; p++) {
        Choice how = strpbrk(patterns[p], "*?") ? BY_PATTERN : BY_NAME;
        bool matched = false;
        for (size_t i = 0; i < claim_count(); i++) {
            if (!is_open(i, kind) || !text_matches(patterns[p], claim_name(i)))
                continue;
            matched = true;
            choice[i] = how > choice[i] ? how : choice[i];
        }
        if (!matched)
            return unknown_claim(patterns[p], kind);
    }
    for (size_t i = 0; count == 0 && i < claim_count(); i++)
        choice[i] = is_open(i, kind) && is_usual(i, kind) ? BY_PATTERN : NOT_ASKED;
    return 0;
}

// The options that say what is checked, or how: all that some claims have no use for.
enum {
    OF_CLAIMS = OF_TASKS | TAKES_arithmetic | TAKES_base | TAKES_method | TAKES_mask | TAKES_code |
                TAKES_temperature | TAKES_evaluator,
};

// Those of them that have an effect on the claim.
static OptionMask options_of_claim(size_t claim) {
    const Task *task = claim_task(claim);
    const Construction *c = claim_construction(claim);
    if (task == NULL)
        return TAKES_code;
    if (c != NULL)
        return OF_CLAIMS & ~options_useless_to(c);
    OptionMask all = (OF_CLAIMS & ~(OptionMask)OF_TASKS) | options_of_task(task);
    OptionMask of_task = options_of_task(task) & ~(OptionMask)OF_TRANSFORMERS;
    return claim_recurrent(claim) ? all & ~(OptionMask)OF_TRANSFORMERS : of_task;
}

// -1 after an error: an option was given that has no effect on any claim chosen.
static int refuse_useless(const Options *o, const Choice *choice) {
    OptionMask useless = OF_CLAIMS;
    size_t chosen = 0;
    Text why = { 0 };
    for (size_t i = 0; i < claim_count(); i++) {
        if (choice[i] == NOT_ASKED)
            continue;
        useless &= ~options_of_claim(i);
        text_clear(&why);
        text_printf(&why, "has no effect on %s",
                    chosen++ == 0 ? claim_name(i) : "any of these claims");
    }
    int status = options_refuse(o, useless, text_string(&why));
    text_clear(&why);
    return status;
}

static void append(Jobs *jobs, Job job) {
    Job *grown = realloc(jobs->job, (jobs->count + 1) * sizeof *grown);
    if (grown == NULL)
        die("out of memory: %zu checks", jobs->count);
    jobs->job = grown;
    jobs->job[jobs->count++] = job;
}

// A size that a claim says nothing about is an error if the claim was named; of several claims that
// a pattern chose, those that have nothing to say are left out, and a warning tells which.
static int refuse(const Options *o, const Job *job, Choice choice, const char *reason) {
    const char *name = claim_name(job->claim);
    Text size = { 0 };
    int status = 0;
    params_print_size(&size, &job->params);
    const char *n = text_string(&size);
    if (o->size.count == 0)
        status = error("%s: default size '%s': %s", name, n, reason);
    else if (choice == BY_NAME)
        status = error("--size: '%s': %s (%s)", n, reason, name);
    else
        warn("--size: '%s': left out: %s (%s)", n, reason, name);
    text_clear(&size);
    return status;
}

// The sizes of a claim if none are asked for: `default_sizes`, or its own if NULL; the formula's if
// that is in a file.
static void set_default_sizes(Range *sizes, const Options *o, size_t claim,
                              const char *default_sizes) {
    Text text = { 0 }, why = { 0 };
    const Task *task = claim_task(claim);
    if (task != NULL && task->has_formula && o->file.variables > 0)
        text_printf(&text, "%zu", o->file.variables);
    else
        text_add(&text, default_sizes ? default_sizes : claim_sizes(claim));
    range_parse(sizes, text_string(&text), &why);
    require(why.length == 0);
    text_clear(&text);
}

static int append_claim(Jobs *jobs, const Options *o, size_t claim, Choice choice, ClaimKind kind,
                        const char *default_sizes) {
    Range defaults = { 0 };
    const Range *sizes = &o->size;
    if (o->size.count == 0) {
        set_default_sizes(&defaults, o, claim, default_sizes);
        sizes = &defaults;
    }
    int status = 0;
    for (size_t i = 0; i < sizes->count && status == 0; i++) {
        Job job = { .claim = claim, .params = options_params(o, sizes, i) };
        const char *reason = claim_admits(claim, &job.params, o->method);
        if (reason && kind != CLAIMS_MODELS)
            status = refuse(o, &job, choice, reason);
        else
            append(jobs, job);
    }
    range_clear(&defaults);
    return status;
}

int jobs_choose(Jobs *jobs, const Options *o, char **patterns, size_t count, ClaimKind kind,
                const char *default_sizes) {
    Choice *choice = alloc_array(claim_count(), 1, sizeof *choice);
    *jobs = (Jobs){ 0 };
    int status = choose(choice, patterns, count, kind);
    if (status == 0)
        status = refuse_useless(o, choice);
    for (size_t i = 0; i < claim_count() && status == 0; i++)
        if (choice[i] != NOT_ASKED)
            status = append_claim(jobs, o, i, choice[i], kind, default_sizes);
    free(choice);
    if (status == 0 && jobs->count == 0)
        status = error("--size: no claim says anything about these sizes");
    if (status < 0)
        jobs_clear(jobs);
    return status;
}

int jobs_ready(const Jobs *jobs, const Effort *e) {
    for (size_t i = 0; i < jobs->count; i++)
        if (claim_ready(jobs->job[i].claim, &jobs->job[i].params, e) < 0)
            return -1;
    return 0;
}

void jobs_clear(Jobs *jobs) {
    free(jobs->job);
    *jobs = (Jobs){ 0 };
}
