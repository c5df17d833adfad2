// e^x = 2^k e^r with r = x - k ln 2, and e^r by its Taylor sum, all in Approx: so that the bound on
// the error computes itself, but for the remainder of the sum.
#include "math/approx.h"

enum { TERMS = 14, LOWEST = -600, HIGHEST = 60 };   // e^LOWEST > 2^-900

// What B^a is for a < LOWEST + 1/2.
static const Approx vanishing = { 0, 0x1p-599 };
static const Approx nothing = { NAN, NAN };

// ln 2 is high + low within 2^-86; high has 32 bits, so that k * high is exact for |k| < 2^20.
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
static const double ln2 = 0x1.62e42fefa39efp-1, ln2_error = 0x1p-54;

// e^r for |r| <= 0.36, n! exact for n <= 18.
static Approx taylor(Approx r) {
    Approx sum = { 0, 0 };
    double factorial[TERMS] = { 1 };
    for (int n = 1; n < TERMS; n++)
        factorial[n] = factorial[n - 1] * n;
    for (int n = TERMS - 1; n >= 0; n--)
        sum = approx_add(approx_mul(sum, r), approx_of(1 / factorial[n], 0));
    sum.rad = APPROX_MORE * (sum.rad + 0x1p-55);
    return sum;
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
