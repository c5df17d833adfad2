// nordstrom_robinson.c - the Nordstrom-Robinson code, 256 words of length 16 at distance 6: the
// Gray image of the octacode, which is the Kerdock code of m = 4 (docs/codes.md#kerdock).
#include "constructions/codes/family.h"
#include "constructions/codes/quaternary.h"

static int build(Code *c, Text *why, const CodeParams *p) {
    (void)why;
    (void)p;
    quaternary_kerdock(c, "nordstrom-robinson", 4, 0);
    return 0;
}

const CodeFamily code_family_nordstrom_robinson = {
    .name = "nordstrom-robinson",
    .summary = "Nordstrom-Robinson code, nonlinear: 256 words of length 16 at distance 6",
    .syntax = "nordstrom-robinson",
    .example = "nordstrom-robinson",
    .theorem = "codes.md#nordstrom-robinson",
    .build = build,
};
