#include "report/expectation.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

static const char *text_at(const json_t *row, const char *key) {
    const char *s = json_string_value(json_object_get(row, key));
    require(s != NULL);
    return s;
}

void expectation_init(Expectation *o, const Table *t, size_t row) {
    const json_t *r = json_array_get(t->rows, row), *unmet = json_object_get(r, "unmet");
    const char *outcome = text_at(r, "outcome");
    Text why = { 0 };
    for (size_t i = 0; i < json_array_size(unmet); i++)
        text_printf(&why, "%s%s", i > 0 ? "; " : "", json_string_value(json_array_get(unmet, i)));
    *o = (Expectation){ .name = text_at(r, "name"),
                        .file = text_at(r, "file"),
                        .line = (size_t)json_integer_value(json_object_get(r, "line")),
                        .met = strcmp(outcome, "met") == 0,
                        .undecided = strcmp(outcome, "undecided") == 0 };
    o->why = text_take(&why);
}

void expectation_clear(Expectation *o) {
    free(o->why);
    *o = (Expectation){ 0 };
}

ExpectationCounts expectation_count(const Table *t) {
    ExpectationCounts counts = { .all = json_array_size(t->rows) };
    for (size_t r = 0; r < counts.all; r++) {
        Expectation o;
        expectation_init(&o, t, r);
        counts.met += o.met;
        counts.undecided += o.undecided;
        expectation_clear(&o);
    }
    return counts;
}
