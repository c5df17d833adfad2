#include "math/arith.h"
#include "base/alloc.h"
#include "math/flint.h"
#include "registry.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY(name) extern const Arith arith_##name;
ARITHMETICS
#undef ENTRY

const Arith *const ariths[] = {
#define ENTRY(name) &arith_##name,
    ARITHMETICS
#undef ENTRY
        NULL,
};

const ArithSpec exact_arithmetic = { .ar = &arith_exact };

const Arith *arith_find(const char *name) {
    for (size_t i = 0; ariths[i] != NULL; i++)
        if (strcmp(ariths[i]->name, name) == 0)
            return ariths[i];
    return NULL;
}

static void explain(Text *why, const char *text) {
    text_printf(why, "no such arithmetic: '%s'; expected", text);
    for (size_t i = 0; ariths[i] != NULL; i++)
        text_printf(why, "%s %s", i ? "," : "", ariths[i]->syntax);
}

int arith_parse(ArithSpec *spec, const char *text, char **why) {
    Text wrong = { 0 };
    size_t length = strcspn(text, ":");
    *spec = (ArithSpec){ 0 };
    for (size_t i = 0; ariths[i] != NULL; i++)
        if (strlen(ariths[i]->name) == length && strncmp(ariths[i]->name, text, length) == 0)
            spec->ar = ariths[i];
    if (spec->ar == NULL)
        explain(&wrong, text);
    else
        spec->ar->parse(spec, text[length] ? text + length + 1 : NULL, &wrong);
    if (wrong.length == 0)
        return 0;
    *why = text_take(&wrong);
    return -1;
}

void arith_print(Text *t, const ArithSpec *spec) { spec->ar->print(t, spec); }

bool arith_read_integer(long *x, const char **s, long low, long high, const char *what, Text *why) {
    size_t sign = **s == '-', length = sign + strspn(*s + sign, "0123456789");
    if (length == sign) {
        text_printf(why, "%s is expected, an integer, at '%s'", what, *s);
        return false;
    }
    errno = 0;
    *x = strtol(*s, NULL, 10);
    if (errno != 0 || *x < low || *x > high) {
        text_printf(why, "%s is %.*s, and must be %ld .. %ld", what,
                    (int)(length < 30 ? length : 30), *s, low, high);
        return false;
    }
    *s += length;
    return true;
}

void arith_enter(const ArithSpec *spec, ArithState *old) {
    if (spec->ar->enter != NULL)
        spec->ar->enter(spec, old);
}

void arith_leave(const ArithSpec *spec, const ArithState *old) {
    if (spec->ar->leave != NULL)
        spec->ar->leave(old);
}

void arith_end_thread(void) {
    mpfr_free_cache();
    flint_cleanup();
}

Num *nums_init(const ArithSpec *spec, size_t n) {
    Num *x = alloc_array(n, 1, sizeof *x);
    for (size_t i = 0; i < n; i++)
        spec->ar->init(&x[i], spec);
    return x;
}

void nums_clear(const ArithSpec *spec, Num *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        spec->ar->clear(&x[i]);
    free(x);
}
