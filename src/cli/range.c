#include "cli/range.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t largest = UINT64_C(1) << 53;   // a double holds every integer up to here

// *x <- the digits at *s, which moves behind them.  false: there are none, or *x > 2^53.
static bool digits(uint64_t *x, const char **s, Text *why) {
    const char *start = *s;
    *x = 0;
    for (; **s >= '0' && **s <= '9'; ++*s) {
        *x = *x * 10 + (uint64_t)(**s - '0');
        if (*x > largest) {
            text_add(why, "numbers end at 2^53 = 9007199254740992");
            return false;
        }
    }
    if (*s == start && *start)
        text_printf(why, "a number is expected where '%s' stands", start);
    else if (*s == start)
        text_add(why, "a number is expected at the end");
    return *s != start;
}

static bool append(Range *range, uint64_t x, Text *why) {
    if (range->count == RANGE_MOST) {
        text_printf(why, "more than %d sizes", RANGE_MOST);
        return false;
    }
    if ((range->count & (range->count - 1)) == 0) {   // full: the capacity is a power of two
        size_t capacity = range->count ? 2 * range->count : 1;
        uint64_t *value = alloc_array(capacity, 1, sizeof *value);
        if (range->count)
            memcpy(value, range->value, range->count * sizeof *value);
        free(range->value);
        range->value = value;
    }
    range->value[range->count++] = x;
    return true;
}

// "", ".." NUMBER or ".." NUMBER "*" FACTOR behind the first number.
static bool item(Range *range, uint64_t first, const char **s, Text *why) {
    uint64_t last = first, factor = 1;
    if (strncmp(*s, "..", 2) == 0) {
        *s += 2;
        if (!digits(&last, s, why))
            return false;
        if (last < first) {
            text_add(why, "the range is empty");
            return false;
        }
        if (**s == '*') {
            ++*s;
            if (!digits(&factor, s, why))
                return false;
            if (factor < 2 || first == 0) {
                text_add(why, factor < 2 ? "the factor behind '*' must be at least 2"
                                         : "0 times a factor stays 0");
                return false;
            }
        }
    }
    for (uint64_t x = first;;) {
        if (!append(range, x, why))
            return false;
        if (factor == 1 ? x == last : x > last / factor)
            return true;
        x = factor == 1 ? x + 1 : x * factor;
    }
}

static bool items(Range *range, const char *s, Text *why) {
    for (;; s++) {
        uint64_t first;
        if (!digits(&first, &s, why) || !item(range, first, &s, why))
            return false;
        if (*s == '\0')
            return true;
        if (*s != ',') {
            text_printf(why, "'%s' is left over; sizes are written 8, 2..10, 2..1024*2 or 4,9,17",
                        s);
            return false;
        }
    }
}

void range_parse(Range *range, const char *s, Text *why) {
    *range = (Range){ 0 };
    if (!items(range, s, why))
        range_clear(range);
}

void range_clear(Range *range) {
    free(range->value);
    *range = (Range){ 0 };
}

void number_parse(uint64_t *x, const char *s, uint64_t low, uint64_t high, Text *why) {
    require(high <= largest);
    uint64_t parsed;
    if (!digits(&parsed, &s, why))
        return;
    if (*s != '\0')
        text_printf(why, "'%s' is left over behind the number", s);
    else if (parsed < low || parsed > high)
        text_printf(why, "%llu to %llu is expected", (unsigned long long)low,
                    (unsigned long long)high);
    else
        *x = parsed;
}
