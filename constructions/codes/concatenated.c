#include "constructions/codes/concatenated.h"
#include "base/error.h"
#include "constructions/codes/reed_muller.h"
#include "math/gf2.h"

// The inner word of symbol a goes to the coordinates from at on.
static void put_symbol(uint64_t *row, size_t at, const Code *inner, uint32_t a) {
    uint64_t word[(1 << SYMBOL_MOST) / 64];
    code_word(word, inner, a);
    for (size_t t = 0; t < inner->length; t++)
        if (gf2_bit(word, t))
            gf2_flip(row, at + t);
}

// Row g s + b is alpha^b times function g: over GF(2) these span all combinations.
void concatenated_init_over(Code *c, const char *name, const Field *f, const Code *inner,
                            size_t points, size_t functions, const uint32_t *value) {
    size_t rank = f->m * functions, length = points * inner->length;
    require(f->m >= SYMBOL_LEAST && f->m <= SYMBOL_MOST && rank >= 1 && rank <= 63);
    require(inner->linear && inner->rank == f->m && inner->limbs <= (1 << SYMBOL_MOST) / 64);
    code_init(c, name, UINT64_C(1) << rank, length, rank);
    for (size_t r = 0; r < rank; r++)
        for (size_t i = 0; i < points; i++) {
            uint32_t symbol = value[r / f->m * points + i];
            symbol = field_multiply(f, UINT32_C(1) << r % f->m, symbol);
            put_symbol(c->generator + r * c->limbs, i * inner->length, inner, symbol);
        }
}

void concatenated_init(Code *c, const char *name, const Field *f, size_t points, size_t functions,
                       const uint32_t *value) {
    Code inner;
    reed_muller_init(&inner, "inner", f->m - 1, true);
    concatenated_init_over(c, name, f, &inner, points, functions, value);
    code_clear(&inner);
}
