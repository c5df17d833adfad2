// affine.h - affine functions of the last layer's attention ratios, as linear-fractional programs.
//
// F_0 + sum F_c U_c / D, over all heads.  Heads of the same weights have the same denominator D,
// and their ratios add up to one program (fractional.h); the function is F_0 plus the values of as
// many programs as it reads heads of different weights (docs/certificate.md#lemma-3).
#pragma once
#include "verify/last_stage.h"

typedef struct Affine {
    size_t ratios;
    mpq_t *f;   // 1 + ratios
} Affine;

// 0.  Undo with affine_clear.
void affine_init(Affine *a, const LastStage *s);
void affine_clear(Affine *a);

// a <- row i of m, a matrix over (1, rest, ratios, ..), with the rest put in.
void affine_from_row(Affine *a, const LastStage *s, const Matrix *m, size_t i);

// a <- a + factor b.
void affine_add(Affine *a, const mpq_t factor, const Affine *b);

// The function's programs, at least one; the value of program k counts value / scale[k].
typedef struct Programs {
    mpq_t constant;
    size_t count;
    Fractional *program;
    mpz_t *scale;
} Programs;

// Undo with programs_clear.
void programs_init(Programs *p, const LastStage *s, const Affine *a);
void programs_clear(Programs *p);

// The function lies between least and most at the word in which group g takes option[g]; these are
// the same where the weights of all heads that it reads are exact.
void programs_ends(mpq_t least, mpq_t most, const Programs *p, const size_t *option);

// least <- the sum of the programs' least values over the words, below which no word is, and
// option[k * groups + g] <- the options of a word at which program k is least.  false if there are
// no such words.
bool programs_least(mpq_t least, size_t *option, const Programs *p, const Words *words);

// 1 if that shows the function to be >= 0 on all words with the stage's option, -1 if <= 0, else 0.
int affine_sign(const LastStage *s, const Affine *a);
