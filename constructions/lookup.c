#include "constructions/lookup.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

// count[d] <- how many words l != i have distance d from word i; d = 0 .. length.
static void count_distances(uint64_t *count, const Code *c, uint64_t i, uint64_t *scratch) {
    uint64_t *a = scratch, *b = scratch + c->limbs;
    memset(count, 0, (c->length + 1) * sizeof *count);
    code_word(a, c, i);
    for (uint64_t l = 0; l < c->words; l++) {
        size_t distance = 0;
        if (l == i)
            continue;
        code_word(b, c, l);
        for (size_t k = 0; k < c->limbs; k++)
            distance += (size_t)__builtin_popcountll(a[k] ^ b[k]);
        count[distance]++;
    }
}

// s <- 4^(t k) S = sum over d of count[d] 4^(t (k - d)), by Horner's rule in 4^t.
static void scaled_spread(mpz_t s, const uint64_t *count, size_t k, uint64_t t) {
    mpz_set_ui(s, 0);
    for (size_t d = 0; d <= k; d++) {
        mpz_mul_2exp(s, s, 2 * t);
        mpz_add_ui(s, s, count[d]);
    }
}

void lookup_spread(mpq_t s, const Code *code, uint64_t temperature) {
    uint64_t *count = alloc_array(code->length + 1, 1, sizeof *count);
    uint64_t *scratch = alloc_array(2, code->limbs, sizeof *scratch);
    uint64_t rows = code->linear ? 1 : code->words;
    mpz_t row, largest;
    mpz_inits(row, largest, NULL);
    for (uint64_t i = 0; i < rows; i++) {
        count_distances(count, code, i, scratch);
        scaled_spread(row, count, code->length, temperature);
        if (mpz_cmp(row, largest) > 0)
            mpz_set(largest, row);
    }
    mpq_set_z(s, largest);
    mpq_div_2exp(s, s, 2 * temperature * code->length);
    mpz_clears(row, largest, NULL);
    free(scratch);
    free(count);
}

// a <- 1 / (1 + spread + 2^(-tk) (keyless + rivals spread)).
static void mass_at(mpq_t a, const mpq_t spread, const Code *code, uint64_t temperature,
                    const Distraction *d) {
    mpq_t others;
    mpq_init(others);
    mpq_set_ui(others, d->rivals, 1);
    mpq_mul(others, others, spread);
    mpq_set_ui(a, d->keyless, 1);
    mpq_add(others, others, a);
    mpq_div_2exp(others, others, temperature * code->length);
    mpq_add(others, others, spread);
    mpq_set_ui(a, 1, 1);
    mpq_add(a, a, others);
    mpq_inv(a, a);
    mpq_clear(others);
}

void lookup_mass(mpq_t a, const Code *code, uint64_t temperature, const Distraction *d) {
    mpq_t spread;
    mpq_init(spread);
    lookup_spread(spread, code, temperature);
    mass_at(a, spread, code, temperature, d);
    mpq_clear(spread);
}

// Whether a_i >= 3/4 follows from S_i <= (N - 1) 4^(-t d_min) alone.
static bool is_plainly_enough(const Code *code, uint64_t distance, uint64_t temperature,
                              const Distraction *d) {
    mpq_t spread, a;
    mpq_inits(spread, a, NULL);
    mpq_set_ui(spread, code->words - 1, 1);
    mpq_div_2exp(spread, spread, 2 * temperature * distance);
    mass_at(a, spread, code, temperature, d);
    bool enough = mpq_cmp_ui(a, 3, 4) >= 0;
    mpq_clears(spread, a, NULL);
    return enough;
}

static bool is_enough(const Code *code, uint64_t temperature, const Distraction *d) {
    mpq_t a;
    mpq_init(a);
    lookup_mass(a, code, temperature, d);
    bool enough = mpq_cmp_ui(a, 3, 4) >= 0;
    mpq_clear(a);
    return enough;
}

uint64_t lookup_temperature(const Code *code, uint64_t distance, const Distraction *d) {
    uint64_t t = 1;
    require(distance >= 1 || code->words == 1);
    while (!is_plainly_enough(code, distance, t, d) && !is_enough(code, t, d))
        t++;   // ends: the others weigh at most (N - 1) 4^-t + (keyless + rivals N) 2^-t
    return t;
}
