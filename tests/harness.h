// harness.h - what every test program shares: a main around Check, seeded randomness, scale.
//
// CHASM_TEST_SEED seeds the generator, CHASM_TEST_SCALE multiplies the number of random cases;
// both are printed, so that a failure can be replayed.
#pragma once
#include <check.h>
#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

// Runs the tests in order, each in a process of its own, and prints TAP.  The exit status.
int harness_run(const char *name, const TTest *const *tests, size_t count);
#define HARNESS_RUN(name, tests) harness_run(name, tests, sizeof(tests) / sizeof *(tests))

// rounds * CHASM_TEST_SCALE.
size_t scaled(size_t rounds);

// The next random 64 bits; uniform in 0 .. bound-1, bound >= 1.
uint64_t random_bits(void);
uint64_t random_below(uint64_t bound);

// A rational biased to trouble: 0, +-1, small quotients, long runs of ones, huge against tiny.
void random_rational(mpq_t r);
