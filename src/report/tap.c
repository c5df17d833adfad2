// tap.c - the Test Anything Protocol, version 13: one test per row.
//
// What is undecided is not ok either.  The reason stands in a YAML block as a string in quotes, as
// JSON writes it, which is YAML too.
#include "base/error.h"
#include "report/expectation.h"

// A description is one line, in which '#' would begin a directive.
static void put_description(FILE *out, const char *s) {
    for (; *s; s++) {
        if (*s == '#' || *s == '\\')
            fputc('\\', out);
        fputc((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s, out);
    }
}

static void put_quoted(FILE *out, const char *key, const char *s) {
    json_t *string = cell_text(s);
    char *quoted = json_dumps(string, JSON_ENCODE_ANY);
    if (quoted == NULL)
        die("out of memory");
    fprintf(out, "  %s: %s\n", key, quoted);
    free(quoted);
    json_decref(string);
}

static void write(FILE *out, const Table *t) {
    size_t rows = json_array_size(t->rows);
    fprintf(out, "TAP version 13\n1..%zu\n", rows);
    for (size_t r = 0; r < rows; r++) {
        Expectation o;
        expectation_init(&o, t, r);
        fprintf(out, "%s %zu - ", o.met ? "ok" : "not ok", r + 1);
        put_description(out, o.name);
        fputc('\n', out);
        if (!o.met) {
            fputs("  ---\n", out);
            put_quoted(out, "message", o.why);
            put_quoted(out, "severity", o.undecided ? "undecided" : "fail");
            put_quoted(out, "file", o.file);
            fprintf(out, "  line: %zu\n  ...\n", o.line);
        }
        expectation_clear(&o);
    }
}

const Format format_tap = {
    .name = "tap",
    .summary = "TAP version 13, of 'chasm check'",
    .of_expectations = true,
    .write = write,
};
