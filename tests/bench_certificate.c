// bench_certificate.c - how the time of a certificate grows with n.
#include "base/progress.h"
#include "constructions/instance.h"
#include "harness.h"
#include "proofs-checks/claim.h"
#include "random_formula.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const ArithSpec ball = { .ar = &arith_ball, .precision = 64, .cap = 4096 };

static Effort effort_in(Base base, Method method, unsigned jobs) {
    return (Effort){ .jobs = jobs,
                     .arithmetic = base == BASE_E ? ball : exact_arithmetic,
                     .method = method };
}

static size_t claim_of(const char *name) {
    size_t claim = 0;
    while (strcmp(claim_name(claim), name) != 0)
        claim++;
    return claim;
}

// Seconds from the parameters to the verdict; ends the program if that does not prove the claim.
static double seconds(const char *name, const Params *p, Method method, unsigned jobs) {
    const Effort effort = effort_in(p->base, method, jobs);
    Finding f;
    struct timespec start, end;
    finding_init(&f);
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (claim_check(&f, claim_of(name), p, &effort) < 0 || f.verdict != PROVED)
        exit(EXIT_FAILURE);
    clock_gettime(CLOCK_MONOTONIC, &end);
    finding_clear(&f);
    return seconds_between(&start, &end);
}

// Of the certificate alone, by the embedding table.
static double table_seconds(const char *name, uint64_t n, Base base, unsigned jobs) {
    const Effort effort = effort_in(base, METHOD_CERTIFICATE, jobs);
    Params p = params_default(n);
    p.base = base;
    Instance in;
    Finding f;
    if (instance_init(&in, construction_find(name), &p) < 0)
        exit(EXIT_FAILURE);
    finding_init(&f);
    if (certificate_check(&f, &in.model, NULL, name, &effort) < 0 || f.verdict != PROVED)
        exit(EXIT_FAILURE);
    double s = f.seconds;
    finding_clear(&f);
    instance_clear(&in);
    return s;
}

static void line(const char *name, Base base, const char *n, double s, double *before) {
    printf("%-22s base %s, n = %7s: %8.3f s", name, base_name(base), n, s);
    if (*before > 0)
        printf(", %.1f times the one before", s / *before);
    printf("\n");
    *before = s;
}

// By the embedding table, as for any code and anybody's model.
static void table_growth(const char *name, uint64_t first, uint64_t last, Base base,
                         unsigned jobs) {
    double before = 0;
    for (uint64_t n = first; n <= last; n *= 2) {
        Text size = { 0 };
        text_printf(&size, "%llu", (unsigned long long)n);
        line(name, base, text_string(&size), table_seconds(name, n, base, jobs), &before);
        text_clear(&size);
    }
}

// By the distances of a BCH code of 2^r words, all counted; r in steps.
static void class_growth(const char *name, size_t first, size_t last, size_t step, Base base,
                         unsigned jobs) {
    double before = 0;
    for (size_t r = first; r <= last; r += step) {
        Params p = params_default(UINT64_C(1) << r);
        p.code = "bch";
        p.base = base;
        Text size = { 0 };
        text_printf(&size, "2^%zu", r);
        line(name, base, text_string(&size), seconds(name, &p, METHOD_CERTIFICATE, jobs), &before);
        text_clear(&size);
    }
}

// From the weight distribution of the default code, or of that of the name, of 2^r words.
static void weight_growth(const char *name, const char *code, size_t first, size_t last) {
    double before = 0;
    for (size_t r = first; r <= last; r *= 2) {
        Params p = params_default(0);
        Text size = { 0 };
        p.power = r;
        p.code = code;
        text_printf(&size, "2^%zu", r);
        line(name, BASE_2, text_string(&size), seconds(name, &p, METHOD_WEIGHT_DISTRIBUTION, 1),
             &before);
        text_clear(&size);
    }
}

// Satisfiable random 3-CNFs of five clauses per variable.
static void formula_growth(uint64_t first, uint64_t last, unsigned jobs) {
    double before = 0;
    for (uint64_t n = first; n <= last; n *= 2) {
        Params p = params_default(n);
        Formula f;
        Text size = { 0 };
        uint32_t *hidden = calloc(n, sizeof *hidden);
        planted_formula(&f, hidden, n, 5 * n);
        p.formula = &f;
        text_printf(&size, "%llu", (unsigned long long)n);
        line("normal-form/two-layer", BASE_2, text_string(&size),
             seconds("normal-form/two-layer", &p, METHOD_CERTIFICATE, jobs), &before);
        text_clear(&size);
        formula_clear(&f);
        free(hidden);
    }
}

// Against trying every word, at a size where both can run.
static void against_exhaustive(const char *name, uint64_t n) {
    Params p = params_default(n);
    Instance in;
    Finding f;
    if (instance_init(&in, construction_find(name), &p) < 0)
        exit(EXIT_FAILURE);
    finding_init(&f);
    exhaustive_check(&f, &in.model, NULL, name, &(Effort){ .jobs = 1 });
    double all = f.seconds, proof = table_seconds(name, n, BASE_2, 1);
    printf("%-22s n = %5llu: every word %.3f s, certificate %.5f s: ratio %.0f\n", name,
           (unsigned long long)n, all, proof, all / proof);
    finding_clear(&f);
    instance_clear(&in);
}

int main(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned jobs = cores > 0 ? (unsigned)cores : 1;
    printf("%u threads\n", jobs);
    for (Base base = BASE_2; base <= BASE_E; base++) {
        printf("by the embedding table\n");
        table_growth("equality/two-layer", 64, 4096, base, jobs);
        table_growth("disjointness/two-layer", 64, 1024, base, jobs);
        table_growth("index-lookup/one-layer", 64, 1024, base, jobs);
        printf("by the distances of a linear code, all words counted\n");
        class_growth("equality/two-layer", 10, 24, 2, base, jobs);
        class_growth("index-lookup/one-layer", 10, 24, 2, base, jobs);
    }
    printf("from weight distributions: the default code, plain binary positions\n");
    weight_growth("equality/two-layer", NULL, 64, 512);
    weight_growth("index-lookup/one-layer", NULL, 64, 512);
    weight_growth("index-lookup/one-layer", "binary", 64, 2048);
    printf("random 3-CNF, five clauses per variable\n");
    formula_growth(250, 2000, jobs);
    printf("one thread\n");
    against_exhaustive("equality/two-layer", 11);
    against_exhaustive("index-lookup/one-layer", 18);
    return 0;
}
