// unit_signs.h - which sign a hidden unit of layer 1 keeps on all words with a given option.
//
// docs/certificate.md#lemma-2, in machine integers: sums over the groups of bounds of a weight
// times the unit's coefficient on it.  Heads of the same weights count as one; for a unit that
// reads several of different weights, the least and the most of each one's part are found by
// bisection, and added up (docs/certificate.md#lemma-3).
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
// more groups than sums have room for.  c NULL: without slots.  Undo with integer_layer_clear in
// either case.
const char *integer_layer_init(IntegerLayer *l, const Choices *c, const Tabulation *tab,
                               bool whole);
void integer_layer_clear(IntegerLayer *l);

// c[0 .. ratios] <- the unit's row of the forms' first map, scaled to integers; false if they are
// large, 2^40 or more.
bool unit_coefficients(Wide *c, const Forms *f, size_t unit);

// One thread's workspace.  The class of a head is the first head with the same weights, in the row
// at hand.
typedef struct UnitSigns {
    const IntegerLayer *layer;
    Mixture *mixture;    // per head: the weights of the row at hand
    size_t *class;       // per head
    int *sign;           // [option of the group][unit]: 1, -1, or 0: not known
    Wide *coefficient;   // of a unit: 1 + ratios
    int64_t *value;      // per row of the embedding: what it adds to a class's part of the unit
    int64_t *factor;     // per row of the embedding: the coefficient on its weight in a sum
    int64_t *narrow_low, *narrow_high;   // per column: bounds of weight times factor
    Wide *low, *high;                    // per option of the position's group: bounds of the sum
    Wide *least, *most;                  // per option: of the unit, times a scale
} UnitSigns;

void unit_signs_init(UnitSigns *w, const IntegerLayer *l);
void unit_signs_clear(UnitSigns *w);

// mixture <- the weights of that row, and sign[o * hidden + u] for the options o of its position's
// group that put it there, over all words with that option.  NULL, or why there is no telling.
const char *unit_signs_find(UnitSigns *w, size_t row, size_t position);
