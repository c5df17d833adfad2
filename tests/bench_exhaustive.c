// bench_exhaustive.c - the fast evaluator against the naive one, per input, in one run.
#include "base/progress.h"
#include "models.h"
#include "net/evaluate.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

// Inputs per second of a check of the model; stops if the check fails.
static double rate(const Transformer *t, const Construction *c, const Effort *e, Finding *f) {
    finding_init(f);
    if (exhaustive_check(f, t, c->target, c->name, e) < 0 || f->verdict != PROVED)
        abort();
    return mpz_get_d(f->inputs) / f->seconds;
}

// The naive evaluator on words of the same model, spread over all of them, for about a second.
static double naive_rate(const Transformer *t) {
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    struct timespec start, now;
    Walk walk;
    Fault fault;
    size_t words = 0;
    double seconds;
    walk_init(&walk, t->task, &t->params, NULL);
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        walk_seek(&walk, random_below(walk.total));
        if (!evaluator_run(e, walk.word, &fault))
            abort();
        words++;
        clock_gettime(CLOCK_MONOTONIC, &now);
        seconds = seconds_between(&start, &now);
    } while (seconds < 1);
    walk_clear(&walk);
    evaluator_free(e);
    return (double)words / seconds;
}

static void compare(const char *name, uint64_t n, ReadoutKind readout) {
    const Construction *c = construction_find(name);
    Transformer t;
    Finding fast;
    Params p = params_default(n);
    p.readout = readout;
    build_binary(&t, c, &p);
    double a = rate(&t, c, &(Effort){ .jobs = 1 }, &fast), b = naive_rate(&t);
    gmp_printf("%-22s %-8s n = %2lu: fast %9.3g inputs/s (%Zd inputs, %.2f s), naive %8.3g "
               "inputs/s: ratio %.0f\n",
               name, readout_name(readout), n, a, fast.inputs, fast.seconds, b, a / b);
    finding_clear(&fast);
    transformer_clear(&t);
}

int main(void) {
    struct rusage usage;
    printf("one thread; all inputs fast, random ones naively\n");
    compare("equality/two-layer", 10, READOUT_PEAKED);
    compare("equality/two-layer", 10, READOUT_UNIFORM);
    compare("disjointness/two-layer", 10, READOUT_PEAKED);
    compare("index-lookup/one-layer", 16, READOUT_PEAKED);
    compare("equality/two-layer", 12, READOUT_PEAKED);
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory %ld KiB\n", usage.ru_maxrss);
    return 0;
}
