#include "math/code.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void code_init(Code *c, const char *name, uint64_t words, size_t length, size_t rank) {
    require(words >= 1 && length >= 1 && rank < 64);
    require(rank == 0 || words <= UINT64_C(1) << rank);
    *c = (Code){ .name = alloc_string(name),
                 .words = words,
                 .length = length,
                 .limbs = (length + 63) / 64,
                 .linear = rank > 0 && words == UINT64_C(1) << rank,
                 .rank = rank };
    if (rank > 0)
        c->generator = alloc_array(rank, c->limbs, sizeof *c->generator);
    else
        c->table = alloc_array(words, c->limbs, sizeof *c->table);
}

void code_clear(Code *c) {
    free(c->name);
    free(c->generator);
    free(c->table);
    *c = (Code){ 0 };
}

void code_word(uint64_t *w, const Code *c, uint64_t i) {
    require(i < c->words);
    if (c->table != NULL) {
        memcpy(w, c->table + i * c->limbs, c->limbs * sizeof *w);
        return;
    }
    memset(w, 0, c->limbs * sizeof *w);
    for (size_t r = 0; i >> r; r++)
        if (i >> r & 1)
            for (size_t l = 0; l < c->limbs; l++)
                w[l] ^= c->generator[r * c->limbs + l];
}

int code_sign(const uint64_t *w, size_t coordinate) {
    return w[coordinate / 64] >> coordinate % 64 & 1 ? -1 : 1;
}

int64_t code_inner(const Code *c, uint64_t i, uint64_t j) {
    uint64_t *a = alloc_array(2, c->limbs, sizeof *a), *b = a + c->limbs;
    code_word(a, c, i);
    code_word(b, c, j);
    int64_t distance = 0;
    for (size_t l = 0; l < c->limbs; l++)
        distance += __builtin_popcountll(a[l] ^ b[l]);
    free(a);
    return (int64_t)c->length - 2 * distance;
}
