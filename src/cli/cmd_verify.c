#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "cli/claims.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/run_choice.h"
#include "cli/verdict_table.h"
#include "proofs-checks/certify.h"
#include "verify/certificate_file.h"
#include <stdlib.h>

static void warn_undecided(const Finding *f) {
    Text n = { 0 };
    params_print_size(&n, &f->params);
    warn("%s n=%s: undecided: %s", f->claim, text_string(&n), f->reason);
    text_clear(&n);
}

// The certificate of a claim that holds.  -1 after an error: there is none.
static int certify(size_t claim, const Finding *f, const Options *o, const Effort *effort) {
    Text text = { 0 };
    char *why = f->verdict == PROVED ? claim_certify(&text, claim, f, effort) : NULL;
    int status = 0;
    if (f->verdict == PROVED)
        status = output_certificate(o->certificate, f->claim, &text, why);
    else
        warn("%s: no certificate is written: the claim is not proved", f->claim);
    free(why);
    text_clear(&text);
    return status;
}

// Rows for the checks up to an interrupt.  *all <- the verdict on all of them, *certified <- -1 if
// a certificate that was asked for could not be made.  -1 after an error.
static int check_all(Verdict *all, int *certified, Table *t, const Jobs *jobs, const Options *o,
                     const Effort *e) {
    *all = PROVED;
    *certified = 0;
    for (size_t i = 0; i < jobs->count; i++) {
        if (interrupted()) {
            *all = verdict_and(*all, UNKNOWN);
            warn("interrupted: %zu of %zu checks were not begun", jobs->count - i, jobs->count);
            return 0;
        }
        Finding f;
        finding_init(&f);
        int status = claim_check(&f, jobs->job[i].claim, &jobs->job[i].params, e);
        if (status == 0) {
            verdict_table_add(t, &f);
            *all = verdict_and(*all, f.verdict);
            if (f.verdict == UNKNOWN && f.reason && !o->format->for_people)
                warn_undecided(&f);
            if (o->certificate != NULL)
                *certified = certify(jobs->job[i].claim, &f, o, e);
        }
        finding_clear(&f);
        if (status < 0)
            return -1;
    }
    return 0;
}

// -1 after an error: a certificate was asked for where there can be none.
static int refuse_certificate(const Options *o, const Jobs *jobs, const Effort *effort) {
    const char *why = certificate_file_admits(effort);
    if (o->certificate == NULL)
        return 0;
    if (jobs->count != 1)
        return error("--certificate: one claim and one size are expected, not %zu checks",
                     jobs->count);
    return why ? error("--certificate: %s", why) : 0;
}

static int run(const Options *o, int count, char **operands) {
    Jobs jobs;
    Table t;
    Verdict all = UNKNOWN;
    int certified = 0;
    struct timespec start, end;
    if (jobs_choose(&jobs, o, operands, (size_t)count, CLAIMS_ALL, NULL) < 0)
        return EXIT_USAGE;
    Effort effort = options_effort(o);
    RunRequest request;
    if (refuse_certificate(o, &jobs, &effort) < 0 ||
        run_request_init(&request, &effort, &jobs, o) < 0) {
        jobs_clear(&jobs);
        return EXIT_USAGE;
    }
    if (jobs_ready(&jobs, &effort) < 0) {
        run_request_clear(&request);
        jobs_clear(&jobs);
        return EXIT_USAGE;
    }
    verdict_table_init(&t, o->reproducible);
    clock_gettime(CLOCK_MONOTONIC, &start);
    int status = check_all(&all, &certified, &t, &jobs, o, &effort);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!o->reproducible)
        table_note(&t, "%zu of %zu checks done in %.2f seconds", json_array_size(t.rows),
                   jobs.count, seconds_between(&start, &end));
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    run_request_clear(&request);
    jobs_clear(&jobs);
    return status < 0 || certified < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

static const Example examples[] = {
    { "chasm verify", "every claim at its default sizes" },
    { "chasm verify 'equality/*' -n 1..8", "the claims on equality, strings of 1 to 8 bits" },
    { "chasm verify index-lookup/one-layer -n 4,8 --mask full -f json",
      "one JSON object per line; docs/verdict.md tells what the fields mean" },
    { "chasm verify equality/two-layer -n 2^64 -m weight-distribution",
      "strings of 2^64 bits, from the weight distribution of a linear code" },
    { "chasm verify equality/two-layer -n 14 -m exhaustive --shard 1/4 --resume part1",
      "a quarter of the strings of 14 bits, in a way that can be interrupted" },
    { "chasm verify equality/two-layer -n 64 --certificate equality.txt",
      "then 'chasm-check equality.txt' proves it again, without chasm" },
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
        "An interrupt (^C) stops the check under way and prints what was found so far.\n"
        "\n"
        "An exhaustive check of one transformer at one size can be recorded in a file, with "
        "--resume, so that it goes on where it was interrupted or killed, and done in parts, on "
        "several machines, with --shard. The verdict on a part alone is undecided unless an "
        "input of it fails; docs/run-file.md tells more.",
    .options = TAKES_CHECKED | TAKES_shard | TAKES_resume | TAKES_jobs | TAKES_certificate |
               TAKES_reproducible | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
