// e^x = 2^k e^r with r = x - k ln 2, and e^r by its Taylor sum: docs/arithmetic.md#filter.
#include "math/approx.h"

enum { TERMS = 14, LOWEST = -600, HIGHEST = 60 };   // e^LOWEST > 2^-900

// What B^a is for a < LOWEST + 1/2.
static const Approx vanishing = { 0, 0x1p-599 };
static const Approx nothing = { NAN, NAN };

// ln 2 is high + low within 2^-86; high has 32 bits, so that k * high is exact for |k| < 2^20.
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
static const double ln2 = 0x1.62e42fefa39efp-1, ln2_error = 0x1p-54;

static const double inverse_factorial[TERMS] = {
    1.0,
    1.0,
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800,
    1.0 / 479001600,
    1.0 / 6227020800,
};

// e^r for |r| <= 0.36.  Horner's steps lose at most 3u each, of which 0.36 remain in the next one.
static Approx taylor(Approx r) {
    double sum = 0;
    for (int n = TERMS - 1; n >= 0; n--)
        sum = inverse_factorial[n] + r.mid * sum;
    return (Approx){ sum, APPROX_MORE * (0x1p-50 + 0x1p-55 + 1.5 * r.rad) };
}

// e^x for one double x.
static Approx exp_of(double x) {
    double k = rint(x / ln2);
    Approx high = approx_of(x - k * ln2_high, 0);
    Approx low = approx_of(k * ln2_low, fabs(k) * 0x1p-86);
    Approx e = taylor(approx_sub(high, low));
    return (Approx){ ldexp(e.mid, (int)k), ldexp(e.rad, (int)k) };
}

// B^(a.mid), widened: B^d differs from 1 by at most 2 |d| for |d| <= 1/2 and B <= e.
static Approx widen(Approx power, Approx a) { return approx_mul(power, (Approx){ 1, 2 * a.rad }); }

static int is_in_range(Approx a) { return a.mid >= LOWEST && a.mid <= HIGHEST && a.rad <= 0.5; }

// Below LOWEST, and finite enough to say so.
static int vanishes(Approx a) { return a.mid < LOWEST && a.rad <= 0.5; }

Approx approx_exp2(Approx a) {
    if (!is_in_range(a))
        return vanishes(a) ? vanishing : nothing;
    double whole = rint(a.mid);
    Approx power = { ldexp(1, (int)whole), 0 };
    if (whole != a.mid) {
        Approx rest = approx_mul((Approx){ a.mid - whole, 0 }, (Approx){ ln2, ln2_error });
        power = widen(exp_of(rest.mid), rest);
        power = (Approx){ ldexp(power.mid, (int)whole), ldexp(power.rad, (int)whole) };
    }
    return widen(power, a);
}

Approx approx_exp(Approx a) {
    if (!is_in_range(a))
        return vanishes(a) ? vanishing : nothing;
    return widen(exp_of(a.mid), a);
}
