// quaternary.h - binary codes from codes over Z4 by the Gray map 0, 1, 2, 3 -> 00, 01, 11, 10.
//
// The Gray map takes Lee distance to Hamming distance (docs/codes.md#gray).
#pragma once
#include "math/code.h"

// n elements of Z4 in two bit planes: element t is low_t + 2 high_t.
typedef struct Quaternary {
    uint64_t low[4], high[4];
} Quaternary;
enum { QUATERNARY_LONGEST = 256 };

int quaternary_at(const Quaternary *q, size_t t);
void quaternary_put(Quaternary *q, size_t t, int value);
// r <- a + b, over Z4; r may be a or b.
void quaternary_add(Quaternary *r, const Quaternary *a, const Quaternary *b);

// word[0 .. ceil(2n/64)-1], 0 beforehand <- the Gray image: high bits at t, high + low at n + t.
void quaternary_gray(uint64_t *word, const Quaternary *q, size_t n);

// The Kerdock code of length 2^m if terms = 0, the Delsarte-Goethals code if terms = 1
// (docs/codes.md#kerdock).  Needs m even, 4 <= m <= 8.  Undo with code_clear.
void quaternary_kerdock(Code *c, const char *name, unsigned m, unsigned terms);
