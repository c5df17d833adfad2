// table.h - results, once: every format shows the same table.
//
// A row is a JSON object with one field per column; a column says what its cells mean, to whom they
// are shown and under which names.  Machines (json, csv) get exact values under the columns' keys.
// People (text, markdown, latex) get short headings, and below the table what each column means.
// Cells are null, text, numbers that a double holds exactly, lists and objects of these; rationals
// and counts that may exceed 2^53 are text.
#pragma once
#include "base/text.h"
#include <jansson.h>
#include <stdint.h>

// To whom a column is shown.
enum {
    MACHINES = 1,
    PEOPLE = 2,
    IF_DIFFERENT = 4,   // people see it once above the table where all rows agree that have a value
    IF_ALL = 16,        // people see it only where every row has a value
    SECTION = 8,        // people see it as a heading above the rows that share the value
};

typedef struct Column {
    const char *key;       // of the field in a row
    const char *heading;   // for people; NULL if they never see it
    const char *meaning;   // for people, one sentence; NULL: the heading says it
    unsigned shown;        // MACHINES, PEOPLE, ..
    bool right;            // aligned right: a number
    const char *fields;   // "name k N": the fields of object cells, in csv one column each; or NULL
} Column;

typedef struct Table {
    const char *title;
    const Column *column;
    size_t columns;    // at most 64
    uint64_t hidden;   // bit c: column c is not shown to anybody
    json_t *rows;      // an array of objects
    Text notes;        // lines for people, printed between the table and its legend
} Table;

// A table without rows.  Title and columns must outlive it.  Undo with table_clear.
void table_init(Table *t, const char *title, const Column *column, size_t columns);
void table_clear(Table *t);

// Leaves the column of that key out of every format.
void table_hide(Table *t, const char *key);

// Appends a row of nulls, which the functions below fill in.
void table_add_row(Table *t);

// The last row's cell <- the value.  Needs the key to be a column's.
void table_set(Table *t, const char *key, json_t *value);        // takes the reference
void table_set_text(Table *t, const char *key, const char *s);   // NULL: null
void table_set_number(Table *t, const char *key, uint64_t x);    // needs x <= 2^53
void table_set_printf(Table *t, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A JSON string; bytes that are no UTF-8 become U+FFFD.
json_t *cell_text(const char *s);

// Appends the cell as one string: "" for null; a list's items ("-" for null) and an object's
// KEY:VALUE pairs separated by blanks.
void cell_print(Text *t, const json_t *cell);

// Appends a line to the notes.
void table_note(Table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A format is one record in one file (src/report/NAME.c) and one word in src/meson.build.
typedef struct Format {
    const char *name, *summary;
    bool for_people;                            // shows notes and legend
    bool of_expectations;                       // needs a table of expectations (expectation.h)
    void (*write)(FILE *out, const Table *t);   // stream errors are left for the caller (ferror)
} Format;

// The formats, in the order of src/meson.build; ends with NULL.
extern const Format *const formats[];
const Format *format_find(const char *name);
