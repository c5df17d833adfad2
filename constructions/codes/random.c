// random.c - words of independent fair bits, as in the probabilistic argument, from a seeded
// generator (docs/codes.md#random).
#include "base/random.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "math/existence.h"

// The most words for which the name `random` looks for a seed with eps = 1/4; else seed 1.
enum { MOST_SOUGHT = 1 << 12 };

// The least length at which the union bound with the exact tail promises a code, eps = 1/4.
static uint64_t promised_length(uint64_t n) {
    mpq_t epsilon;
    mpq_init(epsilon);
    mpq_set_ui(epsilon, 1, 4);
    uint64_t k = existence_union(n, epsilon);
    mpq_clear(epsilon);
    return k;
}

static void draw(Code *c, uint64_t n, uint64_t k, uint64_t seed) {
    Text name = { 0 };
    text_printf(&name, "random:%llu,%llu", (unsigned long long)k, (unsigned long long)seed);
    code_init(c, text_string(&name), n, k, 0);
    text_clear(&name);
    uint64_t last = k % 64 ? (UINT64_C(1) << k % 64) - 1 : UINT64_MAX;
    for (uint64_t i = 0; i < n * c->limbs; i++)
        c->table[i] = random_next(&seed) & (i % c->limbs == c->limbs - 1 ? last : UINT64_MAX);
}

// Whether all inner products are at most k/4.
static bool is_good(const Code *c) {
    CodeFacts f;
    code_facts_init(&f, c, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 });
    bool good = f.checked == NULL || 4 * f.max_inner <= (int64_t)c->length;
    code_facts_clear(&f);
    return good;
}

static int build(Code *c, Text *why, const CodeParams *p) {
    uint64_t k = p->count >= 1 ? p->value[0] : promised_length(p->n);
    if (k < 1 || k > CODE_LONGEST || p->n > CODE_TABLE_BYTES / 8 / ((k + 63) / 64)) {
        text_printf(why, "random codes have length 1 .. %zu and take at most %zu bytes",
                    CODE_LONGEST, CODE_TABLE_BYTES);
        return -1;
    }
    draw(c, p->n, k, p->count == 2 ? p->value[1] : 1);
    // At the promised length less than one bad pair is expected: a few seeds suffice.
    for (uint64_t seed = 2; p->count == 0 && p->n <= MOST_SOUGHT && !is_good(c); seed++) {
        code_clear(c);
        draw(c, p->n, k, seed);
    }
    return 0;
}

const CodeFamily code_family_random = {
    .name = "random",
    .summary = "random words, seeded; length: where the exact union bound promises eps = 1/4",
    .syntax = "random[:LENGTH[,SEED]]",
    .example = "random:200,7",
    .theorem = "codes.md#random",
    .most = 2,
    .build = build,
};
