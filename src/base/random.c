#include "base/random.h"
#include "base/error.h"

uint64_t random_next(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t random_uniform(uint64_t *state, uint64_t bound) {
    require(bound >= 1);
    uint64_t mask = bound > 1 ? UINT64_MAX >> __builtin_clzll(bound - 1) : 0, x;
    do
        x = random_next(state) & mask;
    while (x >= bound);
    return x;
}
