// golay.c - the extended Golay code: the cyclic code of length 23 that vanishes at beta^i for the
// quadratic residues i, with a parity bit (docs/codes.md#golay).
#include "constructions/codes/cyclic.h"
#include "constructions/codes/family.h"

enum { LENGTH = 23 };

static int build(Code *c, Text *why, const CodeParams *p) {
    (void)p;
    bool zero[LENGTH] = { false };
    for (unsigned i = 1; i < LENGTH; i++)
        zero[i * i % LENGTH] = true;
    return cyclic_init(c, why, "golay", LENGTH, zero, true);
}

const CodeFamily code_family_golay = {
    .name = "golay",
    .summary = "extended Golay code, 2^12 words of length 24 at distance 8",
    .syntax = "golay",
    .example = "golay",
    .theorem = "codes.md#golay",
    .build = build,
};
