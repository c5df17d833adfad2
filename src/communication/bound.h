// bound.h - what is known of a count: an interval, and why.
#pragma once
#include "base/text.h"
#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Bound {
    bool attempted;   // else the rest says nothing
    bool capped;      // a search stopped at its cap, so the interval may be wider than it need be
    mpz_t lower, upper;   // lower <= the count <= upper
    Text certificate;     // why, for people
} Bound;

// Not attempted.  Undo with bound_clear.
void bound_init(Bound *b);
void bound_clear(Bound *b);

// Attempted, with these ends; needs lower <= upper.  The reason replaces the certificate.
void bound_set(Bound *b, const mpz_t lower, const mpz_t upper, const char *reason);
void bound_set_ui(Bound *b, size_t lower, size_t upper, const char *reason);

bool bound_is_exact(const Bound *b);

// ceil(log2(x)) for x >= 1.
size_t bits_to_tell(const mpz_t x);
