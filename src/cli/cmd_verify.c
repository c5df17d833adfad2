#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "cli/claims.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/verdict_table.h"

static void warn_undecided(const Finding *f) {
    Text n = { 0 };
    params_print_size(&n, &f->params);
    warn("%s n=%s: undecided: %s", f->claim, text_string(&n), f->reason);
    text_clear(&n);
}

// Rows for the checks up to an interrupt.  *all <- the verdict on all of them.  -1 after an error.
static int check_all(Verdict *all, Table *t, const Jobs *jobs, const Options *o) {
    Effort effort = options_effort(o);
    *all = PROVED;
    for (size_t i = 0; i < jobs->count; i++) {
        if (interrupted()) {
            *all = verdict_and(*all, UNKNOWN);
            warn("interrupted: %zu of %zu checks were not begun", jobs->count - i, jobs->count);
            return 0;
        }
        Finding f;
        finding_init(&f);
        int status = claim_check(&f, jobs->job[i].claim, &jobs->job[i].params, &effort);
        if (status == 0) {
            verdict_table_add(t, &f);
            *all = verdict_and(*all, f.verdict);
            if (f.verdict == UNKNOWN && f.reason && !o->format->for_people)
                warn_undecided(&f);
        }
        finding_clear(&f);
        if (status < 0)
            return -1;
    }
    return 0;
}

static int run(const Options *o, int count, char **operands) {
    Jobs jobs;
    Table t;
    Verdict all = UNKNOWN;
    struct timespec start, end;
    if (jobs_choose(&jobs, o, operands, (size_t)count, CLAIMS_ALL, NULL) < 0)
        return EXIT_USAGE;
    Effort effort = options_effort(o);
    if (jobs_ready(&jobs, &effort) < 0) {
        jobs_clear(&jobs);
        return EXIT_USAGE;
    }
    verdict_table_init(&t, o->reproducible);
    clock_gettime(CLOCK_MONOTONIC, &start);
    int status = check_all(&all, &t, &jobs, o);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!o->reproducible)
        table_note(&t, "%zu of %zu checks done in %.2f seconds", json_array_size(t.rows),
                   jobs.count, seconds_between(&start, &end));
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    jobs_clear(&jobs);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

static const Example examples[] = {
    { "chasm verify", "every claim at its default sizes" },
    { "chasm verify 'equality/*' -n 1..8", "the claims on equality, strings of 1 to 8 bits" },
    { "chasm verify index-lookup/one-layer -n 4,8 --mask full -f json",
      "one JSON object per line; docs/verdict.md tells what the fields mean" },
    { "chasm verify equality/two-layer -n 2^64 -m weight-distribution",
      "strings of 2^64 bits, from the weight distribution of a linear code" },
    { 0 },
};

const Command command_verify = {
    .name = "verify",
    .arguments = "[CLAIM]...",
    .summary = "check claims: one verdict per claim and size",
    .description =
        "Checks each claim at each size and prints a verdict: holds, fails or undecided; the exact "
        "worst-case margin; an input that attains it; and how many inputs were covered. Without "
        "CLAIM, all claims are checked; a CLAIM may be a pattern with * and ?, quoted from the "
        "shell. 'chasm list' names the claims and their default sizes.\n"
        "\n"
        "An interrupt (^C) stops the check under way and prints what was found so far.",
    .options = TAKES_size | TAKES_arithmetic | TAKES_base | TAKES_method | TAKES_mask |
               TAKES_readout | TAKES_code | TAKES_alphabet | TAKES_temperature | TAKES_evaluator |
               TAKES_brackets | TAKES_depth | TAKES_dimension | TAKES_jobs | TAKES_reproducible |
               TAKES_TABLE,
    .examples = examples,
    .run = run,
};
