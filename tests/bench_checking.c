// bench_checking.c - what chasm-check takes for a certificate, against what chasm takes to find the
// verdict and to write it.
#include "base/progress.h"
#include "harness.h"
#include "proofs-checks/certify.h"
#include "proofs-checks/checker/checker_run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t claim_of(const char *name) {
    size_t claim = 0;
    while (strcmp(claim_name(claim), name) != 0)
        claim++;
    return claim;
}

// One thread.  Ends the program unless the claim holds and its certificate is verified.
static void compare(const char *name, uint64_t n, Method method) {
    const Effort effort = { .jobs = 1, .method = method };
    Params p = params_default(n);
    size_t claim = claim_of(name);
    Text text = { 0 };
    Finding f;
    char message[ROOM];
    struct timespec start, found, written, checked;
    finding_init(&f);
    clock_gettime(CLOCK_MONOTONIC, &start);
    bool good = claim_check(&f, claim, &p, &effort) == 0 && f.verdict == PROVED;
    clock_gettime(CLOCK_MONOTONIC, &found);
    good = good && claim_certify(&text, claim, &f, &effort) == NULL;
    clock_gettime(CLOCK_MONOTONIC, &written);
    good = good && checker_run(text_string(&text), text.length, message);
    clock_gettime(CLOCK_MONOTONIC, &checked);
    if (!good)
        exit(EXIT_FAILURE);
    double find = seconds_between(&start, &found), write = seconds_between(&found, &written);
    double check = seconds_between(&written, &checked);
    printf("%-30s n = %6llu: found in %8.4f s, written in %8.4f s, %8zu bytes checked in %8.4f s: "
           "ratio %.2f\n",
           name, (unsigned long long)n, find, write, text.length, check, check / (find + write));
    finding_clear(&f);
    text_clear(&text);
}

int main(void) {
    for (uint64_t n = 64; n <= 1024; n *= 4)
        compare("equality/two-layer", n, METHOD_CERTIFICATE);
    compare("disjointness/two-layer", 1024, METHOD_CERTIFICATE);
    compare("index-lookup/one-layer", 1024, METHOD_CERTIFICATE);
    compare("equality/two-layer", 11, METHOD_EXHAUSTIVE);
    compare("index-lookup/one-layer", 16, METHOD_EXHAUSTIVE);
    compare("dyck/one-layer-linear", 6, METHOD_EXHAUSTIVE);
    compare("dyck/recurrent", 0, METHOD_AUTO);
    compare("code/near-orthogonal", 2048, METHOD_AUTO);
    compare("code/near-orthogonal", 65536, METHOD_AUTO);
    compare("equality/recurrent-lower", 8, METHOD_AUTO);
    return 0;
}
