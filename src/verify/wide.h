// wide.h - machine integers of 128 bits, where a bound shows beforehand that nothing overflows.
#pragma once
#include <gmp.h>
#include <stdbool.h>

typedef __int128 Wide;

// |x| below 2^WIDE_BITS leaves room for one more addition.
enum { WIDE_BITS = 126 };

// Whether |z| < 2^WIDE_BITS, and then z as a Wide (else 0).
bool wide_fits(const mpz_t z);
Wide wide_get(const mpz_t z);
void wide_set(mpz_t z, Wide x);

// The sign of a/b - c/d, exactly, whatever the sizes.  Needs b > 0, d > 0.
int wide_compare(Wide a, Wide b, Wide c, Wide d);
