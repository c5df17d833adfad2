// The words y of the second table are laid out in blocks of 32, side by side (hamming_kernel.h);
// the words x of the first go through them in tiles of 4.  What does not fill a block or a tile,
// and the pairs within one block when both tables are one, goes word by word.
#include "math/hamming.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "math/hamming_kernel.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Lanes of 16 bits hold distances below 2^16 only; longer words go one by one.
// Distances of up to 255 are counted two at a time, (length + 1) d + d'.
enum { LONGEST_IN_LANES = 65535, BLOCKS_AT_ONCE = 16, SUBCOUNTERS = 4 };
enum { LONGEST_COUPLED = 255, SUBCOUPLES = 2 };

static const HammingKernel *kernel_record(Kernel k) {
    switch (k) {
    case KERNEL_PORTABLE:
        return &hamming_portable;
    case KERNEL_AVX2:
        return &hamming_avx2;
    case KERNEL_AVX512:
        return &hamming_avx512;
    case KERNEL_AUTO:
        break;
    }
    if (hamming_avx512.is_available())
        return &hamming_avx512;
    return hamming_avx2.is_available() ? &hamming_avx2 : &hamming_portable;
}

bool kernel_is_available(Kernel k) { return kernel_record(k)->is_available(); }

const char *kernel_name(Kernel k) { return k == KERNEL_AUTO ? "auto" : kernel_record(k)->name; }

// What all threads share, read only.
typedef struct Plan {
    const HammingKernel *kernel;
    WordTable a, b;
    bool triangle;   // a is b, and only i < j count
    size_t limbs, pieces;
    size_t blocks;   // full blocks of b
    size_t tiled;    // rows of a that go in tiles; the rest goes word by word
    uint16_t *lane;
    unsigned jobs;
} Plan;

// One thread's share: tiles job, job + jobs, ..  Counts if pairs != NULL, else only the extent.
typedef struct Share {
    const Plan *plan;
    unsigned job;
    size_t min, max;
    uint64_t *pairs;   // SUBCOUNTERS x (length + 1): neighbours go to different counters
    // SUBCOUPLES x (length + 1)^2, of two distances each; NULL for long words.
    uint64_t *couples;
    uint16_t *tile;
} Share;

// 16 bits of a word.
static uint16_t piece(const uint64_t *word, size_t p) {
    return (uint16_t)(word[p / 4] >> p % 4 * LANE_BITS);
}

static uint16_t *lanes_alloc(size_t count) {
    void *lane = NULL;
    if (posix_memalign(&lane, 64, (count ? count : 1) * sizeof(uint16_t)) != 0)
        die("out of memory: %zu bytes", count * sizeof(uint16_t));
    return lane;
}

static void lay_out_blocks(Plan *plan) {
    size_t pieces = plan->pieces;
    plan->lane = lanes_alloc(plan->blocks * pieces * LANES);
    for (size_t j = 0; j < plan->blocks * LANES; j++) {
        uint16_t *block = plan->lane + j / LANES * pieces * LANES + j % LANES;
        for (size_t p = 0; p < pieces; p++)
            block[p * LANES] = piece(plan->b.words + j * plan->limbs, p);
    }
}

static void lay_out_tile(uint16_t *tile, const Plan *plan, size_t i) {
    for (size_t r = 0; r < TILE_ROWS; r++)
        for (size_t p = 0; p < plan->pieces; p++, tile += LANES) {
            uint16_t bits = piece(plan->a.words + (i + r) * plan->limbs, p);
            for (size_t l = 0; l < LANES; l++)
                tile[l] = bits;
        }
}

static size_t bits_set(uint64_t x) {
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return x * UINT64_C(0x0101010101010101) >> 56;
}

// Row i against the words j with from <= j < to, one by one.
static void visit_words(Share *s, size_t i, size_t from, size_t to) {
    const Plan *plan = s->plan;
    const uint64_t *x = plan->a.words + i * plan->limbs;
    for (size_t j = from; j < to; j++) {
        const uint64_t *y = plan->b.words + j * plan->limbs;
        size_t d = 0;
        for (size_t l = 0; l < plan->limbs; l++)
            d += bits_set(x[l] ^ y[l]);
        s->min = d < s->min ? d : s->min;
        s->max = d > s->max ? d : s->max;
        if (s->pairs != NULL)
            s->pairs[d]++;
    }
}

static void visit_extent(Share *s, size_t first_block) {
    const Plan *plan = s->plan;
    uint16_t lo[LANES], hi[LANES];
    if (first_block >= plan->blocks)
        return;
    memset(lo, 0xff, sizeof lo);
    memset(hi, 0, sizeof hi);
    plan->kernel->extent(lo, hi, s->tile, plan->lane + first_block * plan->pieces * LANES,
                         plan->blocks - first_block, plan->pieces);
    for (size_t l = 0; l < LANES; l++) {
        s->min = lo[l] < s->min ? lo[l] : s->min;
        s->max = hi[l] > s->max ? hi[l] : s->max;
    }
}

static void count_singly(Share *s, const uint16_t *d, size_t n) {
    size_t counters = s->plan->b.length + 1;
    uint64_t *c0 = s->pairs, *c1 = c0 + counters, *c2 = c1 + counters, *c3 = c2 + counters;
    for (size_t l = 0; l < n; l += SUBCOUNTERS) {
        c0[d[l]]++;
        c1[d[l + 1]]++;
        c2[d[l + 2]]++;
        c3[d[l + 3]]++;
    }
}

// Neighbouring rows of the tile make a couple.
static void count_coupled(Share *s, const uint16_t *d, size_t n) {
    size_t base = s->plan->b.length + 1;
    uint64_t *c0 = s->couples, *c1 = c0 + base * base;
    for (const uint16_t *end = d + n; d < end; d += 2 * (size_t)LANES) {
        uint16_t couple[LANES];
        for (size_t l = 0; l < LANES; l++)
            couple[l] = (uint16_t)(d[l] * (uint16_t)base + d[l + LANES]);
        for (size_t l = 0; l < LANES; l += SUBCOUPLES) {
            c0[couple[l]]++;
            c1[couple[l + 1]]++;
        }
    }
}

static void visit_distances(Share *s, size_t first_block) {
    const Plan *plan = s->plan;
    uint16_t d[BLOCKS_AT_ONCE * TILE_ROWS * LANES];
    for (size_t b = first_block; b < plan->blocks; b += BLOCKS_AT_ONCE) {
        size_t some = plan->blocks - b < BLOCKS_AT_ONCE ? plan->blocks - b : BLOCKS_AT_ONCE;
        plan->kernel->distances(d, s->tile, plan->lane + b * plan->pieces * LANES, some,
                                plan->pieces);
        if (s->couples != NULL)
            count_coupled(s, d, some * TILE_ROWS * LANES);
        else
            count_singly(s, d, some * TILE_ROWS * LANES);
    }
}

static void visit_tile(Share *s, size_t i) {
    const Plan *plan = s->plan;
    size_t block = plan->triangle ? i / LANES + 1 : 0;   // the first beyond the tile's own
    lay_out_tile(s->tile, plan, i);
    if (s->pairs != NULL)
        visit_distances(s, block);
    else
        visit_extent(s, block);
    for (size_t r = i; r < i + TILE_ROWS; r++) {
        if (plan->triangle)
            visit_words(s, r, r + 1, block * LANES);
        visit_words(s, r, plan->blocks * LANES, plan->b.count);
    }
}

static void *work(void *argument) {
    Share *s = argument;
    const Plan *plan = s->plan;
    for (size_t i = s->job * (size_t)TILE_ROWS; i < plan->tiled && !interrupted();
         i += TILE_ROWS * (size_t)plan->jobs)
        visit_tile(s, i);
    for (size_t i = plan->tiled + s->job; i < plan->a.count && !interrupted(); i += plan->jobs)
        visit_words(s, i, plan->triangle ? i + 1 : 0, plan->b.count);
    return NULL;
}

static void plan_init(Plan *plan, WordTable a, WordTable b, bool triangle, Hamming how) {
    require(how.jobs >= 1 && kernel_is_available(how.kernel) && a.length == b.length);
    *plan = (Plan){ .kernel = kernel_record(how.kernel), .a = a, .b = b, .triangle = triangle };
    plan->limbs = (a.length + 63) / 64;
    plan->pieces = (a.length + LANE_BITS - 1) / LANE_BITS;
    plan->blocks = a.length <= LONGEST_IN_LANES ? b.count / LANES : 0;
    if (plan->blocks > 0)
        plan->tiled = triangle ? plan->blocks * LANES : a.count / TILE_ROWS * TILE_ROWS;
    // A thread for less than a thousand tiles and words costs more than it saves.
    size_t useful = a.count / 64 * b.count / 1024 + 1;
    plan->jobs = how.jobs < useful ? how.jobs : (unsigned)useful;
    lay_out_blocks(plan);
}

static void share_init(Share *s, const Plan *plan, unsigned job, bool counts) {
    *s = (Share){ .plan = plan, .job = job, .min = SIZE_MAX };
    s->tile = lanes_alloc(TILE_ROWS * plan->pieces * LANES);
    if (counts)
        s->pairs = alloc_array(SUBCOUNTERS, plan->a.length + 1, sizeof *s->pairs);
    size_t base = plan->a.length + 1;
    if (counts && plan->tiled > 0 && plan->a.length <= LONGEST_COUPLED)
        s->couples = alloc_array(SUBCOUPLES * base, base, sizeof *s->couples);
}

static void merge_couples(uint64_t *pairs, const Share *s) {
    size_t counters = s->plan->a.length + 1;
    for (size_t c = 0; s->couples != NULL && c < SUBCOUPLES * counters * counters; c++)
        if (s->couples[c] > 0) {
            pairs[c / counters % counters] += s->couples[c];
            pairs[c % counters] += s->couples[c];
        }
}

// Adds what the thread found to the whole, and frees it.
static void share_merge(Share *s, size_t *min, size_t *max, uint64_t *pairs) {
    size_t counters = s->plan->a.length + 1;
    *min = s->min < *min ? s->min : *min;
    *max = s->max > *max ? s->max : *max;
    for (size_t c = 0; s->pairs != NULL && c < SUBCOUNTERS * counters; c++)
        pairs[c % counters] += s->pairs[c];
    merge_couples(pairs, s);
    free(s->couples);
    free(s->pairs);
    free(s->tile);
}

// Runs all shares, this thread the first of them; pairs may be NULL.
static void run(size_t *min, size_t *max, uint64_t *pairs, Plan *plan) {
    Share *share = alloc_array(plan->jobs, 1, sizeof *share);
    pthread_t *thread = alloc_array(plan->jobs, 1, sizeof *thread);
    for (unsigned t = 0; t < plan->jobs; t++)
        share_init(&share[t], plan, t, pairs != NULL);
    for (unsigned t = 1; t < plan->jobs; t++)
        if (pthread_create(&thread[t], NULL, work, &share[t]) != 0)
            die("cannot start thread %u", t);
    work(&share[0]);
    for (unsigned t = 1; t < plan->jobs; t++)
        pthread_join(thread[t], NULL);
    *min = SIZE_MAX;
    *max = 0;
    for (unsigned t = 0; t < plan->jobs; t++)
        share_merge(&share[t], min, max, pairs);
    free(thread);
    free(share);
    free(plan->lane);
}

void hamming_extent(size_t *min, size_t *max, WordTable t, Hamming how) {
    Plan plan;
    require(t.count >= 2);
    plan_init(&plan, t, t, true, how);
    run(min, max, NULL, &plan);
}

void hamming_distribution(uint64_t *pairs, WordTable t, Hamming how) {
    Plan plan;
    size_t min, max;
    require(t.count <= UINT64_C(1) << 32);
    memset(pairs, 0, (t.length + 1) * sizeof *pairs);
    plan_init(&plan, t, t, true, how);
    run(&min, &max, pairs, &plan);
}

void hamming_extent_between(size_t *min, size_t *max, WordTable a, WordTable b, Hamming how) {
    Plan plan;
    require(a.count >= 1 && b.count >= 1);
    plan_init(&plan, a, b, false, how);
    run(min, max, NULL, &plan);
}

void hamming_distribution_between(uint64_t *pairs, WordTable a, WordTable b, Hamming how) {
    Plan plan;
    size_t min, max;
    require(a.count >= 1 && b.count >= 1 && a.count <= UINT64_MAX / b.count);
    memset(pairs, 0, (a.length + 1) * sizeof *pairs);
    plan_init(&plan, a, b, false, how);
    run(&min, &max, pairs, &plan);
}
