#include "constructions/lookup.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

// count[d] <- how many words l, i among them, have distance d from word i; d = 0 .. length.
static void count_distances(uint64_t *count, const Code *c, uint64_t i, uint64_t *scratch) {
    uint64_t *a = scratch, *b = scratch + c->limbs;
    memset(count, 0, (c->length + 1) * sizeof *count);
    code_word(a, c, i);
    for (uint64_t l = 0; l < c->words; l++) {
        size_t distance = 0;
        code_word(b, c, l);
        for (size_t k = 0; k < c->limbs; k++)
            distance += (size_t)__builtin_popcountll(a[k] ^ b[k]);
        count[distance]++;
    }
}

// Adds the words at distance d to s, a sum over those at distances up to `before` times
// 4^(t before): Horner's rule for the sum of count 4^(-t distance), which is S + 1.
static void add_words(mpz_t s, uint64_t t, uint64_t before, uint64_t d, const mpz_t count) {
    mpz_mul_2exp(s, s, 2 * t * (d - before));
    mpz_add(s, s, count);
}

// s <- S, given 4^(t last) (S + 1) as an integer.
static void set_spread(mpq_t s, mpz_t sum, uint64_t t, uint64_t last) {
    mpz_t itself;
    mpz_init(itself);
    mpz_setbit(itself, 2 * t * last);
    mpz_sub(sum, sum, itself);
    mpq_set_z(s, sum);
    mpq_div_2exp(s, s, 2 * t * last);
    mpz_clear(itself);
}

static void row_spread(mpq_t s, const uint64_t *count, size_t k, uint64_t t) {
    uint64_t last = 0;
    mpz_t sum, words;
    mpz_inits(sum, words, NULL);
    for (size_t d = 0; d <= k; d++) {
        if (count[d] == 0)
            continue;
        mpz_set_ui(words, count[d]);
        add_words(sum, t, last, d, words);
        last = d;
    }
    set_spread(s, sum, t, last);
    mpz_clears(sum, words, NULL);
}

void lookup_weights_spread(mpq_t s, const Weights *w, uint64_t temperature) {
    uint64_t last = 0;
    mpz_t sum;
    mpz_init(sum);
    for (size_t c = 0; c < w->count; c++) {
        add_words(sum, temperature, last, w->weight[c], w->words[c]);
        last = w->weight[c];
    }
    set_spread(s, sum, temperature, last);
    mpz_clear(sum);
}

// By the weights of a linear code; false if they could not be counted.
static bool spread_by_weights(mpq_t s, const Code *code, uint64_t temperature) {
    Weights w;
    char *why;
    if (!code->linear)
        return false;
    if (weights_count(&w, &why, code, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 }) < 0) {
        free(why);
        return false;
    }
    lookup_weights_spread(s, &w, temperature);
    weights_clear(&w);
    return true;
}

void lookup_spread(mpq_t s, const Code *code, uint64_t temperature) {
    if (spread_by_weights(s, code, temperature))
        return;
    uint64_t *count = alloc_array(code->length + 1, 1, sizeof *count);
    uint64_t *scratch = alloc_array(2, code->limbs, sizeof *scratch);
    uint64_t rows = code->linear ? 1 : code->words;
    mpq_t row;
    mpq_init(row);
    mpq_set_ui(s, 0, 1);
    for (uint64_t i = 0; i < rows; i++) {
        count_distances(count, code, i, scratch);
        row_spread(row, count, code->length, temperature);
        if (mpq_cmp(row, s) > 0)
            mpq_set(s, row);
    }
    mpq_clear(row);
    free(scratch);
    free(count);
}

// a <- 1 / (1 + spread + 2^(-tk) (keyless + rivals spread)), given tk.
static void mass_at(mpq_t a, const mpq_t spread, uint64_t tk, const Distraction *d) {
    mpq_t others;
    mpq_init(others);
    mpq_set_ui(others, d->rivals, 1);
    mpq_mul(others, others, spread);
    mpq_set_ui(a, d->keyless, 1);
    mpq_add(others, others, a);
    mpq_div_2exp(others, others, tk);
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
    mass_at(a, spread, temperature * code->length, d);
    mpq_clear(spread);
}

void lookup_weights_mass(mpq_t a, const Weights *weights, uint64_t temperature,
                         const Distraction *d) {
    mpq_t spread;
    mpq_init(spread);
    lookup_weights_spread(spread, weights, temperature);
    mass_at(a, spread, temperature * weights->length, d);
    mpq_clear(spread);
}

// Whether a >= 1 - 1 / (4 reads).
static bool suffices(const mpq_t a, unsigned long reads) {
    return mpq_cmp_ui(a, 4 * reads - 1, 4 * reads) >= 0;
}

void lookup_margin(mpq_t margin, const mpq_t mass, uint64_t tk) {
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    mpq_div_2exp(margin, mass, tk);
    mpq_add(margin, margin, mass);
    mpq_add(margin, margin, mass);
    mpq_sub(margin, margin, one);
    mpq_clear(one);
}

// Whether a_i >= 1 - 1 / (4 reads) follows from S_i <= (N - 1) 4^(-t d_min) alone.
static bool is_plainly_enough(const Code *code, uint64_t distance, uint64_t temperature,
                              const Distraction *d, unsigned long reads) {
    mpq_t spread, a;
    mpq_inits(spread, a, NULL);
    mpq_set_ui(spread, code->words - 1, 1);
    mpq_div_2exp(spread, spread, 2 * temperature * distance);
    mass_at(a, spread, temperature * code->length, d);
    bool enough = suffices(a, reads);
    mpq_clears(spread, a, NULL);
    return enough;
}

static bool is_enough(const Code *code, uint64_t temperature, const Distraction *d,
                      unsigned long reads) {
    mpq_t a;
    mpq_init(a);
    lookup_mass(a, code, temperature, d);
    bool enough = suffices(a, reads);
    mpq_clear(a);
    return enough;
}

uint64_t lookup_temperature_of(const Code *code, uint64_t distance, const Distraction *d,
                               unsigned long reads) {
    uint64_t t = 1;
    require((distance >= 1 || code->words == 1) && reads >= 1);
    while (!is_plainly_enough(code, distance, t, d, reads) && !is_enough(code, t, d, reads))
        t++;   // ends: the others weigh at most (N - 1) 4^-t + (keyless + rivals N) 2^-t
    return t;
}

uint64_t lookup_temperature(const Code *code, uint64_t distance, const Distraction *d) {
    return lookup_temperature_of(code, distance, d, 1);
}

uint64_t lookup_weights_temperature(const Weights *weights, const Distraction *d) {
    uint64_t t = 1;
    mpq_t a;
    require(weights->count >= 1 && mpz_cmp_ui(weights->words[0], 1) == 0);
    mpq_init(a);
    for (;; t++) {   // ends, as above
        lookup_weights_mass(a, weights, t, d);
        if (suffices(a, 1))
            break;
    }
    mpq_clear(a);
    return t;
}
