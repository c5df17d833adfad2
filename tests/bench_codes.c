// Speeds of the distance kernels, and how much each idea buys.  Prints; fails only if two ways to
// the same number differ.
#include "base/alloc.h"
#include "base/error.h"
#include "harness.h"
#include "math/code_facts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void random_code(Code *c, uint64_t words, size_t length, size_t rank) {
    code_init(c, "random", words, length, rank);
    uint64_t *bits = rank ? c->generator : c->table;
    uint64_t last = length % 64 ? (UINT64_C(1) << length % 64) - 1 : UINT64_MAX;
    for (size_t i = 0; i < (rank ? rank : words) * c->limbs; i++)
        bits[i] = random_bits() & (i % c->limbs == c->limbs - 1 ? last : UINT64_MAX);
}

// The definition: sign by sign.
static double naive_seconds_per_pair(const Code *c) {
    double start = now();
    const size_t words = 400;
    volatile int64_t least = 0;
    for (size_t i = 0; i < words; i++)
        for (size_t j = i + 1; j < words; j++) {
            const uint64_t *x = c->table + i * c->limbs, *y = c->table + j * c->limbs;
            int64_t inner = 0;
            for (size_t k = 0; k < c->length; k++)
                inner += code_sign(x, k) * code_sign(y, k);
            least = inner < least ? inner : least;
        }
    return (now() - start) / ((double)words * (double)(words - 1) / 2);
}

static void bench_kernels(size_t words, size_t length) {
    Code c;
    random_code(&c, words, length, 0);
    WordTable t = { c.table, words, length };
    double pairs = (double)words * (double)(words - 1) / 2, naive = naive_seconds_per_pair(&c);
    printf("all pairs, N = %zu, k = %zu, one thread; sign by sign: %.4f G pairs/s\n", words, length,
           1e-9 / naive);
    size_t seen[2] = { 0 };
    for (Kernel k = KERNEL_PORTABLE; k <= KERNEL_AVX512; k++) {
        size_t min, max;
        if (!kernel_is_available(k))
            continue;
        uint64_t *count = alloc_array(length + 1, 1, sizeof *count);
        double start = now();
        hamming_extent(&min, &max, t, (Hamming){ k, 1 });
        double extent = now() - start;
        start = now();
        hamming_distribution(count, t, (Hamming){ k, 1 });
        double distribution = now() - start;
        printf("  %-9s extent %6.2f G/s (%5.0f x naive)   distribution %5.2f G/s (%4.0f x)\n",
               kernel_name(k), 1e-9 * pairs / extent, naive * pairs / extent,
               1e-9 * pairs / distribution, naive * pairs / distribution);
        if (k != KERNEL_PORTABLE && (seen[0] != min || seen[1] != max))
            die("the kernels differ");
        seen[0] = min;
        seen[1] = max;
        free(count);
    }
    code_clear(&c);
}

static void bench_facts(const char *what, const Code *c, CodeDepth depth) {
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        CodeFacts f;
        double start = now();
        code_facts_init(&f, c, depth, (Hamming){ KERNEL_AUTO, jobs });
        printf("  %-44s %u thread%s %8.4f s, distances %llu .. %llu, %s\n", what, jobs,
               jobs == 1 ? " " : "s", now() - start, (unsigned long long)f.distance_min,
               (unsigned long long)f.distance_max, f.checked ? f.checked : f.reason);
        code_facts_clear(&f);
    }
}

static void bench_linear(size_t rank, size_t length) {
    Code c;
    random_code(&c, UINT64_C(1) << rank, length, rank);
    printf("linear code, N = 2^%zu, k = %zu\n", rank, length);
    bench_facts("extent", &c, CODE_EXTENT);
    bench_facts("distribution", &c, CODE_DISTRIBUTION);
    if (rank <= 16) {
        Code table;
        code_init(&table, "table", c.words, length, 0);
        for (uint64_t i = 0; i < c.words; i++)
            code_word(table.table + i * c.limbs, &c, i);
        bench_facts("extent, as any table", &table, CODE_EXTENT);
        bench_facts("distribution, as any table", &table, CODE_DISTRIBUTION);
        code_clear(&table);
    }
    code_clear(&c);
}

int main(void) {
    for (size_t length = 64; length <= 512; length *= 2)
        bench_kernels(1 << 15, length);
    bench_linear(16, 64);
    bench_linear(30, 64);
    bench_linear(30, 128);
    return 0;
}
