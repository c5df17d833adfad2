// reed_muller.c - first-order Reed-Muller codes: t -> <u, t> + e.  Distance 2^(m-1), and 2^m
// between complements, so that no inner product is positive (docs/codes.md#reed-muller).
#include "constructions/codes/reed_muller.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "math/gf2.h"

void reed_muller_init(Code *c, const char *name, unsigned m, bool affine) {
    size_t rank = m + affine, k = (size_t)1 << m;
    require(m <= 16 && rank >= 1);
    code_init(c, name, UINT64_C(1) << rank, k, rank);
    for (size_t r = 0; r < rank; r++)
        for (size_t t = 0; t < k; t++)
            if (r == m || t >> r & 1)
                gf2_flip(c->generator + r * c->limbs, t);
}

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t m = p->value[0];
    if (p->count == 0)
        for (m = 0; m < 17 && UINT64_C(1) << (m + 1) < p->n;)
            m++;
    if (m > 16) {
        text_add(why, "reed-muller goes up to m = 16: 2^17 words of length 2^16");
        return -1;
    }
    Text name = { 0 };
    text_printf(&name, "reed-muller:%u", (unsigned)m);
    reed_muller_init(c, text_string(&name), (unsigned)m, true);
    text_clear(&name);
    return 0;
}

const CodeFamily code_family_reed_muller = {
    .name = "reed-muller",
    .summary = "first-order Reed-Muller code: 2^(m+1) words of length 2^m, inner products <= 0",
    .syntax = "reed-muller[:M]",
    .example = "reed-muller:4",
    .theorem = "codes.md#reed-muller",
    .most = 1,
    .build = build,
};
