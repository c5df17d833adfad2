// catalogue.h - which codes the default is chosen from.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct CatalogueEntry {
    const char *name;
    bool linear;
    uint64_t words, length, distance;   // tests/test_family.c computes all three from the code
} CatalogueEntry;

// Ends with an entry whose name is NULL.
extern const CatalogueEntry code_catalogue[];

// What a catalogue entry becomes by +shorten, +repeat and +puncture, in this order.
typedef struct CatalogueChoice {
    const CatalogueEntry *entry;   // NULL: none
    uint64_t shorten, repeat, puncture, length;
} CatalogueChoice;

// The shortest with n words or more and distance >= 3/8 length by the entries' figures: of the
// same length a linear one, then the first.  docs/codes.md#default.
CatalogueChoice catalogue_choose(uint64_t n);
