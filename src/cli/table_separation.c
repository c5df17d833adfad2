// What the explicit models cost, and what any smaller architecture provably needs, in bits.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "communication/prefix_classes.h"
#include "constructions/recurrent_construction.h"
#include "proofs-checks/explicit.h"
#include "protocol/one_layer_bounds.h"
#include <stdlib.h>
#include <string.h>

static const char *const default_sizes = "2..256*2";
enum { PRECISION_LAST = 40, HEADS = 1 };

static const Column columns[] = {
    { .key = "task", .heading = "task", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "n", .heading = "n", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "small",
      .heading = "model",
      .meaning = "the explicit model",
      .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "width",
      .heading = "m",
      .meaning = "its width",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "precision",
      .heading = "p",
      .meaning = "the least p at which it was verified in fixed:p for all inputs of the size in "
                 "'verified'; of a recurrent model bits per unit, which its proof for every length "
                 "gives",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "verified",
      .heading = "verified",
      .meaning =
          "the size at which that was verified; where it is not n, it could not be at n, and "
          "the line proves nothing",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "bits",
      .heading = "m p",
      .meaning = "its bits",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "weaker",
      .heading = "against",
      .meaning = "every recurrent model, or every one-layer model with one head in fixed:P",
      .shown = MACHINES | PEOPLE },
    { .key = "lower_precision",
      .heading = "P",
      .meaning = "the p of the explicit transformer; against a recurrent one ceil(log2 n) + 3",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "lower_width",
      .heading = "m >=",
      .meaning = "lower: the width that such a one-layer model has at least",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "lower_bits",
      .heading = "bits >=",
      .meaning = "lower: the bits that such a model has at least, of its state or per position",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "ratio",
      .heading = "ratio",
      .meaning = "the lower bound over the explicit model's bits, shown rounded down",
      .shown = PEOPLE,
      .right = true },
    { .key = "smaller",
      .heading = "smaller",
      .meaning = "the explicit model is provably smaller than every such model",
      .shown = MACHINES | PEOPLE },
};

// One task, its explicit model, and what that is set against.
typedef struct Line {
    const char *task, *small;
    bool recurrent, one_layer;   // against which of the two
} Line;

static const Line lines[] = {
    { .task = "index-lookup", .small = "index-lookup/one-layer", .recurrent = true },
    { .task = "equality", .small = "equality/two-layer", .recurrent = true, .one_layer = true },
    { .task = "disjointness",
      .small = "disjointness/two-layer",
      .recurrent = true,
      .one_layer = true },
    { .task = "dyck", .small = "dyck/recurrent", .one_layer = true },
};
enum { LINES = sizeof lines / sizeof *lines };

// The explicit model at one size.
typedef struct Small {
    uint64_t width, bits, verified;   // verified: the size, 0: none
    long precision;
} Small;

// Since when a model is smaller than all of one architecture, up to the last size tried.
typedef struct Crossover {
    uint64_t since, last;   // since == 0: it is not
} Crossover;

static void crossover_add(Crossover *c, uint64_t n, bool smaller) {
    c->since = !smaller ? 0 : c->since ? c->since : n;
    c->last = n;
}

// The least p at which the model is right on all inputs in fixed:p, from *p upward; false, with *p
// as it was: none is found.
static int find_precision(bool *found, long *p, const Instance *in, const Options *o) {
    const Machines machines = { .fixed = true };
    *found = false;
    for (long tried = *p; tried <= PRECISION_LAST && !interrupted() && !*found; tried++) {
        Effort effort = options_effort(o);
        Finding f;
        if (!machines_at(&effort.arithmetic, &machines, tried))
            continue;
        finding_init(&f);
        int status = explicit_check_instance(&f, in, &effort);
        *found = status == 0 && f.verdict == PROVED;
        finding_clear(&f);
        if (status < 0)
            return -1;
        *p = *found ? tried : *p;
    }
    return 0;
}

// *s <- the transformer at that size; of the sizes before, *s says what was verified last.
static int find_transformer(Small *s, Table *t, const Construction *c, const Params *p,
                            const Options *o) {
    Instance in;
    char *why = instance_try(&in, c, p);
    if (why != NULL) {
        table_note(t, "%s n=%llu: left out: %s", c->name, (unsigned long long)p->n, why);
        free(why);
        s->width = 0;
        return 0;
    }
    bool found;
    long precision = 2;
    int status = find_precision(&found, &precision, &in, o);
    if (found) {
        s->precision = precision;
        s->verified = p->n;
    }
    s->width = in.model.width;
    s->bits = s->width * (uint64_t)s->precision;
    instance_clear(&in);
    return status;
}

// The state of the recurrent model, proved for words of every length.
static int find_recurrent(Small *s, const RecurrentConstruction *c, const Params *p,
                          const Options *o) {
    Params endless = *p;
    Effort effort = options_effort(o);
    Finding f;
    endless.n = 0;
    finding_init(&f);
    int status = explicit_recurrent_check(&f, c, &endless, &effort);
    if (status == 0 && f.verdict == PROVED && f.precision > 0)
        *s = (Small){ .width = f.size.width,
                      .precision = (long)f.precision,
                      .bits = f.precision * f.size.width,
                      .verified = p->n };
    finding_clear(&f);
    return status;
}

static void set_ratio(Table *t, uint64_t lower, uint64_t bits) {
    mpq_t ratio;
    mpq_init(ratio);
    mpq_set_ui(ratio, lower, bits);
    mpq_canonicalize(ratio);
    table_set(t, "ratio", cell_decimal(ratio, DOWN));
    mpq_clear(ratio);
}

static void add_row(Table *t, const Line *line, uint64_t n, const Small *s, const char *weaker) {
    table_add_row(t);
    table_set_text(t, "task", line->task);
    table_set_number(t, "n", n);
    table_set_text(t, "small", line->small);
    table_set_text(t, "weaker", weaker);
    table_set_number(t, "width", s->width);
    if (s->verified == 0)
        return;
    table_set_number(t, "precision", (uint64_t)s->precision);
    table_set_number(t, "verified", s->verified);
    table_set_number(t, "bits", s->bits);
}

// Lower bound beside explicit model; whether the one proves the other smaller.
static bool compare(Table *t, const Small *s, uint64_t n, uint64_t lower) {
    bool smaller = s->verified == n && lower > s->bits;
    table_set_number(t, "lower_bits", lower);
    if (s->verified > 0)
        set_ratio(t, lower, s->bits);
    table_set(t, "smaller", json_boolean(smaller));
    return smaller;
}

// The precision at which one-layer models are bounded: the explicit transformer's own, or one of
// the same order.
static long register_bits(const Small *s, const Line *line, uint64_t n) {
    return line->recurrent ? s->precision : (long)log2_ceil(n) + 3;
}

static int add_size(Crossover crossover[2], Small *s, Table *t, const Line *line, const Params *p,
                    const Options *o) {
    const Construction *c = construction_find(line->small);
    const Task *task = task_find(line->task);
    const char *refused = task->admits(p);
    if (refused != NULL) {
        table_note(t, "%s n=%llu: left out: %s", line->task, (unsigned long long)p->n, refused);
        return 0;
    }
    int status = c != NULL ? find_transformer(s, t, c, p, o)
                           : find_recurrent(s, recurrent_construction_find(line->small), p, o);
    if (status < 0 || s->width == 0 || interrupted())
        return status;
    if (line->recurrent) {
        add_row(t, line, p->n, s, "recurrent");
        crossover_add(&crossover[0], p->n, compare(t, s, p->n, prefix_classes_bits(task, p)));
    }
    if (line->one_layer && s->verified > 0) {
        long precision = register_bits(s, line, p->n);
        uint64_t width = one_layer_task_width(problem_find(line->task), p, HEADS, precision);
        add_row(t, line, p->n, s, "one-layer");
        table_set_number(t, "lower_precision", (uint64_t)precision);
        table_set_number(t, "lower_width", width);
        crossover_add(&crossover[1], p->n, compare(t, s, p->n, width * (uint64_t)precision));
    }
    return 0;
}

static void note_crossover(Table *t, const Line *line, const char *weaker, const Crossover *c) {
    if (c->last == 0)
        return;
    if (c->since > 0)
        table_note(t,
                   "%s: %s is smaller than every %s model from n = %llu on, at all sizes tried up "
                   "to %llu",
                   line->task, line->small, weaker, (unsigned long long)c->since,
                   (unsigned long long)c->last);
    else
        table_note(t, "%s: no size up to %llu proves %s smaller than every %s model", line->task,
                   (unsigned long long)c->last, line->small, weaker);
}

static int add_line(Table *t, const Line *line, const Range *sizes, const Options *o) {
    Crossover crossover[2] = { { 0 } };
    Small s = { 0 };
    int status = 0;
    for (size_t i = 0; i < sizes->count && status == 0 && !interrupted(); i++) {
        Params p = options_params(o, sizes, i);
        status = add_size(crossover, &s, t, line, &p, o);
    }
    note_crossover(t, line, "recurrent", &crossover[0]);
    note_crossover(t, line, "one-layer", &crossover[1]);
    return status;
}

// Whether the task is among the operands, or there are none.
static bool is_asked(const Line *line, int count, char **operands) {
    for (int i = 0; i < count; i++)
        if (text_matches(operands[i], line->task))
            return true;
    return count == 0;
}

static int refuse_unknown(int count, char **operands) {
    for (int i = 0; i < count; i++) {
        bool known = false;
        for (size_t l = 0; l < LINES; l++)
            known |= text_matches(operands[i], lines[l].task);
        if (!known)
            return error("'%s': no such task in this table; expected index-lookup, equality, "
                         "disjointness or dyck",
                         operands[i]);
    }
    return 0;
}

int table_separation(const Options *o, int count, char **operands) {
    Range defaults = { 0 };
    Text why = { 0 };
    Table t;
    if (refuse_unknown(count, operands) < 0)
        return EXIT_USAGE;
    range_parse(&defaults, default_sizes, &why);
    require(why.length == 0);
    table_init(&t, "Explicit models against what any smaller architecture needs", columns,
               sizeof columns / sizeof *columns);
    int status = 0;
    for (size_t i = 0; i < LINES && status == 0; i++)
        if (is_asked(&lines[i], count, operands))
            status = add_line(&t, &lines[i], o->size.count ? &o->size : &defaults, o);
    bool open = interrupted() || json_array_size(t.rows) == 0;
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    range_clear(&defaults);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(open ? UNKNOWN : PROVED);
}
