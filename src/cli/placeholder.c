// placeholder.c - until vectors files are there.
#include "base/error.h"
#include "math/vectors.h"
#define WEAK __attribute__((weak))
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
