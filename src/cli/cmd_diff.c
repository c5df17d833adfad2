#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/results.h"
#include <string.h>

static const Column columns[] = {
    { .key = "result", .heading = "result", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "field", .heading = "field", .shown = MACHINES | PEOPLE },
    { .key = "old", .heading = "old", .shown = MACHINES | PEOPLE },
    { .key = "new", .heading = "new", .shown = MACHINES | PEOPLE },
    { .key = "change",
      .heading = "change",
      .meaning = "worse: the result vanished, its verdict changed, its margin or lower bound is "
                 "less or gone, its width, precision or number of bits more, or an expectation is "
                 "no longer met",
      .shown = MACHINES | PEOPLE },
};

// -1 after an error.
static int compare(Verdict *all, const Options *o, char **files) {
    Results old, new;
    Table t;
    if (results_read(&old, files[0]) < 0)
        return -1;
    if (results_read(&new, files[1]) < 0) {
        results_clear(&old);
        return -1;
    }
    table_init(&t, "Differences", columns, sizeof columns / sizeof *columns);
    *all = results_compare(&t, &old, &new);
    table_note(&t, "results: %zu before, %zu after; %s", old.results, new.results,
               json_array_size(t.rows) == 0 ? "nothing differs"
               : *all == PROVED             ? "nothing is worse"
                                            : "something is worse");
    int status = output_table(o->output, o->format, &t);
    table_clear(&t);
    results_clear(&old);
    results_clear(&new);
    return status;
}

static int run(const Options *o, int count, char **operands) {
    Verdict all = UNKNOWN;
    if (count != 2) {
        error("'chasm diff' takes two files, OLD and NEW; '-' is standard input");
        return EXIT_USAGE;
    }
    if (strcmp(operands[0], "-") == 0 && strcmp(operands[1], "-") == 0) {
        error("'-': standard input cannot be both files");
        return EXIT_USAGE;
    }
    return compare(&all, o, operands) < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

static const Example examples[] = {
    { "chasm diff old.json new.json", "whether anything got worse from one run to the next" },
    { "chasm verify -f json | chasm diff old.json -", "the same without a file for the new run" },
    { 0 },
};

const Command command_diff = {
    .name = "diff",
    .arguments = "OLD NEW",
    .summary = "compare two files of verdicts, and fail if one got worse",
    .description =
        "Reads two files of verdicts, one JSON object per line as 'chasm verify -f json', 'chasm "
        "check -f json' and 'chasm model check -f json' write them, and lists what differs. The "
        "exit status is 1 if something got worse: a verdict changed or a result vanished, a margin "
        "or a lower bound shrank, a width, a precision or a number of bits grew, or an expectation "
        "that was met is not. Rational numbers are compared exactly.\n"
        "\n"
        "Results belong together if claim, size, quantifier, arithmetic, base, mask and all other "
        "circumstances agree; method, code and temperature may differ.",
    .options = TAKES_TABLE,
    .examples = examples,
    .run = run,
};
