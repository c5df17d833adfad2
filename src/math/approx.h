// approx.h - a double and how far it is at most from the number that it stands for.
//
// |number - mid| <= rad: docs/arithmetic.md#filter proves each operation.  An Approx whose mid or
// rad is no finite number says nothing; no comparison rad < mid is true of it then.
// Needs double arithmetic in double, round to nearest, and no contraction of a*b + c.
#pragma once
#include <float.h>
#include <math.h>

_Static_assert(FLT_EVAL_METHOD == 0 && DBL_MANT_DIG == 53, "needs IEEE 754 doubles");

typedef struct Approx {
    double mid, rad;
} Approx;

#define APPROX_UNIT 0x1p-53         // relative error of one rounding
#define APPROX_TINY 0x1p-1000       // more than all that underflows in one operation
#define APPROX_MORE (1 + 0x1p-48)   // more than the roundings of one radius take away

// The radius that the terms and the rounding of mid itself call for.
static inline Approx approx_of(double mid, double terms) {
    return (Approx){ mid, APPROX_MORE * (terms + APPROX_UNIT * fabs(mid) + APPROX_TINY) };
}

static inline Approx approx_add(Approx a, Approx b) {
    return approx_of(a.mid + b.mid, a.rad + b.rad);
}

static inline Approx approx_sub(Approx a, Approx b) {
    return approx_of(a.mid - b.mid, a.rad + b.rad);
}

static inline Approx approx_mul(Approx a, Approx b) {
    return approx_of(a.mid * b.mid, fabs(a.mid) * b.rad + fabs(b.mid) * a.rad + a.rad * b.rad);
}

// Says nothing unless b.mid >= 1/4 and b.rad <= b.mid / 2.
static inline Approx approx_div(Approx a, Approx b) {
    if (!(b.mid >= 0.25 && b.rad <= b.mid / 2))
        return (Approx){ NAN, NAN };
    double mid = a.mid / b.mid;
    return approx_of(mid, (a.rad + (fabs(mid) + APPROX_TINY) * b.rad) / (b.mid - b.rad));
}

static inline Approx approx_relu(Approx a) { return (Approx){ a.mid > 0 ? a.mid : 0, a.rad }; }

// A sum of fewer than 2^20 numbers and products, begun as { 0, 0 }; approx_sum ends it.
typedef struct ApproxSum {
    double mid, rad;
} ApproxSum;

static inline void approx_sum_add(ApproxSum *s, Approx a) {
    s->mid += a.mid;
    s->rad += a.rad + APPROX_UNIT * fabs(s->mid);
}

static inline void approx_sum_add_product(ApproxSum *s, Approx a, Approx b) {
    double product = a.mid * b.mid;
    s->mid += product;
    s->rad += (fabs(a.mid) * b.rad + fabs(b.mid) * a.rad + a.rad * b.rad) +
              APPROX_UNIT * (fabs(product) + fabs(s->mid));
}

// A summand whose radius carries, for a sum of at most n numbers in any order, what the sum of the
// mids rounds because of it: these are then added with no regard to rounding.
static inline Approx approx_summand(Approx a, double n) {
    return (Approx){ a.mid, APPROX_MORE * (a.rad + n * APPROX_UNIT * fabs(a.mid)) };
}

static inline void approx_sum_add_summand(ApproxSum *s, Approx a) {
    s->mid += a.mid;
    s->rad += a.rad;
}

static inline Approx approx_sum(ApproxSum s) {
    return (Approx){ s.mid,
                     (1 + 0x1p-30) * (s.rad + APPROX_TINY + 0 * s.mid) };   // NaN of infinity
}

// 2^a and e^a for a <= 1 or so; says nothing of much larger a.
Approx approx_exp2(Approx a);
Approx approx_exp(Approx a);
