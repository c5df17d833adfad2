// index_classes.h - the indices of a coded model over a linear code, by their distance from index
// 0.
//
// Class c holds the indices l with d(0, l) = weight[c] of the code's weight distribution, words[c]
// of them; class 0 is index 0 alone.  As choices the classes are the words of a size: one index for
// each class, groups with as many members as the class (docs/symmetry.md#classes).
#pragma once
#include "math/weights.h"
#include "net/coded.h"
#include "verify/choices.h"

// What a position sees of the positions of a place: under the causal mask only some of a class.
typedef enum Sight { SEES_NONE, SEES_SOME, SEES_ALL } Sight;

typedef struct IndexClasses {
    const Transformer *seed;
    const Weights *weights;
    Params params;    // of the size with one index for each class
    size_t heads;     // of layer 1
    int64_t **rest;   // [head][row * rows + column]: the score is rest + inner <T_i, T_l>
    int64_t **inner;
} IndexClasses;

// NULL, or why it cannot be done: what coded_admits says, or scores that are no integers or huge.
// seed and weights must outlive it.  Undo with index_classes_clear in either case.
// Needs weights_admit(weights) == NULL.
const char *index_classes_init(IndexClasses *c, const Transformer *seed, const Weights *weights);
void index_classes_clear(IndexClasses *c);

// c <- the choices, row[slot] <- the seed's row of each slot (freed by the caller).
void index_classes_choices(Choices *c, size_t **row, const IndexClasses *classes);

// The class of the slot's index, the group's or, of a last position with an index, the option's.
size_t index_classes_of_slot(const IndexClasses *classes, const Choices *c, size_t group,
                             size_t option);

// s <- the score of the row, at index 0, on the column, at an index of the class, in head h of
// layer 1; false if it is beyond 2^61.
bool index_classes_score(int64_t *s, const IndexClasses *classes, size_t h, size_t row,
                         size_t column, size_t class);

// What the position of a place (L - 1 of size 1: the last one) at index i sees of the positions of
// another place at the indices l of a class of distances from i, over all i.
Sight index_classes_sight(const IndexClasses *classes, size_t place, size_t other, size_t class);
