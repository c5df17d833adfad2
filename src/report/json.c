// json.c - one object per row and line, UTF-8: the fields in the order of the columns.
#include "base/error.h"
#include "report/table.h"

static void write(FILE *out, const Table *t) {
    for (size_t r = 0; r < json_array_size(t->rows); r++) {
        json_t *row = json_array_get(t->rows, r), *object = json_object();
        for (size_t c = 0; c < t->columns; c++)
            if ((t->column[c].shown & MACHINES) && !(t->hidden >> c & 1))
                json_object_set(object, t->column[c].key, json_object_get(row, t->column[c].key));
        char *line = json_dumps(object, JSON_REAL_PRECISION(9));
        if (line == NULL)
            die("out of memory");
        fprintf(out, "%s\n", line);
        free(line);
        json_decref(object);
    }
}

const Format format_json = {
    .name = "json",
    .summary = "one JSON object per line",
    .for_people = false,
    .write = write,
};
