// bit_string.h - what one player sends to the other: a string of bits, and nothing else.
#pragma once
#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct BitString {
    size_t length;     // bits
    size_t capacity;   // of `limb`, in limbs
    uint64_t *limb;    // bit i is bit i mod 64 of limb i / 64; bits beyond the length are 0
} BitString;

// { 0 } is the empty string; undo with bit_string_clear.
void bit_string_clear(BitString *s);

// s <- the empty string, with its memory kept.
void bit_string_empty(BitString *s);

// s <- other.
void bit_string_copy(BitString *s, const BitString *other);

// Appends the integer in `width` bits, the lowest first.  Needs 0 <= z < 2^width.
void bit_string_write(BitString *s, const mpz_t z, size_t width);

// z <- the `width` bits from bit *at on, and *at moves behind them.  false: there are not as many.
bool bit_string_read(mpz_t z, const BitString *s, size_t *at, size_t width);

// < 0, 0 or > 0: the shorter string first, those of one length in some fixed order.
int bit_string_compare(const BitString *a, const BitString *b);
