#include "cli/run_choice.h"
#include "base/error.h"
#include "base/input.h"
#include <stdlib.h>
#include <string.h>

// The claim line: what was given beside the claim, as it was given.
static json_t *options_given(const Options *o) {
    json_t *given = json_object();
    for (int i = 0; i < OPTION_COUNT; i++)
        if (o->given & TAKES_CHECKED & (OptionMask)1 << i)
            json_object_set_new(given, option_texts[i].name, json_string(o->argument[i]));
    if (given == NULL)
        die("out of memory");
    return given;
}

// NULL, or why the claims are no check that can be done in parts.
static const char *refusal(const Jobs *jobs, const Options *o) {
    const Job *job = &jobs->job[0];
    if (jobs->count != 1)
        return "one claim and one size are expected";
    if (o->method != METHOD_EXHAUSTIVE)
        return "needs --method exhaustive: only inputs that are tried one by one can be shared";
    if (claim_construction(job->claim) == NULL)
        return "only explicit transformers are checked in parts";
    if (task_outputs(claim_task(job->claim), &job->params) > 1)
        return "words with several answers are not checked in parts";
    return NULL;
}

static int init(RunRequest *r, Effort *e, const Jobs *jobs, const Options *o, const char *option) {
    *r = (RunRequest){ .part = 1, .parts = 1 };
    const char *why = refusal(jobs, o);
    if (why != NULL)
        return error("%s: %s", option, why);
    r->claim = claim_name(jobs->job[0].claim);
    r->options = options_given(o);
    e->run = r;
    return 0;
}

int run_request_init(RunRequest *r, Effort *e, const Jobs *jobs, const Options *o) {
    *r = (RunRequest){ 0 };
    if (o->shard.parts == 0 && o->resume == NULL)
        return 0;
    if (init(r, e, jobs, o, o->shard.parts > 0 ? "--shard" : "--resume") < 0)
        return -1;
    if (o->shard.parts > 0) {
        r->part = o->shard.part;
        r->parts = o->shard.parts;
    }
    r->file = o->resume;
    return 0;
}

int run_request_init_joined(RunRequest *r, Effort *e, const Jobs *jobs, const Options *o,
                            char **file, size_t files) {
    require(files >= 1);
    if (init(r, e, jobs, o, file[0]) < 0)
        return -1;
    r->joined = file;
    r->joins = files;
    return 0;
}

void run_request_clear(RunRequest *r) {
    json_decref(r->options);
    *r = (RunRequest){ 0 };
}

// The options of the claim line; -1 after an error.
static int take_options(Options *o, json_t *options, const char *name) {
    const char *key;
    json_t *value;
    json_object_foreach(options, key, value) {
        Text why = { 0 };
        int option = options_find(key);
        if (option < 0 || !(TAKES_CHECKED >> option & 1) || !json_is_string(value))
            return error("%s:1: options: unknown option '%.40s'", name, key);
        options_set(o, option, json_string_value(value), &why);
        if (why.length)
            error("%s:1: --%s: %s", name, key, text_string(&why));
        int status = why.length ? -1 : 0;
        text_clear(&why);
        if (status < 0)
            return -1;
    }
    return 0;
}

int run_request_choose(Jobs *jobs, Options *o, json_t **options, const char *file) {
    char *claim;
    Text place = { 0 };
    if (run_file_claim(&claim, options, file) < 0)
        return -1;
    *o = options_default();
    text_printf(&place, "%s:1", input_name(file));
    int status = take_options(o, *options, input_name(file));
    error_place(text_string(&place));
    if (status == 0 && strpbrk(claim, "*?") != NULL)
        status = error("'%s': no such claim", claim);
    if (status == 0)
        status = jobs_choose(jobs, o, &claim, 1, CLAIMS_ALL, NULL);
    error_place(NULL);
    text_clear(&place);
    free(claim);
    if (status < 0) {
        options_clear(o);
        json_decref(*options);
    }
    return status;
}
