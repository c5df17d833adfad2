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

// The m of the code of `words` words or more; -1 with a reason if there is none.
static int choose(Text *why, const CodeParams *p, uint64_t words) {
    uint64_t m = p->value[0];
    if (p->count == 0)
        for (m = 0; m < 17 && UINT64_C(1) << (m + 1) < words;)
            m++;
    if (m <= 16)
        return (int)m;
    text_add(why, "reed-muller goes up to m = 16: 2^17 words of length 2^16");
    return -1;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    int m = choose(why, p, p->n);
    if (m < 0)
        return -1;
    Text name = { 0 };
    text_printf(&name, "reed-muller:%u", (unsigned)m);
    reed_muller_init(c, text_string(&name), (unsigned)m, true);
    text_clear(&name);
    return 0;
}

// One word of weight 0, one of k, all others of k/2; there are none of these for m = 0.
static int weights(Weights *w, Text *why, const CodeParams *p, size_t rank) {
    int m = choose(why, p, rank < 64 ? UINT64_C(1) << rank : UINT64_MAX);
    if (m < 0)
        return -1;
    Text name = { 0 };
    mpz_t one, words;
    text_printf(&name, "reed-muller:%u", (unsigned)m);
    weights_init(w, text_string(&name), (size_t)1 << m, (size_t)m + 1);
    text_clear(&name);
    mpz_init_set_ui(one, 1);
    mpz_init_set_ui(words, (2ul << m) - 2);
    weights_add(w, 0, one);
    if (m > 0)
        weights_add(w, UINT64_C(1) << (m - 1), words);
    weights_add(w, UINT64_C(1) << m, one);
    mpz_clears(one, words, NULL);
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
    .weights = weights,
};
