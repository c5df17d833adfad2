#include "math/arith.h"
#include "base/alloc.h"
#include "registry.h"
#include <stdlib.h>
#include <string.h>

#define ENTRY(name) extern const Arith arith_##name;
ARITHMETICS
#undef ENTRY

const Arith *const ariths[] = {
#define ENTRY(name) &arith_##name,
    ARITHMETICS
#undef ENTRY
        NULL,
};

const Arith *arith_find(const char *name) {
    for (size_t i = 0; ariths[i] != NULL; i++)
        if (strcmp(ariths[i]->name, name) == 0)
            return ariths[i];
    return NULL;
}

Num *nums_init(const Arith *ar, size_t n) {
    Num *x = alloc_array(n, 1, sizeof *x);
    for (size_t i = 0; i < n; i++)
        ar->init(&x[i]);
    return x;
}

void nums_clear(const Arith *ar, Num *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        ar->clear(&x[i]);
    free(x);
}
