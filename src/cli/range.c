#include "cli/range.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BITS = 53 };   // of RANGE_NUMBER

// *x <- the digits at *s, which moves behind them.  false: there are none, or *x > 2^53.
static bool digits(uint64_t *x, const char **s, Text *why) {
    const char *start = *s;
    *x = 0;
    for (; **s >= '0' && **s <= '9'; ++*s) {
        *x = *x * 10 + (uint64_t)(**s - '0');
        if (*x > RANGE_NUMBER) {
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

// A number: 2^power where that exceeds 2^53, else value.
typedef struct Number {
    uint64_t value;
    size_t power;
} Number;

// log2 of the number, -1 if it is no power of two.
static long log2_of(const Number *x) {
    if (x->power > 0)
        return (long)x->power;
    return x->value > 0 && (x->value & (x->value - 1)) == 0 ? __builtin_ctzll(x->value) : -1;
}

static Number power_of_two(size_t power) {
    return power > NUMBER_BITS ? (Number){ .power = power }
                               : (Number){ .value = UINT64_C(1) << power };
}

// Digits, or "2^" and digits.
static bool number(Number *x, const char **s, Text *why) {
    uint64_t power;
    *x = (Number){ 0 };
    if (!digits(&x->value, s, why))
        return false;
    if (**s != '^')
        return true;
    ++*s;
    if (x->value != 2) {
        text_add(why, "only powers of 2 are written with '^'");
        return false;
    }
    if (!digits(&power, s, why))
        return false;
    if (power > RANGE_POWER) {
        text_printf(why, "powers end at 2^%d", RANGE_POWER);
        return false;
    }
    *x = power_of_two(power);
    return true;
}

static bool append(Range *range, Number x, Text *why) {
    if (range->count == RANGE_MOST) {
        text_printf(why, "more than %d sizes", RANGE_MOST);
        return false;
    }
    if ((range->count & (range->count - 1)) == 0) {   // full: the capacity is a power of two
        size_t capacity = range->count ? 2 * range->count : 1;
        uint64_t *value = alloc_array(capacity, 1, sizeof *value);
        size_t *power = alloc_array(capacity, 1, sizeof *power);
        if (range->count) {
            memcpy(value, range->value, range->count * sizeof *value);
            memcpy(power, range->power, range->count * sizeof *power);
        }
        free(range->value);
        free(range->power);
        range->value = value;
        range->power = power;
    }
    range->value[range->count] = x.value;
    range->power[range->count++] = x.power;
    return true;
}

// first, first * factor, .. up to last, all powers of two; factor.value == 1: none is given.
static bool powers(Range *range, const Number *first, const Number *last, const Number *factor,
                   Text *why) {
    long from = log2_of(first), to = log2_of(last), step = log2_of(factor);
    if (from < 0 || to < 0 || step < 0) {
        text_add(why, "beyond 2^53 sizes are powers of two, and so are factors");
        return false;
    }
    if (to < from) {
        text_add(why, "the range is empty");
        return false;
    }
    if (step == 0 && to > from) {
        text_add(why, "a factor is expected, as in 2^64..2^256*2^64");
        return false;
    }
    for (long power = from; power <= to; power += step > 0 ? step : 1)
        if (!append(range, power_of_two((size_t)power), why))
            return false;
    return true;
}

// The sizes from first to last, each by 1 or times the factor more.
static bool steps(Range *range, uint64_t first, uint64_t last, uint64_t factor, Text *why) {
    for (uint64_t x = first;;) {
        if (!append(range, (Number){ .value = x }, why))
            return false;
        if (factor == 1 ? x == last : x > last / factor)
            return true;
        x = factor == 1 ? x + 1 : x * factor;
    }
}

// "", ".." NUMBER or ".." NUMBER "*" FACTOR behind the first number.
static bool item(Range *range, Number first, const char **s, Text *why) {
    Number last = first, factor = { .value = 1 };
    if (strncmp(*s, "..", 2) == 0) {
        *s += 2;
        if (!number(&last, s, why))
            return false;
        if (last.power == 0 && (first.power > 0 || last.value < first.value)) {
            text_add(why, "the range is empty");
            return false;
        }
        if (**s == '*') {
            ++*s;
            if (!number(&factor, s, why))
                return false;
            bool small = factor.power == 0 && factor.value < 2;
            if (small || (first.power == 0 && first.value == 0)) {
                text_add(why, small ? "the factor behind '*' must be at least 2"
                                    : "0 times a factor stays 0");
                return false;
            }
        }
    }
    if (last.power > 0)
        return powers(range, &first, &last, &factor, why);
    if (factor.power > 0)   // more than the end: the first one only
        factor.value = UINT64_MAX;
    return steps(range, first.value, last.value, factor.value, why);
}

static bool items(Range *range, const char *s, Text *why) {
    for (;; s++) {
        Number first;
        if (!number(&first, &s, why) || !item(range, first, &s, why))
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
    free(range->power);
    *range = (Range){ 0 };
}

bool range_is_large(const Range *range) {
    bool large = false;
    for (size_t i = 0; i < range->count; i++)
        large |= range->power[i] > 0;
    return large;
}

void number_parse(uint64_t *x, const char *s, uint64_t low, uint64_t high, Text *why) {
    require(high <= RANGE_NUMBER);
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
