#include "cli/check_table.h"
#include "base/error.h"
#include "cli/verdict_table.h"
#include "math/rational.h"
#include <stdlib.h>

void check_table_init(Table *t, const char *title, bool reproducible) {
    verdict_table_init_expected(t, title, reproducible);
}

static json_t *last_row(const Table *t) {
    return json_array_get(t->rows, json_array_size(t->rows) - 1);
}

// "equality/two-layer n=3 exact causal peaked base 2": what tells a check from others of the file.
static void set_name(Table *t) {
    static const struct {
        const char *key, *lead;
    } parts[] = {
        { "claim", "" }, { "n_brief", " n=" }, { "arithmetic", " " },
        { "mask", " " }, { "readout", " " },   { "base", " base " },
    };
    const json_t *row = last_row(t);
    Text name = { 0 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const json_t *cell = json_object_get(row, parts[i].key);
        if (json_is_null(cell))
            continue;
        text_add(&name, parts[i].lead);
        cell_print(&name, cell);
    }
    table_set_text(t, "name", text_string(&name));
    text_clear(&name);
}

static void set_expected(Table *t, const Measured *m) {
    json_t *expected = json_object();
    json_object_set_new(expected, "verdict", cell_text(verdict_name(m->verdict)));
    json_object_set_new(expected, "margin", m->has_margin ? cell_rational(m->margin) : json_null());
    for (Quantity q = 0; q < QUANTITIES; q++)
        json_object_set_new(expected, quantity_names[q],
                            m->has[q] ? json_integer((json_int_t)m->value[q]) : json_null());
    table_set(t, "expected", expected);
}

static void set_outcome(Table *t, const ClaimFile *f, const Entry *e, Verdict outcome,
                        json_t *unmet) {
    static const char *const names[] = {
        [PROVED] = "met", [REFUTED] = "not met", [UNKNOWN] = "undecided"
    };
    set_name(t);
    set_expected(t, &e->expected);
    table_set_text(t, "outcome", names[outcome]);
    table_set_text(t, "file", f->name);
    table_set_number(t, "line", e->line);
    const char *name = json_string_value(json_object_get(last_row(t), "name"));
    for (size_t i = 0; i < json_array_size(unmet); i++)
        table_note(t, "%s: %s: %s", e->place, name, json_string_value(json_array_get(unmet, i)));
    table_set(t, "unmet", unmet);
}

Verdict check_table_add(Table *t, Measured *found, const ClaimFile *f, const Entry *e,
                        const Finding *finding) {
    verdict_table_add(t, finding);
    // The row itself is what is judged, so that files compared later say the same.
    JsonInput row = { .name = f->name, .root = last_row(t) };
    Node root = json_input_root(&row);
    int status = measured_read(found, &root);
    require(status == 0);
    json_t *unmet = json_array();
    Verdict outcome = measured_meets(unmet, found, &e->expected);
    set_outcome(t, f, e, outcome, unmet);
    return outcome;
}

Verdict check_table_skip(Table *t, const ClaimFile *f, const Entry *e, const char *claim,
                         const Params *p) {
    Text n = { 0 };
    json_t *unmet = json_array();
    table_add_row(t);
    table_set_text(t, "claim", claim);
    if (p != NULL) {
        params_print_size(&n, p);
        table_set_text(t, "n_brief", text_string(&n));
    }
    table_set_text(t, "verdict", verdict_name(UNKNOWN));
    json_array_append_new(unmet, json_string("interrupted before it was begun"));
    set_outcome(t, f, e, UNKNOWN, unmet);
    text_clear(&n);
    return UNKNOWN;
}
