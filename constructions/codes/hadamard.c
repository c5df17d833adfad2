// hadamard.c - the rows of the Sylvester-Hadamard matrix: t -> <u, t>, pairwise orthogonal
// (docs/codes.md#hadamard).
#include "constructions/codes/family.h"
#include "constructions/codes/reed_muller.h"

static int build(Code *c, Text *why, const CodeParams *p) {
    unsigned m = 1;
    while (m < 17 && UINT64_C(1) << m < (p->count ? p->value[0] : p->n))
        m++;
    if (m > 16 || (p->count && p->value[0] != UINT64_C(1) << m)) {
        text_add(why, "hadamard has a power of two of words and coordinates, 2 .. 65536");
        return -1;
    }
    Text name = { 0 };
    text_printf(&name, "hadamard:%u", 1u << m);
    reed_muller_init(c, text_string(&name), m, false);
    text_clear(&name);
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
};
