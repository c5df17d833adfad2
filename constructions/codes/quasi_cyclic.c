// quasi_cyclic.c - quasi-cyclic codes: all sums of the M simultaneous cyclic shifts of one word of
// blocks of length M, each block a polynomial (docs/codes.md#quasi-cyclic).
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "math/gf2.h"
#include <stdlib.h>

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t m = p->value[0];
    size_t blocks = p->count - 1, k = (size_t)m * blocks, limbs = (k + 63) / 64;
    if (m < 2 || m > 63) {
        text_add(why, "quasi-cyclic needs blocks of 2 .. 63 coordinates");
        return -1;
    }
    Text name = { 0 };
    uint64_t *rows = alloc_array(m, limbs, sizeof *rows);
    text_printf(&name, "quasi-cyclic:%llu", (unsigned long long)m);
    for (size_t b = 0; b < blocks; b++) {
        uint64_t a = p->value[b + 1] & ((UINT64_C(1) << m) - 1);
        text_printf(&name, ",%llu", (unsigned long long)a);
        for (size_t shift = 0; shift < m; shift++)
            for (size_t t = 0; t < m; t++)
                if (a >> t & 1)
                    gf2_flip(rows + shift * limbs, b * m + (t + shift) % m);
    }
    size_t rank = gf2_echelon(rows, NULL, m, limbs);
    if (rank == 0) {
        text_add(why, "quasi-cyclic needs a block that is not 0");
    } else {
        code_init(c, text_string(&name), UINT64_C(1) << rank, k, rank);
        for (size_t l = 0; l < rank * limbs; l++)
            c->generator[l] = rows[l];
    }
    free(rows);
    text_clear(&name);
    return rank == 0 ? -1 : 0;
}

const CodeFamily code_family_quasi_cyclic = {
    .name = "quasi-cyclic",
    .summary = "quasi-cyclic code: M shifts of blocks A1, A2, .. (bit t is coordinate t)",
    .syntax = "quasi-cyclic:M,A1[,A2,..]",
    .example = "quasi-cyclic:5,1,7,11",
    .theorem = "codes.md#quasi-cyclic",
    .least = 2,
    .most = CODE_VALUES,
    .build = build,
};
