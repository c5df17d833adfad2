// For each size: which code at which temperature costs how many bits for how much margin.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/claims.h"
#include "cli/code_choice.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "proofs-checks/explicit.h"
#include <stdlib.h>
#include <string.h>

static const char *const default_sizes = "16";

static const Column columns[] = {
    { .key = "claim", .heading = "claim", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE | IF_DIFFERENT, .right = true },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "mask", .heading = "mask", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "readout", .heading = "readout", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "machine", .heading = "machine", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "tried", .shown = MACHINES },
    { .key = "code", .heading = "code", .shown = MACHINES | PEOPLE },
    { .key = "epsilon", .shown = MACHINES },
    { .key = "epsilon_decimal",
      .heading = "epsilon",
      .meaning = "max <T_i,T_j>/k over i != j; exact, shown rounded up",
      .shown = PEOPLE,
      .right = true },
    { .key = "paper",
      .heading = "<= 1/4",
      .meaning = "yes: the code is one of those that the paper chooses, epsilon <= 1/4",
      .shown = MACHINES | PEOPLE },
    { .key = "temperature",
      .heading = "t",
      .meaning = "scale of the scores in layer 1",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "width",
      .heading = "m",
      .meaning = "width of the model",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "holds_at", .shown = MACHINES },
    { .key = "least_precision",
      .heading = "p",
      .meaning = "exact: the least precision from which all that were tried answer every input "
                 "rightly; '-': none, or the model over the reals is wrong",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "bits",
      .heading = "m p",
      .meaning = "bits per token",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning = "of the model over the reals, the worst over all inputs; exact, shown rounded "
                 "down; with base e a lower bound",
      .shown = PEOPLE,
      .right = true },
    { .key = "pareto",
      .heading = "front",
      .meaning = "no other line of this size has as few bits and as large a margin, and less of "
                 "the one or more of the other",
      .shown = MACHINES | PEOPLE },
};

// One code at one temperature.
typedef struct Point {
    Instance in;
    Finding real;   // over the reals
    bool scanned;
    PrecisionScan scan;
} Point;

// All points of a construction at one size.
typedef struct Front {
    const Construction *construction;
    Params params;
    Machines machines;
    size_t count, capacity;
    Point *point;
} Front;

static void front_clear(Front *f) {
    for (size_t i = 0; i < f->count; i++) {
        instance_clear(&f->point[i].in);
        finding_clear(&f->point[i].real);
        if (f->point[i].scanned)
            precision_clear(&f->point[i].scan);
    }
    free(f->point);
    *f = (Front){ 0 };
}

static bool is_on_board(const Point *p) { return p->scanned && p->scan.least > 0; }

static uint64_t bits(const Point *p) { return (uint64_t)p->scan.least * p->in.model.width; }

// Whether a has as few bits and as large a margin as b, and one of the two is better.
static bool beats(const Point *a, const Point *b) {
    int margin = mpq_cmp(a->real.margin, b->real.margin);
    return is_on_board(a) && bits(a) <= bits(b) && margin >= 0 && (bits(a) < bits(b) || margin > 0);
}

static bool is_on_front(const Front *f, const Point *p) {
    for (size_t i = 0; i < f->count; i++)
        if (beats(&f->point[i], p))
            return false;
    return is_on_board(p);
}

// Judges the model over the reals and, if it is right, at every precision.  Takes over *in.
static int front_add(Front *f, const Instance *in, const Options *o) {
    Effort effort = options_effort(o);
    if (f->count == f->capacity) {
        f->capacity = f->capacity ? 2 * f->capacity : 16;
        Point *grown = realloc(f->point, f->capacity * sizeof *grown);
        if (grown == NULL)
            die("out of memory: %zu lines", f->capacity);
        f->point = grown;
    }
    Point *p = &f->point[f->count++];
    *p = (Point){ .in = *in };
    finding_init(&p->real);
    if (f->params.base == BASE_E) {
        char *why = NULL;
        int parsed = arith_parse(&effort.arithmetic, "ball", &why);
        require(parsed == 0);
    }
    if (explicit_check_instance(&p->real, &p->in, &effort) < 0)
        return -1;
    if (p->real.verdict != PROVED)
        return 0;
    long from, to;
    scan_range(&from, &to, o);
    int status = precision_scan(&p->scan, &p->in, &f->machines, from, to, &effort);
    p->scanned = status == 0;
    return status;
}

// Whether the code is among the points already: names of different choices may mean the same.
static bool is_known(const Front *f, const Code *c) {
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->point[i].in.code.name, c->name) == 0)
            return true;
    return false;
}

// The theorem's temperature, twice it, and the powers of two below it; or the one asked for.
static int add_temperatures(Front *f, uint64_t least, const Options *o) {
    Params p = f->params;
    for (uint64_t t = 1; t <= 2 * least && !interrupted();) {
        Instance in;
        p.temperature = o->temperature ? o->temperature : t;
        if (instance_init(&in, f->construction, &p) < 0 || front_add(f, &in, o) < 0)
            return -1;
        if (o->temperature)
            break;
        t = t < least && 2 * t > least ? least : 2 * t;
    }
    return 0;
}

// Of several codes, one that does not exist at that size is left out with a note.
static int add_code(Front *f, Table *t, const char *name, bool alone, const Options *o) {
    Instance in;
    f->params.code = name;
    f->params.temperature = 0;
    char *why = instance_try(&in, f->construction, &f->params);
    if (why != NULL) {
        if (alone)
            error("%s: %s", f->construction->name, why);
        else
            table_note(t, "%s: left out: %s", f->construction->name, why);
        free(why);
        return alone ? -1 : 0;
    }
    uint64_t least = in.temperature;
    bool known = is_known(f, &in.code);
    instance_clear(&in);
    return known ? 0 : add_temperatures(f, least, o);
}

static void set_epsilon(Table *t, const Instance *in) {
    mpq_t epsilon;
    mpq_init(epsilon);
    if (in->distance > 0) {   // 1 - 2 d / k
        mpz_set_si(mpq_numref(epsilon), (long)in->code.length - 2 * (long)in->distance);
        mpz_set_ui(mpq_denref(epsilon), in->code.length);
        mpq_canonicalize(epsilon);
        table_set(t, "epsilon", cell_rational(epsilon));
        table_set(t, "epsilon_decimal", cell_decimal(epsilon, UP));
        table_set(t, "paper", json_boolean(mpq_cmp_ui(epsilon, 1, 4) <= 0));
    }
    mpq_clear(epsilon);
}

static void set_what(Table *t, const Point *p) {
    const Params *params = &p->in.params;
    table_set_text(t, "claim", p->in.construction->name);
    table_set_number(t, "n", params->n);
    table_set_text(t, "base", base_name(params->base));
    table_set_text(t, "mask", mask_name(params->mask));
    if (p->in.construction->task->boolean)
        table_set_text(t, "readout", readout_name(params->readout));
    table_set_text(t, "code", p->in.code.name);
    set_epsilon(t, &p->in);
    table_set_number(t, "temperature", p->in.temperature);
    table_set_number(t, "width", p->in.model.width);
}

// UNKNOWN if the model, or a precision of a model that is right over the reals, is not decided.
static Verdict add_row(Table *t, const Front *f, const Point *p) {
    table_add_row(t);
    set_what(t, p);
    if (p->real.has_margin) {
        table_set(t, "margin", cell_rational(p->real.margin));
        table_set(t, "margin_decimal", cell_decimal(p->real.margin, DOWN));
    }
    if (p->scanned) {
        scan_set(t, &p->scan, &f->machines, p->in.model.width);
        table_set_printf(t, "tried", "%ld..%ld", p->scan.from, p->scan.to);
        table_set(t, "pareto", json_boolean(is_on_front(f, p)));
        return scan_verdict(&p->scan);
    }
    table_set(t, "pareto", json_false());
    return p->real.verdict == UNKNOWN ? UNKNOWN : PROVED;
}

// One construction at one size with one machine.
static int add_front(Verdict *all, Table *t, Front *f, const CodeChoice *codes, const Options *o) {
    int status = 0;
    for (size_t c = 0; c < codes->count && status == 0 && !interrupted(); c++)
        status = add_code(f, t, codes->name[c], codes->count == 1, o);
    for (size_t i = 0; i < f->count && status == 0; i++)
        *all = verdict_and(*all, add_row(t, f, &f->point[i]));
    return status;
}

static int tabulate(const Options *o, const Jobs *jobs, const CodeChoice *codes) {
    Table t;
    Verdict all = PROVED;
    Machines machines[MACHINES_MOST];
    size_t kinds = scan_machines(machines, o);
    int status = 0;
    table_init(&t, "Codes and temperatures: bits against margin", columns,
               sizeof columns / sizeof *columns);
    for (size_t i = 0; i < jobs->count * kinds && status == 0 && !interrupted(); i++) {
        const Job *job = &jobs->job[i / kinds];
        Front front = { .construction = claim_construction(job->claim),
                        .params = job->params,
                        .machines = machines[i % kinds] };
        status = add_front(&all, &t, &front, codes, o);
        front_clear(&front);
    }
    if (interrupted() || json_array_size(t.rows) == 0)
        all = verdict_and(all, UNKNOWN);
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}

int table_tradeoff(const Options *o, int count, char **operands) {
    Jobs jobs;
    CodeChoice codes;
    if (code_choice_init(&codes, o->code ? o->code : "*") < 0)
        return EXIT_USAGE;
    int status = EXIT_USAGE;
    if (jobs_choose(&jobs, o, operands, (size_t)count, true, default_sizes) == 0) {
        status = tabulate(o, &jobs, &codes);
        jobs_clear(&jobs);
    }
    code_choice_clear(&codes);
    return status;
}
