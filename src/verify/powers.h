// powers.h - bounds of the softmax's powers, as integers over a power of two.
#pragma once
#include "task/params.h"
#include "verify/wide.h"

// low <= B^(score / unit) 2^bits <= high, integers that differ by at most 1 + 2^-(bits + 32) high
// for scores of up to 2^22 units; in base 2 both are the number itself where that is an integer.
// Needs unit > 0, bits >= 0.
void power_bounds(mpz_t low, mpz_t high, Base base, int64_t score, int64_t unit, long bits);

// Weights relative to the largest of a row come in two sizes: narrow ones, in which nearly
// everything can be decided, and wide ones for the rest.
enum { NARROW_BITS = 36, WIDE_MIXTURE_BITS = 72 };

// Bounds of B^(-distance / unit).
typedef struct Power {
    int64_t distance;
    int64_t narrow_low, narrow_high;   // over 2^NARROW_BITS
    Wide low, high;                    // over 2^WIDE_MIXTURE_BITS
} Power;

// Those met last: each distance has one place, which another one may take.
typedef struct Powers {
    Base base;
    int64_t unit;
    Power *power;
} Powers;

enum { POWERS_KEPT = 1 << 10 };

void powers_init(Powers *p, Base base, int64_t unit);
void powers_clear(Powers *p);

// Fills in the place of that distance.
void powers_fill(Powers *p, int64_t distance);

// Needs distance >= 0.  Lives until the next call.
static inline const Power *powers_at(Powers *p, int64_t distance) {
    const Power *power = &p->power[distance % POWERS_KEPT];
    if (power->distance != distance)
        powers_fill(p, distance);
    return power;
}
