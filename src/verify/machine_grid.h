// machine_grid.h - the numbers of a machine in order: those that a coordinate of the stream can be.
#pragma once
#include "math/arith.h"

// z <- x's rank among them: 0 for 0, +-1 for the next ones.  Needs a machine and one of its
// numbers; of fixed point a register's.
void grid_rank(mpz_t z, const Num *x, const ArithSpec *spec);

// x <- the number of that rank.  Needs it to be within the range.
void grid_number(Num *x, const mpz_t rank, const ArithSpec *spec);

// Whether a <= b for certain, and a = b.
bool nums_ordered(const Num *a, const Num *b, const ArithSpec *spec);
bool nums_equal(const Num *a, const Num *b, const ArithSpec *spec);

// The number as a double; NAN if it is none, or one that is nearly subnormal.  And back.
double num_to_double(const Num *x, const ArithSpec *spec);
void num_from_double(Num *x, double d, const ArithSpec *spec);
