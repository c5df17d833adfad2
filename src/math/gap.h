// gap.h - how clearly the nearest of some points is told, exactly (docs/nearest-neighbor.md#gap).
//
// For a query x and points x_1 .. x_n, s_i = <x, x_i> - |x_i|^2 / 2 = (|x|^2 - |x - x_i|^2) / 2 is
// largest for the nearest point.  The gap at x is the largest s_i less the second largest.
#pragma once
#include "math/labelled_points.h"

typedef struct Gap {
    size_t points;   // that a query meets: all, or all but itself
    size_t queries;
    mpq_t gap;                     // the least over the queries; 0: the nearest is not unique
    size_t query, first, second;   // the first query that attains it, its nearest, the second
    mpq_t distance;                // from that query to its nearest, squared
    size_t agree;                  // queries that are points: whose nearest has their label
    bool alike;                    // all points have the same |x_i|, which score need not know then
    // Of all queries q and points x: sum over c of max |q_c|, of max |x_c|; sum of max |q_c| times
    // the length of the shortest interval with 0 and all x_c; max |x|^2 / 2; the largest of
    // all |q_c|, |x_c| and, unless alike, |x|^2 / 2 and 1.
    mpq_t query_sum, point_sum, spread, half_norm, largest;
    bool dyadic;        // these and all coordinates are multiples of
    size_t grid_bits;   //   2^-grid_bits, and of no larger power of two
    size_t dimension;   // d
} Gap;

// Of every point among the others, queries == NULL, or of every query among all points.  Undo with
// gap_clear, in any case.  Needs 3 points, or 2 and a query of the same dimension.  -1 with a
// message: interrupted.
// Takes O(points queries d) products of integers as long as the common denominator.
int gap_init(Gap *g, const LabelledPoints *points, const LabelledPoints *queries);
void gap_clear(Gap *g);
