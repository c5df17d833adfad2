// The text is gone through twice: first to count, then to store.
#include "math/labelled_points.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "math/decimal.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Span {
    const char *at, *end;
} Span;

static Span trim(Span s) {
    while (s.at < s.end && isspace((unsigned char)*s.at))
        s.at++;
    while (s.at < s.end && isspace((unsigned char)s.end[-1]))
        s.end--;
    return s;
}

// Cuts the next line off the text, without its comment.
static Span next_line(Span *text) {
    const char *end = memchr(text->at, '\n', (size_t)(text->end - text->at));
    Span line = { text->at, end ? end : text->end };
    text->at = end ? end + 1 : text->end;
    const char *comment = memchr(line.at, '#', (size_t)(line.end - line.at));
    if (comment != NULL)
        line.end = comment;
    return trim(line);
}

// Cuts the next field off the line, which is trimmed; line->at is NULL behind the last.
static Span next_field(Span *line, bool commas) {
    Span field = *line;
    const char *at = line->at;
    while (at < line->end && (commas ? *at != ',' : !isspace((unsigned char)*at)))
        at++;
    field.end = at;
    bool last = at == line->end;
    *line = (Span){ last ? NULL : at + 1, line->end };
    if (!last && !commas)
        *line = trim(*line);
    return trim(field);
}

// What is read, and how far the reading is.
typedef struct Reader {
    const char *file;
    bool labelled, stores;
    size_t line, first_line, fields;
    LabelledPoints p;
} Reader;

static char *copy_span(Span s) {
    size_t length = (size_t)(s.end - s.at);
    char *copy = alloc_array(length + 1, 1, 1);
    memcpy(copy, s.at, length);
    return copy;
}

// The beginning of the field as it may be shown.
static int refuse_field(const Reader *r, Span field, const char *expected) {
    char shown[41] = { 0 };
    for (size_t n = 0; n + 1 < sizeof shown && field.at + n < field.end; n++)
        shown[n] = isprint((unsigned char)field.at[n]) ? field.at[n] : '?';
    return error("%s:%zu: '%s', expected %s", r->file, r->line, shown, expected);
}

static int read_coordinate(Reader *r, Span field, size_t column) {
    static const char number[] = "a decimal like -0.25 or 1e-3, or a quotient like 1/4";
    size_t length = (size_t)(field.end - field.at);
    if (length == 0 || length > DECIMAL_LONGEST || memchr(field.at, '\0', length) != NULL)
        return refuse_field(r, field, number);
    char *copy = copy_span(field);
    mpq_t value;
    mpq_init(value);
    bool parsed = decimal_parse(value, copy);
    if (parsed && r->stores)
        mpq_set(matrix_at(&r->p.point, r->p.count, column), value);
    mpq_clear(value);
    free(copy);
    return parsed ? 0 : refuse_field(r, field, number);
}

static int read_label(Reader *r, Span field) {
    size_t length = (size_t)(field.end - field.at);
    if (length == 0 || memchr(field.at, '\0', length) != NULL)
        return refuse_field(r, field, "a label at the end of the line");
    if (r->stores)
        r->p.label[r->p.count] = copy_span(field);
    return 0;
}

static size_t count_fields(Span line, bool commas) {
    size_t fields = 0;
    while (line.at != NULL) {
        next_field(&line, commas);
        fields++;
    }
    return fields;
}

// A line that is not empty.
static int read_point(Reader *r, Span line) {
    bool commas = memchr(line.at, ',', (size_t)(line.end - line.at)) != NULL;
    size_t fields = count_fields(line, commas), coordinates = fields - r->labelled;
    if (r->first_line == 0) {
        r->first_line = r->line;
        r->fields = fields;
        r->p.dimension = coordinates;
    }
    if (coordinates == 0)
        return error("%s:%zu: one field, expected coordinates and a label", r->file, r->line);
    if (fields != r->fields)
        return error("%s:%zu: %zu fields, expected %zu as in line %zu", r->file, r->line, fields,
                     r->fields, r->first_line);
    int status = 0;
    for (size_t c = 0; c < coordinates && status == 0; c++)
        status = read_coordinate(r, next_field(&line, commas), c);
    if (status == 0 && r->labelled)
        status = read_label(r, next_field(&line, commas));
    if (status == 0 && r->stores)
        r->p.line[r->p.count] = r->line;
    r->p.count++;
    return status;
}

static int read_text(Reader *r, Span text) {
    int status = 0;
    r->p.count = r->line = r->first_line = 0;
    while (text.at < text.end && status == 0) {
        Span line = next_line(&text);
        r->line++;
        if (line.at < line.end)
            status = read_point(r, line);
    }
    return status;
}

static int store(Reader *r) {
    LabelledPoints *p = &r->p;
    if (p->count == 0)
        return error("%s:1: no points, expected one on each line", r->file);
    if (p->count > POINTS_COORDINATES / p->dimension)
        return error("%s:1: %zu points of dimension %zu, expected at most %zu coordinates", r->file,
                     p->count, p->dimension, POINTS_COORDINATES);
    matrix_init(&p->point, p->count, p->dimension);
    p->line = alloc_array(p->count, 1, sizeof *p->line);
    if (r->labelled)
        p->label = alloc_array(p->count, 1, sizeof *p->label);
    r->stores = true;
    return 0;
}

// A point to be sorted.
typedef struct Row {
    const LabelledPoints *p;
    size_t index;
} Row;

static int compare_points(const void *a, const void *b) {
    const Row *x = a, *y = b;
    for (size_t c = 0; c < x->p->dimension; c++) {
        int sign =
            mpq_cmp(matrix_at(&x->p->point, x->index, c), matrix_at(&y->p->point, y->index, c));
        if (sign != 0)
            return sign;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b) {
    const Row *x = a, *y = b;
    int sign = compare_points(a, b);
    return sign != 0 ? sign : x->index < y->index ? -1 : x->index > y->index;
}

static int refuse_duplicates(const Reader *r) {
    const LabelledPoints *p = &r->p;
    Row *row = alloc_array(p->count, 1, sizeof *row);
    int status = 0;
    for (size_t i = 0; i < p->count; i++)
        row[i] = (Row){ p, i };
    qsort(row, p->count, sizeof *row, compare_rows);
    for (size_t i = 1; i < p->count && status == 0; i++)
        if (compare_points(&row[i - 1], &row[i]) == 0)
            status = error("%s:%zu: the point of line %zu again, expected different ones", r->file,
                           p->line[row[i].index], p->line[row[i - 1].index]);
    free(row);
    return status;
}

int labelled_points_parse(LabelledPoints *p, const char *file, const char *text, size_t size,
                          bool labelled) {
    Reader r = { .file = file, .labelled = labelled };
    Span all = { text, text + size };
    if (read_text(&r, all) < 0 || store(&r) < 0)
        return -1;
    int status = read_text(&r, all);
    require(status == 0);   // as the first time
    if (labelled)
        status = refuse_duplicates(&r);
    if (status < 0)
        labelled_points_clear(&r.p);
    else
        *p = r.p;
    return status;
}

int labelled_points_read(LabelledPoints *p, const char *file, bool labelled) {
    bool standard = strcmp(file, "-") == 0;
    const char *name = standard ? "<stdin>" : file;
    FILE *in = standard ? stdin : fopen(file, "rb");
    Text t = { 0 };
    if (in == NULL)
        return error("%s: %s", name, strerror(errno));
    int status = text_read(&t, in, POINTS_BYTES);
    if (status < 0)
        error("%s: %s", name, errno == EFBIG ? "more than 2^30 bytes" : strerror(errno));
    else
        status = labelled_points_parse(p, name, text_string(&t), t.length, labelled);
    if (!standard)
        fclose(in);
    text_clear(&t);
    return status;
}

void labelled_points_clear(LabelledPoints *p) {
    for (size_t i = 0; p->label != NULL && i < p->count; i++)
        free(p->label[i]);
    free(p->label);
    free(p->line);
    matrix_clear(&p->point);
    *p = (LabelledPoints){ 0 };
}
