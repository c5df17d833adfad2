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

void lookup_mass(mpq_t a, const Code *code, uint64_t temperature, const Distraction *d) {
    mpq_t spread, others;
    mpq_inits(spread, others, NULL);
    lookup_spread(spread, code, temperature);
    mpq_set_ui(others, d->rivals, 1);
    mpq_mul(others, others, spread);
    mpq_set_ui(a, d->keyless, 1);
    mpq_add(others, others, a);
    mpq_div_2exp(others, others, temperature * code->length);
    mpq_add(others, others, spread);
    mpq_set_ui(a, 1, 1);
    mpq_add(a, a, others);
    mpq_inv(a, a);
    mpq_clears(spread, others, NULL);
}

uint64_t lookup_temperature(const Code *code, const Distraction *d) {
    uint64_t t = 0;
    mpq_t a;
    mpq_init(a);
    do {
        t++;
        // Distinct words: others <= N 4^-t + (keyless + rivals N) 2^-t, below 1/3 long before this.
        require(t < 256);
        lookup_mass(a, code, t, d);
    } while (mpq_cmp_ui(a, 3, 4) < 0);
    mpq_clear(a);
    return t;
}

void lookup_address(mpq_t *x, const Code *code, uint64_t i) {
    uint64_t *word = alloc_array(code->limbs, 1, sizeof *word);
    code_word(word, code, i);
    for (size_t c = 0; c < code->length; c++)
        mpq_set_si(x[c], code_sign(word, c), 1);
    free(word);
}
