// junit.c - JUnit's XML, as CI systems read it: one test case per row, a failure if it is not met,
// an error if it is undecided.
#include "report/expectation.h"
#include <string.h>

// The bytes of the character at s, which is UTF-8; 0 if XML 1.0 knows no such character.
static size_t character(const char *s) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x80)
        return c >= 0x20 || strchr("\t\n\r", c) != NULL ? 1 : 0;
    if (strncmp(s, "\xef\xbf\xbe", 3) == 0 || strncmp(s, "\xef\xbf\xbf", 3) == 0)
        return 0;   // U+FFFE and U+FFFF
    return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

// In an attribute, where blanks other than ' ' would turn into it.
static void put(FILE *out, const char *s) {
    while (*s) {
        size_t length = character(s);
        const char *name = length != 1 ? NULL
                           : *s == '&' ? "amp"
                           : *s == '<' ? "lt"
                           : *s == '>' ? "gt"
                           : *s == '"' ? "quot"
                                       : NULL;
        if (length == 0)
            fputs("\xef\xbf\xbd", out);
        else if (name != NULL)
            fprintf(out, "&%s;", name);
        else if (length == 1 && (unsigned char)*s < 0x20)
            fprintf(out, "&#%d;", *s);
        else
            fwrite(s, 1, length, out);
        s += length > 0 ? length : (unsigned char)*s < 0x80 ? 1 : 3;
    }
}

static void put_attribute(FILE *out, const char *name, const char *value) {
    fprintf(out, " %s=\"", name);
    put(out, value);
    fputc('"', out);
}

static void put_case(FILE *out, const Expectation *o) {
    fputs("    <testcase", out);
    put_attribute(out, "classname", o->file);
    put_attribute(out, "name", o->name);
    put_attribute(out, "file", o->file);
    fprintf(out, " line=\"%zu\"", o->line);
    if (o->met) {
        fputs("/>\n", out);
        return;
    }
    const char *element = o->undecided ? "error" : "failure";
    fprintf(out, ">\n      <%s", element);
    put_attribute(out, "type", o->undecided ? "undecided" : "not met");
    put_attribute(out, "message", o->why);
    fputs("/>\n    </testcase>\n", out);
}

static void write(FILE *out, const Table *t) {
    ExpectationCounts counts = expectation_count(t);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    put_attribute(out, "name", t->title);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", counts.all,
            counts.all - counts.met - counts.undecided, counts.undecided);
    for (size_t r = 0; r < counts.all; r++) {
        Expectation o;
        expectation_init(&o, t, r);
        put_case(out, &o);
        expectation_clear(&o);
    }
    fputs("  </testsuite>\n</testsuites>\n", out);
}

const Format format_junit = {
    .name = "junit",
    .summary = "JUnit XML, of 'chasm check'",
    .of_expectations = true,
    .write = write,
};
