// fooling.h - fooling sets: cells of one value such that of any two of them a crossing cell, that
// of the row of the one and the column of the other, has another value and is not excluded.
//
// No two of them can be in one rectangle of that value, so each needs a leaf of its own in any
// protocol and a rectangle of its own in any cover.  docs/communication.md#fooling-sets.
#pragma once
#include "communication/comm_matrix.h"

typedef struct Cell {
    size_t row, column;
} Cell;

typedef struct FoolingSet {
    size_t value, count;
    Cell *cell;     // count
    size_t upper;   // no fooling set of this value is larger
    bool capped;    // the search for the largest one hit its cap
} FoolingSet;

// The largest set that is found: greedily; where that leaves a gap, by a search.  If the matrix has
// at most FOOLING_CELLS cells of the value, the search goes through at most FOOLING_NODES sets, and
// proves the set the largest if it ends.  Else it goes through FOOLING_SAMPLE_NODES sets of the
// FOOLING_CELLS cells with the fewest cells of the value in their rows and columns, and proves
// nothing.  Undo with fooling_set_clear.
enum { FOOLING_CELLS = 512, FOOLING_NODES = 300000, FOOLING_SAMPLE_NODES = 20000 };
void fooling_set_init(FoolingSet *set, const CommMatrix *m, size_t value);
void fooling_set_clear(FoolingSet *set);

// NULL, or why it is none.
const char *fooling_set_check(const FoolingSet *set, const CommMatrix *m);
