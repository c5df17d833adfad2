// random.h - SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every platform.
//
// The state is 64 bits, any of them a seed.  A step adds 0x9e3779b97f4a7c15 to it and hashes the
// sum; so the period is 2^64.
#pragma once
#include <stdint.h>

// The next 64 bits.
uint64_t random_next(uint64_t *state);

// The next number of 0 .. bound-1, each equally likely: of as many low bits as bound - 1 has, the
// first that are below bound.  Needs bound >= 1.  Less than two steps on average.
uint64_t random_uniform(uint64_t *state, uint64_t bound);
