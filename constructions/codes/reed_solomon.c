// reed_solomon.c - Reed-Solomon code over GF(2^s), each symbol written as a word of the first-order
// Reed-Muller code of 2^s words.  Two polynomials of degree below K agree at fewer than K of the n
// points, and two Reed-Muller words have no positive inner product: every inner product is at most
// (K-1)/n of the length (docs/codes.md#reed-solomon).
#include "constructions/codes/reed_solomon.h"
#include "base/alloc.h"
#include "constructions/codes/concatenated.h"
#include "constructions/codes/family.h"
#include <stdlib.h>

uint32_t *reed_solomon_values(const Field *f, uint64_t n, uint64_t terms) {
    uint32_t *value = alloc_array(terms, n, sizeof *value);
    for (uint64_t degree = 0; degree < terms; degree++)
        for (uint64_t i = 0; i < n; i++)
            value[degree * n + i] = i == 0 ? degree == 0 : f->power[(i - 1) * degree % f->order];
    return value;
}

// The shortest with n words and (K-1)/points <= 1/4, over s; 0 if there is none.
static unsigned choose(uint64_t *points, uint64_t *terms, uint64_t n) {
    unsigned bits = 1, best = 0;
    while (bits < 63 && UINT64_C(1) << bits < n)
        bits++;
    for (unsigned s = SYMBOL_LEAST; s <= SYMBOL_MOST; s++) {
        uint64_t t = (bits + s - 1) / s, length = t > 1 ? 4 * (t - 1) : 1;
        if (length > UINT64_C(1) << s || t * s > 63)
            continue;
        if (best == 0 || length << (s - 1) < *points << (best - 1)) {
            best = s;
            *points = length;
            *terms = t;
        }
    }
    return best;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t s = p->value[0], n = p->value[1], terms = p->value[2];
    if (p->count == 0)
        s = choose(&n, &terms, p->n);
    if (p->count == 1 || p->count == 2 || s < SYMBOL_LEAST || s > SYMBOL_MOST || n < 1 ||
        n > UINT64_C(1) << s || terms < 1 || terms > n || s * terms > 63) {
        text_printf(why,
                    "reed-solomon:S,POINTS,TERMS needs %d <= S <= %d, POINTS <= 2^S, "
                    "TERMS <= POINTS, S TERMS <= 63",
                    SYMBOL_LEAST, SYMBOL_MOST);
        return -1;
    }
    Field f;
    Text name = { 0 };
    text_printf(&name, "reed-solomon:%u,%u,%u", (unsigned)s, (unsigned)n, (unsigned)terms);
    field_init(&f, (unsigned)s);
    uint32_t *value = reed_solomon_values(&f, n, terms);
    concatenated_init(c, text_string(&name), &f, n, terms, value);
    free(value);
    field_clear(&f);
    text_clear(&name);
    return 0;
}

const CodeFamily code_family_reed_solomon = {
    .name = "reed-solomon",
    .summary = "Reed-Solomon code over GF(2^s) with first-order Reed-Muller words as symbols",
    .syntax = "reed-solomon[:S,POINTS,TERMS]",
    .example = "reed-solomon:4,8,3",
    .theorem = "codes.md#reed-solomon",
    .most = 3,
    .build = build,
};
