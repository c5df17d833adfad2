// binary.c - plain binary positions: the words are all words (docs/codes.md#binary).
#include "constructions/codes/family.h"
#include "math/gf2.h"

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

const CodeFamily code_family_binary = {
    .name = "binary",
    .summary = "plain binary positions: all words of length k",
    .syntax = "binary[:LENGTH]",
    .example = "binary:10",
    .theorem = "codes.md#binary",
    .most = 1,
    .build = build,
};
