// cyclic.c - cyclic codes as trace codes: c_t = sum over the given e of Tr(a_e beta^(e t)), which
// vanishes at every beta^i but those with -i in the coset of some e (docs/codes.md#cyclic).
#include "constructions/codes/cyclic.h"
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "math/gf2.h"
#include <stdlib.h>
#include <string.h>

// g <- the product of (x - beta^i) over the zeros: degree + 1 coefficients, all 0 or 1.
static void generator_polynomial(uint32_t *g, uint32_t n, const bool *zero) {
    Field f;
    field_init(&f, field_degree_for(n));
    uint32_t step = f.order / n, degree = 0;
    g[0] = 1;
    for (uint32_t i = 0; i < n; i++) {
        if (!zero[i])
            continue;
        uint32_t root = f.power[(uint64_t)i * step % f.order];
        g[++degree] = 0;
        for (uint32_t c = degree; c > 0; c--)
            g[c] = g[c - 1] ^ field_multiply(&f, g[c], root);
        g[0] = field_multiply(&f, g[0], root);
    }
    for (uint32_t c = 0; c <= degree; c++)
        require(g[c] <= 1);   // zeros closed under conjugation
    field_clear(&f);
}

int cyclic_init(Code *c, Text *why, const char *name, uint32_t n, const bool *zero, bool extended) {
    uint32_t degree = 0;
    for (uint32_t i = 0; i < n; i++)
        degree += zero[i];
    size_t rank = n - degree;
    if (rank < 1 || rank > 63) {
        text_printf(why, "%s has rank %zu, and ranks 1 .. 63 are built", name, rank);
        return -1;
    }
    uint32_t *g = alloc_array(degree + 1, 1, sizeof *g);
    generator_polynomial(g, n, zero);
    code_init(c, name, UINT64_C(1) << rank, n + extended, rank);
    for (size_t r = 0; r < rank; r++) {
        uint64_t *row = c->generator + r * c->limbs;
        for (uint32_t t = 0; t <= degree; t++)
            if (g[t]) {
                gf2_flip(row, r + t);
                if (extended)
                    gf2_flip(row, n);
            }
    }
    free(g);
    return 0;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t n = p->value[0];
    if (n < 3 || n % 2 == 0 || n > CYCLIC_LONGEST || field_degree_for(n) == 0) {
        text_printf(why,
                    "cyclic needs an odd length of at least 3 that divides 2^m - 1 for an m of at "
                    "most %d",
                    FIELD_LARGEST);
        return -1;
    }
    uint32_t *coset = alloc_array(n, 1, sizeof *coset);
    bool *zero = alloc_array(n, 1, sizeof *zero);
    Text name = { 0 };
    field_cosets(coset, (uint32_t)n);
    memset(zero, 1, n);
    text_printf(&name, "cyclic:%llu", (unsigned long long)n);
    for (size_t v = 1; v < p->count; v++) {
        uint64_t e = p->value[v] % n;
        text_printf(&name, ",%llu", (unsigned long long)p->value[v]);
        for (uint32_t i = 0; i < n; i++)
            if (coset[i] == coset[(n - e) % n])
                zero[i] = false;
    }
    int status = cyclic_init(c, why, text_string(&name), (uint32_t)n, zero, false);
    text_clear(&name);
    free(zero);
    free(coset);
    return status;
}

const CodeFamily code_family_cyclic = {
    .name = "cyclic",
    .summary = "cyclic code of odd length n: sums of traces Tr(a beta^(e t))",
    .syntax = "cyclic:LENGTH,E1[,E2,..]",
    .example = "cyclic:63,0,1,5",
    .theorem = "codes.md#cyclic",
    .least = 2,
    .most = CODE_VALUES,
    .build = build,
};
