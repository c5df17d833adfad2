// hamming.c - extended Hamming codes: the words orthogonal to the first-order Reed-Muller code.
// Three different points of GF(2)^m never add up to 0 together with the constant 1, so the distance
// is 4 (docs/codes.md#hamming).
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "constructions/codes/reed_muller.h"
#include "math/gf2.h"
#include <stdlib.h>
#include <string.h>

enum { LEAST = 2, MOST = 6, MOST_WEIGHED = 10 };   // m; rank 2^m - m - 1

// The m of the name, or the least that has the rank; -1 with a reason if there is none up to
// `most`.
static int choose(Text *why, const CodeParams *p, size_t rank, unsigned most) {
    uint64_t m = p->value[0];
    if (p->count == 0)
        for (m = LEAST; m < most && (UINT64_C(1) << m) - m - 1 < rank;)
            m++;
    if (m >= LEAST && m <= most)
        return (int)m;
    text_printf(why, "hamming:M needs %d <= M <= %u", LEAST, most);
    return -1;
}

static void print_name(Text *name, int m) { text_printf(name, "hamming:%d", m); }

static int build(Code *c, Text *why, const CodeParams *p) {
    size_t rank = 1;
    while (rank < 63 && UINT64_C(1) << rank < p->n)
        rank++;
    int m = choose(why, p, rank, MOST);
    if (m < 0)
        return -1;
    Code dual;
    Text name = { 0 };
    print_name(&name, m);
    reed_muller_init(&dual, "dual", (unsigned)m, true);
    uint64_t *rows = gf2_null_space(&rank, dual.generator, dual.rank, dual.length);
    code_init(c, text_string(&name), UINT64_C(1) << rank, dual.length, rank);
    memcpy(c->generator, rows, rank * c->limbs * sizeof *rows);
    free(rows);
    code_clear(&dual);
    text_clear(&name);
    return 0;
}

// By MacWilliams from the Reed-Muller code, of which one word is 0, one is 1 throughout, and the
// others have weight k/2.
static int weights(Weights *w, Text *why, const CodeParams *p, size_t rank) {
    int m = choose(why, p, rank, MOST_WEIGHED);
    if (m < 0)
        return -1;
    size_t k = (size_t)1 << m;
    Text name = { 0 };
    mpz_t *dual = alloc_array(2, k + 1, sizeof *dual), *primal = dual + k + 1;
    for (size_t j = 0; j <= k; j++)
        mpz_inits(dual[j], primal[j], NULL);
    mpz_set_ui(dual[0], 1);
    mpz_set_ui(dual[k / 2], 2 * k - 2);
    mpz_set_ui(dual[k], 1);
    macwilliams(primal, dual, (size_t)m + 1, k);
    print_name(&name, m);
    weights_init(w, text_string(&name), k, k - (size_t)m - 1);
    for (size_t j = 0; j <= k; j++) {
        weights_add(w, j, primal[j]);
        mpz_clears(dual[j], primal[j], NULL);
    }
    free(dual);
    text_clear(&name);
    return 0;
}

const CodeFamily code_family_hamming = {
    .name = "hamming",
    .summary = "extended Hamming code: 2^(2^m - m - 1) words of length 2^m, distance 4",
    .syntax = "hamming[:M]",
    .example = "hamming:3",
    .theorem = "codes.md#hamming",
    .most = 1,
    .build = build,
    .weights = weights,
};
