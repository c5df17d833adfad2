// rational.h - reading and showing exact numbers.
#pragma once
#include "base/text.h"
#include <gmp.h>

// The longest number that rational_parse takes, in characters.
enum { RATIONAL_LONGEST = 20000 };

// r <- the number that s writes as an integer "-17" or a quotient "-17/4", no blanks, no '+', no
// leading zeros, a positive denominator, at most RATIONAL_LONGEST characters.
// NULL, or what is wrong with s; r is 0 then.
const char *rational_parse(mpq_t r, const char *s);

// Appends "-17" or "-17/4".
void rational_print(Text *t, const mpq_t r);

// Appends r to at least the given number of significant digits (>= 1), rounded toward minus
// infinity (down) or plus infinity (up), as a plain decimal, "1.2e-12" where that is shorter to
// read.  An r that the digits hold exactly is shown exactly.
typedef enum Rounding { DOWN, UP } Rounding;
void rational_print_decimal(Text *t, const mpq_t r, int digits, Rounding rounding);

// Appends z >= 0 in full, or as 2^64, 2^64 - 1, 2^64 + 1 or 31 * 2^40 where that is shorter to
// read.
void integer_print_brief(Text *t, const mpz_t z);

// r <- r 2^e.
void rational_scale(mpq_t r, long e);

// floor(log2(x)) for x >= 1, ceil(log2(x)) for x >= 1.
unsigned long log2_floor(unsigned long x);
unsigned long log2_ceil(unsigned long x);
