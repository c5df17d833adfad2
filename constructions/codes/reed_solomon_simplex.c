// reed_solomon_simplex.c - Reed-Solomon code over GF(2^s), each symbol written as a word of the
// simplex code: all words but 0 of the inner code have the same weight 2^(s-1), so a word weighs
// 2^(s-1) times its nonzero symbols, and how many words have how many of these is known of every
// Reed-Solomon code (docs/codes.md#reed-solomon-simplex).
#include "constructions/codes/concatenated.h"
#include "constructions/codes/family.h"
#include "constructions/codes/reed_solomon.h"
#include "math/gf2.h"
#include <stdlib.h>

enum { MOST_BITS = 16 };   // s, where words are not written out

typedef struct Shape {
    uint64_t s, points, terms;
} Shape;

static uint64_t length_of(const Shape *r) { return r->points * ((UINT64_C(1) << r->s) - 1); }

// The shortest over s with 2^rank words exactly and 8 d >= 3 k; false if there is none.
static bool choose(Shape *best, size_t rank) {
    bool any = false;
    for (uint64_t s = SYMBOL_LEAST; s <= MOST_BITS; s++) {
        uint64_t q = UINT64_C(1) << s;
        Shape r = { .s = s, .terms = rank / s };
        if (rank % s != 0 || r.terms > q)
            continue;
        r.points = r.terms;
        while (r.points <= q && 4 * q * (r.points - r.terms + 1) < 3 * (q - 1) * r.points)
            r.points++;
        if (r.points > q || length_of(&r) > CODE_LONGEST_WEIGHED)
            continue;
        if (!any || length_of(&r) < length_of(best))
            *best = r;
        any = true;
    }
    return any;
}

static int shape_of(Shape *r, Text *why, const CodeParams *p, size_t rank, uint64_t most_bits) {
    *r = (Shape){ p->value[0], p->value[1], p->value[2] };
    if (p->count == 0 && !choose(r, rank)) {
        text_printf(
            why, "no reed-solomon-simplex code has 2^%zu words and inner products up to a quarter",
            rank);
        return -1;
    }
    if (p->count == 1 || p->count == 2 || r->s < SYMBOL_LEAST || r->s > most_bits ||
        r->points < 1 || r->points > UINT64_C(1) << r->s || r->terms < 1 || r->terms > r->points ||
        length_of(r) > CODE_LONGEST_WEIGHED) {
        text_printf(why,
                    "reed-solomon-simplex:S,POINTS,TERMS needs %d <= S <= %llu, POINTS <= 2^S, "
                    "TERMS <= POINTS, POINTS (2^S - 1) <= %zu",
                    SYMBOL_LEAST, (unsigned long long)most_bits, CODE_LONGEST_WEIGHED);
        return -1;
    }
    return 0;
}

static void print_name(Text *name, const Shape *r) {
    text_printf(name, "reed-solomon-simplex:%llu,%llu,%llu", (unsigned long long)r->s,
                (unsigned long long)r->points, (unsigned long long)r->terms);
}

// Word u of the simplex code: t -> <u, t> for t = 1 .. 2^s - 1.
static void simplex_init(Code *c, size_t s) {
    size_t k = ((size_t)1 << s) - 1;
    code_init(c, "inner", UINT64_C(1) << s, k, s);
    for (size_t r = 0; r < s; r++)
        for (size_t t = 1; t <= k; t++)
            if (t >> r & 1)
                gf2_flip(c->generator + r * c->limbs, t - 1);
}

static int build(Code *c, Text *why, const CodeParams *p) {
    size_t rank = 1;
    Shape r;
    while (rank < 63 && UINT64_C(1) << rank < p->n)
        rank++;
    if (shape_of(&r, why, p, rank, SYMBOL_MOST) < 0)
        return -1;
    if (r.s > SYMBOL_MOST || r.s * r.terms > 63) {
        text_printf(why, "reed-solomon-simplex is written out for S <= %d and S TERMS <= 63",
                    SYMBOL_MOST);
        return -1;
    }
    Field f;
    Code inner;
    Text name = { 0 };
    print_name(&name, &r);
    field_init(&f, (unsigned)r.s);
    simplex_init(&inner, r.s);
    uint32_t *value = reed_solomon_values(&f, r.points, r.terms);
    concatenated_init_over(c, text_string(&name), &f, &inner, r.points, r.terms, value);
    free(value);
    code_clear(&inner);
    field_clear(&f);
    text_clear(&name);
    return 0;
}

// words <- C(n,j) sum over i = 0 .. j-d of (-1)^i C(j,i) (q^(j-d+1-i) - 1): the words with j
// nonzero symbols of n, where the least number but 0 is d.
static void count_words(mpz_t words, const Shape *r, uint64_t j, uint64_t d) {
    mpz_t term, binomial;
    mpz_inits(term, binomial, NULL);
    mpz_set_ui(words, 0);
    for (uint64_t i = 0; i <= j - d; i++) {
        mpz_set_ui(term, 0);
        mpz_setbit(term, r->s * (j - d + 1 - i));
        mpz_sub_ui(term, term, 1);
        mpz_bin_uiui(binomial, j, i);
        mpz_mul(term, term, binomial);
        (i % 2 ? mpz_sub : mpz_add)(words, words, term);
    }
    mpz_bin_uiui(binomial, r->points, j);
    mpz_mul(words, words, binomial);
    mpz_clears(term, binomial, NULL);
}

static int weights(Weights *w, Text *why, const CodeParams *p, size_t rank) {
    Shape r;
    Text name = { 0 };
    mpz_t words;
    if (shape_of(&r, why, p, rank, MOST_BITS) < 0)
        return -1;
    print_name(&name, &r);
    weights_init(w, text_string(&name), length_of(&r), r.s * r.terms);
    text_clear(&name);
    mpz_init_set_ui(words, 1);
    weights_add(w, 0, words);
    for (uint64_t d = r.points - r.terms + 1, j = d; j <= r.points; j++) {
        count_words(words, &r, j, d);
        weights_add(w, j << (r.s - 1), words);
    }
    mpz_clear(words);
    return 0;
}

const CodeFamily code_family_reed_solomon_simplex = {
    .name = "reed-solomon-simplex",
    .summary = "Reed-Solomon code over GF(2^s) with simplex words as symbols; all weights known",
    .syntax = "reed-solomon-simplex[:S,POINTS,TERMS]",
    .example = "reed-solomon-simplex:4,8,3",
    .theorem = "codes.md#reed-solomon-simplex",
    .most = 3,
    .build = build,
    .weights = weights,
};
