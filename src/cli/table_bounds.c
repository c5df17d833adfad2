// Every explicit model beside the bits that any model of its own architecture has at least.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/least_size.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "math/rational.h"
#include <stdlib.h>

static const char *const default_sizes = "2,4";
enum { PRECISION_FIRST = 2, PRECISION_LAST = 40 };

static const Column columns[] = {
    { .key = "task", .heading = "task", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "architecture", .heading = "architecture", .shown = MACHINES | PEOPLE },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "lower_width",
      .heading = "m >=",
      .meaning = "lower: the width of any such one-layer model with as many heads in fixed:p",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "lower_bits",
      .heading = "bits >=",
      .meaning = "lower: the bits of any such model, of its state or, m p, per position",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "bits",
      .heading = "m p",
      .meaning = "upper: the bits of the explicit model",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "width",
      .heading = "m",
      .meaning = "its width, or units",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "precision",
      .heading = "p",
      .meaning = "the least p at which it was verified in fixed:p for all inputs; of a recurrent "
                 "model bits per unit in exact arithmetic",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "heads",
      .heading = "H",
      .meaning = "its heads",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "ratio",
      .heading = "ratio",
      .meaning = "upper over lower, shown rounded up",
      .shown = PEOPLE,
      .right = true },
    { .key = "model", .heading = "model", .shown = MACHINES | PEOPLE },
};

static void add_row(Table *t, const Explicit *e, const Params *p, const ExplicitSize *s,
                    const LeastSize *least) {
    table_add_row(t);
    table_set_text(t, "task", e->task->name);
    table_set_text(t, "architecture", architecture_name(e->architecture));
    table_set_number(t, "n", p->n);
    if (e->architecture == ARCHITECTURE_ONE_LAYER) {
        table_set_number(t, "lower_width", least->width);
        table_set_number(t, "heads", s->heads);
    }
    table_set_number(t, "lower_bits", least->bits);
    table_set_number(t, "bits", s->bits);
    table_set_number(t, "width", s->width);
    table_set_number(t, "precision", (uint64_t)s->precision);
    table_set(t, "ratio", cell_ratio(s->bits, least->bits, UP));
    table_set_text(t, "model", e->name);
}

// One model at one size; *all <- REFUTED if model and bound contradict each other, and then a note.
static int add_size(Verdict *all, Table *t, const Explicit *e, const Params *p, const Options *o) {
    Effort effort = options_effort(o);
    ExplicitSize s;
    char *why;
    if (explicit_size_find(&s, &why, e, p, PRECISION_FIRST, PRECISION_LAST, &effort) < 0)
        return -1;
    if (why != NULL || s.precision == 0)
        table_note(t, "%s n=%llu: left out: %s", e->name, (unsigned long long)p->n,
                   why ? why : "not verified for all inputs");
    bool verified = why == NULL && s.precision > 0;
    free(why);
    if (!verified)
        return 0;
    LeastSize least = least_size(e->architecture, e->task, p, s.heads, s.precision);
    if (!least.known)
        return 0;
    add_row(t, e, p, &s, &least);
    if (least_size_is_contradicted(&least, &s)) {
        table_note(t, "%s n=%llu: smaller than any model can be: one of the two is wrong", e->name,
                   (unsigned long long)p->n);
        *all = REFUTED;
    }
    return 0;
}

// Whether anything is known about models of its architecture at that size.
static bool has_bound(const Explicit *e, const Params *p) {
    return least_size(e->architecture, e->task, p, 1, PRECISION_LAST).known;
}

static int add_model(Verdict *all, Table *t, const Explicit *e, const Range *sizes,
                     const Options *o) {
    int status = 0;
    for (size_t i = 0; i < sizes->count && status == 0 && !interrupted(); i++) {
        Params p = options_params(o, sizes, i);
        if (has_bound(e, &p))
            status = add_size(all, t, e, &p, o);
    }
    return status;
}

static int add_models(Verdict *all, Table *t, const Options *o, const Range *sizes, int count,
                      char **operands) {
    int status = 0;
    for (size_t task = 0; tasks[task] != NULL; task++) {
        Explicit e;
        bool asked = table_asks(tasks[task]->name, count, operands);
        for (size_t k = 0; asked && explicit_at(&e, k) && status == 0; k++)
            if (e.task == tasks[task])
                status = add_model(all, t, &e, sizes, o);
    }
    return status;
}

int table_bounds(const Options *o, int count, char **operands) {
    Range defaults = { 0 };
    Text why = { 0 };
    Table t;
    Verdict all = PROVED;
    for (int i = 0; i < count; i++)
        if (task_find(operands[i]) == NULL) {
            error("'%s': no such task; 'chasm list' names them", operands[i]);
            return EXIT_USAGE;
        }
    range_parse(&defaults, default_sizes, &why);
    require(why.length == 0);
    table_init(&t, "Explicit models beside what their own architecture needs", columns,
               sizeof columns / sizeof *columns);
    int status = add_models(&all, &t, o, o->size.count ? &o->size : &defaults, count, operands);
    if (all == PROVED && (interrupted() || json_array_size(t.rows) == 0))
        all = UNKNOWN;
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    range_clear(&defaults);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(all);
}
