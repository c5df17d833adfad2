// bench_certificate.c - how the time of a certificate grows with n.
#include "constructions/instance.h"
#include "harness.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const ArithSpec ball = { .ar = &arith_ball, .precision = 64, .cap = 4096 };

// Seconds that the certificate takes, in balls for base e; ends the program if it does not prove
// the claim.
static double seconds(const char *name, uint64_t n, Base base, unsigned jobs) {
    Params p = params_default(n);
    Effort effort = { .jobs = jobs, .arithmetic = base == BASE_E ? ball : exact_arithmetic };
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

static void growth(const char *name, uint64_t first, uint64_t last, Base base, unsigned jobs) {
    double before = 0;
    for (uint64_t n = first; n <= last; n *= 2) {
        double s = seconds(name, n, base, jobs);
        printf("%-22s base %s, n = %5llu: %8.3f s", name, base_name(base), (unsigned long long)n,
               s);
        if (before > 0)
            printf(", %.1f times the half", s / before);
        printf("\n");
        before = s;
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
    double all = f.seconds, proof = seconds(name, n, BASE_2, 1);
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
        growth("equality/two-layer", 64, 4096, base, jobs);
        growth("disjointness/two-layer", 64, 1024, base, jobs);
        growth("index-lookup/one-layer", 64, 1024, base, jobs);
    }
    printf("one thread\n");
    against_exhaustive("equality/two-layer", 11);
    against_exhaustive("index-lookup/one-layer", 18);
    return 0;
}
