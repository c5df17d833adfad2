// cover.h - how few rectangles of a value cover all its cells: the nondeterministic complexity, as
// a number of rectangles.
//
// A rectangle of value z is a set of rows times a set of columns in which every cell is z or
// excluded; rectangles may overlap.  docs/communication.md#covers.
#pragma once
#include "communication/comm_matrix.h"

enum { COVER_SIDE = 16, COVER_SHORT_SIDE = 8, COVER_NODES = 300000 };

typedef struct Rectangle {
    uint32_t rows, columns;   // bit r: row r is in it
} Rectangle;

typedef struct Cover {
    size_t value, count;
    Rectangle *rectangle;   // count
    size_t lower;           // no cover has fewer
    bool capped;            // the search for a smaller one hit its cap
} Cover;

// The smallest cover that is found, given that none has fewer than `lower` rectangles (a fooling
// set's size), of a matrix with at most COVER_SIDE rows and columns, and COVER_SHORT_SIDE of
// either; the search gives up after COVER_NODES steps.  Undo with cover_clear.
void cover_init(Cover *cover, const CommMatrix *m, size_t value, size_t lower);
void cover_clear(Cover *cover);

// NULL, or why it is none.
const char *cover_check(const Cover *cover, const CommMatrix *m);
