// random.h - a generator of numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood
// 2014).
#pragma once
#include <stdint.h>

// The next number of the sequence that began with some state.
uint64_t random_next(uint64_t *state);
