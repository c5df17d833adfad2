#include "constructions/mean.h"

uint64_t mean_temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    (void)code;
    (void)distance;
    return 0;
}

void mean_add_sum(Transformer *t, size_t d) {
    Head *h = layer_add_head(&t->layer[0], t->width, 0, d);
    for (size_t c = 0; c < d; c++) {
        matrix_set(&h->v, c, c, 1, 1);
        matrix_set(&h->o, c, c, (long)t->length, 1);
    }
}
