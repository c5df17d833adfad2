// concatenated.h - codes over GF(2^s) with words of an inner code as symbols.
#pragma once
#include "math/code.h"
#include "math/field.h"

// The largest s, and the least.
enum { SYMBOL_LEAST = 2, SYMBOL_MOST = 9 };

// Makes c the code of all combinations over GF(2^s) of the functions, value[g * points + i] being
// the value of function g at point i: each value is written as the word of that number of the inner
// code, a linear one of 2^s words.  Rank s * functions, length points times the inner one's.
// Needs independent functions, f the field with SYMBOL_LEAST <= s = f.m <= SYMBOL_MOST, s *
// functions <= 63, an inner length below 2^SYMBOL_MOST.  Undo with code_clear.
void concatenated_init_over(Code *c, const char *name, const Field *f, const Code *inner,
                            size_t points, size_t functions, const uint32_t *value);

// The same over the first-order Reed-Muller code of 2^s words and length 2^(s-1).
void concatenated_init(Code *c, const char *name, const Field *f, size_t points, size_t functions,
                       const uint32_t *value);
