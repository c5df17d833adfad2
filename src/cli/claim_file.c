#include "cli/claim_file.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/input.h"
#include "math/rational.h"
#include "math/rational_node.h"
#include <stdlib.h>
#include <string.h>

// Caps (docs/claim-file.md#limits).
enum { FILE_BITS = 24, VALUES_LARGEST = 1 << 20 };

// What an entry may say beside options.
static const char *const entry_keys[] = { "claim", "model", "note", "expect", NULL };

// The options of an entry: as keys they are spelled like the long names.
enum { OF_MODELS = TAKES_arithmetic | TAKES_method | TAKES_evaluator };

static bool is_among(const char *const *keys, const char *key) {
    while (*keys != NULL && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

static int read_note(const Node *object) {
    const char *s;
    Node note = node_member(object, "note");
    return note.value == NULL ? 0 : node_string(&s, &note);
}

// *s <- the option's argument: a string, or a number's digits, kept in the document.
static int read_argument(const char **s, const Node *n) {
    if (json_is_string(n->value)) {
        *s = json_string_value(n->value);
        return 0;
    }
    if (!json_is_integer(n->value))
        return node_error(n, "expected a string or an integer");
    Text digits = { 0 };
    text_printf(&digits, "%" JSON_INTEGER_FORMAT, json_integer_value(n->value));
    json_t *string = json_string(text_string(&digits));
    text_clear(&digits);
    if (string == NULL || json_object_set_new(n->outer->value, n->key, string) < 0)
        die("out of memory");
    *s = json_string_value(string);
    return 0;
}

static int read_option(Entry *e, const Node *n, int option) {
    Text why = { 0 };
    const char *s = "";
    if (read_argument(&s, n) < 0)
        return -1;
    options_set(&e->options, option, s, &why);
    Node argument = node_member(n->outer, n->key);
    if (why.length)
        node_error(&argument, "\"%.40s\": %s", s, text_string(&why));
    int status = why.length ? -1 : 0;
    text_clear(&why);
    return status;
}

static int read_options(Entry *e, const Node *object) {
    OptionMask taken = e->model ? OF_MODELS : TAKES_CHECKED;
    void *next = json_object_iter(object->value);
    while (next != NULL) {
        // The key of the object's own: replacing the value leaves it where it is.
        const char *key = json_object_iter_key(next);
        next = json_object_iter_next(object->value, next);
        Node n = node_member(object, key);
        int option = options_find(key);
        if (is_among(entry_keys, key))
            continue;
        if (option >= 0 && e->model != NULL && (TAKES_CHECKED & ~taken) >> option & 1)
            return node_error(&n, "not an option of a model file");
        if (option < 0 || !(taken >> option & 1))
            return node_error(&n, "unknown key");
        if (read_option(e, &n, option) < 0)
            return -1;
    }
    error_place(e->place);
    int status = options_agree(&e->options);
    error_place(NULL);
    return status;
}

static int read_expected(Measured *m, const Node *entry) {
    static const char *const keys[] = { "verdict", "margin",      "width", "precision",
                                        "bits",    "lower_bound", NULL };
    Node expect = node_member(entry, "expect");
    if (node_has_only(&expect, keys) < 0)
        return -1;
    Node verdict = node_member(&expect, "verdict"), margin = node_member(&expect, "margin");
    if (node_verdict(&m->verdict, &verdict) < 0)
        return -1;
    m->has_verdict = true;
    m->has_margin = margin.value != NULL;
    if (m->has_margin && node_rational(m->margin, &margin) < 0)
        return -1;
    for (Quantity q = 0; q < QUANTITIES; q++) {
        Node n = node_member(&expect, quantity_names[q]);
        size_t z;
        if (n.value == NULL)
            continue;
        if (node_integer(&z, &n, 0, (size_t)1 << 53) < 0)
            return -1;
        m->has[q] = true;
        m->value[q] = z;
    }
    return 0;
}

// The path as seen from where the claim file is.
static char *beside(const char *file, const char *path) {
    const char *slash = strrchr(file, '/');
    Text t = { 0 };
    if (path[0] != '/' && slash != NULL)
        text_add_bytes(&t, file, (size_t)(slash - file) + 1);
    text_add(&t, path);
    return text_take(&t);
}

// What is checked: a claim or a model, and not both.
static int read_subject(Entry *e, const ClaimFile *f, const Node *entry) {
    Node claim = node_member(entry, "claim"), model = node_member(entry, "model");
    const char *path;
    if (claim.value == NULL && model.value == NULL)
        return node_error(entry, "\"claim\" or \"model\" is missing");
    if (claim.value != NULL && model.value != NULL)
        return node_error(&model, "beside \"claim\": expected one of the two");
    Node *subject = claim.value != NULL ? &claim : &model;
    if (node_string(&path, subject) < 0)
        return -1;
    if (*path == '\0')
        return node_error(subject, "expected the name of a %s", subject->key);
    if (claim.value != NULL)
        e->claim = alloc_string(path);
    else
        e->model = beside(f->name, path);
    return 0;
}

static int read_entry(Entry *e, const ClaimFile *f, const Node *entry) {
    Text place = { 0 };
    e->line = node_line(entry);
    text_printf(&place, "%s:%zu", f->name, e->line);
    e->place = text_take(&place);
    e->options = options_default();
    measured_init(&e->expected);
    if (node_is_object(entry) < 0 || read_note(entry) < 0 || read_subject(e, f, entry) < 0 ||
        read_options(e, entry) < 0)
        return -1;
    return read_expected(&e->expected, entry);
}

static int read_document(ClaimFile *f) {
    static const char *const keys[] = { "format", "note", "claims", NULL };
    Node root = json_input_root(&f->in);
    const char *format;
    if (node_has_only(&root, keys) < 0)
        return -1;
    Node named = node_member(&root, "format"), list = node_member(&root, "claims");
    if (node_string(&format, &named) < 0)
        return -1;
    if (strcmp(format, "chasm-claims-1") != 0)
        return node_error(&named, "\"%.40s\", expected chasm-claims-1", format);
    if (read_note(&root) < 0 || node_is_list(&list) < 0)
        return -1;
    size_t entries = json_array_size(list.value);
    if (entries == 0)
        return node_error(&list, "no entry: nothing would be checked");
    f->entry = alloc_array(entries, 1, sizeof *f->entry);
    while (f->entries < entries) {
        Node entry = node_element(&list, f->entries);
        if (read_entry(&f->entry[f->entries++], f, &entry) < 0)
            return -1;
    }
    return 0;
}

int claim_file_parse(ClaimFile *f, const char *file, const char *bytes, size_t length) {
    *f = (ClaimFile){ .name = input_name(file) };
    text_add_bytes(&f->bytes, bytes, length);
    int status = json_input_parse(&f->in, f->name, text_string(&f->bytes), length, VALUES_LARGEST);
    if (status == 0)
        status = read_document(f);
    if (status < 0)
        claim_file_clear(f);
    return status;
}

int claim_file_read(ClaimFile *f, const char *file) {
    Text bytes = { 0 };
    int status = input_read(&bytes, file, FILE_BITS);
    if (status == 0)
        status = claim_file_parse(f, file, text_string(&bytes), bytes.length);
    text_clear(&bytes);
    return status;
}

void claim_file_clear(ClaimFile *f) {
    for (size_t i = 0; i < f->entries; i++) {
        Entry *e = &f->entry[i];
        free(e->place);
        free(e->claim);
        free(e->model);
        options_clear(&e->options);
        measured_clear(&e->expected);
    }
    free(f->entry);
    json_input_clear(&f->in);
    text_clear(&f->bytes);
    *f = (ClaimFile){ 0 };
}

// ---- updating ----

// One value to be replaced.
typedef struct Edit {
    size_t begin, end;   // in the document
    Text text;
} Edit;

enum { EDITS_MOST = 2 + QUANTITIES };   // of one entry

static void replace(Edit *edits, size_t *count, const Node *expect, const char *key, Text text) {
    Node n = node_member(expect, key);
    Edit *edit = &edits[*count];
    node_span(&edit->begin, &edit->end, &n);
    edit->text = text;
    ++*count;
}

// The values of one entry that differ; returns how many.
static size_t collect(Edit *edits, const Entry *e, const Measured *found, const Node *expect) {
    size_t count = 0;
    Text text = { 0 };
    if (found->verdict != e->expected.verdict) {
        text_printf(&text, "\"%s\"", verdict_name(found->verdict));
        replace(edits, &count, expect, "verdict", text);
    }
    if (e->expected.has_margin && !mpq_equal(found->margin, e->expected.margin)) {
        text = (Text){ 0 };
        text_add(&text, "\"");
        rational_print(&text, found->margin);
        text_add(&text, "\"");
        replace(edits, &count, expect, "margin", text);
    }
    for (Quantity q = 0; q < QUANTITIES; q++) {
        if (!e->expected.has[q] || found->value[q] == e->expected.value[q])
            continue;
        text = (Text){ 0 };
        text_printf(&text, "%llu", (unsigned long long)found->value[q]);
        replace(edits, &count, expect, quantity_names[q], text);
    }
    return count;
}

static int by_place(const void *a, const void *b) {
    size_t x = ((const Edit *)a)->begin, y = ((const Edit *)b)->begin;
    return (x > y) - (x < y);
}

size_t claim_file_update(Text *t, const ClaimFile *f, const Measured *found) {
    Node root = json_input_root(&f->in), list = node_member(&root, "claims");
    size_t at = 0, all = 0;
    for (size_t i = 0; i < f->entries; i++) {
        Edit edits[EDITS_MOST];
        Node entry = node_element(&list, i), expect = node_member(&entry, "expect");
        size_t count = collect(edits, &f->entry[i], &found[i], &expect);
        qsort(edits, count, sizeof *edits, by_place);
        for (size_t k = 0; k < count; k++) {
            text_add_bytes(t, f->in.bytes + at, edits[k].begin - at);
            text_add(t, text_string(&edits[k].text));
            text_clear(&edits[k].text);
            at = edits[k].end;
        }
        all += count;
    }
    text_add_bytes(t, f->in.bytes + at, f->in.length - at);
    return all;
}
