// lexicode.c - greedy codes: from 0 on, each word that is at distance d from all before.  Such a
// code is linear (Conway, Sloane 1986), so only the words 2^i-th in line are looked for: each is
// the first at distance d from all sums of those before (docs/codes.md#lexicode).
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include <stdlib.h>

enum { LONGEST = 24 };

// The basis, at most k rows; their number.
static size_t greedy_basis(uint64_t *basis, size_t k, uint64_t d) {
    size_t all = (size_t)1 << k, rank = 0;
    bool *near = alloc_array(all, 1, sizeof *near);   // at a distance below d from some word
    for (size_t v = 0; v < all; v++)
        near[v] = (uint64_t)__builtin_popcountll(v) < d;
    for (size_t v = 1; v < all; v++) {
        if (near[v])
            continue;
        basis[rank++] = v;
        for (size_t u = 0; u < all; u++)
            if (u < (u ^ v))
                near[u] = near[u ^ v] = near[u] | near[u ^ v];
    }
    free(near);
    return rank;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t k = p->value[0], d = p->value[1], basis[LONGEST];
    if (p->count == 1)
        d = (3 * k + 7) / 8;
    for (k = p->count ? k : 1; k <= LONGEST; k++) {
        uint64_t distance = p->count ? d : (3 * k + 7) / 8;
        if (k < 1 || distance < 1 || distance > k)
            break;
        size_t rank = greedy_basis(basis, k, distance);
        if (p->count == 0 && UINT64_C(1) << rank < p->n)
            continue;
        Text name = { 0 };
        text_printf(&name, "lexicode:%u,%u", (unsigned)k, (unsigned)distance);
        code_init(c, text_string(&name), UINT64_C(1) << rank, k, rank);
        for (size_t r = 0; r < rank; r++)
            c->generator[r] = basis[r];
        text_clear(&name);
        return 0;
    }
    text_printf(why,
                p->count ? "lexicode needs 1 <= d <= k <= %d"
                         : "no lexicode of length up to %d has enough words at eps = 1/4",
                LONGEST);
    return -1;
}

const CodeFamily code_family_lexicode = {
    .name = "lexicode",
    .summary = "greedy code: every word at distance d from all before, in lexicographic order",
    .syntax = "lexicode[:LENGTH[,DISTANCE]]",
    .example = "lexicode:13,5",
    .theorem = "codes.md#lexicode",
    .most = 2,
    .build = build,
};
