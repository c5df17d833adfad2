#include "task/params.h"

Params params_default(uint64_t n) {
    return (Params){ .n = n, .alphabet = 2, .brackets = 2, .depth = 2 };
}

Params params_at(const Params *p, uint64_t n) {
    Params at = *p;
    at.n = n;
    at.power = 0;
    return at;
}

void params_print_size(Text *t, const Params *p) {
    if (p->power > 0)
        text_printf(t, "2^%zu", p->power);
    else
        text_printf(t, "%llu", (unsigned long long)p->n);
}

const char *base_name(Base base) { return base == BASE_2 ? "2" : "e"; }

const char *mask_name(Mask mask) { return mask == MASK_CAUSAL ? "causal" : "full"; }

const char *readout_name(ReadoutKind readout) {
    return readout == READOUT_PEAKED ? "peaked" : "uniform";
}
