#include "report/view.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

static const json_t *cell_at(const Table *t, size_t row, size_t column) {
    return json_object_get(json_array_get(t->rows, row), t->column[column].key);
}

// The cell as one line without control characters, which could move a terminal's cursor.
static char *shown(const json_t *cell) {
    Text s = { 0 };
    cell_print(&s, cell);
    for (size_t i = 0; i < s.length; i++)
        if ((unsigned char)s.bytes[i] < 0x20 || s.bytes[i] == 0x7f)
            s.bytes[i] = '?';
    if (json_is_null(cell))
        text_add(&s, "-");
    return text_take(&s);
}

// The first cell of the column that is not null; NULL: all are.
static const json_t *first_value(const Table *t, size_t column) {
    for (size_t r = 0; r < json_array_size(t->rows); r++)
        if (!json_is_null(cell_at(t, r, column)))
            return cell_at(t, r, column);
    return NULL;
}

static bool is_shown(const Table *t, size_t column) {
    bool shown = (t->column[column].shown & PEOPLE) && !(t->hidden >> column & 1);
    for (size_t r = 0; (t->column[column].shown & IF_ALL) && r < json_array_size(t->rows); r++)
        shown = shown && !json_is_null(cell_at(t, r, column));
    return shown;
}

static bool is_empty(const Table *t, size_t column) {
    return json_array_size(t->rows) > 0 && first_value(t, column) == NULL;
}

// Whether all rows agree that have a value there.
static bool is_common(const Table *t, size_t column) {
    const json_t *value = first_value(t, column);
    if (!(t->column[column].shown & IF_DIFFERENT) || value == NULL)
        return false;
    for (size_t r = 0; r < json_array_size(t->rows); r++)
        if (!json_is_null(cell_at(t, r, column)) && !json_equal(cell_at(t, r, column), value))
            return false;
    return true;
}

static void add_common(View *v, Text *common, const Table *t, size_t column) {
    char *value = shown(first_value(t, column));
    text_printf(common, "%s%s %s", common->length ? ", " : "", t->column[column].heading, value);
    free(value);
    v->mentioned[v->mentions++] = &t->column[column];
}

// Which column each column of the view is; fills in common.
static void choose_columns(View *v, size_t *source, const Table *t) {
    Text common = { 0 };
    for (size_t c = 0; c < t->columns; c++) {
        if (!is_shown(t, c) || is_empty(t, c) || (t->column[c].shown & SECTION))
            continue;
        if (is_common(t, c)) {
            add_common(v, &common, t, c);
        } else {
            source[v->columns] = c;
            v->column[v->columns++] = &t->column[c];
        }
    }
    v->common = text_take(&common);
}

void view_init(View *v, const Table *t) {
    size_t source[64];
    *v = (View){ .rows = json_array_size(t->rows) };
    v->column = alloc_array(t->columns, 1, sizeof(Column *));
    v->mentioned = alloc_array(t->columns, 1, sizeof(Column *));
    choose_columns(v, source, t);
    v->cell = alloc_array(v->rows, v->columns, sizeof(char *));
    v->section = alloc_array(v->rows, 1, sizeof(char *));
    for (size_t r = 0; r < v->rows; r++) {
        for (size_t c = 0; c < v->columns; c++)
            v->cell[r * v->columns + c] = shown(cell_at(t, r, source[c]));
        for (size_t c = 0; c < t->columns; c++)
            if (is_shown(t, c) && (t->column[c].shown & SECTION))
                v->section[r] = shown(cell_at(t, r, c));
    }
}

void view_clear(View *v) {
    for (size_t i = 0; i < v->rows * v->columns; i++)
        free(v->cell[i]);
    for (size_t r = 0; r < v->rows; r++)
        free(v->section[r]);
    free(v->cell);
    free(v->section);
    free(v->common);
    free(v->column);
    free(v->mentioned);
    *v = (View){ 0 };
}

bool view_begins_section(const View *v, size_t r) {
    return v->section[r] && (r == 0 || strcmp(v->section[r - 1], v->section[r]) != 0);
}
