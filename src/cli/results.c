// A file of JSON lines is read as one JSON list: a bracket or a comma in front of each line leaves
// the lines' numbers as they are.
#include "cli/results.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/input.h"
#include "math/rational.h"
#include <stdlib.h>
#include <string.h>

// Caps (docs/claim-file.md#limits).
enum { FILE_BITS = 28, VALUES_LARGEST = 1 << 24, RESULTS_MOST = 1 << 14 };

// ---- reading ----

static bool is_blank(const char *line, size_t length) {
    size_t i = 0;
    while (i < length && strchr(" \t\r", line[i]) != NULL)
        i++;
    return i == length;
}

// t <- the list of the lines that are not blank.  -1 after an error.
static int join_lines(Text *t, const char *name, const char *bytes, size_t length) {
    size_t number = 0, lines = 0;
    if (length > 0 && memchr(bytes, '\0', length) != NULL)
        return error("%s:1: a NUL byte, expected plain UTF-8", name);
    for (size_t at = 0; at < length; number++) {
        const char *end = memchr(bytes + at, '\n', length - at);
        size_t size = end ? (size_t)(end - bytes) - at : length - at;
        if (!is_blank(bytes + at, size)) {
            size_t first = at + strspn(bytes + at, " \t");
            if (bytes[first] != '{')
                return error("%s:%zu: expected a JSON object, as -f json writes them", name,
                             number + 1);
            text_add(t, lines++ > 0 ? "," : "[");
            text_add_bytes(t, bytes + at, size);
        }
        text_add(t, "\n");
        at += size + 1;
    }
    if (lines == 0)
        return error("%s:1: no result: there is nothing to compare", name);
    text_add(t, "]");
    return 0;
}

// Appends the cells of those names, as `NAME VALUE`, where they are known.
static char *describe(const json_t *object, const char *const *keys) {
    Text t = { 0 };
    for (; *keys != NULL; keys++) {
        const json_t *cell = json_object_get(object, *keys);
        if (cell == NULL || json_is_null(cell))
            continue;
        text_printf(&t, "%s%s ", t.length ? ", " : "", *keys);
        cell_print(&t, cell);
    }
    return text_take(&t);
}

static int read_result(Result *r, const Node *object) {
    static const char *const what[] = { "claim",      "task",     "n",       "quantifier",
                                        "arithmetic", "base",     "mask",    "readout",
                                        "alphabet",   "brackets", "depth",   "dimension",
                                        "keys",       "queries",  "formula", "positions",
                                        NULL };
    static const char *const how[] = { "method", "code", "temperature", NULL };
    const char *claim;
    Node name = node_member(object, "claim"), outcome = node_member(object, "outcome");
    measured_init(&r->measured);
    if (node_string(&claim, &name) < 0 || measured_read(&r->measured, object) < 0 ||
        (outcome.value != NULL && node_string(&r->outcome, &outcome) < 0))
        return -1;
    r->line = node_line(object);
    r->what = describe(object->value, what);
    r->how = describe(object->value, how);
    return 0;
}

static int read_list(Results *r) {
    Node list = json_input_root(&r->in);
    size_t count = json_array_size(list.value);
    if (count > RESULTS_MOST)
        return error("%s: more than %d results", r->name, RESULTS_MOST);
    r->result = alloc_array(count, 1, sizeof *r->result);
    while (r->results < count) {
        Node object = node_element(&list, r->results);
        if (node_is_object(&object) < 0 || read_result(&r->result[r->results++], &object) < 0)
            return -1;
    }
    return 0;
}

int results_parse(Results *r, const char *file, const char *bytes, size_t length) {
    *r = (Results){ .name = input_name(file) };
    int status = join_lines(&r->text, r->name, bytes, length);
    if (status == 0)
        status = json_input_parse(&r->in, r->name, r->text.bytes, r->text.length, VALUES_LARGEST);
    if (status == 0)
        status = read_list(r);
    if (status < 0)
        results_clear(r);
    return status;
}

int results_read(Results *r, const char *file) {
    Text bytes = { 0 };
    int status = input_read(&bytes, file, FILE_BITS);
    if (status == 0)
        status = results_parse(r, file, text_string(&bytes), bytes.length);
    text_clear(&bytes);
    return status;
}

void results_clear(Results *r) {
    for (size_t i = 0; i < r->results; i++) {
        free(r->result[i].what);
        free(r->result[i].how);
        measured_clear(&r->result[i].measured);
    }
    free(r->result);
    json_input_clear(&r->in);
    text_clear(&r->text);
    *r = (Results){ 0 };
}

// ---- comparing ----

// One row; old or new NULL: there is none.  *all becomes REFUTED if it is for the worse.
static void add_row(Table *t, Verdict *all, const char *what, const char *field, const char *old,
                    const char *new, bool worse) {
    table_add_row(t);
    table_set_text(t, "result", what);
    table_set_text(t, "field", field);
    table_set_text(t, "old", old);
    table_set_text(t, "new", new);
    table_set_text(t, "change", worse ? "worse" : "not worse");
    if (worse)
        *all = REFUTED;
}

static void compare_texts(Table *t, Verdict *all, const char *what, const char *field,
                          const char *old, const char *new, bool worse) {
    if (strcmp(old, new) != 0)
        add_row(t, all, what, field, old, new, worse);
}

static void compare_margins(Table *t, Verdict *all, const char *what, const Measured *old,
                            const Measured *new) {
    Text before = { 0 }, after = { 0 };
    if (old->has_margin)
        rational_print(&before, old->margin);
    if (new->has_margin)
        rational_print(&after, new->margin);
    bool less = old->has_margin && (!new->has_margin || mpq_cmp(new->margin, old->margin) < 0);
    if (strcmp(text_string(&before), text_string(&after)) != 0)
        add_row(t, all, what, "margin", old->has_margin ? text_string(&before) : NULL,
                new->has_margin ? text_string(&after) : NULL, less);
    if (old->has_margin && new->has_margin && old->bounded != new->bounded)
        add_row(t, all, what, "margin_kind", old->bounded ? "lower" : "exact",
                new->bounded ? "lower" : "exact", false);
    text_clear(&before);
    text_clear(&after);
}

// What was known and is not now is for the worse, as a value that got worse is.
static void compare_quantities(Table *t, Verdict *all, const char *what, const Measured *old,
                               const Measured *new, Quantity q) {
    Text before = { 0 }, after = { 0 };
    if (old->has[q])
        text_printf(&before, "%llu", (unsigned long long)old->value[q]);
    if (new->has[q])
        text_printf(&after, "%llu", (unsigned long long)new->value[q]);
    bool worse =
        quantity_more_is_better(q) ? new->value[q] < old->value[q] : new->value[q] > old->value[q];
    if (strcmp(text_string(&before), text_string(&after)) != 0)
        add_row(t, all, what, quantity_names[q], old->has[q] ? text_string(&before) : NULL,
                new->has[q] ? text_string(&after) : NULL, old->has[q] && (!new->has[q] || worse));
    text_clear(&before);
    text_clear(&after);
}

static void compare_pair(Table *t, Verdict *all, const Result *old, const Result *new) {
    const Measured *before = &old->measured, *after = &new->measured;
    compare_texts(t, all, old->what, "verdict", verdict_name(before->verdict),
                  verdict_name(after->verdict), true);
    compare_margins(t, all, old->what, before, after);
    for (Quantity q = 0; q < QUANTITIES; q++)
        compare_quantities(t, all, old->what, before, after, q);
    compare_texts(t, all, old->what, "how", old->how, new->how, false);
    if (old->outcome != NULL && new->outcome != NULL)
        compare_texts(t, all, old->what, "expectations", old->outcome, new->outcome,
                      strcmp(old->outcome, "met") == 0);
}

// partner[i] <- 1 + the index of the new result that goes with old result i, where one is left.
static void pair(size_t *partner, bool *taken, const Results *old, const Results *new,
                 bool strictly) {
    for (size_t i = 0; i < old->results; i++)
        for (size_t k = 0; k < new->results &&partner[i] == 0; k++)
            if (!taken[k] && strcmp(old->result[i].what, new->result[k].what) == 0 &&
                (!strictly || strcmp(old->result[i].how, new->result[k].how) == 0)) {
                partner[i] = k + 1;
                taken[k] = true;
            }
}

Verdict results_compare(Table *t, const Results *old, const Results *new) {
    size_t *partner = alloc_array(old->results, 1, sizeof *partner);
    bool *taken = alloc_array(new->results, 1, sizeof *taken);
    Verdict all = PROVED;
    pair(partner, taken, old, new, true);
    pair(partner, taken, old, new, false);
    for (size_t i = 0; i < old->results; i++)
        if (partner[i] != 0)
            compare_pair(t, &all, &old->result[i], &new->result[partner[i] - 1]);
        else
            add_row(t, &all, old->result[i].what, "result", "there", NULL, true);
    for (size_t k = 0; k < new->results; k++)
        if (!taken[k])
            add_row(t, &all, new->result[k].what, "result", NULL, "there", false);
    free(partner);
    free(taken);
    return all;
}
