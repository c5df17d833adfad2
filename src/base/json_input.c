#include "base/json_input.h"
#include "base/error.h"
#include "base/text.h"
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

// Appends s with a ? for every byte that is no printable ASCII character.
static void add_printable(Text *t, const char *s) {
    for (; *s; s++)
        text_add_bytes(t, *s >= ' ' && *s <= '~' ? s : "?", 1);
}

// At least as many as the document has values.
static size_t count_values(const char *bytes, size_t length) {
    size_t count = 1;
    for (size_t i = 0; i < length; i++)
        count += bytes[i] == ',' || bytes[i] == ':' || bytes[i] == '[' || bytes[i] == '{';
    return count;
}

// The line, from 1, on which the byte stands.
static size_t line_of(const char *bytes, const char *at) {
    size_t line = 1;
    for (; bytes < at; bytes++)
        line += *bytes == '\n';
    return line;
}

static int syntax_error(const char *name, size_t first_line, const json_error_t *e) {
    if (json_error_code(e) == json_error_out_of_memory)
        die("out of memory: reading %s", name);
    Text why = { 0 };
    if (json_error_code(e) == json_error_numeric_overflow)
        text_add(&why, "a number too large: write it as a string like \"-17/4\"; ");
    else
        text_add(&why, "no valid JSON: ");
    if (json_error_code(e) == json_error_null_character)
        text_add(&why, "a NUL character in a string");
    else
        add_printable(&why, e->text);
    error("%s:%zu: %s", name, first_line + (e->line > 0 ? (size_t)e->line - 1 : 0),
          text_string(&why));
    text_clear(&why);
    return -1;
}

int json_input_parse_at(JsonInput *in, const char *name, size_t line, const char *bytes,
                        size_t length, size_t most_values) {
    if (length == 0)
        return error("%s:%zu: the file is empty, expected JSON", name, line);
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        return error("%s:%zu: a byte order mark, expected plain UTF-8", name, line);
    const char *nul = memchr(bytes, '\0', length);
    if (nul != NULL)
        return error("%s:%zu: a NUL byte, expected plain UTF-8", name,
                     line + line_of(bytes, nul) - 1);
    if (count_values(bytes, length) > most_values)
        return error("%s:%zu: more than %zu values", name, line, most_values);
    json_error_t e;
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &e);
    if (root == NULL)
        return syntax_error(name, line, &e);
    *in = (JsonInput){
        .name = name, .bytes = bytes, .length = length, .first_line = line, .root = root
    };
    return 0;
}

int json_input_parse(JsonInput *in, const char *name, const char *bytes, size_t length,
                     size_t most_values) {
    return json_input_parse_at(in, name, 1, bytes, length, most_values);
}

void json_input_clear(JsonInput *in) {
    json_decref(in->root);
    *in = (JsonInput){ 0 };
}

Node json_input_root(const JsonInput *in) { return (Node){ .in = in, .value = in->root }; }

Node node_member(const Node *object, const char *key) {
    require(json_is_object(object->value));
    return (Node){
        .in = object->in, .value = json_object_get(object->value, key), .outer = object, .key = key
    };
}

Node node_element(const Node *list, size_t index) {
    require(index < json_array_size(list->value));
    return (Node){
        .in = list->in, .value = json_array_get(list->value, index), .outer = list, .index = index
    };
}

// A walk through a text that is known to be JSON.
typedef struct Walk {
    const char *at, *end;
    size_t line;
} Walk;

static char peek(const Walk *w) {
    require(w->at < w->end);
    return *w->at;
}

static void step(Walk *w) {
    w->line += peek(w) == '\n';
    w->at++;
}

static void skip_blanks(Walk *w) {
    while (w->at < w->end && strchr(" \t\r\n", *w->at) != NULL)
        step(w);
}

static void skip_string(Walk *w) {
    for (step(w); peek(w) != '"'; step(w))
        if (peek(w) == '\\')
            step(w);
    step(w);
}

static void skip_value(Walk *w) {
    size_t depth = 0;
    do {
        char c = peek(w);
        if (c == '"') {
            skip_string(w);
            continue;
        }
        depth += c == '[' || c == '{';
        depth -= c == ']' || c == '}';
        step(w);
        if (depth == 0 && strchr("]}", c) == NULL)
            while (w->at < w->end && strchr(" \t\r\n,]}", *w->at) == NULL)
                step(w);   // the rest of a number, true, false or null
    } while (depth > 0);
}

// Whether the string that stands in the text from a quote to before end, escapes and all, is the
// key.
static bool spells(const char *quote, const char *end, const char *key) {
    json_t *s = json_loadb(quote, (size_t)(end - quote), JSON_DECODE_ANY, NULL);
    bool equal = s != NULL && strcmp(json_string_value(s), key) == 0;
    json_decref(s);
    return equal;
}

// From the bracket of the object past the colon after the key.
static void walk_to_member(Walk *w, const char *key) {
    for (;;) {
        step(w);
        skip_blanks(w);
        const char *quote = w->at;
        skip_string(w);
        bool found = spells(quote, w->at, key);
        skip_blanks(w);
        step(w);
        skip_blanks(w);
        if (found)
            return;
        skip_value(w);
        skip_blanks(w);
    }
}

static void walk_to(Walk *w, const Node *n) {
    if (n->outer == NULL) {
        skip_blanks(w);
        return;
    }
    walk_to(w, n->outer);
    if (n->value == NULL)
        return;
    if (n->key != NULL) {
        walk_to_member(w, n->key);
        return;
    }
    step(w);
    skip_blanks(w);
    for (size_t i = 0; i < n->index; i++) {
        skip_value(w);
        skip_blanks(w);
        step(w);
        skip_blanks(w);
    }
}

static Walk walk_from_start(const JsonInput *in) {
    return (Walk){ .at = in->bytes, .end = in->bytes + in->length, .line = in->first_line };
}

size_t node_line(const Node *n) {
    Walk w = walk_from_start(n->in);
    walk_to(&w, n);
    return w.line;
}

void node_span(size_t *begin, size_t *end, const Node *n) {
    Walk w = walk_from_start(n->in);
    require(n->value != NULL);
    walk_to(&w, n);
    *begin = (size_t)(w.at - n->in->bytes);
    skip_value(&w);
    *end = (size_t)(w.at - n->in->bytes);
}

static bool is_word(const char *s) {
    if (!isalpha((unsigned char)*s))
        return false;
    while (isalnum((unsigned char)*s))
        s++;
    return *s == '\0';
}

// Appends the way to the value: layers[0].heads[1].Q.  A missing member is not part of it.
static void add_way(Text *t, const Node *n) {
    if (n->outer == NULL)
        return;
    add_way(t, n->outer);
    if (n->value == NULL)
        return;
    if (n->key == NULL)
        text_printf(t, "[%zu]", n->index);
    else if (is_word(n->key))
        text_printf(t, "%s%.40s", t->length ? "." : "", n->key);
    else
        text_printf(t, "[\"%.40s\"]", n->key);
}

int node_error(const Node *n, const char *format, ...) {
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    Text way = { 0 }, line = { 0 };
    add_way(&way, n);
    add_printable(&line, text_string(&way));
    text_add(&line, way.length ? ": " : "");
    add_printable(&line, message);
    error("%s:%zu: %s", n->in->name, node_line(n), text_string(&line));
    text_clear(&way);
    text_clear(&line);
    return -1;
}

// 0 if the value is there and right; else tells what was expected.
static int expect(const Node *n, bool right, const char *what) {
    if (n->value == NULL)
        return node_error(n, "\"%s\" is missing", n->key);
    return right ? 0 : node_error(n, "expected %s", what);
}

int node_is_object(const Node *n) { return expect(n, json_is_object(n->value), "an object"); }

int node_is_list(const Node *n) { return expect(n, json_is_array(n->value), "a list"); }

int node_has_only(const Node *object, const char *const *keys) {
    if (node_is_object(object) < 0)
        return -1;
    const char *key;
    json_t *value;
    json_object_foreach(object->value, key, value) {
        size_t i = 0;
        while (keys[i] != NULL && strcmp(keys[i], key) != 0)
            i++;
        Node member = node_member(object, key);
        if (keys[i] == NULL)
            return node_error(&member, "unknown key");
    }
    return 0;
}

int node_string(const char **s, const Node *n) {
    if (expect(n, json_is_string(n->value), "a string") < 0)
        return -1;
    *s = json_string_value(n->value);
    return 0;
}

int node_integer(size_t *z, const Node *n, size_t low, size_t high) {
    if (expect(n, json_is_integer(n->value), "an integer") < 0)
        return -1;
    json_int_t value = json_integer_value(n->value);
    if (value < 0 || (size_t)value < low || (size_t)value > high)
        return node_error(n, "%lld, expected %zu to %zu", (long long)value, low, high);
    *z = (size_t)value;
    return 0;
}
