#include "task/params.h"

Params params_default(uint64_t n) {
    return (Params){ .n = n, .alphabet = 2, .brackets = 2, .depth = 2 };
}

const char *base_name(Base base) { return base == BASE_2 ? "2" : "e"; }

const char *mask_name(Mask mask) { return mask == MASK_CAUSAL ? "causal" : "full"; }

const char *readout_name(ReadoutKind readout) {
    return readout == READOUT_PEAKED ? "peaked" : "uniform";
}
