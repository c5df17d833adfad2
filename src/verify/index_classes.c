#include "verify/index_classes.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

enum { SCORE_BITS = 40 };   // of rest and inner, with at most 2^20 coordinates: scores fit 61 bits
enum { LONGEST = 1 << 20 };

static bool set_small(int64_t *to, const mpq_t x) {
    bool small =
        mpz_cmp_ui(mpq_denref(x), 1) == 0 && mpz_sizeinbase(mpq_numref(x), 2) <= SCORE_BITS;
    *to = small ? mpz_get_si(mpq_numref(x)) : 0;
    return small;
}

static bool set_scores(IndexClasses *c) {
    const Transformer *t = c->seed;
    size_t rows = t->embedding.rows;
    bool small = true;
    mpq_t rest, inner;
    mpq_inits(rest, inner, NULL);
    c->heads = t->layers > 0 ? t->layer[0].heads : 0;
    c->rest = alloc_array(c->heads, 1, sizeof *c->rest);
    c->inner = alloc_array(c->heads, 1, sizeof *c->inner);
    for (size_t h = 0; h < c->heads; h++) {
        c->rest[h] = alloc_array(rows, rows, sizeof **c->rest);
        c->inner[h] = alloc_array(rows, rows, sizeof **c->inner);
        for (size_t k = 0; k < rows * rows && small; k++) {
            coded_score(rest, inner, t, h, k / rows, k % rows);
            small = set_small(&c->rest[h][k], rest) && set_small(&c->inner[h][k], inner);
        }
    }
    mpq_clears(rest, inner, NULL);
    return small;
}

const char *index_classes_init(IndexClasses *c, const Transformer *seed, const Weights *weights) {
    require(weights_admit(weights) == NULL);
    *c = (IndexClasses){ .seed = seed,
                         .weights = weights,
                         .params = params_at(&seed->params, weights->count) };
    const char *why = coded_admits(seed);
    if (why == NULL && weights->length > LONGEST)
        why = "its code words are longer than 2^20";
    if (why == NULL && !set_scores(c))
        why = "a score of layer 1 is no integer, or is huge";
    return why;
}

void index_classes_clear(IndexClasses *c) {
    for (size_t h = 0; h < c->heads; h++) {
        free(c->rest[h]);
        free(c->inner[h]);
    }
    free(c->rest);
    free(c->inner);
    *c = (IndexClasses){ 0 };
}

void index_classes_choices(Choices *c, size_t **row, const IndexClasses *classes) {
    const Transformer *seed = classes->seed;
    choices_init(c, seed->task, &classes->params);
    require(c->groups == classes->weights->count + 1);
    *row = alloc_array(c->slots, 1, sizeof **row);
    for (size_t g = 0; g < c->groups; g++) {
        bool last = g + 1 == c->groups;
        if (!last)
            mpz_set(c->members[g], classes->weights->words[g]);
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t slot = c->slot[c->first[g] + o] + k, place = last ? seed->length - 1 : k;
                TokenRun run = seed->task->tokens(&seed->params, place);
                bool indexed = last && seed->task->ending == ENDS_WITH_INDEX;
                Token token = indexed ? run.first : c->token[slot];
                (*row)[slot] = transformer_row(seed, place, token);
            }
    }
}

size_t index_classes_of_slot(const IndexClasses *classes, const Choices *c, size_t group,
                             size_t option) {
    if (group + 1 < c->groups)
        return group;
    return classes->seed->task->ending == ENDS_WITH_INDEX ? option : 0;
}

bool index_classes_score(int64_t *s, const IndexClasses *classes, size_t h, size_t row,
                         size_t column, size_t class) {
    const Weights *w = classes->weights;
    size_t k = row * classes->seed->embedding.rows + column;
    int64_t inner = (int64_t)w->length - 2 * (int64_t)w->weight[class];
    *s = classes->rest[h][k] + classes->inner[h][k] * inner;
    return *s < INT64_MAX / 4 && *s > -(INT64_MAX / 4);
}

Sight index_classes_sight(const IndexClasses *classes, size_t place, size_t other, size_t class) {
    size_t last = classes->seed->length - 1;
    if (classes->seed->mask == MASK_FULL || place == last || other < place)
        return SEES_ALL;
    if (other > place)
        return SEES_NONE;
    return class == 0 ? SEES_ALL : SEES_SOME;
}
