// Shortening s times leaves words / 2^s words at no smaller distance; puncturing p coordinates
// takes p from the distance at most (docs/codes.md#modifiers).  With 8 d >= 3 k as the condition,
// (8 d - 3 k) / 5 coordinates can be punctured.
#include "constructions/codes/catalogue.h"
#include <stddef.h>

enum { MOST_REPEATS = 4 };

const CatalogueEntry code_catalogue[] = {
    { "binary:1", true, 1u << 1, 1, 1 },
    { "binary:2", true, 1u << 2, 2, 1 },
    { "lexicode:4,2", true, 1u << 3, 4, 2 },
    { "lexicode:5,2", true, 1u << 4, 5, 2 },
    { "lexicode:10,4", true, 1u << 5, 10, 4 },
    { "bch:16,7", true, 1u << 7, 16, 6 },
    { "golay", true, 1u << 12, 24, 8 },
    { "bch:32,11", true, 1u << 11, 32, 12 },
    { "quasi-cyclic:13,3,1886,6824,105", true, 1u << 12, 52, 20 },
    { "bch:64,16", true, 1u << 16, 64, 24 },
    { "bch:128,22", true, 1u << 22, 128, 48 },
    { "best", false, 40, 10, 4 },
    { "nordstrom-robinson", false, 1u << 8, 16, 6 },
    { "kerdock:6", false, 1u << 12, 64, 28 },
    { "delsarte-goethals:6", false, 1u << 17, 64, 24 },
    { "elliptic:4,24,6", true, 1u << 24, 192, 72 },
    { "cyclic:255,0,1,3,5,7+extend", true, UINT64_C(1) << 33, 256, 96 },
    { "reed-solomon:5,24,7", true, UINT64_C(1) << 35, 384, 144 },
    { "reed-solomon:5,28,8", true, UINT64_C(1) << 40, 448, 168 },
    { "reed-solomon:5,32,9", true, UINT64_C(1) << 45, 512, 192 },
    { "elliptic:5,40,10", true, UINT64_C(1) << 50, 640, 240 },
    { "reed-solomon:6,28,8", true, UINT64_C(1) << 48, 896, 336 },
    { "reed-solomon:6,32,9", true, UINT64_C(1) << 54, 1024, 384 },
    { "bch:1024,56", true, UINT64_C(1) << 56, 1024, 384 },
    { "reed-solomon:6,36,10", true, UINT64_C(1) << 60, 1152, 432 },
    { "reed-solomon:7,32,9", true, UINT64_C(1) << 63, 2048, 768 },
    { NULL, false, 0, 0, 0 },
};

// The shortest that becomes of the entry with that repetition; entry NULL if it has too few words
// or too small a distance.
static CatalogueChoice shortest(const CatalogueEntry *e, uint64_t repeat, uint64_t n) {
    CatalogueChoice none = { 0 }, c = { .entry = e, .repeat = repeat };
    uint64_t least = n < 2 ? 2 : n;   // with two words the distance is at most the length
    if (e->words < n)
        return none;
    while (e->words >> (c.shorten + 1) >= least && c.shorten + 1 < e->length)
        c.shorten++;
    uint64_t k = (e->length - c.shorten) * repeat, d = e->distance * repeat;
    if (8 * d < 3 * k)
        return none;
    c.puncture = (8 * d - 3 * k) / 5;
    c.puncture = c.puncture < d ? c.puncture : d - 1;
    c.length = k - c.puncture;
    return c;
}

CatalogueChoice catalogue_choose(uint64_t n) {
    CatalogueChoice best = { 0 };
    for (const CatalogueEntry *e = code_catalogue; e->name != NULL; e++)
        for (uint64_t repeat = 1; repeat <= MOST_REPEATS; repeat++) {
            CatalogueChoice c = shortest(e, repeat, n);
            if (c.entry == NULL)
                continue;
            bool tie = best.entry != NULL && c.length == best.length;
            if (best.entry == NULL || c.length < best.length ||
                (tie && e->linear && !best.entry->linear))
                best = c;
        }
    return best;
}
