// range.h - sizes as the command line takes them.
//
//     RANGE = ITEM { "," ITEM }      ITEM = NUMBER | NUMBER ".." NUMBER [ "*" FACTOR ]
//
// "8", "2..10" (every integer), "2..1024*2" (2, 4, 8, .., 1024: times FACTOR >= 2 while it is no
// more than the end), "4,9,17".  Numbers are 0 .. 2^53, in decimal digits, no sign, no blanks; or
// powers of two, "2^10", up to 2^RANGE_POWER.  Where the end exceeds 2^53, the other numbers of the
// item are powers of two as well: "2^64", "2^64..2^256*2^64".
#pragma once
#include "base/text.h"
#include <stdbool.h>
#include <stdint.h>

// The sizes in the order written.
typedef struct Range {
    uint64_t *value;
    size_t *power;   // the size is 2^power where that exceeds 2^53, and value is 0; else 0
    size_t count;    // at least 1, at most RANGE_MOST; 0: no range was read
} Range;

enum { RANGE_MOST = 1 << 16, RANGE_POWER = 1 << 16 };
#define RANGE_NUMBER (UINT64_C(1) << 53)   // the largest number: a double holds all up to here

// *range <- what s writes; undo with range_clear.  If s writes none, the reason is added to why and
// the range is empty.
void range_parse(Range *range, const char *s, Text *why);
void range_clear(Range *range);

// Whether some size exceeds 2^53.
bool range_is_large(const Range *range);

// *x <- what s writes, low <= *x <= high, in decimal digits only.  Else the reason is added to why.
void number_parse(uint64_t *x, const char *s, uint64_t low, uint64_t high, Text *why);
