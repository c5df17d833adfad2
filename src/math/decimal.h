// decimal.h - numbers as people write them in files of data, read exactly.
#pragma once
#include <gmp.h>
#include <stdbool.h>

// The longest such number, in characters, and its largest decimal exponent in absolute value.
enum { DECIMAL_LONGEST = 2000, DECIMAL_EXPONENT = 2000 };

// r <- the number that s writes: "3", "-0.25", ".5", "1e-3", "+7/4".  Whether it is one.
// Needs at most DECIMAL_LONGEST characters.
bool decimal_parse(mpq_t r, const char *s);
