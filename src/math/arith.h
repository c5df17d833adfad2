// arith.h - an arithmetic: in what numbers a model is evaluated.
//
// Weights are rational and exact always; only their evaluation may round.  An arithmetic is one
// record in one file (src/math/NAME.c) and one word in src/meson.build.
#pragma once
#include "base/verdict.h"
#include <gmp.h>

typedef union Num {   // which member lives, the Arith knows
    mpq_t q;          // the number itself
} Num;

typedef struct Arith {
    const char *name, *promise;   // "exact", "the statement over the reals"
    void (*init)(Num *x);         // 0
    void (*clear)(Num *x);
    void (*set)(Num *r, const mpq_t v);
    void (*copy)(Num *r, const Num *a);
    void (*add)(Num *r, const Num *a, const Num *b);   // r may be a or b, here as everywhere
    void (*sub)(Num *r, const Num *a, const Num *b);
    void (*mul)(Num *r, const Num *a, const Num *b);
    void (*div)(Num *r, const Num *a, const Num *b);   // b is not 0
    void (*relu)(Num *r, const Num *a);                // max(a, 0)
    const char *(*score)(const Num *a);                // NULL, or why 2^a is not to be had
    const char *(*exp2)(Num *r, const Num *a);         // 2^a; NULL, or why it is not to be had
    Verdict (*at_least)(const Num *a, const Num *b);   // a >= b ?
    void (*show)(mpq_t v, const Num *a);               // v <- a, exactly
} Arith;

// The arithmetics, in the order of src/meson.build; ends with NULL.
extern const Arith *const ariths[];
extern const Arith arith_exact;

// The arithmetic of that name, NULL if there is none.
const Arith *arith_find(const char *name);

// An array of n numbers, all 0.  Undo with nums_clear.
Num *nums_init(const Arith *ar, size_t n);
void nums_clear(const Arith *ar, Num *x, size_t n);
