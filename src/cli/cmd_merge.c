#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/run_choice.h"
#include "cli/verdict_table.h"

// Checks the one job by what the files say, and prints the verdict; -1 after an error.
static int join(Verdict *verdict, const Options *o, const Options *checked, const Jobs *jobs,
                char **files, size_t count) {
    Effort effort = options_effort(checked);
    RunRequest request;
    Finding f;
    Table t;
    effort.jobs = o->jobs;
    if (run_request_init_joined(&request, &effort, jobs, checked, files, count) < 0)
        return -1;
    finding_init(&f);
    verdict_table_init(&t, o->reproducible);
    int status = jobs_ready(jobs, &effort);
    if (status == 0)
        status = claim_check(&f, jobs->job[0].claim, &jobs->job[0].params, &effort);
    if (status == 0) {
        verdict_table_add(&t, &f);
        *verdict = f.verdict;
        status = output_table(o->output, o->format, &t);
    }
    table_clear(&t);
    finding_clear(&f);
    run_request_clear(&request);
    return status;
}

static int run(const Options *o, int count, char **operands) {
    Jobs jobs;
    Options checked;
    json_t *options;
    Verdict verdict = UNKNOWN;
    if (count < 1) {
        error("'chasm merge' takes the files of all parts");
        return EXIT_USAGE;
    }
    if (run_request_choose(&jobs, &checked, &options, operands[0]) < 0)
        return EXIT_USAGE;
    int status = join(&verdict, o, &checked, &jobs, operands, (size_t)count);
    jobs_clear(&jobs);
    options_clear(&checked);
    json_decref(options);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(verdict);
}

static const Example examples[] = {
    { "chasm merge part1 part2 part3 part4", "the verdict on all inputs, from four parts" },
    { 0 },
};

const Command command_merge = {
    .name = "merge",
    .arguments = "FILE...",
    .summary = "join the parts of an exhaustive check",
    .description =
        "Reads the files that 'chasm verify --resume' wrote for the parts of one check (--shard) "
        "and prints the verdict on all of it, which is to the byte what the check in one piece "
        "prints with --reproducible. The files must be of the same claim, options and model, and "
        "together cover every input exactly once; the words that they name are evaluated again. "
        "docs/run-file.md describes them.",
    .options = TAKES_jobs | TAKES_reproducible | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
