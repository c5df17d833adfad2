// machine_kernel.h - rows of scores and sums of a machine, LANES rows at a time, in hardware
// floats.
//
// A float of p <= 53 bits is a double, and the rounding of a sum of two is told from the double
// nearest to the sum: docs/machines.md#lemma-3.  Scores whose partial sums are integers below 2^24
// are told in single precision.
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { LANES = 16 };

typedef struct MachineKernel {
    const char *name;
    bool (*is_available)(void);
    // out[j][lane] <- the sum over c of q[c][lane] k[j][c], from 0, left to right, products and
    // sums rounded to `bits` bits; bits = 0: not rounded.  Needs integers whose products and sums
    // stay within 2^24.
    void (*scores)(float *out, const float *q, const float *k, size_t columns, size_t d_k,
                   unsigned bits);
    // sum[lane] <- sum[lane] + term[0][lane] + .. , left to right, every sum rounded to `bits` of
    // 1 .. 53 bits, of two equally near to the even one.  Needs numbers >= 0 of that many bits,
    // none of them or of their sums subnormal or infinite as a double.
    void (*sum)(double *sum, const double *term, size_t columns, unsigned bits);
    // d[s] <- the larger (for sign = -1 the smaller) of d[s] + stay and d[s-1] + move, rounded as
    // above, for s = count-1 .. 1; d[0] <- d[0] + stay.  -sign infinity: no number.
    void (*step)(double *d, size_t count, double stay, double move, int sign, unsigned bits);
} MachineKernel;

extern const MachineKernel machine_portable, machine_avx2, machine_avx512;

// The fastest that is available.
const MachineKernel *machine_kernel(void);
