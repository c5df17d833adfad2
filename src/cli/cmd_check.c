// Everything that can be found wrong beforehand is: then the checks run, one after the other, and
// each row is judged as it comes.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/check_table.h"
#include "cli/claims.h"
#include "cli/command.h"
#include "cli/model_check.h"
#include "cli/output.h"
#include <stdlib.h>
#include <string.h>

// The claim file, the checks that its entries ask for, and what came of them.
typedef struct Plan {
    const Options *o;
    ClaimFile file;
    Jobs *jobs;        // per entry; none for a model
    Measured *found;   // per entry: the worst of its checks
    bool *measured;    // per entry: one of its checks was judged
    Table table;
    Verdict all;        // whether what was expected is so
    bool *incomplete;   // per entry: something that it expects was not measured
} Plan;

static void plan_clear(Plan *p) {
    for (size_t i = 0; i < p->file.entries; i++) {
        jobs_clear(&p->jobs[i]);
        measured_clear(&p->found[i]);
    }
    free(p->jobs);
    free(p->found);
    free(p->measured);
    free(p->incomplete);
    table_clear(&p->table);
    claim_file_clear(&p->file);
}

// How an entry's checks are done: as it says itself, by as many threads as the command line says.
static Effort effort_of(const Plan *p, const Entry *e) {
    Effort effort = options_effort(&e->options);
    effort.jobs = p->o->jobs;
    return effort;
}

// *m <- the model of the entry; -1 after an error.
static int read_model(Model *m, const Entry *e) {
    if (strcmp(e->model, "-") == 0)
        return error("a model is read from a file, not from standard input");
    return model_read(m, e->model);
}

// -1 after an error: the entry asks for a check that cannot be done.
static int make_ready(Plan *p, size_t i) {
    Entry *e = &p->file.entry[i];
    if (e->model != NULL) {
        Model m;
        int status = read_model(&m, e);
        if (status == 0)
            model_clear(&m);
        return status;
    }
    Effort effort = effort_of(p, e);
    char *patterns[] = { e->claim };
    int status = jobs_choose(&p->jobs[i], &e->options, patterns, 1, CLAIMS_ALL, NULL);
    return status == 0 ? jobs_ready(&p->jobs[i], &effort) : -1;
}

static int plan_init(Plan *p, const Options *o, const char *file) {
    *p = (Plan){ .o = o, .all = PROVED };
    if (claim_file_read(&p->file, file) < 0)
        return -1;
    size_t entries = p->file.entries;
    p->jobs = alloc_array(entries, 1, sizeof *p->jobs);
    p->found = alloc_array(entries, 1, sizeof *p->found);
    p->measured = alloc_array(entries, 1, sizeof *p->measured);
    p->incomplete = alloc_array(entries, 1, sizeof *p->incomplete);
    check_table_init(&p->table, "Claims and what is expected of them", o->reproducible);
    int status = 0;
    for (size_t i = 0; i < entries; i++)
        measured_init(&p->found[i]);
    for (size_t i = 0; i < entries && status == 0; i++) {
        error_place(p->file.entry[i].place);
        status = make_ready(p, i);
        error_place(NULL);
    }
    if (status < 0)
        plan_clear(p);
    return status;
}

// Whether everything that the entry expects was found, so that it can be replaced.
static bool can_replace(const Measured *found, const Measured *expected) {
    bool all = found->has_verdict && (found->verdict != UNKNOWN || expected->verdict == UNKNOWN);
    all &= found->has_margin || !expected->has_margin;
    for (Quantity q = 0; q < QUANTITIES; q++)
        all &= found->has[q] || !expected->has[q];
    return all;
}

static void judge(Plan *p, size_t i, const Finding *f) {
    const Entry *e = &p->file.entry[i];
    Measured found;
    measured_init(&found);
    p->all = verdict_and(p->all, check_table_add(&p->table, &found, &p->file, e, f));
    p->incomplete[i] |= !can_replace(&found, &e->expected);
    if (p->measured[i]) {
        measured_merge(&p->found[i], &found);
        measured_clear(&found);
    } else {
        measured_clear(&p->found[i]);
        p->found[i] = found;   // moved
    }
    p->measured[i] = true;
}

static void skip(Plan *p, size_t i, const char *claim, const Params *params) {
    p->incomplete[i] = true;
    p->all = verdict_and(p->all,
                         check_table_skip(&p->table, &p->file, &p->file.entry[i], claim, params));
}

static int run_claims(Plan *p, size_t i) {
    Effort effort = effort_of(p, &p->file.entry[i]);
    int status = 0;
    for (size_t k = 0; k < p->jobs[i].count && status == 0; k++) {
        const Job *job = &p->jobs[i].job[k];
        Finding f;
        if (interrupted()) {
            skip(p, i, claim_name(job->claim), &job->params);
            continue;
        }
        finding_init(&f);
        status = claim_check(&f, job->claim, &job->params, &effort);
        if (status == 0)
            judge(p, i, &f);
        finding_clear(&f);
    }
    return status;
}

static int run_model(Plan *p, size_t i) {
    const Entry *e = &p->file.entry[i];
    Effort effort = effort_of(p, e);
    Model m;
    Finding f;
    if (interrupted()) {
        skip(p, i, e->model, NULL);
        return 0;
    }
    if (read_model(&m, e) < 0)
        return -1;
    finding_init(&f);
    int status = model_file_check(&f, &m, e->model, &effort);
    if (status == 0)
        judge(p, i, &f);
    finding_clear(&f);
    model_clear(&m);
    return status;
}

static int run_all(Plan *p) {
    int status = 0;
    for (size_t i = 0; i < p->file.entries && status == 0; i++) {
        const Entry *e = &p->file.entry[i];
        error_place(e->place);
        status = e->model ? run_model(p, i) : run_claims(p, i);
        error_place(NULL);
    }
    return status;
}

// The exit status of --update: the file is rewritten, or left as it was.
static int update(const Plan *p, const char *file) {
    Text text = { 0 };
    Output out;
    for (size_t i = 0; i < p->file.entries; i++)
        if (p->incomplete[i] || !can_replace(&p->found[i], &p->file.entry[i].expected)) {
            warn("%s: left as it was: not everything was measured", p->file.entry[i].place);
            return EXIT_UNDECIDED;
        }
    size_t changes = claim_file_update(&text, &p->file, p->found);
    int status = changes > 0 ? output_open(&out, file) : 0;
    if (changes > 0 && status == 0) {
        fwrite(text.bytes, 1, text.length, out.file);   // output_close looks for errors
        status = output_close(&out);
    }
    text_clear(&text);
    return status < 0 ? EXIT_USAGE : EXIT_HOLDS;
}

static int run(const Options *o, int count, char **operands) {
    Plan p;
    if (count != 1) {
        error("'chasm check' takes one FILE; '-' is standard input");
        return EXIT_USAGE;
    }
    if (o->update && strcmp(operands[0], "-") == 0) {
        error("--update: standard input cannot be rewritten");
        return EXIT_USAGE;
    }
    if (plan_init(&p, o, operands[0]) < 0)
        return EXIT_USAGE;
    int status = EXIT_USAGE;
    if (run_all(&p) == 0 && output_table(o->output, o->format, &p.table) == 0)
        status = o->update ? update(&p, operands[0]) : verdict_exit_status(p.all);
    plan_clear(&p);
    return status;
}

static const Example examples[] = {
    { "chasm check claims.json", "everything that the file expects, and what is not so" },
    { "chasm check claims.json -f junit -o report.xml", "the same for a CI system" },
    { "chasm check claims.json --update", "expect what was measured from now on" },
    { 0 },
};

const Command command_check = {
    .name = "check",
    .arguments = "FILE",
    .summary = "check a file of claims with what is expected of them, for CI",
    .description =
        "Checks every claim and model file that FILE names, as 'chasm verify' and 'chasm model "
        "check' do, and compares the verdicts with what FILE expects: the verdict itself, a margin "
        "or a lower bound at least so large, a width, precision or number of bits at most so "
        "large. docs/claim-file.md describes the file, which is JSON. Formats are those of other "
        "commands and tap, junit and github, which shows what is not as expected beside the lines "
        "of FILE.\n"
        "\n"
        "The exit status is 0 if everything is as expected, 1 if something is not, else 3 if "
        "something could not be told.\n"
        "\n"
        "With --update, the values that differ are replaced by those measured, and nothing else "
        "in the file changes; it is written whole or not at all, and only if everything that is "
        "expected was measured. Then the exit status is 0, else 3.",
    .options = TAKES_update | TAKES_jobs | TAKES_reproducible | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
