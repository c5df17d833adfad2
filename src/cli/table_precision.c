// The least precision at which each construction is right on all inputs, found by trying every one.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/claims.h"
#include "cli/code_choice.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const default_sizes = "4..64*2";

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "readout", .heading = "readout", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "code", .heading = "code", .shown = MACHINES | PEOPLE },
    { .key = "temperature",
      .heading = "t",
      .meaning = "scale of the scores in layer 1",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "machine", .heading = "machine", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "tried",
      .heading = "tried",
      .meaning = "which precisions p, in bits, were tried",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "holds_at",
      .heading = "holds at",
      .meaning = "the p at which every input is answered rightly; with '?': not decided",
      .shown = MACHINES | PEOPLE },
    { .key = "least_precision",
      .heading = "p",
      .meaning = "exact: the least p from which all that were tried hold",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "width", .shown = MACHINES },
    { .key = "bits",
      .heading = "m p",
      .meaning = "width times p: bits per token",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "margin", .shown = MACHINES },
    { .key = "method", .shown = MACHINES },
    { .key = "failing_precision", .shown = MACHINES },
    { .key = "witness", .shown = MACHINES },
    { .key = "reason", .shown = MACHINES },
};

// The points of one line: least precisions against log2 n.
typedef struct Slope {
    size_t points;
    uint64_t first, last;
    double x, y, xx, xy;   // sums
} Slope;

static void slope_add(Slope *s, uint64_t n, long p) {
    double x = log2((double)n), y = (double)p;
    s->first = s->points ? s->first : n;
    s->last = n;
    s->points++;
    s->x += x;
    s->y += y;
    s->xx += x * x;
    s->xy += x * y;
}

// One line of the table: a construction with one readout, one code and one machine.
typedef struct Series {
    Params params;   // of the size at hand
    const Construction *construction;
    Machines machines;
    Slope slope;
} Series;

static void slope_note(Table *t, const Series *series) {
    const Slope *s = &series->slope;
    double n = (double)s->points, spread = n * s->xx - s->x * s->x;
    if (s->points < 2 || spread <= 0)
        return;
    Text what = { 0 };
    text_printf(&what, "%s, ", series->construction->name);
    if (series->construction->task->boolean)
        text_printf(&what, "readout %s, ", readout_name(series->params.readout));
    text_printf(&what, "code %s, ", series->params.code ? series->params.code : "default");
    machines_print(&what, &series->machines);
    table_note(t, "%s: p grows by about %.2f per doubling of n (least squares, n = %llu .. %llu)",
               text_string(&what), (n * s->xy - s->x * s->y) / spread, (unsigned long long)s->first,
               (unsigned long long)s->last);
    text_clear(&what);
}

static void note_below(Table *t, const Instance *in, const PrecisionScan *s) {
    const Finding *f = &s->below;
    unsigned long long n = in->params.n;
    long p = s->least > 0 ? s->least - 1 : s->to;
    Text word = { 0 };
    if (f->witness != NULL)
        scan_print_word(&word, f->witness);
    if (f->verdict == REFUTED)
        table_note(t, "%s n=%llu, %s, %s fails%s%s", in->construction->name, n, in->code.name,
                   f->arithmetic, f->reason ? ": " : " on ",
                   f->reason ? f->reason : text_string(&word));
    else
        table_note(t, "%s n=%llu, %s, p = %ld is undecided: %s", in->construction->name, n,
                   in->code.name, p, f->reason ? f->reason : "not every input was covered");
    text_clear(&word);
}

static void set_what(Table *t, const Instance *in, const PrecisionScan *s) {
    const Params *p = &in->params;
    table_add_row(t);
    table_set_text(t, "claim", in->construction->name);
    table_set_number(t, "n", p->n);
    table_set_text(t, "base", base_name(p->base));
    table_set_text(t, "mask", mask_name(p->mask));
    if (in->construction->task->boolean)
        table_set_text(t, "readout", readout_name(p->readout));
    table_set_text(t, "code", in->code.name);
    table_set_number(t, "temperature", in->temperature);
    table_set_number(t, "width", in->model.width);
    table_set_printf(t, "tried", "%ld..%ld", s->from, s->to);
}

static void add(Table *t, const Instance *in, const Machines *m, const PrecisionScan *s) {
    set_what(t, in, s);
    scan_set(t, s, m, in->model.width);
    if (s->least > 0) {
        table_set_text(t, "method", s->at.method);
        if (s->at.has_margin)
            table_set(t, "margin", cell_rational(s->at.margin));
    }
    if (!s->has_below)
        return;
    table_set_number(t, "failing_precision", (uint64_t)(s->least > 0 ? s->least - 1 : s->to));
    table_set_text(t, "witness", s->below.witness);
    table_set_text(t, "reason", s->below.reason);
    note_below(t, in, s);
}

// The series at the size of its parameters.  Of several codes, one that does not exist there is
// left out with a note.  -1 after an error.
static int scan_size(Verdict *all, Table *t, Series *series, bool alone, const Options *o,
                     const Effort *effort) {
    Instance in;
    PrecisionScan scan;
    long from, to;
    char *why = instance_try(&in, series->construction, &series->params);
    if (why != NULL) {
        if (alone)
            error("%s: %s", series->construction->name, why);
        else
            table_note(t, "%s: left out: %s", series->construction->name, why);
        free(why);
        return alone ? -1 : 0;
    }
    scan_range(&from, &to, o);
    int status = precision_scan(&scan, &in, &series->machines, from, to, effort);
    if (status == 0) {
        add(t, &in, &series->machines, &scan);
        *all = verdict_and(*all, scan_verdict(&scan));
        if (scan.least > 0)
            slope_add(&series->slope, series->params.n, scan.least);
        precision_clear(&scan);
    }
    instance_clear(&in);
    return status;
}

// The jobs of one claim stand together in the list: from `first` on.
static int scan_series(Verdict *all, Table *t, Series *series, const Jobs *jobs, size_t first,
                       bool alone, const Options *o) {
    Effort effort = options_effort(o);
    int status = 0;
    for (size_t i = first; i < jobs->count && jobs->job[i].claim == jobs->job[first].claim; i++) {
        if (interrupted() || status < 0)
            return status;
        series->params.n = jobs->job[i].params.n;
        status = scan_size(all, t, series, alone, o, &effort);
    }
    slope_note(t, series);
    return status;
}

// Every readout, code and machine that the options leave open.
static int scan_claim(Verdict *all, Table *t, const Jobs *jobs, size_t first,
                      const CodeChoice *codes, const Options *o) {
    Machines machines[MACHINES_MOST];
    size_t kinds = scan_machines(machines, o);
    const Construction *c = claim_construction(jobs->job[first].claim);
    size_t readouts = (o->given & TAKES_readout) || !c->task->boolean ? 1 : 2;
    for (size_t v = 0; v < readouts * codes->count * kinds; v++) {
        Series series = { .params = jobs->job[first].params,
                          .construction = c,
                          .machines = machines[v % kinds] };
        series.params.code = codes->name[v / kinds % codes->count];
        if (readouts > 1)
            series.params.readout =
                v / kinds / codes->count == 0 ? READOUT_PEAKED : READOUT_UNIFORM;
        if (scan_series(all, t, &series, jobs, first, codes->count == 1, o) < 0)
            return -1;
    }
    return 0;
}

static int tabulate(const Options *o, const Jobs *jobs, const CodeChoice *codes) {
    Table t;
    Verdict all = PROVED;
    int status = 0;
    table_init(&t, "Least precision at which every input is answered rightly", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < jobs->count && status == 0; i++)
        if (i == 0 || jobs->job[i].claim != jobs->job[i - 1].claim)
            status = scan_claim(&all, &t, jobs, i, codes, o);
    if (interrupted() || json_array_size(t.rows) == 0)
        all = verdict_and(all, UNKNOWN);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

int table_precision(const Options *o, int count, char **operands) {
    Jobs jobs;
    CodeChoice codes;
    if (code_choice_init(&codes, o->code) < 0)
        return EXIT_USAGE;
    int status = EXIT_USAGE;
    if (jobs_choose(&jobs, o, operands, (size_t)count, true, default_sizes) == 0) {
        status = tabulate(o, &jobs, &codes);
        jobs_clear(&jobs);
    }
    code_choice_clear(&codes);
    return status;
}
