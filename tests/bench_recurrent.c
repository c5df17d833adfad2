// bench_recurrent.c - the network for Dyck-(2,2) on all 4^12 words of length 12, and by the
// definition on those of length 6; the proof of the network for Dyck-(2,8) for words of every
// length.
#include "base/error.h"
#include "base/progress.h"
#include "constructions/recurrent_construction.h"
#include "verify/recurrent_check.h"
#include <stdio.h>

static double judge(Finding *f, uint64_t n, uint64_t depth, bool naive) {
    Recurrent r;
    Params p = params_default(n);
    Effort effort = { .jobs = 1, .naive = naive };
    p.depth = depth;
    recurrent_construction_find("dyck/recurrent")->build(&r, &p);
    finding_init(f);
    int status = recurrent_check(f, &r, "dyck/recurrent", &effort);
    require(status == 0 && f->verdict == PROVED);
    recurrent_clear(&r);
    return f->seconds;
}

static double speed(uint64_t n, bool naive) {
    Finding f;
    double seconds = judge(&f, n, 2, naive), words = mpz_get_d(f.inputs);
    printf("n = %2d %-15s %10.0f words in %6.2f s, %11.0f per second\n", (int)n,
           naive ? "by definition" : "shared prefixes", words, seconds, words / seconds);
    finding_clear(&f);
    return words / seconds;
}

int main(void) {
    Finding f;
    double slow = speed(6, true), fast = speed(12, false);
    printf("ratio %.0f\n", fast / slow);
    double seconds = judge(&f, 0, 8, false);
    printf("Dyck-(2,8), every length: %zu states in %.2f s\n", f.recurrent.states, seconds);
    finding_clear(&f);
    return 0;
}
