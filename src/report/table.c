#include "report/table.h"
#include "base/error.h"
#include "registry.h"
#include <string.h>

#define ENTRY(name) extern const Format format_##name;
FORMATS
#undef ENTRY

const Format *const formats[] = {
#define ENTRY(name) &format_##name,
    FORMATS
#undef ENTRY
        NULL,
};

const Format *format_find(const char *name) {
    for (size_t i = 0; formats[i] != NULL; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

static json_t *there(json_t *value) {
    if (value == NULL)
        die("out of memory");
    return value;
}

void table_init(Table *t, const char *title, const Column *column, size_t columns) {
    require(columns <= 64);
    *t = (Table){
        .title = title, .column = column, .columns = columns, .rows = there(json_array())
    };
}

void table_clear(Table *t) {
    json_decref(t->rows);
    text_clear(&t->notes);
    *t = (Table){ 0 };
}

static size_t column_of(const Table *t, const char *key) {
    size_t c = 0;
    while (c < t->columns && strcmp(t->column[c].key, key) != 0)
        c++;
    require(c < t->columns);
    return c;
}

void table_hide(Table *t, const char *key) { t->hidden |= UINT64_C(1) << column_of(t, key); }

void table_add_row(Table *t) {
    json_t *row = there(json_object());
    for (size_t c = 0; c < t->columns; c++)
        json_object_set_new(row, t->column[c].key, json_null());
    if (json_array_append_new(t->rows, row) < 0)
        die("out of memory");
}

void table_set(Table *t, const char *key, json_t *value) {
    require(json_array_size(t->rows) > 0);
    json_t *row = json_array_get(t->rows, json_array_size(t->rows) - 1);
    if (json_object_set_new(row, t->column[column_of(t, key)].key, there(value)) < 0)
        die("out of memory");
}

void table_set_text(Table *t, const char *key, const char *s) {
    table_set(t, key, s ? cell_text(s) : json_null());
}

void table_set_number(Table *t, const char *key, uint64_t x) {
    require(x <= UINT64_C(1) << 53);
    table_set(t, key, json_integer((json_int_t)x));
}

void table_set_printf(Table *t, const char *key, const char *format, ...) {
    Text s = { 0 };
    va_list args;
    va_start(args, format);
    text_vprintf(&s, format, args);
    va_end(args);
    table_set_text(t, key, text_string(&s));
    text_clear(&s);
}

void table_note(Table *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    text_vprintf(&t->notes, format, args);
    va_end(args);
    text_add(&t->notes, "\n");
}

// The length of the UTF-8 sequence at s, 0 if there is none: no overlong forms, no surrogates, at
// most U+10FFFF (RFC 3629).
static size_t sequence(const unsigned char *s) {
    size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool beyond = (s[0] == 0xed && s[1] >= 0xa0) || (s[0] == 0xf4 && s[1] >= 0x90);
    return overlong || beyond ? 0 : length;
}

json_t *cell_text(const char *s) {
    Text t = { 0 };
    while (*s) {
        size_t length = sequence((const unsigned char *)s);
        if (length)
            text_add_bytes(&t, s, length);
        else
            text_add(&t, "\xef\xbf\xbd");
        s += length ? length : 1;
    }
    json_t *cell = there(json_string(text_string(&t)));
    text_clear(&t);
    return cell;
}

void cell_print(Text *t, const json_t *cell) {
    switch (json_typeof(cell)) {
    case JSON_STRING:
        text_add(t, json_string_value(cell));
        return;
    case JSON_INTEGER:
        text_printf(t, "%" JSON_INTEGER_FORMAT, json_integer_value(cell));
        return;
    case JSON_REAL:
        text_printf(t, "%.3f", json_real_value(cell));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        text_add(t, json_is_true(cell) ? "yes" : "no");
        return;
    case JSON_NULL:
        return;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_array_size(cell); i++) {
            const json_t *element = json_array_get(cell, i);
            text_add(t, i ? " " : "");
            text_add(t, json_is_null(element) ? "-" : "");
            cell_print(t, element);
        }
        return;
    case JSON_OBJECT:
        break;
    }
    // jansson's iteration takes objects that are not const, and leaves them alone.
    json_t *object = (json_t *)(uintptr_t)cell;
    const char *key, *blank = "";
    json_t *value;
    json_object_foreach(object, key, value) {
        text_printf(t, "%s%s:", blank, key);
        cell_print(t, value);
        blank = " ";
    }
}
