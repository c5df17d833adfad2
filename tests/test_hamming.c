#include "base/alloc.h"
#include "base/error.h"
#include "harness.h"
#include "math/hamming.h"
#include <stdlib.h>
#include <string.h>

// A table of random words; biased: sometimes near one another, sometimes all 0 or all 1.
static uint64_t *random_table(size_t count, size_t length) {
    size_t limbs = (length + 63) / 64;
    uint64_t *words = alloc_array(count, limbs, sizeof *words);
    uint64_t last = length % 64 ? (UINT64_C(1) << length % 64) - 1 : UINT64_MAX;
    uint64_t kind = random_below(4);
    for (size_t w = 0; w < count * limbs; w++) {
        uint64_t bits = kind == 0   ? random_bits() & random_bits() & random_bits()
                        : kind == 1 ? (random_below(2) ? UINT64_MAX : 0)
                                    : random_bits();
        words[w] = bits & (w % limbs == limbs - 1 ? last : UINT64_MAX);
    }
    return words;
}

// Bit by bit.
static size_t naive_distance(const uint64_t *x, const uint64_t *y, size_t length) {
    size_t d = 0;
    for (size_t t = 0; t < length; t++)
        d += (x[t / 64] >> t % 64 & 1) != (y[t / 64] >> t % 64 & 1);
    return d;
}

// pairs[d] over i < j, or over all of a x b if b differs from a.
static void naive_distribution(uint64_t *pairs, WordTable a, WordTable b) {
    size_t limbs = (a.length + 63) / 64;
    memset(pairs, 0, (a.length + 1) * sizeof *pairs);
    for (size_t i = 0; i < a.count; i++)
        for (size_t j = a.words == b.words ? i + 1 : 0; j < b.count; j++)
            pairs[naive_distance(a.words + i * limbs, b.words + j * limbs, a.length)]++;
}

static void expect_extent(const uint64_t *pairs, size_t length, size_t min, size_t max) {
    size_t least = 0, most = length;
    while (pairs[least] == 0)
        least++;
    while (pairs[most] == 0)
        most--;
    ck_assert_uint_eq(min, least);
    ck_assert_uint_eq(max, most);
}

// Every kernel and several numbers of threads against the naive count.
static void expect_same(WordTable a, WordTable b) {
    bool one = a.words == b.words;
    uint64_t *want = alloc_array(2, a.length + 1, sizeof *want), *got = want + a.length + 1;
    naive_distribution(want, a, b);
    for (Kernel k = KERNEL_AUTO; k <= KERNEL_AVX512; k++)
        for (unsigned jobs = 1; jobs <= 5 && kernel_is_available(k); jobs += 2) {
            size_t min, max;
            Hamming how = { k, jobs };
            if (one)
                hamming_extent(&min, &max, a, how);
            else
                hamming_extent_between(&min, &max, a, b, how);
            expect_extent(want, a.length, min, max);
            if (one)
                hamming_distribution(got, a, how);
            else
                hamming_distribution_between(got, a, b, how);
            ck_assert_msg(memcmp(got, want, (a.length + 1) * sizeof *got) == 0,
                          "%zu and %zu words of length %zu, kernel %s, %u threads", a.count,
                          b.count, a.length, kernel_name(k), jobs);
        }
    free(want);
}

static const size_t lengths[] = { 1, 7, 16, 17, 63, 64, 65, 96, 128, 200, 256, 500, 512, 1000 };
static const size_t counts[] = { 2, 3, 4, 5, 31, 32, 33, 36, 63, 64, 65, 100, 131, 258 };
enum { LENGTHS = sizeof lengths / sizeof *lengths, COUNTS = sizeof counts / sizeof *counts };

START_TEST(every_kernel_and_thread_count_agrees_with_bit_by_bit)
{
    for (size_t l = 0; l < LENGTHS; l++)
        for (size_t c = 0; c < COUNTS; c++) {
            uint64_t *words = random_table(counts[c], lengths[l]);
            WordTable t = { words, counts[c], lengths[l] };
            expect_same(t, t);
            free(words);
        }
}
END_TEST

START_TEST(two_tables_are_compared_word_by_word)
{
    for (size_t l = 0; l < LENGTHS; l++)
        for (size_t round = 0; round < scaled(6); round++) {
            size_t m = 1 + random_below(80), n = 1 + random_below(150);
            uint64_t *x = random_table(m, lengths[l]), *y = random_table(n, lengths[l]);
            expect_same((WordTable){ x, m, lengths[l] }, (WordTable){ y, n, lengths[l] });
            free(x);
            free(y);
        }
}
END_TEST

// 16-bit lanes end at 65535; and byte sums must not overflow within them.
START_TEST(long_words_at_extreme_distances_are_counted)
{
    const size_t long_lengths[] = { 495, 496, 497, 992, 4096, 65535, 65536, 70000 };
    for (size_t l = 0; l < sizeof long_lengths / sizeof *long_lengths; l++) {
        size_t length = long_lengths[l], limbs = (length + 63) / 64, count = 70;
        uint64_t *words = alloc_array(count, limbs, sizeof *words);
        for (size_t i = 0; i < count; i++)
            for (size_t t = 0; t < length && i % 2; t++)
                words[i * limbs + t / 64] |= UINT64_C(1) << t % 64;
        uint64_t *pairs = alloc_array(length + 1, 1, sizeof *pairs);
        for (Kernel k = KERNEL_PORTABLE; k <= KERNEL_AVX512; k++) {
            size_t min, max;
            if (!kernel_is_available(k))
                continue;
            hamming_extent(&min, &max, (WordTable){ words, count, length }, (Hamming){ k, 1 });
            ck_assert_uint_eq(min, 0);
            ck_assert_uint_eq(max, length);
            hamming_distribution(pairs, (WordTable){ words, count, length }, (Hamming){ k, 1 });
            ck_assert_uint_eq(pairs[0], 35 * 34);
            ck_assert_uint_eq(pairs[length], 35 * 35);
        }
        free(pairs);
        free(words);
    }
}
END_TEST

// Enough pairs that several threads start, and one flipped bit that each must notice.
START_TEST(one_flipped_bit_in_a_large_table_is_noticed)
{
    const size_t count = 3000, length = 64;
    uint64_t *words = alloc_array(count, 1, sizeof *words);
    for (size_t i = 0; i < count; i++)
        words[i] = i * UINT64_C(0x1ffffffff);   // the low half twice, so distances are even
    uint64_t *before = alloc_array(2, length + 1, sizeof *before), *after = before + length + 1;
    hamming_distribution(before, (WordTable){ words, count, length }, (Hamming){ KERNEL_AUTO, 1 });
    for (Kernel k = KERNEL_PORTABLE; k <= KERNEL_AVX512; k++)
        for (size_t round = 0; round < scaled(20) && kernel_is_available(k); round++) {
            size_t i = random_below(count), t = random_below(length);
            words[i] ^= UINT64_C(1) << t;
            hamming_distribution(after, (WordTable){ words, count, length }, (Hamming){ k, 4 });
            ck_assert(memcmp(before, after, (length + 1) * sizeof *after) != 0);
            words[i] ^= UINT64_C(1) << t;
            hamming_distribution(after, (WordTable){ words, count, length }, (Hamming){ k, 3 });
            ck_assert(memcmp(before, after, (length + 1) * sizeof *after) == 0);
        }
    free(before);
    free(words);
}
END_TEST

START_TEST(a_duplicated_word_gives_distance_0)
{
    for (size_t round = 0; round < scaled(50); round++) {
        size_t count = 2 + random_below(200), min, max;
        uint64_t *words = alloc_array(count, 1, sizeof *words);
        for (size_t i = 0; i < count; i++)
            words[i] = random_bits();
        size_t i = random_below(count), j = random_below(count);
        words[i] = words[j];
        hamming_extent(&min, &max, (WordTable){ words, count, 64 }, (Hamming){ KERNEL_AUTO, 2 });
        ck_assert_int_eq(min == 0, i != j);
        free(words);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_kernel_and_thread_count_agrees_with_bit_by_bit,
        two_tables_are_compared_word_by_word,
        long_words_at_extreme_distances_are_counted,
        one_flipped_bit_in_a_large_table_is_noticed,
        a_duplicated_word_gives_distance_0,
    };
    return HARNESS_RUN("hamming", tests);
}
