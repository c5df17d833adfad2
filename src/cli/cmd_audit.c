#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/verdict_table.h"
#include "constructions/nearest_data.h"
#include <stdlib.h>
#include <string.h>

static const Column columns[] = {
    { .key = "data", .heading = "data", .shown = MACHINES | PEOPLE },
    { .key = "points", .heading = "points", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "dimension", .heading = "d", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "queries", .heading = "queries", .shown = MACHINES | PEOPLE, .right = true },
    { .key = "agree", .shown = MACHINES },
    { .key = "verdict",
      .heading = "verdict",
      .meaning = "holds: every query has one nearest point, so that two layers find it",
      .shown = MACHINES | PEOPLE },
    { .key = "gap", .shown = MACHINES },
    { .key = "gap_decimal",
      .heading = "gap",
      .meaning =
          "half of what the squared distances of a query's two nearest points differ by, the "
          "least over all queries; exact, shown rounded down",
      .shown = PEOPLE,
      .right = true },
    { .key = "temperature",
      .heading = "t",
      .meaning = "scale of the scores of layer 2, in base 2, that suffices",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "copy_temperature",
      .heading = "copy t",
      .meaning = "the same of layer 1, which copies the points, over the code",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "code", .heading = "code", .shown = MACHINES | PEOPLE },
    { .key = "fraction_bits", .shown = MACHINES },
    { .key = "precision",
      .heading = "p",
      .meaning = "bits of a number that holds a coordinate precisely enough",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning = "by which the right label wins then on every query, a lower bound",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "query", .shown = MACHINES },
    { .key = "nearest", .shown = MACHINES },
    { .key = "second", .shown = MACHINES },
};

// The data, as the command line names them.
typedef struct Data {
    const char *file, *query_file;   // query_file: NULL, every point among the others
    LabelledPoints points, queries;
} Data;

static const char *name_of(const char *file) { return strcmp(file, "-") == 0 ? "<stdin>" : file; }

static void set_place(Table *t, const char *key, const char *file, size_t line) {
    table_set_printf(t, key, "%s:%zu", name_of(file), line);
}

static void set_gap(Table *t, const Data *d, const Gap *g) {
    const char *file = d->query_file ? d->query_file : d->file;
    const LabelledPoints *queries = d->query_file ? &d->queries : &d->points;
    table_set_text(t, "data", name_of(d->file));
    table_set_number(t, "points", d->points.count);
    table_set_number(t, "dimension", d->points.dimension);
    table_set_number(t, "queries", g->queries);
    if (d->query_file == NULL)
        table_set_number(t, "agree", g->agree);
    table_set(t, "gap", cell_rational(g->gap));
    table_set(t, "gap_decimal", cell_decimal(g->gap, DOWN));
    set_place(t, "query", file, queries->line[g->query]);
    set_place(t, "nearest", d->file, d->points.line[g->first]);
    set_place(t, "second", d->file, d->points.line[g->second]);
}

static void note_tie(Table *t, const Data *d, const Gap *g) {
    const char *file = d->query_file ? d->query_file : d->file;
    const LabelledPoints *p = &d->points, *queries = d->query_file ? &d->queries : p;
    Text square = { 0 };
    rational_print(&square, g->distance);
    table_note(
        t,
        "The nearest point is not unique: from the point of %s:%zu those of lines %zu (label "
        "%s) and %zu (label %s) of %s are equally far, at squared distance %s, and none is "
        "nearer",
        name_of(file), queries->line[g->query], p->line[g->first], p->label[g->first],
        p->line[g->second], p->label[g->second], name_of(d->file), text_string(&square));
    text_clear(&square);
}

// -1 after an error.
static int set_needs(Table *t, const Gap *g, const char *code) {
    NearestData n;
    char *why = nearest_data_init(&n, g, code);
    if (why != NULL) {
        error("--code: %s", why);
        free(why);
        return -1;
    }
    table_set_number(t, "temperature", n.temperature);
    table_set_number(t, "copy_temperature", n.copy_temperature);
    table_set_text(t, "code", n.code.name);
    table_set_number(t, "fraction_bits", n.fraction_bits);
    table_set_number(t, "precision", n.precision);
    table_set(t, "margin", cell_rational(n.margin));
    table_set(t, "margin_decimal", cell_decimal(n.margin, DOWN));
    nearest_data_clear(&n);
    return 0;
}

// -1 after an error, with nothing to clear.
static int read_data(Data *d, const char *file, const char *query_file) {
    *d = (Data){ .file = file, .query_file = query_file };
    if (labelled_points_read(&d->points, file, true) < 0)
        return -1;
    if (query_file != NULL && labelled_points_read(&d->queries, query_file, false) < 0) {
        labelled_points_clear(&d->points);
        return -1;
    }
    return 0;
}

static void clear_data(Data *d) {
    labelled_points_clear(&d->points);
    if (d->query_file != NULL)
        labelled_points_clear(&d->queries);
}

static int check_data(const Data *d) {
    size_t least = d->query_file ? 2 : 3;
    if (d->points.count < least)
        return error("%s: %zu point%s, expected at least %zu: two that a query can be nearer to",
                     name_of(d->file), d->points.count, d->points.count == 1 ? "" : "s", least);
    if (d->query_file != NULL && d->queries.dimension != d->points.dimension)
        return error("%s:%zu: %zu fields, expected %zu, the dimension of %s",
                     name_of(d->query_file), d->queries.line[0], d->queries.dimension,
                     d->points.dimension, name_of(d->file));
    return 0;
}

static int audit(const Options *o, const Data *d) {
    Gap g;
    Table t;
    if (check_data(d) < 0)
        return EXIT_USAGE;
    table_init(&t, "How clearly the nearest point is told", columns,
               sizeof columns / sizeof *columns);
    int status = gap_init(&g, &d->points, d->query_file ? &d->queries : NULL);
    Verdict verdict = mpq_sgn(g.gap) > 0 ? PROVED : REFUTED;
    if (status == 0) {
        table_add_row(&t);
        set_gap(&t, d, &g);
        table_set_text(&t, "verdict", verdict_name(verdict));
        if (verdict == REFUTED)
            note_tie(&t, d, &g);
        else
            status = set_needs(&t, &g, o->code);
    }
    if (status == 0)
        status = output_table(o->output, o->format, &t);
    table_clear(&t);
    gap_clear(&g);
    return status < 0 ? EXIT_USAGE : verdict_exit_status(verdict);
}

static int run(const Options *o, int count, char **operands) {
    Data d;
    if (count < 1 || count > 2) {
        error("'chasm audit' takes one FILE of points with labels, and perhaps one of queries");
        return EXIT_USAGE;
    }
    if (read_data(&d, operands[0], count == 2 ? operands[1] : NULL) < 0)
        return EXIT_USAGE;
    int status = audit(o, &d);
    clear_data(&d);
    return status;
}

static const Example examples[] = {
    { "chasm audit points.csv", "each point of the file among the others" },
    { "chasm audit points.csv queries.csv -f json", "other queries; every number exact" },
    { 0 },
};

const Command command_audit = {
    .name = "audit",
    .arguments = "FILE [QUERIES]",
    .summary = "tell how clearly the nearest point is told in a set of data",
    .description =
        "Reads points with labels, one a line: coordinates (decimals or quotients p/q) and then "
        "the label, separated by commas or blanks. Finds exactly, for every point among the others "
        "or for every point of QUERIES, which has no labels, by how much the nearest point is "
        "nearer than the second: the gap. If it is above 0 the theorem of two layers applies, and "
        "the temperatures, the precision and the margin that follow from it are told; else the "
        "query with its two nearest points. FILE - is standard input.",
    .options = TAKES_code | TAKES_TABLE,
    .examples = examples,
    .run = run,
};
