// A linear code is split by its generator: with A the words of the first rows and B those of the
// others, its words are the sums a + b, and the weight of a + b is d(a, b).  So the weights of 2^r
// words are the distances between two tables of about 2^(r/2) words.
#include "math/code_facts.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "math/gf2.h"
#include "math/matrix.h"
#include "math/weights.h"
#include <stdlib.h>
#include <string.h>

// A table that stays in the cache, and the memory a table of words may take.
#define CACHE_BYTES ((size_t)1 << 18)
#define TABLE_BYTES ((size_t)1 << 31)

// All sums of the rows; word i is the sum of the rows whose bit in i is set.
static uint64_t *span(const uint64_t *generator, size_t rank, size_t limbs) {
    uint64_t *words = alloc_array((size_t)1 << rank, limbs, sizeof *words);
    for (size_t r = 0; r < rank; r++) {
        size_t half = ((size_t)1 << r) * limbs;
        memcpy(words + half, words, half * sizeof *words);
        for (size_t w = half; w < 2 * half; w += limbs)
            gf2_add(words + w, generator + r * limbs, limbs);
    }
    return words;
}

typedef struct Halves {
    WordTable a, b;
    size_t limbs;
} Halves;

static Halves halves_init(const uint64_t *generator, size_t rank, size_t length) {
    size_t limbs = (length + 63) / 64, low = rank / 2;
    while (low > 8 && ((size_t)1 << low) * limbs * sizeof(uint64_t) > CACHE_BYTES)
        low--;
    return (Halves){
        .a = { span(generator + low * limbs, rank - low, limbs), (size_t)1 << (rank - low),
               length },
        .b = { span(generator, low, limbs), (size_t)1 << low, length },
        .limbs = limbs,
    };
}

static void halves_clear(Halves *h) {
    free((void *)(uintptr_t)h->a.words);
    free((void *)(uintptr_t)h->b.words);
}

// weights[w] <- words of weight w.  Needs rank <= CODE_FACTS_RANK.
static void count_weights(uint64_t *weights, const uint64_t *generator, size_t rank, size_t length,
                          Hamming how) {
    Halves h = halves_init(generator, rank, length);
    hamming_distribution_between(weights, h.a, h.b, how);
    halves_clear(&h);
}

// Least and largest weight of the words but 0: those with a != 0, and those with a = 0, b != 0.
static void find_extent(size_t *min, size_t *max, const Code *c, Hamming how) {
    Halves h = halves_init(c->generator, c->rank, c->length);
    WordTable zero = { h.a.words, 1, c->length };
    WordTable a = { h.a.words + h.limbs, h.a.count - 1, c->length };
    WordTable b = { h.b.words + h.limbs, h.b.count - 1, c->length };
    hamming_extent_between(min, max, a, h.b, how);
    if (b.count > 0) {
        size_t least, most;
        hamming_extent_between(&least, &most, zero, b, how);
        *min = least < *min ? least : *min;
        *max = most > *max ? most : *max;
    }
    halves_clear(&h);
}

static void set_extent(CodeFacts *f, uint64_t min, uint64_t max) {
    int64_t k = (int64_t)f->length;
    f->distance_min = min;
    f->distance_max = max;
    f->max_inner = k - 2 * (int64_t)min;
    f->min_inner = k - 2 * (int64_t)max;
    mpq_set_si(f->epsilon, f->max_inner, f->length);
    mpq_canonicalize(f->epsilon);
    int64_t largest = -f->min_inner > f->max_inner ? -f->min_inner : f->max_inner;
    mpq_set_si(f->epsilon_two_sided, largest, f->length);
    mpq_canonicalize(f->epsilon_two_sided);
}

// The extent from the distribution, in which the N pairs i = j count 1 at distance 0.
static void set_extent_from_distribution(CodeFacts *f) {
    size_t min = 0, max = f->length;
    if (interrupted())
        return;
    if (mpq_cmp_ui(f->distribution[0], 1, 1) <= 0)
        for (min = 1; mpq_sgn(f->distribution[min]) == 0;)
            min++;
    while (mpq_sgn(f->distribution[max]) == 0)
        max--;
    set_extent(f, min, max);
}

static void check_words(CodeFacts *f, const Code *c, CodeDepth depth, Hamming how) {
    f->checked = "all-words";
    if (depth == CODE_EXTENT) {
        size_t min, max;
        find_extent(&min, &max, c, how);
        set_extent(f, min, max);
        return;
    }
    uint64_t *weights = alloc_array(c->length + 1, 1, sizeof *weights);
    count_weights(weights, c->generator, c->rank, c->length, how);
    f->distribution = vector_init(c->length + 1);
    for (size_t w = 0; w <= c->length; w++)
        mpq_set_ui(f->distribution[w], weights[w], 1);
    free(weights);
    set_extent_from_distribution(f);
}

static void check_dual(CodeFacts *f, const Code *c, CodeDepth depth, Hamming how) {
    size_t s;
    uint64_t *dual = gf2_null_space(&s, c->generator, c->rank, c->length);
    uint64_t *weights = alloc_array(c->length + 1, 1, sizeof *weights);
    mpz_t *words = alloc_array(2, c->length + 1, sizeof *words), *primal = words + c->length + 1;
    count_weights(weights, dual, s, c->length, how);
    for (size_t w = 0; w <= c->length; w++) {
        mpz_init_set_ui(words[w], weights[w]);
        mpz_init(primal[w]);
    }
    f->checked = "macwilliams";
    f->distribution = vector_init(c->length + 1);
    if (!interrupted())
        macwilliams(primal, words, s, c->length);
    for (size_t w = 0; w <= c->length; w++) {
        mpq_set_z(f->distribution[w], primal[w]);
        mpz_clears(words[w], primal[w], NULL);
    }
    free(words);
    set_extent_from_distribution(f);
    if (depth == CODE_EXTENT) {
        vector_clear(f->distribution, c->length + 1);
        f->distribution = NULL;
    }
    free(weights);
    free(dual);
}

// The words of a code as a table: its own, or all written out (then *own, to be freed).
static WordTable table_of(const Code *c, uint64_t **own) {
    WordTable t = { c->table, c->words, c->length };
    *own = NULL;
    if (t.words == NULL) {
        t.words = *own = alloc_array(c->words, c->limbs, sizeof *t.words);
        for (uint64_t i = 0; i < c->words; i++)
            code_word(*own + i * c->limbs, c, i);
    }
    return t;
}

static void check_pairs(CodeFacts *f, const Code *c, CodeDepth depth, Hamming how) {
    uint64_t *own;
    WordTable t = table_of(c, &own);
    f->checked = "all-pairs";
    if (depth == CODE_EXTENT) {
        size_t min, max;
        hamming_extent(&min, &max, t, how);
        set_extent(f, min, max);
    } else {
        uint64_t *pairs = alloc_array(c->length + 1, 1, sizeof *pairs);
        hamming_distribution(pairs, t, how);
        f->distribution = vector_init(c->length + 1);
        for (size_t d = 0; d <= c->length; d++) {
            mpq_set_ui(f->distribution[d], pairs[d], c->words);
            mpq_canonicalize(f->distribution[d]);
            mpq_mul_2exp(f->distribution[d], f->distribution[d], 1);
        }
        mpq_t one;   // the pairs i = j
        mpq_init(one);
        mpq_set_ui(one, 1, 1);
        mpq_add(f->distribution[0], f->distribution[0], one);
        mpq_clear(one);
        free(pairs);
        set_extent_from_distribution(f);
    }
    free(own);
}

// Why the pairs of a code that is no group cannot all be gone through; NULL if they can.
static char *too_many_pairs(const Code *c) {
    Text why = { 0 };
    if (c->words > UINT64_C(1) << (CODE_FACTS_PAIRS + 1) / 2)
        text_printf(&why, "%llu words have more than 2^%d pairs", (unsigned long long)c->words,
                    CODE_FACTS_PAIRS);
    else if (c->table == NULL && c->words * c->limbs > TABLE_BYTES / sizeof(uint64_t))
        text_printf(&why, "%llu words of length %zu take more than %zu bytes",
                    (unsigned long long)c->words, c->length, TABLE_BYTES);
    else
        return NULL;
    return text_take(&why);
}

// What was counted when the user asked to stop says nothing.
static void forget(CodeFacts *f) {
    size_t length = f->length;
    code_facts_clear(f);
    *f = (CodeFacts){ .length = length, .reason = alloc_string("interrupted") };
    mpq_inits(f->epsilon, f->epsilon_two_sided, NULL);
}

void code_facts_init(CodeFacts *f, const Code *c, CodeDepth depth, Hamming how) {
    *f = (CodeFacts){ .length = c->length };
    mpq_inits(f->epsilon, f->epsilon_two_sided, NULL);
    if (c->words == 1) {
        f->reason = alloc_string("one word has no pairs");
        return;
    }
    if (c->generator != NULL && gf2_rank(c->generator, c->rank, c->limbs) < c->rank) {
        f->reason = alloc_string("the rows of the generator are linearly dependent");
        return;
    }
    size_t s = c->length - c->rank;   // the dimension of the dual
    bool dual_is_cheaper = c->rank > 24 && s + 4 < c->rank;
    // Of more than half of a group every element but 0 is a difference:
    // docs/codes.md#inner-product.
    bool words_suffice = c->linear || (depth == CODE_EXTENT && c->generator != NULL &&
                                       c->words > UINT64_C(1) << (c->rank - 1));
    if (!words_suffice) {
        f->reason = too_many_pairs(c);
        if (f->reason == NULL)
            check_pairs(f, c, depth, how);
    } else if (dual_is_cheaper && s <= CODE_FACTS_RANK) {
        check_dual(f, c, depth, how);
    } else if (c->rank <= CODE_FACTS_RANK) {
        check_words(f, c, depth, how);
    } else {
        Text why = { 0 };
        text_printf(&why, "2^%zu words, and 2^%zu of the dual, are too many to go through", c->rank,
                    s);
        f->reason = text_take(&why);
    }
    if (interrupted())
        forget(f);
}

void code_facts_clear(CodeFacts *f) {
    mpq_clears(f->epsilon, f->epsilon_two_sided, NULL);
    if (f->distribution != NULL)
        vector_clear(f->distribution, f->length + 1);
    free(f->reason);
    *f = (CodeFacts){ 0 };
}

static uint64_t distance(const uint64_t *x, const uint64_t *y, size_t limbs) {
    uint64_t d = 0;
    for (size_t l = 0; l < limbs; l++)
        d += (uint64_t)__builtin_popcountll(x[l] ^ y[l]);
    return d;
}

// The first j > i at that distance from word i; c->words if none.
static uint64_t partner(const Code *c, uint64_t i, uint64_t wanted) {
    uint64_t *x = alloc_array(2, c->limbs, sizeof *x), *y = x + c->limbs, j;
    code_word(x, c, i);
    for (j = i + 1; j < c->words; j++) {
        code_word(y, c, j);
        if (distance(x, y, c->limbs) == wanted)
            break;
    }
    free(x);
    return j;
}

bool code_witness(uint64_t *i, uint64_t *j, const Code *c, uint64_t wanted) {
    uint64_t rows = c->linear ? 1 : c->words;   // in a group every word has the same distances
    for (*i = 0; *i < rows; ++*i) {
        *j = partner(c, *i, wanted);
        if (*j < c->words)
            return true;
    }
    return false;
}
