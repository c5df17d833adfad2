// github.c - workflow commands that GitHub shows beside the lines of a file: an error for each row
// that is not met or undecided, and one notice that counts.
#include "report/expectation.h"
#include <string.h>

// The characters that the syntax ::error key=value,..::message gives a meaning are escaped as
// %XX; a property has two more of them.  Other control characters would steer the terminal.
static void put(FILE *out, const char *s, const char *escaped) {
    for (; *s; s++)
        if (strchr(escaped, *s) != NULL)
            fprintf(out, "%%%02X", (unsigned char)*s);
        else
            fputc((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s, out);
}

static const char *const in_message = "%\r\n", *const in_property = "%\r\n:,";

static void put_error(FILE *out, const Expectation *o) {
    fputs("::error file=", out);
    put(out, o->file, in_property);
    fprintf(out, ",line=%zu,title=", o->line);
    put(out, o->name, in_property);
    fprintf(out, "::%s: ", o->undecided ? "undecided" : "not met");
    put(out, o->why, in_message);
    fputc('\n', out);
}

static void write(FILE *out, const Table *t) {
    ExpectationCounts counts = expectation_count(t);
    for (size_t r = 0; r < counts.all; r++) {
        Expectation o;
        expectation_init(&o, t, r);
        if (!o.met)
            put_error(out, &o);
        expectation_clear(&o);
    }
    fprintf(out, "::notice::%zu of %zu checks are as expected\n", counts.met, counts.all);
}

const Format format_github = {
    .name = "github",
    .summary = "annotations of GitHub Actions, of 'chasm check'",
    .of_expectations = true,
    .write = write,
};
