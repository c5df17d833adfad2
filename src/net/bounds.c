#include "net/bounds.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void bounds_init(Bounds *b, const Transformer *t) {
    *b = (Bounds){ .t = t };
    for (size_t l = 0; l < t->layers; l++)
        b->count += t->layer[l].heads * t->length;
    b->value = vector_init(b->count);
    b->known = alloc_array(b->count, 1, sizeof *b->known);
}

void bounds_clear(Bounds *b) {
    vector_clear(b->value, b->count);
    free(b->known);
    *b = (Bounds){ 0 };
}

size_t bounds_index(const Bounds *b, size_t layer, size_t head, size_t position) {
    require(layer < b->t->layers && head < b->t->layer[layer].heads && position < b->t->length);
    for (size_t l = 0; l < layer; l++)
        head += b->t->layer[l].heads;
    return head * b->t->length + position;
}

void bounds_raise(Bounds *b, size_t index, const mpq_t score) {
    require(index < b->count);
    if (b->known[index] && mpq_cmp(score, b->value[index]) <= 0)
        return;
    mpq_set(b->value[index], score);
    b->known[index] = true;
}

void bounds_merge(Bounds *b, const Bounds *other) {
    require(b->t == other->t);
    for (size_t i = 0; i < b->count; i++)
        if (other->known[i])
            bounds_raise(b, i, other->value[i]);
}
