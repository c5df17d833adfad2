// hadamard.c - the rows of the Sylvester-Hadamard matrix: t -> <u, t>, pairwise orthogonal
// (docs/codes.md#hadamard).
#include "constructions/codes/family.h"
#include "constructions/codes/reed_muller.h"

// The m of the code of `words` words or more; -1 with a reason if there is none.
static int choose(Text *why, const CodeParams *p, uint64_t words) {
    int m = 1;
    while (m < 17 && UINT64_C(1) << m < (p->count ? p->value[0] : words))
        m++;
    if (m <= 16 && (!p->count || p->value[0] == UINT64_C(1) << m))
        return m;
    text_add(why, "hadamard has a power of two of words and coordinates, 2 .. 65536");
    return -1;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    int m = choose(why, p, p->n);
    if (m < 0)
        return -1;
    Text name = { 0 };
    text_printf(&name, "hadamard:%u", 1u << m);
    reed_muller_init(c, text_string(&name), (unsigned)m, false);
    text_clear(&name);
    return 0;
}

// One word of weight 0, all others of k/2.
static int weights(Weights *w, Text *why, const CodeParams *p, size_t rank) {
    int m = choose(why, p, rank < 64 ? UINT64_C(1) << rank : UINT64_MAX);
    if (m < 0)
        return -1;
    Text name = { 0 };
    mpz_t words;
    text_printf(&name, "hadamard:%u", 1u << m);
    weights_init(w, text_string(&name), (size_t)1 << m, (size_t)m);
    text_clear(&name);
    mpz_init_set_ui(words, 1);
    weights_add(w, 0, words);
    mpz_set_ui(words, (1ul << m) - 1);
    weights_add(w, UINT64_C(1) << (m - 1), words);
    mpz_clear(words);
    return 0;
}

const CodeFamily code_family_hadamard = {
    .name = "hadamard",
    .summary = "rows of the Sylvester-Hadamard matrix: k words of length k, orthogonal",
    .syntax = "hadamard[:LENGTH]",
    .example = "hadamard:16",
    .theorem = "codes.md#hadamard",
    .most = 1,
    .build = build,
    .weights = weights,
};
