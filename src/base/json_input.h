// json_input.h - a JSON document from outside, read with errors that name file, line and place.
//
// A parsed document keeps its text: a parser forgets on which line a value stood, so an error walks
// the text once more to the value it speaks of.  Every error is one line of printable characters,
// "FILE:LINE: layers[0].heads[1].Q: 15 rows, expected 16".
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct JsonInput {
    const char *name;    // of the file, as messages show it
    const char *bytes;   // the document, of that length; NUL bytes are refused
    size_t length;
    size_t first_line;   // the number of its first line in the file
    json_t *root;
} JsonInput;

// in->root <- the document in the bytes, which must outlive in.  Undo with json_input_clear.
// -1, after an error and with nothing to undo, unless it is UTF-8 without a byte order mark, an
// object or a list, with no key twice in an object, at most 2048 levels deep, and surely of at most
// that many values: its commas, colons and opening brackets are counted, also in strings.
int json_input_parse(JsonInput *in, const char *name, const char *bytes, size_t length,
                     size_t most_values);
void json_input_clear(JsonInput *in);

// The same for a document that begins on that line of the file.
int json_input_parse_at(JsonInput *in, const char *name, size_t line, const char *bytes,
                        size_t length, size_t most_values);

// A value of the document and the way to it.  Borrows from the document and from the outer node.
typedef struct Node {
    const JsonInput *in;
    json_t *value;              // NULL: the outer object has no such member
    const struct Node *outer;   // NULL: the whole document
    const char *key;            // the member of outer; NULL: an element of outer
    size_t index;
} Node;

Node json_input_root(const JsonInput *in);
Node node_member(const Node *object, const char *key);   // needs an object
Node node_element(const Node *list, size_t index);       // needs a list and index < its size

// The line, from 1, on which the value begins; that of the outer object for a missing member.
// Takes time linear in the document.
size_t node_line(const Node *n);

// Where the value stands in the document's bytes: from *begin to before *end.  Needs a value.
void node_span(size_t *begin, size_t *end, const Node *n);

// Tells an error about the value; returns -1.
int node_error(const Node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

// 0, or -1 after an error: the value is missing or of another type.
int node_is_object(const Node *n);
int node_is_list(const Node *n);

// The same for an object with no keys but these; keys ends with NULL.
int node_has_only(const Node *object, const char *const *keys);

// *s <- the string, which lives as long as the document.  -1 after an error.
int node_string(const char **s, const Node *n);

// *z <- the integer, low <= *z <= high.  -1 after an error.
int node_integer(size_t *z, const Node *n, size_t low, size_t high);
