// unit_signs.h - which sign a hidden unit of layer 1 keeps on all words with a given option.
//
// docs/certificate.md#lemma-2, in machine integers: sums over the groups of bounds of a weight
// times the unit's coefficient on it.
#pragma once
#include "verify/choices.h"
#include "verify/mixture.h"
#include "verify/tabulation.h"

// Layer 1 as machine integers, read by all threads.
typedef struct IntegerLayer {
    const Choices *choices;
    const Tabulation *tab;
    bool whole;               // scores must be integers
    Projection *projection;   // per head
    int64_t **value;          // per head: columns x d_v
    int64_t *largest_value;   // per head: no value exceeds it in magnitude
    size_t *slot_row;         // per slot: its row of the embedding
} IntegerLayer;

// NULL, or that weights or values are no small integers over small denominators, or that there are
// more groups than sums have room for.  Undo with integer_layer_clear in either case.
const char *integer_layer_init(IntegerLayer *l, const Choices *c, const Tabulation *tab,
                               bool whole);
void integer_layer_clear(IntegerLayer *l);

// One thread's workspace.
typedef struct UnitSigns {
    const IntegerLayer *layer;
    Mixture *mixture;    // per head: the weights of the row at hand
    int *sign;           // [option of the group][unit]: 1, -1, or 0: not known
    Wide *coefficient;   // of a unit: 1 + ratios
    int64_t *factor;     // per row of the embedding: the unit's coefficient on its weight
    int64_t *narrow_low, *narrow_high;   // per column: bounds of weight times factor
    Wide *own_low, *own_high;            // per option of the position's group: bounds of its sum
} UnitSigns;

void unit_signs_init(UnitSigns *w, const IntegerLayer *l);
void unit_signs_clear(UnitSigns *w);

// mixture <- the weights of that row, and sign[o * hidden + u] for the options o of its position's
// group that put it there, over all words with that option.  NULL, or why there is no telling.
const char *unit_signs_find(UnitSigns *w, size_t row, size_t position);
