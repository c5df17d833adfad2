// text.c - an aligned table for a terminal, its legend wrapped at 80 columns.
#include "base/alloc.h"
#include "report/view.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 80 };

static size_t characters(const char *s) { return text_characters(s, strlen(s)); }

static size_t column_width(const View *v, size_t c) {
    size_t width = characters(v->column[c]->heading);
    for (size_t r = 0; r < v->rows; r++) {
        size_t cell = characters(v->cell[r * v->columns + c]);
        width = cell > width ? cell : width;
    }
    return width;
}

// Cell c of a line; no blanks after the last one.
static void put(FILE *out, const View *v, const size_t *width, size_t c, const char *s) {
    int padding = (int)(width[c] - characters(s));
    bool right = v->column[c]->right, last = c + 1 == v->columns;
    fprintf(out, "%s%*s%s%*s%s", c ? "  " : "", right ? padding : 0, "", s,
            right || last ? 0 : padding, "", last ? "\n" : "");
}

static void write_rows(FILE *out, const View *v) {
    size_t *width = alloc_array(v->columns, 1, sizeof *width);
    for (size_t c = 0; c < v->columns; c++)
        width[c] = column_width(v, c);
    for (size_t c = 0; c < v->columns; c++)
        put(out, v, width, c, v->column[c]->heading);
    for (size_t r = 0; r < v->rows; r++) {
        if (view_begins_section(v, r))
            fprintf(out, "%s%s\n", r ? "\n" : "", v->section[r]);
        for (size_t c = 0; c < v->columns; c++)
            put(out, v, width, c, v->cell[r * v->columns + c]);
    }
    free(width);
}

static void write_meaning(FILE *out, const Column *column, size_t width) {
    if (column->meaning == NULL)
        return;
    Text s = { 0 };
    text_printf(&s, "  %-*s  ", (int)width, column->heading);
    text_wrap(&s, column->meaning, width + 4, width + 4, WIDTH);
    fprintf(out, "%s\n", text_string(&s));
    text_clear(&s);
}

static void write_legend(FILE *out, const View *v) {
    size_t width = 0;
    for (size_t i = 0; i < v->columns + v->mentions; i++) {
        const Column *column = i < v->columns ? v->column[i] : v->mentioned[i - v->columns];
        if (column->meaning && strlen(column->heading) > width)
            width = strlen(column->heading);
    }
    if (width > 0)
        fputc('\n', out);
    for (size_t i = 0; i < v->columns + v->mentions; i++)
        write_meaning(out, i < v->columns ? v->column[i] : v->mentioned[i - v->columns], width);
}

static void write(FILE *out, const Table *t) {
    View v;
    Text title = { 0 };
    view_init(&v, t);
    text_wrap(&title, t->title, 0, 0, WIDTH);
    if (*v.common) {
        text_add(&title, "\n");
        text_wrap(&title, v.common, 0, 0, WIDTH);
    }
    fprintf(out, "%s\n\n", text_string(&title));
    write_rows(out, &v);
    if (t->notes.length)
        fprintf(out, "\n%s", text_string(&t->notes));
    write_legend(out, &v);
    text_clear(&title);
    view_clear(&v);
}

const Format format_text = {
    .name = "text",
    .summary = "an aligned table with a legend",
    .for_people = true,
    .write = write,
};
