// view.h - what people see of a table: the same for text, markdown and latex.
#pragma once
#include "report/table.h"

typedef struct View {
    size_t rows, columns;
    const Column **column;      // the columns shown
    char **cell;                // rows x columns; "-" for null; control characters replaced by '?'
    char **section;             // rows: the heading a row stands under, NULL where there are none
    char *common;               // "base 2, mask causal": what all rows share; "" if nothing
    const Column **mentioned;   // the columns named in common
    size_t mentions;
} View;

// Columns with null in all rows are left out.  Undo with view_clear; the table must outlive it.
void view_init(View *v, const Table *t);
void view_clear(View *v);

// Whether row r begins a section: it has a heading that differs from the row's before.
bool view_begins_section(const View *v, size_t r);
