// bch.c - extended primitive narrow-sense BCH codes: words of length 2^m - 1 that vanish at alpha,
// .., alpha^(delta-1), and a parity bit.  Distance at least delta, one more if delta is odd
// (docs/codes.md#bch).
#include "base/alloc.h"
#include "constructions/codes/cyclic.h"
#include "constructions/codes/family.h"
#include <stdlib.h>

enum { SMALLEST = 4, LARGEST = 10 };   // m

// zero[1 .. delta-1] and their cosets; the rank that is left.
static uint32_t mark_zeros(bool *zero, const uint32_t *coset, uint32_t n, uint32_t delta) {
    uint32_t rank = 0;
    for (uint32_t i = 0; i < n; i++) {
        zero[i] = coset[i] >= 1 && coset[i] < delta;
        rank += !zero[i];
    }
    return rank;
}

// The largest delta that leaves at least that rank; delta - 1 is then the least element of a coset,
// or 1 if even delta = 2 leaves less.
static uint32_t designed(bool *zero, const uint32_t *coset, uint32_t n, uint64_t rank) {
    uint32_t delta = 1;
    while (delta < n && mark_zeros(zero, coset, n, delta + 1) >= rank)
        delta++;
    mark_zeros(zero, coset, n, delta);
    return delta;
}

// The ranks there are at that length, largest first.
static void add_ranks(Text *why, bool *zero, const uint32_t *coset, uint32_t n) {
    uint32_t last = 0;
    text_add(why, "; the ranks are");
    for (uint32_t delta = 1; delta <= n; delta++) {
        uint32_t rank = mark_zeros(zero, coset, n, delta);
        if (rank != last && rank <= 63)
            text_printf(why, " %u", rank);
        last = rank;
    }
}

// The code of length 2^m with that rank, exact; or, if not exact, the smallest rank from there on
// whose designed distance is at least 3/8 of the length.
static int build_length(Code *c, Text *why, unsigned m, uint64_t rank, bool exact) {
    uint32_t n = (UINT32_C(1) << m) - 1;
    uint32_t *coset = alloc_array(n, 1, sizeof *coset);
    bool *zero = alloc_array(n, 1, sizeof *zero);
    Text name = { 0 };
    int status = -1;
    field_cosets(coset, n);
    uint32_t delta = designed(zero, coset, n, rank), found = mark_zeros(zero, coset, n, delta);
    text_printf(&name, "bch:%u,%u", n + 1, found);
    if (exact && found != rank) {
        text_printf(why, "there is no extended BCH code of length %u and rank %llu", n + 1,
                    (unsigned long long)rank);
        add_ranks(why, zero, coset, n);
    } else if (exact || (found >= rank && 8 * ((delta + 1) / 2 * 2) >= 3 * (n + 1))) {
        status = cyclic_init(c, why, text_string(&name), n, zero, true);
    }
    text_clear(&name);
    free(zero);
    free(coset);
    return status;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    unsigned wanted = 1;   // log2 of the words, rounded up
    while (wanted < 63 && UINT64_C(1) << wanted < p->n)
        wanted++;
    for (unsigned m = SMALLEST; m <= LARGEST; m++) {
        if (p->count >= 1 && p->value[0] != UINT64_C(1) << m)
            continue;
        if (p->count == 2)
            return build_length(c, why, m, p->value[1], true);
        if (build_length(c, why, m, wanted, false) == 0)
            return 0;
    }
    text_printf(why,
                p->count == 2 ? "the length of bch is a power of two, %d .. %d"
                              : "no bch code of length %d .. %d has that length, enough words, and "
                                "inner products up to a quarter",
                1 << SMALLEST, 1 << LARGEST);
    return -1;
}

const CodeFamily code_family_bch = {
    .name = "bch",
    .summary = "extended primitive narrow-sense BCH code",
    .syntax = "bch[:LENGTH[,RANK]]",
    .example = "bch:32,11",
    .theorem = "codes.md#bch",
    .most = 2,
    .build = build,
};
