#include "verify/stage_head.h"
#include "base/alloc.h"
#include "verify/powers.h"
#include <stdlib.h>
#include <string.h>

enum { LARGEST_SPREAD = 1 << 14 };   // of the scores

void stage_head_init(StageHead *h, const Choices *c, size_t d_v) {
    *h = (StageHead){ .d_v = d_v,
                      .exact = true,
                      .weight = alloc_array(c->slots, 1, sizeof *h->weight),
                      .value = alloc_array(c->slots, d_v, sizeof *h->value) };
    for (size_t s = 0; s < c->slots; s++)
        h->weight[s] = NOT_SEEN;
    for (size_t k = 0; k < c->slots * d_v; k++)
        mpz_init(h->value[k]);
    mpz_init_set_ui(h->denominator, 1);
}

void stage_head_clear(StageHead *h, const Choices *c) {
    for (size_t k = 0; k < c->slots * h->d_v; k++)
        mpz_clear(h->value[k]);
    for (size_t k = 0; k < h->weights; k++)
        mpz_clears(h->low[k], h->high[k], NULL);
    mpz_clear(h->denominator);
    free(h->distance);
    free(h->low);
    free(h->high);
    free(h->weight);
    free(h->value);
    *h = (StageHead){ 0 };
}

static int compare_scores(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// distinct <- the scores seen, ascending, each once.  Returns how many.
static size_t distinct_scores(int64_t *distinct, const int64_t *score, const bool *seen, size_t n) {
    size_t count = 0, kept = 0;
    for (size_t s = 0; s < n; s++)
        if (seen[s])
            distinct[count++] = score[s];
    qsort(distinct, count, sizeof *distinct, compare_scores);
    for (size_t k = 0; k < count; k++)
        if (k == 0 || distinct[k] != distinct[kept - 1])
            distinct[kept++] = distinct[k];
    return kept;
}

static int64_t common_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// Scores in lowest terms, so that equal weights have equal distances and units.
static void set_distances(StageHead *h, const int64_t *distinct, int64_t unit) {
    int64_t divisor = unit;
    h->distance = alloc_array(h->weights, 1, sizeof *h->distance);
    for (size_t k = 0; k < h->weights; k++)
        divisor = common_divisor(divisor, distinct[k] - distinct[0]);
    for (size_t k = 0; k < h->weights; k++)
        h->distance[k] = (distinct[k] - distinct[0]) / divisor;
    h->unit = unit / divisor;
}

bool stage_head_weigh(StageHead *h, const Choices *c, const int64_t *score, const bool *seen,
                      int64_t unit, Base base, long bits) {
    int64_t *distinct = alloc_array(c->slots, 1, sizeof *distinct);
    size_t count = distinct_scores(distinct, score, seen, c->slots);
    bool near =
        count == 0 || (Wide)distinct[count - 1] - distinct[0] <= (Wide)LARGEST_SPREAD * unit;
    h->weights = near ? count : 0;
    set_distances(h, distinct, unit);
    h->low = alloc_array(h->weights, 1, sizeof *h->low);
    h->high = alloc_array(h->weights, 1, sizeof *h->high);
    for (size_t k = 0; k < h->weights; k++) {
        mpz_inits(h->low[k], h->high[k], NULL);
        power_bounds(h->low[k], h->high[k], base, h->distance[k], h->unit, bits);
        h->exact &= mpz_cmp(h->low[k], h->high[k]) == 0;
    }
    for (size_t s = 0; s < c->slots && near; s++) {
        if (!seen[s])
            continue;
        const int64_t *at = bsearch(&score[s], distinct, count, sizeof *distinct, compare_scores);
        h->weight[s] = at - distinct;
    }
    free(distinct);
    return near;
}

// Whether the heads give all slots the same weights: distances determine them.
static bool weigh_alike(const StageHead *g, const StageHead *h, size_t slots) {
    return g->unit == h->unit && g->weights == h->weights &&
           memcmp(g->distance, h->distance, g->weights * sizeof *g->distance) == 0 &&
           memcmp(g->weight, h->weight, slots * sizeof *g->weight) == 0;
}

void stage_heads_relate(StageHead *head, size_t heads, const Choices *c) {
    for (size_t h = 0, first = 0; h < heads; first += head[h++].d_v) {
        head[h].first = first;
        head[h].class = 0;
        while (head[h].class < h && !weigh_alike(&head[head[h].class], &head[h], c->slots))
            head[h].class ++;
    }
}
