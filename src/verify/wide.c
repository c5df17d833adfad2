#include "verify/wide.h"
#include <stdint.h>

bool wide_fits(const mpz_t z) { return mpz_sizeinbase(z, 2) <= WIDE_BITS; }

Wide wide_get(const mpz_t z) {
    if (!wide_fits(z))
        return 0;
    uint64_t limb[2] = { 0 };
    mpz_export(limb, NULL, -1, sizeof *limb, 0, 0, z);
    Wide magnitude = (Wide)((unsigned __int128)limb[1] << 64 | limb[0]);
    return mpz_sgn(z) < 0 ? -magnitude : magnitude;
}

void wide_set(mpz_t z, Wide x) {
    unsigned __int128 magnitude = x < 0 ? -(unsigned __int128)x : (unsigned __int128)x;
    uint64_t limb[2] = { (uint64_t)magnitude, (uint64_t)(magnitude >> 64) };
    mpz_import(z, 2, -1, sizeof *limb, 0, 0, limb);
    if (x < 0)
        mpz_neg(z, z);
}

static bool fits_63(Wide x) { return x >= INT64_MIN && x <= INT64_MAX; }

static int compare_large(Wide a, Wide b, Wide c, Wide d) {
    mpz_t left, right, factor;
    mpz_inits(left, right, factor, NULL);
    wide_set(left, a);
    wide_set(factor, d);
    mpz_mul(left, left, factor);
    wide_set(right, c);
    wide_set(factor, b);
    mpz_mul(right, right, factor);
    int sign = mpz_cmp(left, right);
    mpz_clears(left, right, factor, NULL);
    return (sign > 0) - (sign < 0);
}

int wide_compare(Wide a, Wide b, Wide c, Wide d) {
    if (b == d)
        return (a > c) - (a < c);
    if (!fits_63(a) || !fits_63(b) || !fits_63(c) || !fits_63(d))
        return compare_large(a, b, c, d);
    Wide left = a * d, right = c * b;
    return (left > right) - (left < right);
}
