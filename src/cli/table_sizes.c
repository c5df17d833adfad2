// The sizes of experiments: each construction in the formats that hardware has, on all inputs,
// beside what any recurrent model needs.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/claims.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "communication/prefix_classes.h"
#include "constructions/instance.h"
#include "verify/check.h"
#include <stdlib.h>

static const char *const default_sizes = "20,50,100,200,400,1024..65536*4";
static const char *const default_formats[] = { "float:binary32", "float:bfloat16", NULL };

enum { STATES_BITS = 20 };   // that no table waits for

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "arithmetic", .heading = "arithmetic", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "verdict",
      .heading = "verdict",
      .meaning =
          "on all inputs of the size, bit for bit; '-': the construction has no model of the "
          "size",
      .shown = MACHINES | PEOPLE },
    { .key = "method", .shown = MACHINES },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning = "of the machine's own outputs over all inputs, or a lower bound; rounded down",
      .shown = PEOPLE,
      .right = true },
    { .key = "width",
      .heading = "m",
      .meaning = "width of the stream, or units of a recurrent model",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "precision",
      .heading = "p",
      .meaning = "significant bits of the format",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT,
      .right = true },
    { .key = "bits",
      .heading = "m p",
      .meaning = "bits per position, or of the state; signs and exponents are not counted",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "recurrent_bits",
      .heading = "recurrent >=",
      .meaning =
          "lower: bits of state that any recurrent model for the task has at this size; '-': "
          "no closed form is known",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "reason",
      .heading = "why",
      .meaning = "it is undecided, or there is no model",
      .shown = MACHINES | PEOPLE },
    { .key = "witness", .shown = MACHINES },
};

static void start_row(Table *t, const Job *job, const Effort *e) {
    const Task *task = claim_task(job->claim);
    Text name = { 0 };
    arith_print(&name, &e->arithmetic);
    table_add_row(t);
    table_set_text(t, "claim", claim_name(job->claim));
    table_set_number(t, "n", job->params.n);
    table_set_text(t, "arithmetic", text_string(&name));
    text_clear(&name);
    if (task->admits(&job->params) == NULL && prefix_classes_known(task))
        table_set_number(t, "recurrent_bits", prefix_classes_bits(task, &job->params));
}

static void set_finding(Table *t, const Finding *f) {
    table_set_text(t, "verdict", verdict_name(f->verdict));
    table_set_text(t, "method", f->method);
    if (f->has_size)
        table_set_number(t, "width", f->size.width);
    if (f->has_size && f->precision > 0) {
        table_set_number(t, "precision", f->precision);
        table_set_number(t, "bits", f->size.width * f->precision);
    }
    if (f->has_margin) {
        table_set(t, "margin", cell_rational(f->margin));
        table_set(t, "margin_decimal", cell_decimal(f->margin, DOWN));
    }
    table_set_text(t, "witness", f->witness);
    if (f->verdict == UNKNOWN)
        table_set_text(t, "reason", f->reason ? f->reason : "not every input was covered");
}

// The bits of the state that a recurrent model has if it is right: a state for each class of
// prefixes at least.  0: it is no recurrent one, or no closed form is known.
static size_t least_bits(const Job *job) {
    const Task *task = claim_task(job->claim);
    bool known = claim_recurrent(job->claim) != NULL && prefix_classes_known(task);
    return known ? prefix_classes_bits(task, &job->params) : 0;
}

// NULL, or why there is no model of that size.
static const char *refuse_model(const Job *job) {
    const Construction *c = claim_construction(job->claim);
    if (c == NULL)
        return recurrent_construction_admits(claim_recurrent(job->claim), &job->params);
    const char *why = c->task->admits(&job->params);
    return why ? why : c->admits(&job->params);
}

// NULL, or why the model cannot be checked with that effort, for the caller to free.
static char *refuse_check(const Job *job, const Effort *e) {
    const Construction *c = claim_construction(job->claim);
    Text why = { 0 };
    const char *refused = claim_admits(job->claim, &job->params, e->method);
    if (refused != NULL)
        text_add(&why, refused);
    else if (least_bits(job) >= STATES_BITS)
        text_printf(&why, "at least 2^%zu states, which are not explored", least_bits(job));
    else if (c != NULL)
        return instance_admits(false, c, &job->params);
    return why.length ? text_take(&why) : NULL;
}

// Where an enumeration would not end, only a certificate is tried.
static void limit(Effort *e, const Job *job) {
    const Construction *c = claim_construction(job->claim);
    if (e->method == METHOD_AUTO && c != NULL && !check_is_small(c->task, &job->params, true))
        e->method = METHOD_CERTIFICATE;
}

static int check(Verdict *verdict, Table *t, const Job *job, const Effort *e) {
    Finding f;
    finding_init(&f);
    int status = claim_check(&f, job->claim, &job->params, e);
    if (status == 0)
        set_finding(t, &f);
    *verdict = f.verdict;
    finding_clear(&f);
    return status;
}

// *open <- whether the row's verdict is undecided.  -1 after an error.
static int add(bool *open, Table *t, const Job *job, Effort e) {
    const char *no_model = refuse_model(job);
    Verdict verdict = UNKNOWN;
    int status = 0;
    start_row(t, job, &e);
    if (no_model != NULL) {
        table_set_text(t, "reason", no_model);
        return 0;
    }
    limit(&e, job);
    char *why = refuse_check(job, &e);
    if (why != NULL) {
        table_set_text(t, "verdict", verdict_name(UNKNOWN));
        table_set_text(t, "reason", why);
    } else {
        status = check(&verdict, t, job, &e);
    }
    free(why);
    *open |= verdict == UNKNOWN;
    return status;
}

// The arithmetic asked for, or the k-th of the default ones; false: there is none.
static bool choose_arithmetic(Effort *e, const Options *o, size_t k) {
    *e = options_effort(o);
    if (o->given & TAKES_arithmetic)
        return k == 0;
    if (default_formats[k] != NULL)
        scan_set_arithmetic(e, default_formats[k]);
    return default_formats[k] != NULL;
}

int table_sizes(const Options *o, int count, char **operands) {
    Jobs jobs;
    Table t;
    Effort e;
    bool open = false;
    if (jobs_choose(&jobs, o, operands, (size_t)count, CLAIMS_MODELS, default_sizes) < 0)
        return EXIT_USAGE;
    table_init(&t, "What experiments have: all inputs, in formats of hardware", columns,
               sizeof columns / sizeof *columns);
    int status = 0;
    for (size_t i = 0; i < jobs.count; i++)
        for (size_t k = 0; choose_arithmetic(&e, o, k) && status == 0 && !interrupted(); k++)
            status = add(&open, &t, &jobs.job[i], e);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    jobs_clear(&jobs);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(open || interrupted() ? UNKNOWN : PROVED);
}
