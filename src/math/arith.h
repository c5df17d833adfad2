// arith.h - an arithmetic: in what numbers a model is evaluated (docs/arithmetic.md#arithmetics).
//
// Weights are rational and exact always; only their evaluation may round.  An arithmetic is one
// record in one file (src/math/NAME.c) and one word in src/meson.build; an ArithSpec is one with
// its parameters.
#pragma once
#include "base/text.h"
#include "base/verdict.h"
#include <gmp.h>
#include <mpfr.h>

typedef struct Arith Arith;

// One arithmetic with its parameters: "float:24,-126,127".  Parameters that it lacks are 0.
typedef struct ArithSpec {
    const Arith *ar;
    long precision;    // bits: of a significand (float), to work with (ball), of a register (fixed)
    long cap;          // ball: what the precision may be doubled up to
    long emin, emax;   // float: normal numbers are 1.xx 2^e with emin <= e <= emax
    long reserved;     // float: how many of the significands at emax, from the top, are no numbers
    long fraction;     // fixed: bits after the point in the stream
} ArithSpec;

typedef struct Ball Ball;   // see ball.c

typedef union Num {   // which member lives, the Arith knows
    mpq_t q;          // exact, fixed: the number itself
    Ball *ball;       // ball: an enclosure of it
    struct {
        mpfr_t f;                // float: the number after rounding
        const ArithSpec *spec;   // to this format
    };
} Num;

// What a thread had set before arith_enter.
typedef struct ArithState {
    mpfr_exp_t emin, emax;
} ArithState;

struct Arith {
    const char *name, *promise;   // "exact", "the statement over the reals"
    const char *syntax;           // how it is written, with its parameters: "float:P[,EMIN,EMAX]"
    bool exact;                   // sums, products and quotients are exact
    bool encloses;                // its numbers are enclosures of real ones: see ends
    bool is_machine;   // its answers are those of a machine: where it has none, the model fails
    bool bounded;      // the softmax subtracts a bound on the scores fixed with the model, not the
                       // largest of the row
    // Reads what follows "name:" (NULL: nothing does) into the spec, or appends what is wrong.
    void (*parse)(ArithSpec *spec, const char *parameters, Text *why);
    void (*print)(Text *t, const ArithSpec *spec);   // appends what parse reads, with the name
    // Around every use of the functions below by a thread; NULL: nothing to do.
    void (*enter)(const ArithSpec *spec, ArithState *old);
    void (*leave)(const ArithState *old);
    void (*init)(Num *x, const ArithSpec *spec);   // 0; the spec outlives x
    void (*clear)(Num *x);
    void (*set)(Num *r, const mpq_t v);
    void (*copy)(Num *r, const Num *a);
    void (*add)(Num *r, const Num *a, const Num *b);   // r may be a or b, here as everywhere
    void (*sub)(Num *r, const Num *a, const Num *b);
    void (*mul)(Num *r, const Num *a, const Num *b);
    void (*div)(Num *r, const Num *a, const Num *b);   // in an exact arithmetic b is not 0
    void (*relu)(Num *r, const Num *a);                // max(a, 0)
    const char *(*score)(const Num *a);                // NULL, or why B^a is not to be had
    // 2^a and e^a; NULL, or why it is not to be had.  No slot: the arithmetic lacks that base.
    const char *(*exp2)(Num *r, const Num *a, const ArithSpec *spec);
    const char *(*exp)(Num *r, const Num *a, const ArithSpec *spec);
    // What writing a number to the stream does to it; NULL, or why it cannot be written.
    // No slot: nothing.
    const char *(*store)(Num *r, const ArithSpec *spec);
    const char *(*fault)(const Num *a);   // NULL, or why a is no number.  No slot: always NULL
    bool (*is_zero)(const Num *a);        // a = 0 for certain
    Verdict (*at_least)(const Num *a, const Num *b);   // a >= b ?
    // lower <= a <= upper, both a itself unless the arithmetic encloses.  false, and nothing said:
    // there are no such rationals of less than about 2^24 bits.
    bool (*ends)(mpq_t lower, mpq_t upper, const Num *a);
};

// The arithmetics, in the order of src/meson.build; ends with NULL.
extern const Arith *const ariths[];
extern const Arith arith_exact, arith_ball, arith_float, arith_fixed;

// Exact arithmetic, which has no parameters.
extern const ArithSpec exact_arithmetic;

// The arithmetic of that name, without parameters, NULL if there is none.
const Arith *arith_find(const char *name);

// *spec <- what the text says: "exact", "ball", "float:binary16", "float:11,-14,15", "fixed:8".
// -1, with what is wrong in *why, a string that the caller frees.
int arith_parse(ArithSpec *spec, const char *text, char **why);

// Appends the text that arith_parse reads; a named format as its name.
void arith_print(Text *t, const ArithSpec *spec);

// The names of the formats that float:NAME takes, the widest first; NULL for i beyond the last.
const char *float_format_name(size_t i);

// Lets this thread compute in the arithmetic, and ends that.
void arith_enter(const ArithSpec *spec, ArithState *old);
void arith_leave(const ArithSpec *spec, const ArithState *old);

// Frees what the libraries keep for the calling thread: at the end of each that computed.
void arith_end_thread(void);

// An array of n numbers, all 0.  Undo with nums_clear.  The spec outlives it.
Num *nums_init(const ArithSpec *spec, size_t n);
void nums_clear(const ArithSpec *spec, Num *x, size_t n);

// For parse: *x <- the integer at *s, low <= *x <= high, with *s moved past it; else appends that
// `what` ("the precision") is wrong and why, and answers false.
bool arith_read_integer(long *x, const char **s, long low, long high, const char *what, Text *why);
