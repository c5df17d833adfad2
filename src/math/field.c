#include "math/field.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

static uint32_t times_alpha(uint32_t a, uint32_t modulus, unsigned m) {
    a <<= 1;
    return a >> m & 1 ? a ^ modulus : a;
}

// Whether x has order 2^m - 1 modulo the polynomial.
static int is_primitive(uint32_t modulus, unsigned m) {
    uint32_t order = (UINT32_C(1) << m) - 1, a = 1;
    for (uint32_t i = 1; i <= order; i++) {
        a = times_alpha(a, modulus, m);
        if (a == 1 || a == 0)
            return a == 1 && i == order;
    }
    return 0;
}

void field_init(Field *f, unsigned m) {
    require(m >= 1 && m <= FIELD_LARGEST);
    *f = (Field){ .m = m, .modulus = (UINT32_C(1) << m) + 1, .order = (UINT32_C(1) << m) - 1 };
    while (!is_primitive(f->modulus, m))
        f->modulus += 2;
    f->power = alloc_array(f->order, 1, sizeof *f->power);
    f->log = alloc_array(f->order + 1, 1, sizeof *f->log);
    for (uint32_t i = 0, a = 1; i < f->order; i++) {
        f->power[i] = a;
        f->log[a] = i;
        a = times_alpha(a, f->modulus, m);
    }
}

void field_clear(Field *f) {
    free(f->power);
    free(f->log);
    *f = (Field){ 0 };
}

uint32_t field_multiply(const Field *f, uint32_t a, uint32_t b) {
    return a == 0 || b == 0 ? 0 : f->power[(f->log[a] + f->log[b]) % f->order];
}

unsigned field_degree_for(uint64_t n) {
    for (unsigned m = 1; m <= FIELD_LARGEST; m++)
        if (((UINT64_C(1) << m) - 1) % n == 0)
            return m;
    return 0;
}

void field_cosets(uint32_t *coset, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        coset[i] = i;
        for (uint32_t j = (uint32_t)(2 * (uint64_t)i % n); j != i;
             j = (uint32_t)(2 * (uint64_t)j % n))
            coset[i] = j < coset[i] ? j : coset[i];
    }
}
