// elliptic.c - functions on y^2 + y = x^3 + a x + b over GF(2^s) with poles at infinity only, of
// order at most K, at n affine points, each value written as a first-order Reed-Muller word.  Two
// functions agree at K points at most: every inner product is at most K/n of the length
// (docs/codes.md#elliptic).
#include "base/alloc.h"
#include "constructions/codes/concatenated.h"
#include "constructions/codes/family.h"
#include <stdlib.h>

enum { MOST_S = 6 };   // the search for the curve takes 2^(3s) steps

// The affine points of a curve.
typedef struct Curve {
    size_t points;
    uint32_t x[2 << MOST_S], y[2 << MOST_S];
} Curve;

static void find_points(Curve *c, const Field *f, uint32_t a, uint32_t b) {
    c->points = 0;
    for (uint32_t x = 0; x <= f->order; x++) {
        uint32_t cube = field_multiply(f, x, field_multiply(f, x, x));
        uint32_t right = cube ^ field_multiply(f, a, x) ^ b;
        for (uint32_t y = 0; y <= f->order; y++)   // two or none
            if ((field_multiply(f, y, y) ^ y) == right) {
                c->x[c->points] = x;
                c->y[c->points++] = y;
            }
    }
}

// The first curve with most points, a among 0 and 1.
static void find_curve(Curve *best, const Field *f) {
    best->points = 0;
    for (uint32_t a = 0; a <= 1; a++)
        for (uint32_t b = 0; b <= f->order; b++) {
            Curve c;
            find_points(&c, f, a, b);
            if (c.points > best->points)
                *best = c;
        }
}

// value[g * n + i] <- function g at point i: x^(order/2) for even orders 0, 2, 4, .., and
// x^((order-3)/2) y for odd ones 3, 5, ..; terms of them.
static uint32_t *values(const Curve *c, const Field *f, size_t n, size_t terms) {
    uint32_t *value = alloc_array(terms, n, sizeof *value);
    for (size_t g = 0; g < terms; g++) {
        size_t order = g == 0 ? 0 : g + 1;
        for (size_t i = 0; i < n; i++) {
            uint32_t v = order % 2 ? c->y[i] : 1;
            for (size_t e = order % 2 ? (order - 3) / 2 : order / 2; e > 0; e--)
                v = field_multiply(f, v, c->x[i]);
            value[g * n + i] = v;
        }
    }
    return value;
}

// NULL, or why there is no such code on the curve.
static const char *admits(const Curve *c, uint64_t s, uint64_t n, uint64_t terms) {
    if (terms < 2 || s * terms > 63)
        return "elliptic:S,POINTS,TERMS needs TERMS >= 2 and S TERMS <= 63";
    if (n > c->points)
        return "elliptic: the curve has fewer points";
    return terms < n ? NULL : "elliptic needs TERMS < POINTS";
}

static int build_over(Code *c, Text *why, unsigned s, uint64_t n, uint64_t terms) {
    Field f;
    Curve curve;
    field_init(&f, s);
    find_curve(&curve, &f);
    const char *reason = admits(&curve, s, n, terms);
    if (reason != NULL) {
        text_add(why, reason);
    } else {
        Text name = { 0 };
        uint32_t *value = values(&curve, &f, n, terms);
        text_printf(&name, "elliptic:%u,%u,%u", s, (unsigned)n, (unsigned)terms);
        concatenated_init(c, text_string(&name), &f, n, terms, value);
        text_clear(&name);
        free(value);
    }
    field_clear(&f);
    return reason == NULL ? 0 : -1;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    if (p->count == 3 && p->value[0] >= SYMBOL_LEAST && p->value[0] <= MOST_S)
        return build_over(c, why, (unsigned)p->value[0], p->value[1], p->value[2]);
    if (p->count != 0) {
        text_printf(why, "elliptic:S,POINTS,TERMS needs three numbers, %d <= S <= %d", SYMBOL_LEAST,
                    MOST_S);
        return -1;
    }
    uint64_t bits = 1;
    while (bits < 63 && UINT64_C(1) << bits < p->n)
        bits++;
    for (unsigned s = SYMBOL_LEAST; s <= MOST_S; s++) {
        Text ignored = { 0 };
        uint64_t terms = (bits + s - 1) / s < 2 ? 2 : (bits + s - 1) / s;
        int status = build_over(c, &ignored, s, 4 * terms, terms);
        text_clear(&ignored);
        if (status == 0)
            return 0;
    }
    text_add(why, "no elliptic code has that many words and inner products up to a quarter");
    return -1;
}

const CodeFamily code_family_elliptic = {
    .name = "elliptic",
    .summary = "functions on an elliptic curve over GF(2^s), Reed-Muller words as symbols",
    .syntax = "elliptic[:S,POINTS,TERMS]",
    .example = "elliptic:4,12,3",
    .theorem = "codes.md#elliptic",
    .most = 3,
    .build = build,
};
