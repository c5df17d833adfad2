#include "proofs-checks/precision.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "proofs-checks/explicit.h"
#include <stdlib.h>

static void print_machine(Text *t, const Machines *m, long p) {
    text_printf(t, "%s:%ld", m->fixed ? "fixed" : "float", p);
    if (!m->fixed && m->emin <= m->emax)
        text_printf(t, ",%ld,%ld", m->emin, m->emax);
}

bool machines_at(ArithSpec *spec, const Machines *m, long p) {
    Text name = { 0 };
    char *why = NULL;
    print_machine(&name, m, p);
    bool parsed = arith_parse(spec, text_string(&name), &why) == 0;
    free(why);
    text_clear(&name);
    return parsed;
}

void machines_print(Text *t, const Machines *m) {
    text_add(t, m->fixed ? "fixed" : "float");
    if (!m->fixed && m->emin <= m->emax)
        text_printf(t, ", exponents %ld to %ld", m->emin, m->emax);
}

// Takes in what was found at p, moving it.
static void record(PrecisionScan *s, long p, Finding *f) {
    s->verdict[p - s->from] = f->verdict;
    if (f->verdict != PROVED) {
        s->least = 0;
        s->has_below = true;
        finding_move(&s->below, f);
    } else if (s->least == 0) {
        s->least = p;
        finding_move(&s->at, f);
    }
}

int precision_scan(PrecisionScan *s, const Instance *in, const Machines *m, long from, long to,
                   const Effort *e) {
    require(from <= to);
    *s = (PrecisionScan){ .from = from, .to = to };
    s->verdict = alloc_array((size_t)(to - from + 1), 1, sizeof *s->verdict);
    finding_init(&s->at);
    finding_init(&s->below);
    for (long p = from; p <= to; p++) {
        Effort effort = *e;
        Finding f;
        effort.brief = true;
        bool exists = machines_at(&effort.arithmetic, m, p);
        require(exists);
        finding_init(&f);
        int status = explicit_check_instance(&f, in, &effort);
        if (status == 0)
            record(s, p, &f);
        finding_clear(&f);
        if (status < 0) {
            precision_clear(s);
            return -1;
        }
    }
    return 0;
}

void precision_clear(PrecisionScan *s) {
    finding_clear(&s->at);
    finding_clear(&s->below);
    free(s->verdict);
    *s = (PrecisionScan){ 0 };
}

void precision_print(Text *t, const PrecisionScan *s) {
    bool any = false;
    for (long p = s->from; p <= s->to; p++) {
        Verdict verdict = s->verdict[p - s->from];
        if (verdict == REFUTED)
            continue;
        long last = p;
        while (last < s->to && s->verdict[last + 1 - s->from] == verdict)
            last++;
        text_printf(t, "%s%ld", any ? "," : "", p);
        if (last > p)
            text_printf(t, "..%ld", last);
        text_add(t, verdict == UNKNOWN ? "?" : "");
        any = true;
        p = last;
    }
    text_add(t, any ? "" : "none");
}
