// csv.c - comma-separated values, RFC 4180, lines ended as Unix does.
//
// The fields of an object cell have a column each, code.name, code.k, ..
#include "report/table.h"
#include <string.h>

// One value with the separator before it.
static void put(FILE *out, bool *first, const char *s) {
    if (!*first)
        fputc(',', out);
    *first = false;
    if (strpbrk(s, ",\"\r\n") == NULL) {
        fputs(s, out);
        return;
    }
    fputc('"', out);
    for (; *s; s++) {
        if (*s == '"')
            fputc('"', out);
        fputc(*s, out);
    }
    fputc('"', out);
}

static void put_cell(FILE *out, bool *first, const json_t *cell) {
    Text s = { 0 };
    if (cell != NULL)
        cell_print(&s, cell);
    put(out, first, text_string(&s));
    text_clear(&s);
}

// The columns of one column: its heading if row is NULL, else its cell.
static void put_column(FILE *out, bool *first, const Column *column, const json_t *row) {
    const json_t *cell = row ? json_object_get(row, column->key) : NULL;
    if (column->fields == NULL) {
        if (row == NULL)
            put(out, first, column->key);
        else
            put_cell(out, first, cell);
        return;
    }
    for (const char *s = column->fields; *s;) {
        size_t length = strcspn(s, " ");
        Text field = { 0 }, heading = { 0 };
        text_add_bytes(&field, s, length);
        text_printf(&heading, "%s.%s", column->key, text_string(&field));
        if (row == NULL)
            put(out, first, text_string(&heading));
        else
            put_cell(out, first, json_object_get(cell, text_string(&field)));
        text_clear(&field);
        text_clear(&heading);
        s += length + (s[length] == ' ');
    }
}

static void put_line(FILE *out, const Table *t, const json_t *row) {
    bool first = true;
    for (size_t c = 0; c < t->columns; c++)
        if ((t->column[c].shown & MACHINES) && !(t->hidden >> c & 1))
            put_column(out, &first, &t->column[c], row);
    fputc('\n', out);
}

static void write(FILE *out, const Table *t) {
    put_line(out, t, NULL);
    for (size_t r = 0; r < json_array_size(t->rows); r++)
        put_line(out, t, json_array_get(t->rows, r));
}

const Format format_csv = {
    .name = "csv",
    .summary = "comma-separated values with a heading (RFC 4180)",
    .for_people = false,
    .write = write,
};
