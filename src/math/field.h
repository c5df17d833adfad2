// field.h - the fields GF(2^m), by tables of powers, and cyclotomic cosets.
//
// An element is a polynomial over GF(2) of degree below m, bit i the coefficient of x^i; x itself,
// written alpha, generates the nonzero elements (docs/codes.md#field).
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { FIELD_LARGEST = 20 };

typedef struct Field {
    unsigned m;
    uint32_t modulus;   // the least primitive polynomial of degree m
    uint32_t order;     // 2^m - 1, of alpha
    uint32_t *power;    // power[i] = alpha^i, 0 <= i < order
    uint32_t *log;      // log[power[i]] = i; log[0] is not used
} Field;

// Needs 1 <= m <= FIELD_LARGEST.  Undo with field_clear.
void field_init(Field *f, unsigned m);
void field_clear(Field *f);
uint32_t field_multiply(const Field *f, uint32_t a, uint32_t b);

// The least m with n | 2^m - 1, for odd n; 0 if it is beyond FIELD_LARGEST.
unsigned field_degree_for(uint64_t n);

// coset[i] <- the least element of { i 2^j mod n }, for i = 0 .. n-1.  Needs n odd.
void field_cosets(uint32_t *coset, uint32_t n);
