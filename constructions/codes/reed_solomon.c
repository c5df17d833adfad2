// reed_solomon.c - Reed-Solomon code over GF(2^s), each symbol written as a word of the first-order
// Reed-Muller code of 2^s words.  Two polynomials of degree below K agree at fewer than K of the n
// points, and two Reed-Muller words have no positive inner product: every inner product is at most
// (K-1)/n of the length (docs/codes.md#reed-solomon).
#include "base/error.h"
#include "constructions/codes/family.h"
#include "constructions/codes/reed_muller.h"
#include "math/field.h"
#include "math/gf2.h"

enum { LEAST_S = 2, MOST_S = 9 };

// The inner word of symbol a goes to coordinates at .. at + length - 1 of the row.
static void put_symbol(uint64_t *row, size_t at, const Code *inner, uint32_t a) {
    uint64_t word[(1 << (MOST_S - 1)) / 64];
    code_word(word, inner, a);
    for (size_t t = 0; t < inner->length; t++)
        if (gf2_bit(word, t))
            gf2_flip(row, at + t);
}

// Rows: the polynomials alpha^b x^degree at the points 0, 1, alpha, ..; rank s K.
static void fill(Code *c, unsigned s, uint64_t n) {
    Field f;
    Code inner;
    field_init(&f, s);
    reed_muller_init(&inner, "inner", s - 1, true);
    for (size_t r = 0; r < c->rank; r++)
        for (uint64_t i = 0; i < n; i++) {
            uint64_t degree = r / s;   // 0^0 = 1
            uint32_t power = i == 0 ? degree == 0 : f.power[(i - 1) * degree % f.order];
            uint32_t value = field_multiply(&f, UINT32_C(1) << r % s, power);
            put_symbol(c->generator + r * c->limbs, i * inner.length, &inner, value);
        }
    code_clear(&inner);
    field_clear(&f);
}

// The shortest with n words and (K-1)/points <= 1/4, over s; 0 if there is none.
static unsigned choose(uint64_t *points, uint64_t *terms, uint64_t n) {
    unsigned bits = 1, best = 0;
    while (bits < 63 && UINT64_C(1) << bits < n)
        bits++;
    for (unsigned s = LEAST_S; s <= MOST_S; s++) {
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
    if (p->count == 1 || p->count == 2 || s < LEAST_S || s > MOST_S || n < 1 ||
        n > UINT64_C(1) << s || terms < 1 || terms > n || s * terms > 63) {
        text_printf(why,
                    "reed-solomon:S,POINTS,TERMS needs %d <= S <= %d, POINTS <= 2^S, "
                    "TERMS <= POINTS, S TERMS <= 63",
                    LEAST_S, MOST_S);
        return -1;
    }
    Text name = { 0 };
    size_t rank = (size_t)(s * terms);
    text_printf(&name, "reed-solomon:%u,%u,%u", (unsigned)s, (unsigned)n, (unsigned)terms);
    code_init(c, text_string(&name), UINT64_C(1) << rank, (size_t)n << (s - 1), rank);
    text_clear(&name);
    fill(c, (unsigned)s, n);
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
