#include "math/weights.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/code_facts.h"
#include <stdlib.h>
#include <string.h>

void weights_init(Weights *w, const char *name, size_t length, size_t rank) {
    *w = (Weights){ .name = alloc_string(name), .length = length, .rank = rank };
}

// Makes room for one more; the capacity is a power of two.
static void grow(Weights *w) {
    if ((w->count & (w->count - 1)) != 0)
        return;
    size_t capacity = w->count ? 2 * w->count : 1;
    uint64_t *weight = alloc_array(capacity, 1, sizeof *weight);
    mpz_t *words = alloc_array(capacity, 1, sizeof *words);
    for (size_t c = 0; c < w->count; c++) {
        weight[c] = w->weight[c];
        memcpy(&words[c], &w->words[c], sizeof *words);
    }
    free(w->weight);
    free(w->words);
    w->weight = weight;
    w->words = words;
}

void weights_add(Weights *w, uint64_t weight, const mpz_t words) {
    require(mpz_sgn(words) >= 0 && (w->count == 0 || weight > w->weight[w->count - 1]));
    if (mpz_sgn(words) == 0)
        return;
    grow(w);
    w->weight[w->count] = weight;
    mpz_init_set(w->words[w->count++], words);
}

void weights_clear(Weights *w) {
    for (size_t c = 0; c < w->count; c++)
        mpz_clear(w->words[c]);
    free(w->words);
    free(w->weight);
    free(w->name);
    *w = (Weights){ 0 };
}

const char *weights_admit(const Weights *w) {
    mpz_t sum, all;
    if (w->count == 0 || w->weight[0] != 0 || mpz_cmp_ui(w->words[0], 1) != 0)
        return "there is not one word of weight 0";
    if (w->weight[w->count - 1] > w->length)
        return "a weight exceeds the length";
    mpz_inits(sum, all, NULL);
    mpz_setbit(all, w->rank);
    for (size_t c = 0; c < w->count; c++)
        mpz_add(sum, sum, w->words[c]);
    bool same = mpz_cmp(sum, all) == 0;
    mpz_clears(sum, all, NULL);
    return same ? NULL : "the numbers of words do not add up";
}

uint64_t weights_distance(const Weights *w) {
    require(w->count >= 2);
    return w->weight[1];
}

int weights_count(Weights *w, char **why, const Code *c, Hamming how) {
    CodeFacts facts;
    require(c->linear);
    code_facts_init(&facts, c, CODE_DISTRIBUTION, how);
    int status = facts.checked == NULL ? -1 : 0;
    *why = status < 0 ? alloc_string(facts.reason) : NULL;
    if (status == 0) {
        weights_init(w, c->name, c->length, c->rank);
        for (size_t d = 0; d <= c->length; d++)
            weights_add(w, d, mpq_numref(facts.distribution[d]));
    }
    code_facts_clear(&facts);
    return status;
}

// Row <- K_w(j) for j = 0 .. k.
// From K_w(0) = C(k,w) and K_w(j) = K_w(j-1) - K_(w-1)(j-1) - K_(w-1)(j); before is row w-1.
static void krawtchouk_row(mpz_t *row, mpz_t *before, size_t w, size_t k) {
    mpz_bin_uiui(row[0], k, w);
    for (size_t j = 1; j <= k; j++) {
        mpz_set(row[j], row[j - 1]);
        if (w > 0) {
            mpz_sub(row[j], row[j], before[j - 1]);
            mpz_sub(row[j], row[j], before[j]);
        }
    }
}

void macwilliams(mpz_t *primal, mpz_t *dual, size_t s, size_t k) {
    mpz_t *row = alloc_array(2, k + 1, sizeof *row), *before = row + k + 1, *all = row;
    for (size_t j = 0; j < 2 * (k + 1); j++)
        mpz_init(all[j]);
    for (size_t w = 0; w <= k; w++) {
        krawtchouk_row(row, before, w, k);
        mpz_set_ui(primal[w], 0);
        for (size_t j = 0; j <= k; j++)
            if (mpz_sgn(dual[j]) != 0)
                mpz_addmul(primal[w], row[j], dual[j]);
        require(mpz_divisible_2exp_p(primal[w], s));
        mpz_tdiv_q_2exp(primal[w], primal[w], s);
        mpz_t *swap = before;
        before = row;
        row = swap;
    }
    for (size_t j = 0; j < 2 * (k + 1); j++)
        mpz_clear(all[j]);
    free(all);
}
