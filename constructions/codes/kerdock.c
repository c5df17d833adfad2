// kerdock.c - Kerdock codes: 4^m words of length 2^m at distance 2^(m-1) - 2^(m/2-1)
// (docs/codes.md#kerdock).
#include "constructions/codes/family.h"
#include "constructions/codes/quaternary.h"

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t m = p->value[0];
    if (p->count == 0)
        for (m = 4; m <= 8 && UINT64_C(1) << 2 * m < p->n;)
            m += 2;
    if (m != 4 && m != 6 && m != 8) {
        text_add(why, "kerdock is built for m = 4, 6, 8: 4^m words of length 2^m");
        return -1;
    }
    Text name = { 0 };
    text_printf(&name, "kerdock:%u", (unsigned)m);
    quaternary_kerdock(c, text_string(&name), (unsigned)m, 0);
    text_clear(&name);
    return 0;
}

const CodeFamily code_family_kerdock = {
    .name = "kerdock",
    .summary = "Kerdock code, nonlinear: 4^m words of length 2^m",
    .syntax = "kerdock[:M]",
    .example = "kerdock:6",
    .theorem = "codes.md#kerdock",
    .most = 1,
    .build = build,
};
