// placeholder.c - until the codes are there.
#include "base/alloc.h"
#include "base/error.h"
#include "constructions/codes/family.h"
#include "math/existence.h"
#include "math/rational.h"
#include "math/vectors.h"
#define WEAK __attribute__((weak))
WEAK const CodeFamily *const code_families[] = { NULL };
WEAK const CodeModifier *const code_modifiers[] = { NULL };
WEAK int code_find(Code *c, char **why, const char *name, uint64_t n) {
    if (name) {
        *why = alloc_string("no such code");
        return -1;
    }
    size_t r = log2_ceil(n);
    code_init(c, "plain", n, r ? r : 1, r);
    for (size_t i = 0; i < r; i++)
        c->generator[i] = UINT64_C(1) << i;
    c->linear = n == UINT64_C(1) << r;
    *why = NULL;
    return 0;
}
#define BOUND(name)                                                                                \
    WEAK uint64_t name(uint64_t words, const mpq_t epsilon) {                                      \
        (void)epsilon;                                                                             \
        return words;                                                                              \
    }
BOUND(existence_johnson_lindenstrauss)
BOUND(existence_union)
BOUND(existence_gilbert_varshamov)
BOUND(existence_least_length)
WEAK int vectors_read(Vectors *v, const char *file) {
    (void)v;
    return error("%s: not available", file);
}
WEAK void vectors_clear(Vectors *v) { (void)v; }
WEAK int vector_facts_init(VectorFacts *f, const Vectors *v, const char *file) {
    (void)f;
    (void)v;
    return error("%s: not available", file);
}
WEAK void vector_facts_clear(VectorFacts *f) { (void)f; }
