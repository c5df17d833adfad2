// nearest_data.h - what two layers need to tell the nearest of given points
// (docs/nearest-neighbor.md#theorem-2).
#pragma once
#include "math/code.h"
#include "math/gap.h"
#include <stdint.h>

typedef struct NearestData {
    Code code;                   // that addresses the points
    uint64_t copy_temperature;   // of layer 1, over that code
    uint64_t temperature;        // of layer 2
    size_t fraction_bits;        // f: coordinates are rounded to multiples of 2^-f
    size_t precision;            // bits of a two's complement number that holds any of them
    mpq_t margin;                // at least this, on every query
} NearestData;

// Over the code of that name, NULL for the default.  Undo with nearest_data_clear.  NULL, or why
// there is no such code or temperature, for the caller to free.  Needs g->gap > 0.
char *nearest_data_init(NearestData *n, const Gap *g, const char *code);
void nearest_data_clear(NearestData *n);
