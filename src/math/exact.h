// exact.h - the operations on rational numbers that more than one arithmetic has.
#pragma once
#include "math/arith.h"

void exact_init(Num *x, const ArithSpec *spec);
void exact_clear(Num *x);
void exact_set(Num *r, const mpq_t v);
void exact_copy(Num *r, const Num *a);
void exact_add(Num *r, const Num *a, const Num *b);
void exact_sub(Num *r, const Num *a, const Num *b);
void exact_mul(Num *r, const Num *a, const Num *b);
void exact_div(Num *r, const Num *a, const Num *b);
void exact_relu(Num *r, const Num *a);
bool exact_is_zero(const Num *a);
Verdict exact_at_least(const Num *a, const Num *b);
bool exact_ends(mpq_t lower, mpq_t upper, const Num *a);
