#include "math/hamming_kernel.h"
#include <string.h>

// Per-byte bit counts of a 16-bit lane: at most 8 each, so 31 of them add up within a byte.
enum { BYTE_SUMS = 31 };

static uint16_t byte_counts(uint16_t x) {
    x = (uint16_t)(x - (x >> 1 & 0x5555));
    x = (uint16_t)((x & 0x3333) + (x >> 2 & 0x3333));
    return (x + (x >> 4)) & 0x0f0f;
}

// sum <- the distances of one row from one block; the loops over lanes are the vectors.
static void row_distances(uint16_t *sum, const uint16_t *row, const uint16_t *block,
                          size_t pieces) {
    memset(sum, 0, LANES * sizeof *sum);
    for (size_t start = 0; start < pieces; start += BYTE_SUMS) {
        size_t end = pieces - start < BYTE_SUMS ? pieces : start + BYTE_SUMS;
        uint16_t bytes[LANES] = { 0 };
        for (size_t p = start * LANES; p < end * LANES; p += LANES)
            for (size_t l = 0; l < LANES; l++)
                bytes[l] = (uint16_t)(bytes[l] + byte_counts(row[p + l] ^ block[p + l]));
        for (size_t l = 0; l < LANES; l++)
            sum[l] = (uint16_t)(sum[l] + (bytes[l] & 0xff) + (bytes[l] >> 8));
    }
}

static void distances_portable(uint16_t *out, const uint16_t *tile, const uint16_t *blocks,
                               size_t count, size_t pieces) {
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++, out += LANES)
            row_distances(out, tile + r * pieces * LANES, blocks, pieces);
}

static void extent_portable(uint16_t *lo, uint16_t *hi, const uint16_t *tile,
                            const uint16_t *blocks, size_t count, size_t pieces) {
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++) {
            uint16_t d[LANES];
            row_distances(d, tile + r * pieces * LANES, blocks, pieces);
            for (size_t l = 0; l < LANES; l++) {
                lo[l] = d[l] < lo[l] ? d[l] : lo[l];
                hi[l] = d[l] > hi[l] ? d[l] : hi[l];
            }
        }
}

static bool always(void) { return true; }

const HammingKernel hamming_portable = {
    .name = "portable",
    .is_available = always,
    .extent = extent_portable,
    .distances = distances_portable,
};

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512bitalg")))
#define AVX512_INLINE __attribute__((target("avx512f,avx512bw,avx512bitalg"), always_inline)) inline
#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

static AVX512_INLINE __m512i distances_512(const uint16_t *row, const uint16_t *block,
                                           size_t pieces) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t p = 0; p < pieces; p++) {
        __m512i x = _mm512_load_si512(row + p * LANES), y = _mm512_load_si512(block + p * LANES);
        sum = _mm512_add_epi16(sum, _mm512_popcnt_epi16(_mm512_xor_si512(x, y)));
    }
    return sum;
}

// With the number of pieces known to the compiler, the tile stays in registers.
static AVX512_INLINE void extent_blocks_512(uint16_t *lo, uint16_t *hi, const uint16_t *tile,
                                            const uint16_t *blocks, size_t count, size_t pieces) {
    __m512i least[TILE_ROWS], most[TILE_ROWS];
    for (size_t r = 0; r < TILE_ROWS; r++) {
        least[r] = _mm512_loadu_si512(lo);
        most[r] = _mm512_loadu_si512(hi);
    }
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++) {
            __m512i d = distances_512(tile + r * pieces * LANES, blocks, pieces);
            least[r] = _mm512_min_epu16(least[r], d);
            most[r] = _mm512_max_epu16(most[r], d);
        }
    for (size_t r = 1; r < TILE_ROWS; r++) {
        least[0] = _mm512_min_epu16(least[0], least[r]);
        most[0] = _mm512_max_epu16(most[0], most[r]);
    }
    _mm512_storeu_si512(lo, least[0]);
    _mm512_storeu_si512(hi, most[0]);
}

static AVX512 void extent_avx512(uint16_t *lo, uint16_t *hi, const uint16_t *tile,
                                 const uint16_t *blocks, size_t count, size_t pieces) {
    if (pieces == 4)
        extent_blocks_512(lo, hi, tile, blocks, count, 4);
    else if (pieces == 8)
        extent_blocks_512(lo, hi, tile, blocks, count, 8);
    else if (pieces == 16)
        extent_blocks_512(lo, hi, tile, blocks, count, 16);
    else
        extent_blocks_512(lo, hi, tile, blocks, count, pieces);
}

static AVX512_INLINE void distances_blocks_512(uint16_t *out, const uint16_t *tile,
                                               const uint16_t *blocks, size_t count,
                                               size_t pieces) {
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++, out += LANES)
            _mm512_storeu_si512(out, distances_512(tile + r * pieces * LANES, blocks, pieces));
}

static AVX512 void distances_avx512(uint16_t *out, const uint16_t *tile, const uint16_t *blocks,
                                    size_t count, size_t pieces) {
    if (pieces == 4)
        distances_blocks_512(out, tile, blocks, count, 4);
    else
        distances_blocks_512(out, tile, blocks, count, pieces);
}

// Both halves of a block.
typedef struct Pair256 {
    __m256i v[2];
} Pair256;

// Bits per byte, by looking both halves of the byte up.
static AVX2_INLINE __m256i byte_counts_256(__m256i x) {
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                          2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(bits, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

static AVX2_INLINE Pair256 distances_256(const uint16_t *row, const uint16_t *block,
                                         size_t pieces) {
    const __m256i one = _mm256_set1_epi8(1);
    Pair256 sum = { { _mm256_setzero_si256(), _mm256_setzero_si256() } };
    for (size_t start = 0; start < pieces; start += BYTE_SUMS) {
        size_t end = pieces - start < BYTE_SUMS ? pieces : start + BYTE_SUMS;
        __m256i a = _mm256_setzero_si256(), b = a;
        for (size_t p = start; p < end; p++) {
            const __m256i *y = (const void *)(block + p * LANES);
            __m256i x = _mm256_load_si256((const void *)(row + p * LANES));
            a = _mm256_add_epi8(a, byte_counts_256(_mm256_xor_si256(x, y[0])));
            b = _mm256_add_epi8(b, byte_counts_256(_mm256_xor_si256(x, y[1])));
        }
        sum.v[0] = _mm256_add_epi16(sum.v[0], _mm256_maddubs_epi16(a, one));
        sum.v[1] = _mm256_add_epi16(sum.v[1], _mm256_maddubs_epi16(b, one));
    }
    return sum;
}

static AVX2 void extent_avx2(uint16_t *lo, uint16_t *hi, const uint16_t *tile,
                             const uint16_t *blocks, size_t count, size_t pieces) {
    __m256i *low = (void *)lo, *high = (void *)hi, least[2], most[2];
    for (size_t h = 0; h < 2; h++) {
        least[h] = _mm256_loadu_si256(low + h);
        most[h] = _mm256_loadu_si256(high + h);
    }
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++) {
            Pair256 d = distances_256(tile + r * pieces * LANES, blocks, pieces);
            for (size_t h = 0; h < 2; h++) {
                least[h] = _mm256_min_epu16(least[h], d.v[h]);
                most[h] = _mm256_max_epu16(most[h], d.v[h]);
            }
        }
    for (size_t h = 0; h < 2; h++) {
        _mm256_storeu_si256(low + h, least[h]);
        _mm256_storeu_si256(high + h, most[h]);
    }
}

static AVX2 void distances_avx2(uint16_t *out, const uint16_t *tile, const uint16_t *blocks,
                                size_t count, size_t pieces) {
    for (size_t b = 0; b < count; b++, blocks += pieces * LANES)
        for (size_t r = 0; r < TILE_ROWS; r++, out += LANES) {
            Pair256 d = distances_256(tile + r * pieces * LANES, blocks, pieces);
            _mm256_storeu_si256((void *)out, d.v[0]);
            _mm256_storeu_si256((void *)(out + LANES / 2), d.v[1]);
        }
}

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bitalg");
}

static bool has_avx2(void) { return __builtin_cpu_supports("avx2"); }

const HammingKernel hamming_avx2 = {
    .name = "avx2",
    .is_available = has_avx2,
    .extent = extent_avx2,
    .distances = distances_avx2,
};

const HammingKernel hamming_avx512 = {
    .name = "avx512",
    .is_available = has_avx512,
    .extent = extent_avx512,
    .distances = distances_avx512,
};
#else
static bool never(void) { return false; }

const HammingKernel hamming_avx2 = { .name = "avx2", .is_available = never };
const HammingKernel hamming_avx512 = { .name = "avx512", .is_available = never };
#endif
