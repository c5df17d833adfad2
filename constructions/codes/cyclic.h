// cyclic.h - binary cyclic codes, from the zeros of their generator polynomial.
#pragma once
#include "base/text.h"
#include "math/code.h"
#include "math/field.h"
#include <stdbool.h>

// How long a cyclic code may be.
enum { CYCLIC_LONGEST = 65535 };

// Makes c the code of all polynomials of degree below n that vanish at beta^i wherever zero[i],
// i = 0 .. n-1, beta of order n; with a parity bit after coordinate n-1 if extended.  The set is
// closed under doubling modulo n.  Rows x^i g(x), g the product of the (x - beta^i).
// Needs n odd, 3 <= n <= CYCLIC_LONGEST, field_degree_for(n) > 0.  -1 and a reason added to why if
// the rank is not 1 .. 63.  Undo with code_clear.
int cyclic_init(Code *c, Text *why, const char *name, uint32_t n, const bool *zero, bool extended);
