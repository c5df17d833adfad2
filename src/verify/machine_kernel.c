// One body for every instruction set: GCC's vectors are split into what the target has.
#include "verify/machine_kernel.h"
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef float Singles __attribute__((vector_size(64)));
typedef uint32_t SingleBits __attribute__((vector_size(64)));
typedef double Doubles __attribute__((vector_size(64)));
typedef uint64_t DoubleBits __attribute__((vector_size(64)));

enum { HALF = LANES / 2, TOGETHER = 4, SINGLE_BITS = 24, DOUBLE_BITS = 53, INNOCUOUS_BITS = 25 };

// x <- x rounded to fewer bits, for an integer or 0: carries run into the exponent as they should.
INLINE void round_single(Singles *x, unsigned bits) {
    unsigned drop = SINGLE_BITS - bits;
    SingleBits u;
    memcpy(&u, x, sizeof u);
    u += (u >> drop & 1) + ((UINT32_C(1) << drop >> 1) - 1);
    u &= ~((UINT32_C(1) << drop) - 1);
    memcpy(x, &u, sizeof u);
}

INLINE void score_columns(float *out, const float *q, const float *k, size_t columns, size_t d_k,
                          unsigned bits) {
    Singles sum[TOGETHER] = { { 0 } };
    for (size_t c = 0; c < d_k; c++) {
        Singles x;
        memcpy(&x, q + c * LANES, sizeof x);
        for (size_t j = 0; j < columns; j++) {
            Singles product = x * k[j * d_k + c];
            if (bits > 0)
                round_single(&product, bits);
            sum[j] += product;
            if (bits > 0)
                round_single(&sum[j], bits);
        }
    }
    memcpy(out, sum, columns * sizeof *sum);
}

INLINE void scores_body(float *out, const float *q, const float *k, size_t columns, size_t d_k,
                        unsigned bits) {
    size_t j = 0;
    for (; j + TOGETHER <= columns; j += TOGETHER) {
        if (bits > 0)
            score_columns(out + j * LANES, q, k + j * d_k, TOGETHER, d_k, bits);
        else
            score_columns(out + j * LANES, q, k + j * d_k, TOGETHER, d_k, 0);
    }
    if (j < columns)
        score_columns(out + j * LANES, q, k + j * d_k, columns - j, d_k, bits);
}

// s <- a + b rounded to at most INNOCUOUS_BITS bits.
INLINE void add_innocuous(Doubles *s, const Doubles *b, unsigned drop) {
    Doubles sum = *s + *b;
    DoubleBits u;
    memcpy(&u, &sum, sizeof u);
    u += (u >> drop & 1) + ((UINT64_C(1) << drop >> 1) - 1);
    u &= ~((UINT64_C(1) << drop) - 1);
    memcpy(s, &u, sizeof u);
}

// s <- a + b rounded to fewer than DOUBLE_BITS bits, with the error of the hardware's sum, which is
// exact (Knuth), to tell on which side of a midpoint the true sum lies.
INLINE void add_with_error(Doubles *s, const Doubles *b, unsigned drop) {
    Doubles a = *s, sum = a + *b, part = sum - a, error = (a - (sum - part)) + (*b - part);
    DoubleBits u, mask = (DoubleBits){ 0 } + ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << drop >> 1;
    memcpy(&u, &sum, sizeof u);
    DoubleBits low = u & mask, odd = -(u >> drop & 1);
    DoubleBits above = (DoubleBits)(low > half), middle = (DoubleBits)(low == half);
    DoubleBits up = (DoubleBits)(error > 0) | ((DoubleBits)(error == 0) & odd);
    u = (u - low) + ((above | (middle & up)) & (mask + 1));
    memcpy(s, &u, sizeof u);
}

INLINE void add(Doubles *s, const Doubles *b, unsigned bits) {
    unsigned drop = DOUBLE_BITS - bits;
    if (bits <= INNOCUOUS_BITS)
        add_innocuous(s, b, drop);
    else if (bits < DOUBLE_BITS)
        add_with_error(s, b, drop);
    else
        *s += *b;
}

INLINE void sum_body(double *sum, const double *term, size_t columns, unsigned bits) {
    Doubles s[2], x[2];
    memcpy(s, sum, sizeof s);
    for (size_t j = 0; j < columns; j++) {
        memcpy(x, term + j * LANES, sizeof x);
        add(&s[0], &x[0], bits);
        add(&s[1], &x[1], bits);
    }
    memcpy(sum, s, sizeof s);
}

INLINE void step_block(double *to, const double *same, const double *below, double stay,
                       double move, int sign, unsigned bits) {
    Doubles a, b, x = (Doubles){ 0 } + stay, y = (Doubles){ 0 } + move;
    memcpy(&a, same, sizeof a);
    memcpy(&b, below, sizeof b);
    add(&a, &x, bits);
    add(&b, &y, bits);
    DoubleBits first = sign > 0 ? (DoubleBits)(a > b) : (DoubleBits)(a < b), u, v;
    memcpy(&u, &a, sizeof u);
    memcpy(&v, &b, sizeof v);
    u = (u & first) | (v & ~first);
    memcpy(to, &u, sizeof u);
}

// From above, since d[s] reads d[s-1]; the last block, of few, is made in a copy.
INLINE void step_body(double *d, size_t count, double stay, double move, int sign, unsigned bits) {
    double none = sign > 0 ? -__builtin_inf() : __builtin_inf();
    size_t s = count;
    for (; s > HALF; s -= HALF)
        step_block(d + s - HALF, d + s - HALF, d + s - HALF - 1, stay, move, sign, bits);
    double same[HALF], below[HALF], to[HALF];
    for (size_t i = 0; i < HALF; i++) {
        same[i] = i < s ? d[i] : none;
        below[i] = i > 0 && i < s ? d[i - 1] : none;
    }
    step_block(to, same, below, stay, move, sign, bits);
    memcpy(d, to, s * sizeof *d);
}

static bool always(void) { return true; }

static void scores_portable(float *out, const float *q, const float *k, size_t columns, size_t d_k,
                            unsigned bits) {
    scores_body(out, q, k, columns, d_k, bits);
}

static void sum_portable(double *sum, const double *term, size_t columns, unsigned bits) {
    sum_body(sum, term, columns, bits);
}

static void step_portable(double *d, size_t count, double stay, double move, int sign,
                          unsigned bits) {
    step_body(d, count, stay, move, sign, bits);
}

const MachineKernel machine_portable = {
    .name = "portable",
    .is_available = always,
    .scores = scores_portable,
    .sum = sum_portable,
    .step = step_portable,
};

#if defined(__x86_64__) && defined(__GNUC__)
#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512dq")))

static AVX2 void scores_avx2(float *out, const float *q, const float *k, size_t columns, size_t d_k,
                             unsigned bits) {
    scores_body(out, q, k, columns, d_k, bits);
}

static AVX2 void sum_avx2(double *sum, const double *term, size_t columns, unsigned bits) {
    sum_body(sum, term, columns, bits);
}

static AVX2 void step_avx2(double *d, size_t count, double stay, double move, int sign,
                           unsigned bits) {
    step_body(d, count, stay, move, sign, bits);
}

static AVX512 void scores_avx512(float *out, const float *q, const float *k, size_t columns,
                                 size_t d_k, unsigned bits) {
    scores_body(out, q, k, columns, d_k, bits);
}

static AVX512 void sum_avx512(double *sum, const double *term, size_t columns, unsigned bits) {
    sum_body(sum, term, columns, bits);
}

static AVX512 void step_avx512(double *d, size_t count, double stay, double move, int sign,
                               unsigned bits) {
    step_body(d, count, stay, move, sign, bits);
}

static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
}

const MachineKernel machine_avx2 = {
    .name = "avx2",
    .is_available = has_avx2,
    .scores = scores_avx2,
    .sum = sum_avx2,
    .step = step_avx2,
};

const MachineKernel machine_avx512 = {
    .name = "avx512",
    .is_available = has_avx512,
    .scores = scores_avx512,
    .sum = sum_avx512,
    .step = step_avx512,
};
#else
static bool never(void) { return false; }

const MachineKernel machine_avx2 = { .name = "avx2", .is_available = never };
const MachineKernel machine_avx512 = { .name = "avx512", .is_available = never };
#endif

const MachineKernel *machine_kernel(void) {
    if (machine_avx512.is_available())
        return &machine_avx512;
    return machine_avx2.is_available() ? &machine_avx2 : &machine_portable;
}
