// ranges.h - a set of ranks of words, as disjoint ranges begin .. end - 1.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Span {
    uint64_t begin, end;   // begin < end
} Span;

// Ascending, no two of them touch.  { 0 } is the empty set; undo with ranges_clear.
typedef struct Ranges {
    Span *span;
    size_t count, capacity;
} Ranges;

void ranges_clear(Ranges *r);

// Adds the ranks of the span; false, and r as it was, if one of them is in r already.
// O(log count), and O(count) where the spans behind must move.
bool ranges_add(Ranges *r, Span span);

// How many ranks there are.
uint64_t ranges_size(const Ranges *r);

// gaps, empty beforehand, <- those of the span that are not in r.
void ranges_gaps(Ranges *gaps, const Ranges *r, Span span);
