// The named formats: up to which size each construction is right on all inputs, and why it breaks.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/claims.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "proofs-checks/explicit.h"
#include "verify/diagnosis.h"
#include <stdlib.h>

static const char *const default_sizes = "1..8,16..1024*2";

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "readout", .heading = "readout", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "format", .heading = "format", .shown = MACHINES | PEOPLE },
    { .key = "precision",
      .heading = "p",
      .meaning = "significant bits of the format",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "tried", .shown = MACHINES },
    { .key = "holds_at", .shown = MACHINES },
    { .key = "largest",
      .heading = "largest n",
      .meaning = "every input of this size is answered rightly; so it is at every smaller size "
                 "that was tried, and the next size is the one in the column 'fails at'",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "failing",
      .heading = "fails at",
      .meaning = "the least size found at which some input is answered wrongly; '-': none of those "
                 "tried",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "cause",
      .heading = "since",
      .meaning = "fault: the machine has no number there. weight: the model with its weights "
                 "rounded to the format is wrong over the reals. sum: neither, and with sums over "
                 "positions rounded only once it would be right: they stagnate. margin: none of "
                 "these, rounding uses up the margin",
      .shown = MACHINES | PEOPLE },
    { .key = "detail", .shown = MACHINES },
    { .key = "witness", .shown = MACHINES },
};

// One line: a construction with one readout in one format.
typedef struct Line {
    const Construction *construction;
    Params params;
    Effort effort;   // with the format
    Table *table;
    Text holds_at;
    Verdict all;   // UNKNOWN once a size was not decided
} Line;

// *f <- what is found at size n.  *in, for the caller to clear if 0 is returned.  -1 after an
// error.
static int check(Finding *f, Instance *in, const Line *line, uint64_t n) {
    Params p = line->params;
    p.n = n;
    if (instance_init(in, line->construction, &p) < 0)
        return -1;
    finding_init(f);
    int status = explicit_check_instance(f, in, &line->effort);
    if (status == 0)
        return 0;
    finding_clear(f);
    instance_clear(in);
    return -1;
}

static int verdict_at(Verdict *verdict, Line *line, uint64_t n) {
    Finding f;
    Instance in;
    *verdict = UNKNOWN;
    if (check(&f, &in, line, n) < 0)
        return -1;
    *verdict = f.verdict;
    if (f.verdict == UNKNOWN) {
        line->all = UNKNOWN;
        table_note(line->table, "%s n=%llu, %s is undecided: %s", line->construction->name,
                   (unsigned long long)n, f.arithmetic,
                   f.reason ? f.reason : "not every input was covered");
    }
    finding_clear(&f);
    instance_clear(&in);
    return 0;
}

// Tries the sizes; *failing <- the first that fails, *largest <- the one tried before it, or the
// last of all; 0: none.
static int try_sizes(uint64_t *largest, uint64_t *failing, Line *line, const Jobs *jobs,
                     size_t first) {
    *largest = *failing = 0;
    for (size_t i = first; i < jobs->count && jobs->job[i].claim == jobs->job[first].claim; i++) {
        uint64_t n = jobs->job[i].params.n;
        Verdict verdict;
        if (interrupted() || verdict_at(&verdict, line, n) < 0)
            return interrupted() ? 0 : -1;
        if (verdict == PROVED)
            text_printf(&line->holds_at, "%s%llu", line->holds_at.length ? "," : "",
                        (unsigned long long)n);
        if (verdict == PROVED && *failing == 0)
            *largest = n;
        if (verdict != PROVED && *failing == 0)
            *failing = n;
    }
    return 0;
}

// Bisects between a size that holds and one that does not, down to neighbours.
static int sharpen(uint64_t *largest, uint64_t *failing, Line *line) {
    while (*largest > 0 && *failing > *largest + 1 && !interrupted()) {
        uint64_t middle = *largest + (*failing - *largest) / 2;
        Verdict verdict;
        if (verdict_at(&verdict, line, middle) < 0)
            return -1;
        *(verdict == PROVED ? largest : failing) = middle;
    }
    return 0;
}

// The cells that tell why the format fails at that size.
static int explain(Line *line, uint64_t n) {
    Finding f;
    Instance in;
    Text detail = { 0 }, witness = { 0 };
    if (check(&f, &in, line, n) < 0)
        return -1;
    table_set_number(line->table, "failing", n);
    table_set_text(line->table, "witness", f.witness);
    if (f.verdict == REFUTED && f.witness != NULL) {
        const Transformer at = transformer_at(&in.model, f.output ? f.output - 1 : 0), *t = &at;
        Token *word = alloc_array(t->length, 1, sizeof *word);
        char *wrong = task_parse_word(word, t->task, &t->params, f.witness);
        require(wrong == NULL);
        Cause cause = diagnose(&detail, t, &line->effort.arithmetic, word);
        require(cause != CAUSE_NONE);
        scan_print_word(&witness, f.witness);
        table_set_text(line->table, "cause", cause_name(cause));
        table_set_text(line->table, "detail", text_string(&detail));
        table_note(line->table, "%s n=%llu, %s fails on %s%s%s", line->construction->name,
                   (unsigned long long)n, f.arithmetic, text_string(&witness),
                   detail.length ? ": " : "", text_string(&detail));
        free(word);
    }
    text_clear(&detail);
    text_clear(&witness);
    finding_clear(&f);
    instance_clear(&in);
    return 0;
}

static void set_what(Line *line, const Jobs *jobs, size_t first) {
    Table *t = line->table;
    const Params *p = &line->params;
    Text tried = { 0 };
    Text name = { 0 };
    for (size_t i = first; i < jobs->count && jobs->job[i].claim == jobs->job[first].claim; i++)
        text_printf(&tried, "%s%llu", i > first ? "," : "",
                    (unsigned long long)jobs->job[i].params.n);
    arith_print(&name, &line->effort.arithmetic);
    table_add_row(t);
    table_set_text(t, "claim", line->construction->name);
    table_set_text(t, "base", base_name(p->base));
    table_set_text(t, "mask", mask_name(p->mask));
    if (line->construction->task->boolean)
        table_set_text(t, "readout", readout_name(p->readout));
    table_set_text(t, "format", text_string(&name));
    table_set_number(t, "precision", (uint64_t)line->effort.arithmetic.precision);
    table_set_text(t, "tried", text_string(&tried));
    text_clear(&tried);
    text_clear(&name);
}

static int add(Line *line, const Jobs *jobs, size_t first) {
    uint64_t largest, failing;
    set_what(line, jobs, first);
    if (try_sizes(&largest, &failing, line, jobs, first) < 0 ||
        sharpen(&largest, &failing, line) < 0)
        return -1;
    table_set_text(line->table, "holds_at", text_string(&line->holds_at));
    if (largest > 0)
        table_set_number(line->table, "largest", largest);
    return failing > 0 && !interrupted() ? explain(line, failing) : 0;
}

// Every readout that the options leave open, and every format.
static int add_claim(Verdict *all, Table *t, const Jobs *jobs, size_t first, const Options *o) {
    const Construction *c = claim_construction(jobs->job[first].claim);
    size_t readouts = (o->given & TAKES_readout) || !c->task->boolean ? 1 : 2;
    for (size_t r = 0; r < readouts; r++)
        for (size_t k = 0; float_format_name(k) != NULL && !interrupted(); k++) {
            Text format = { 0 };
            Line line = { .construction = c,
                          .params = jobs->job[first].params,
                          .effort = options_effort(o),
                          .table = t,
                          .all = PROVED };
            if (readouts > 1)
                line.params.readout = r == 0 ? READOUT_PEAKED : READOUT_UNIFORM;
            text_printf(&format, "float:%s", float_format_name(k));
            scan_set_arithmetic(&line.effort, text_string(&format));
            line.effort.brief = true;
            text_clear(&format);
            int status = add(&line, jobs, first);
            text_clear(&line.holds_at);
            *all = verdict_and(*all, line.all);
            if (status < 0)
                return -1;
        }
    return 0;
}

static bool is_ascending(const Range *r) {
    for (size_t i = 1; i < r->count; i++)
        if (r->value[i] <= r->value[i - 1])
            return false;
    return true;
}

int table_formats(const Options *o, int count, char **operands) {
    Jobs jobs;
    Table t;
    Verdict all = PROVED;
    if (!is_ascending(&o->size)) {
        error("--size: ascending sizes are expected");
        return EXIT_USAGE;
    }
    int status = jobs_choose(&jobs, o, operands, (size_t)count, CLAIMS_CODED, default_sizes);
    if (status < 0)
        return EXIT_USAGE;
    table_init(&t, "Named formats: up to which size every input is answered rightly", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < jobs.count && status == 0; i++)
        if (i == 0 || jobs.job[i].claim != jobs.job[i - 1].claim)
            status = add_claim(&all, &t, &jobs, i, o);
    if (interrupted())
        all = verdict_and(all, UNKNOWN);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    jobs_clear(&jobs);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}
