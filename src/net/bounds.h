// bounds.h - a bound on the scores of every layer, head and position, fixed with the model.
//
// What the softmax subtracts in an arithmetic that may not look at the row
// (docs/arithmetic.md#score-bound): the largest score that any word yields there.
#pragma once
#include "net/transformer.h"

typedef struct Bounds {
    const Transformer *t;
    size_t count;   // heads of all layers x L
    mpq_t *value;
    bool *known;   // else no score was met yet
} Bounds;

// None known.  Undo with bounds_clear.
void bounds_init(Bounds *b, const Transformer *t);
void bounds_clear(Bounds *b);

// The bound of a layer, head (from 0) and position is entry bounds_index(..).
size_t bounds_index(const Bounds *b, size_t layer, size_t head, size_t position);

// Raises the entry to the score.
void bounds_raise(Bounds *b, size_t index, const mpq_t score);

// b <- the larger of both, everywhere.
void bounds_merge(Bounds *b, const Bounds *other);
