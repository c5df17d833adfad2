// best.c - Best's code, 40 words of length 10 at distance 4: the Gray images of the cyclic shifts
// of (c - d, b, c, d, b + c) over Z4 with b, c, d = +-1 (docs/codes.md#best).
#include "constructions/codes/family.h"
#include "constructions/codes/quaternary.h"

enum { N = 5, SIGNS = 8 };

static int build(Code *code, Text *why, const CodeParams *p) {
    (void)why;
    (void)p;
    code_init(code, "best", N * SIGNS, 2 * N, 0);
    for (uint64_t i = 0; i < code->words; i++) {
        int b = i & 1 ? -1 : 1, c = i & 2 ? -1 : 1, d = i & 4 ? -1 : 1;
        int entry[N] = { c - d, b, c, d, b + c };
        Quaternary q = { 0 };
        for (size_t t = 0; t < N; t++)
            quaternary_put(&q, (t + i / SIGNS) % N, entry[t]);
        quaternary_gray(code->table + i * code->limbs, &q, N);
    }
    return 0;
}

const CodeFamily code_family_best = {
    .name = "best",
    .summary = "Best's code, nonlinear: 40 words of length 10 at distance 4",
    .syntax = "best",
    .example = "best",
    .theorem = "codes.md#best",
    .build = build,
};
