// delsarte_goethals.c - Delsarte-Goethals codes: 2^(3m-1) words of length 2^m at distance
// 2^(m-1) - 2^(m/2), twice Kerdock's gap (docs/codes.md#kerdock).
#include "constructions/codes/family.h"
#include "constructions/codes/quaternary.h"

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t m = p->value[0];
    if (p->count == 0)
        m = p->n <= UINT64_C(1) << 17 ? 6 : 8;
    if (m != 6 && m != 8) {
        text_add(why, "delsarte-goethals is built for m = 6, 8: 2^(3m-1) words of length 2^m");
        return -1;
    }
    Text name = { 0 };
    text_printf(&name, "delsarte-goethals:%u", (unsigned)m);
    quaternary_kerdock(c, text_string(&name), (unsigned)m, 1);
    text_clear(&name);
    return 0;
}

const CodeFamily code_family_delsarte_goethals = {
    .name = "delsarte-goethals",
    .summary = "Delsarte-Goethals code, nonlinear: 2^(3m-1) words of length 2^m",
    .syntax = "delsarte-goethals[:M]",
    .example = "delsarte-goethals:6",
    .theorem = "codes.md#kerdock",
    .most = 1,
    .build = build,
};
