// binary.c - plain binary positions: the words are all words (docs/codes.md#binary).
#include "constructions/codes/family.h"
#include "math/gf2.h"

enum { MOST_WEIGHED = 4096 };   // coordinates, where words are not written out

static int build(Code *c, Text *why, const CodeParams *p) {
    (void)why;
    Text name = { 0 };
    size_t k = 1;
    while (k < 63 && UINT64_C(1) << k < p->n)
        k++;
    if (p->count == 1)
        k = p->value[0];
    if (k < 1 || k > 63) {
        text_add(why, "binary has 1 .. 63 coordinates");
        return -1;
    }
    text_printf(&name, "binary:%zu", k);
    code_init(c, text_string(&name), UINT64_C(1) << k, k, k);
    for (size_t r = 0; r < k; r++)
        gf2_flip(c->generator + r * c->limbs, r);
    text_clear(&name);
    return 0;
}

// C(k, w) words of weight w.
static int weights(Weights *w, Text *why, const CodeParams *p, size_t rank) {
    uint64_t k = p->count ? p->value[0] : rank;
    if (k < 1 || k > MOST_WEIGHED) {
        text_printf(why, "binary has 1 .. %d coordinates", MOST_WEIGHED);
        return -1;
    }
    Text name = { 0 };
    mpz_t words;
    text_printf(&name, "binary:%llu", (unsigned long long)k);
    weights_init(w, text_string(&name), k, k);
    text_clear(&name);
    mpz_init(words);
    for (uint64_t d = 0; d <= k; d++) {
        mpz_bin_uiui(words, k, d);
        weights_add(w, d, words);
    }
    mpz_clear(words);
    return 0;
}

const CodeFamily code_family_binary = {
    .name = "binary",
    .summary = "plain binary positions: all words of length k",
    .syntax = "binary[:LENGTH]",
    .example = "binary:10",
    .theorem = "codes.md#binary",
    .most = 1,
    .build = build,
    .weights = weights,
};
