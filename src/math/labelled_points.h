// labelled_points.h - points and their labels from a file of data.
//
// One point a line: its coordinates, each a decimal or a quotient (math/decimal.h), and then its
// label, any word.  Fields are separated by commas, with blanks around them or without, or on a
// line without a comma by blanks.  '#' starts a comment, empty lines are skipped.
// docs/nearest-neighbor.md#data.
#pragma once
#include "math/matrix.h"
#include <stdbool.h>

// Caps: bytes of a file; coordinates of all its points.
#define POINTS_BYTES ((size_t)1 << 30)
#define POINTS_COORDINATES ((size_t)1 << 22)

typedef struct LabelledPoints {
    size_t count, dimension;   // both at least 1
    Matrix point;              // count x dimension
    char **label;              // NULL for points without labels
    size_t *line;              // where each stands
} LabelledPoints;

// Reads the file, "-" for standard input; undo with labelled_points_clear.  Points without labels
// may be the same, others not.  -1 with a message through error, *p untouched: it cannot be read, a
// field is no number, a line has fewer or more than the first, a point stands there twice, or there
// is none.
int labelled_points_read(LabelledPoints *p, const char *file, bool labelled);
// The same from text; file is its name in messages.
int labelled_points_parse(LabelledPoints *p, const char *file, const char *text, size_t size,
                          bool labelled);
void labelled_points_clear(LabelledPoints *p);
