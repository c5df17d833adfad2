#include "cli/scan.h"
#include "base/error.h"
#include "cli/verdict_table.h"
#include <string.h>

enum { FIRST_PRECISION = 2, LAST_PRECISION = 24, LONGEST_WORD = 48, WORD_END = 16 };

size_t scan_machines(Machines machines[MACHINES_MOST], const Options *o) {
    Machines floats = { .emin = 0, .emax = -1 };
    if (o->given & TAKES_exponents)
        floats = (Machines){ .emin = o->exponents.least, .emax = o->exponents.largest };
    size_t count = 0;
    if (o->machine != MACHINE_FIXED)
        machines[count++] = floats;
    if (o->machine != MACHINE_FLOAT)
        machines[count++] = (Machines){ .fixed = true };
    return count;
}

void scan_range(long *from, long *to, const Options *o) {
    const Range *r = &o->precision;
    *from = r->count ? (long)r->value[0] : FIRST_PRECISION;
    *to = r->count ? (long)r->value[r->count - 1] : LAST_PRECISION;
}

void scan_set_arithmetic(Effort *e, const char *name) {
    char *why = NULL;
    int parsed = arith_parse(&e->arithmetic, name, &why);
    require(parsed == 0);
}

void scan_set(Table *t, const PrecisionScan *s, const Machines *m, size_t width) {
    Text text = { 0 };
    machines_print(&text, m);
    table_set_text(t, "machine", text_string(&text));
    text_clear(&text);
    precision_print(&text, s);
    table_set_text(t, "holds_at", text_string(&text));
    text_clear(&text);
    if (s->least == 0)
        return;
    table_set_number(t, "least_precision", (uint64_t)s->least);
    table_set_number(t, "bits", (uint64_t)s->least * width);
}

Verdict scan_verdict(const PrecisionScan *s) {
    if (s->least == 0)
        return UNKNOWN;
    for (long p = s->from; p < s->least; p++)
        if (s->verdict[p - s->from] == UNKNOWN)
            return UNKNOWN;
    return PROVED;
}

void scan_print_word(Text *t, const char *word) {
    size_t length = strlen(word);
    if (length <= LONGEST_WORD) {
        text_add(t, word);
        return;
    }
    text_add_bytes(t, word, LONGEST_WORD - WORD_END);
    text_printf(t, " .. %s", word + length - WORD_END);
}
