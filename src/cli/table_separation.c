// What the explicit models cost, and what any smaller architecture provably needs, in bits.
#include "base/error.h"
#include "base/interrupt.h"
#include "cli/least_size.h"
#include "cli/output.h"
#include "cli/scan.h"
#include "cli/tables.h"
#include "cli/verdict_table.h"
#include "math/rational.h"
#include <stdlib.h>
#include <string.h>

// Unless sizes are asked for, precisions are looked for up to VERIFIED_DEFAULT.
static const char *const default_sizes = "2..1048576*2";
enum { VERIFIED_DEFAULT = 256, PRECISION_FIRST = 2, PRECISION_LAST = 40, HEADS = 1 };

// Between two sizes tried, as many at most are tried to find the first from which a model is
// smaller.
enum { REFINED_MOST = 256 };

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
          "the size at which that was verified; where it is not n, no p was verified at n, and "
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

// An explicit model at the sizes of the table, one after the other.
typedef struct Line {
    Explicit model;
    ExplicitSize size;   // at the present size; its precision was verified at `verified`
    uint64_t verified;   // 0: at none
    const Options *options;
    uint64_t verified_most;   // beyond, no precision is looked for: by choice, or none was found
} Line;

// Since when it is smaller than all of one architecture, up to the last size at which its bits were
// verified.
typedef struct Crossover {
    uint64_t since, before, last;   // since == 0: it is not; before: the size before that, or 0
    ExplicitSize at;                // since
} Crossover;

static void crossover_add(Crossover *c, uint64_t n, bool smaller, const ExplicitSize *s) {
    if (smaller && c->since == 0) {
        c->since = n;
        c->before = c->last;
        c->at = *s;
    } else if (!smaller) {
        c->since = 0;
    }
    c->last = n;
}

// line->size <- the model at that size.  Why there is none goes to the notes, and *none <- true.
static int find_size(bool *none, Table *t, Line *line, const Params *p) {
    Effort effort = options_effort(line->options);
    ExplicitSize s;
    char *why;
    *none = false;
    if (line->model.recurrent != NULL && line->verified > 0) {   // proved for every length
        line->verified = p->n;
        return 0;
    }
    long last = p->n <= line->verified_most ? PRECISION_LAST : PRECISION_FIRST - 1;
    if (explicit_size_find(&s, &why, &line->model, p, PRECISION_FIRST, last, &effort) < 0)
        return -1;
    if (why != NULL) {
        table_note(t, "%s n=%llu: left out: %s", line->model.name, (unsigned long long)p->n, why);
        free(why);
        *none = true;
        return 0;
    }
    line->verified = s.precision > 0 ? p->n : line->verified;
    line->size.width = s.width;
    if (s.precision > 0)
        line->size.precision = s.precision;
    else if (p->n <= line->verified_most)   // so will larger ones be
        line->verified_most = p->n;
    line->size.bits = line->size.width * (uint64_t)line->size.precision;
    return 0;
}

// The precision at which one-layer models are bounded: the explicit transformer's own, or one of
// the same order.
static long register_bits(const Line *line, uint64_t n) {
    return line->model.recurrent == NULL ? line->size.precision : (long)log2_ceil(n) + 3;
}

// What every model of that architecture has at least, beside the explicit one.
static LeastSize bound_at(const Line *line, Architecture against, const Params *p) {
    return least_size(against, line->model.task, p, HEADS, register_bits(line, p->n));
}

static void add_row(Table *t, const Line *line, Architecture against, const Params *p,
                    const LeastSize *least) {
    table_add_row(t);
    table_set_text(t, "task", line->model.task->name);
    table_set_number(t, "n", p->n);
    table_set_text(t, "small", line->model.name);
    table_set_text(t, "weaker", architecture_name(against));
    table_set_number(t, "width", line->size.width);
    table_set_number(t, "lower_bits", least->bits);
    if (against == ARCHITECTURE_ONE_LAYER) {
        table_set_number(t, "lower_precision", (uint64_t)least->precision);
        table_set_number(t, "lower_width", least->width);
    }
    if (line->verified == 0)
        return;
    table_set_number(t, "precision", (uint64_t)line->size.precision);
    table_set_number(t, "verified", line->verified);
    table_set_number(t, "bits", line->size.bits);
    table_set(t, "ratio", cell_ratio(least->bits, line->size.bits, DOWN));
    if (line->verified == p->n)
        table_set(t, "smaller", json_boolean(least->bits > line->size.bits));
}

static int add_size(Crossover crossover[ARCHITECTURE_TWO_LAYERS], Table *t, Line *line,
                    const Params *p) {
    const char *refused = line->model.task->admits(p);
    if (refused != NULL) {
        table_note(t, "%s n=%llu: left out: %s", line->model.task->name, (unsigned long long)p->n,
                   refused);
        return 0;
    }
    bool none;
    int status = find_size(&none, t, line, p);
    if (status < 0 || none || interrupted())
        return status;
    for (Architecture a = 0; a < ARCHITECTURE_TWO_LAYERS; a++) {
        if (a == line->model.architecture)
            continue;
        LeastSize least = bound_at(line, a, p);
        if (!least.known)
            continue;
        add_row(t, line, a, p, &least);
        if (line->verified == p->n)
            crossover_add(&crossover[a], p->n, least.bits > line->size.bits, &line->size);
    }
    return 0;
}

// Whether at that size the model with the precision of a larger one is verified, and smaller.
static int is_smaller_at(bool *smaller, const Line *line, Architecture against, const Params *p,
                         long precision) {
    Effort effort = options_effort(line->options);
    Line at = *line;
    char *why;
    *smaller = false;
    if (at.model.task->admits(p) != NULL)
        return 0;
    if (at.model.recurrent == NULL) {
        if (explicit_size_find(&at.size, &why, &at.model, p, 1, 0, &effort) < 0)
            return -1;
        at.size.precision = precision;
        at.size.bits = at.size.width * (uint64_t)precision;
        bool built = why == NULL;
        free(why);
        if (!built || bound_at(&at, against, p).bits <= at.size.bits)
            return 0;
        if (explicit_size_find(&at.size, &why, &at.model, p, precision, precision, &effort) < 0)
            return -1;
        free(why);
    }
    *smaller = at.size.precision > 0 && bound_at(&at, against, p).bits > at.size.bits;
    return 0;
}

// Moves c->since down to the first size from which on all sizes show the model smaller.
static int refine(Crossover *c, const Line *line, Architecture against, const Range *sizes) {
    if (c->since == 0 || c->before == 0 || c->since - c->before > REFINED_MOST)
        return 0;
    for (uint64_t n = c->since - 1; n > c->before && !interrupted(); n--) {
        Params p = options_params(line->options, sizes, 0);
        bool smaller;
        p.n = n;
        if (line->model.task->admits(&p) != NULL)   // an odd length
            continue;
        if (is_smaller_at(&smaller, line, against, &p, c->at.precision) < 0)
            return -1;
        if (!smaller)
            return 0;
        c->since = n;
    }
    return 0;
}

static void note_crossover(Table *t, const Line *line, Architecture against, const Crossover *c,
                           uint64_t found) {
    const char *task = line->model.task->name, *weaker = architecture_name(against);
    if (c->last == 0)
        return;
    if (c->since > 0)
        table_note(t,
                   "%s: %s is smaller than every %s model from n = %llu on, at every size up to "
                   "%llu and all verified up to %llu",
                   task, line->model.name, weaker, (unsigned long long)c->since,
                   (unsigned long long)found, (unsigned long long)c->last);
    else
        table_note(t, "%s: no size verified up to %llu proves %s smaller than every %s model", task,
                   (unsigned long long)c->last, line->model.name, weaker);
}

// Whether a bound stands against the model at some size.
static bool has_bounds(const Line *line, const Range *sizes) {
    bool known = false;
    for (size_t i = 0; i < sizes->count && !known; i++) {
        Params p = options_params(line->options, sizes, i);
        for (Architecture a = 0; a < ARCHITECTURE_TWO_LAYERS; a++)
            known |= a != line->model.architecture &&
                     least_size(a, line->model.task, &p, HEADS, PRECISION_LAST).known;
    }
    return known;
}

static int add_line(Table *t, Line *line, const Range *sizes) {
    Crossover crossover[ARCHITECTURE_TWO_LAYERS] = { { 0 } };
    int status = 0;
    for (size_t i = 0; i < sizes->count && status == 0 && !interrupted(); i++) {
        Params p = options_params(line->options, sizes, i);
        status = add_size(crossover, t, line, &p);
    }
    for (Architecture a = 0; a < ARCHITECTURE_TWO_LAYERS && status == 0; a++) {
        uint64_t found = crossover[a].since;
        status = refine(&crossover[a], line, a, sizes);
        note_crossover(t, line, a, &crossover[a], found);
    }
    return status;
}

// Whether the model is meant to be small, and one of those that go by their architecture alone:
// others are variants.
static bool is_small(const Explicit *e) {
    const char *name = architecture_name(e->architecture);
    return text_matches(name, strchr(e->name, '/') + 1);
}

static int refuse_unknown(int count, char **operands) {
    for (int i = 0; i < count; i++) {
        Explicit e;
        bool known = false;
        for (size_t k = 0; explicit_at(&e, k); k++)
            known |= is_small(&e) && text_matches(operands[i], e.task->name);
        if (!known)
            return error("'%s': no task in this table has that name", operands[i]);
    }
    return 0;
}

// The lines of the models asked for.
static int add_lines(Table *t, const Options *o, const Range *sizes, int count, char **operands) {
    int status = 0;
    Explicit e;
    for (size_t i = 0; explicit_at(&e, i) && status == 0 && !interrupted(); i++) {
        Line line = { .model = e,
                      .options = o,
                      .verified_most = o->size.count ? UINT64_MAX : VERIFIED_DEFAULT };
        if (is_small(&e) && table_asks(e.task->name, count, operands) && has_bounds(&line, sizes))
            status = add_line(t, &line, sizes);
    }
    return status;
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
    int status = add_lines(&t, o, o->size.count ? &o->size : &defaults, count, operands);
    bool open = interrupted() || json_array_size(t.rows) == 0;
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    range_clear(&defaults);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(open ? UNKNOWN : PROVED);
}
