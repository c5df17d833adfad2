// bench_filter.c - a check in balls with the filter of doubles against one without, in one run.
#include "models.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 3 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Inputs per second, the median of several runs.
static double rate(const Transformer *t, const Effort *e) {
    double rates[RUNS];
    for (size_t k = 0; k < RUNS; k++) {
        Finding f;
        finding_init(&f);
        if (exhaustive_check(&f, t, NULL, "model", e) < 0 || f.verdict != PROVED)
            abort();
        rates[k] = mpz_get_d(f.inputs) / f.seconds;
        finding_clear(&f);
    }
    qsort(rates, RUNS, sizeof *rates, ascending);
    return rates[RUNS / 2];
}

static void compare(const char *name, uint64_t n, Base base) {
    const Construction *c = construction_find(name);
    Params p = params_default(n);
    Transformer t;
    build_binary(&t, c, &p);
    t.base = base;
    ArithSpec ball, wide;
    char *why;
    if (arith_parse(&ball, "ball", &why) < 0 || arith_parse(&wide, "ball:128", &why) < 0)
        abort();
    double filtered = rate(&t, &(Effort){ .jobs = 1, .arithmetic = ball });
    double pure = rate(&t, &(Effort){ .jobs = 1, .arithmetic = ball, .naive = true });
    double at_128 = rate(&t, &(Effort){ .jobs = 1, .arithmetic = wide, .naive = true });
    printf("%-24s n = %2llu base %s: filtered %9.3g inputs/s; balls of 64 bits %8.3g: ratio %.0f; "
           "of 128 bits %8.3g: ratio %.0f\n",
           name, (unsigned long long)n, base_name(base), filtered, pure, filtered / pure, at_128,
           filtered / at_128);
    transformer_clear(&t);
}

int main(void) {
    printf("one thread, all inputs, medians of %d runs\n", RUNS);
    for (Base base = BASE_2; base <= BASE_E; base++) {
        compare("equality/two-layer", 7, base);
        compare("disjointness/two-layer", 7, base);
        compare("index-lookup/one-layer", 12, base);
    }
    return 0;
}
