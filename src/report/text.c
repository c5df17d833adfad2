// text.c - an aligned table for a terminal, its legend wrapped at 80 columns.
#include "base/alloc.h"
#include "report/view.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 80, LEAST_WRAPPED = 30 };

static size_t characters(const char *s) { return text_characters(s, strlen(s)); }

static size_t column_width(const View *v, size_t c) {
    size_t width = characters(v->column[c]->heading);
    for (size_t r = 0; r < v->rows; r++) {
        size_t cell = characters(v->cell[r * v->columns + c]);
        width = cell > width ? cell : width;
    }
    return width;
}

// Cell c of a line, which begins at character `start`.  The last one is wrapped if it is left
// aligned and has room, and no blanks follow it.
static void put(FILE *out, const View *v, size_t c, const char *s, size_t start, size_t width) {
    int padding = (int)(width - characters(s));
    bool right = v->column[c]->right, last = c + 1 == v->columns;
    Text t = { 0 };
    if (last && !right && start + LEAST_WRAPPED <= WIDTH)
        text_wrap(&t, s, start, start, WIDTH);
    else
        text_printf(&t, "%*s%s%*s", right ? padding : 0, "", s, right || last ? 0 : padding, "");
    fprintf(out, "%s%s%s", c ? "  " : "", text_string(&t), last ? "\n" : "");
    text_clear(&t);
}

static void write_rows(FILE *out, const View *v) {
    size_t *width = alloc_array(v->columns, 1, sizeof *width);
    for (size_t c = 0; c < v->columns; c++)
        width[c] = column_width(v, c);
    for (size_t line = 0; line <= v->rows; line++) {
        if (line > 0 && view_begins_section(v, line - 1))
            fprintf(out, "%s%s\n", line > 1 ? "\n" : "", v->section[line - 1]);
        for (size_t c = 0, start = 0; c < v->columns; start += width[c++] + 2)
            put(out, v, c, line ? v->cell[(line - 1) * v->columns + c] : v->column[c]->heading,
                start, width[c]);
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
