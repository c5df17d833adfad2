#include "math/rational.h"
#include "base/error.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Past a run of digits without leading zeros, or NULL.
static const char *skip_digits(const char *s) {
    if (!isdigit((unsigned char)*s) || (s[0] == '0' && isdigit((unsigned char)s[1])))
        return NULL;
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

const char *rational_parse(mpq_t r, const char *s) {
    const char *expected = "expected an integer or a quotient like -17/4";
    mpq_set_ui(r, 0, 1);
    if (strnlen(s, RATIONAL_LONGEST + 1) > RATIONAL_LONGEST)
        return "a number longer than 20000 characters";
    const char *rest = skip_digits(*s == '-' ? s + 1 : s);
    if (rest == NULL)
        return expected;
    if (*rest == '/') {
        if (strcmp(rest + 1, "0") == 0)
            return "a zero denominator";
        rest = skip_digits(rest + 1);
    }
    if (rest == NULL || *rest != '\0')
        return expected;
    int status = mpq_set_str(r, s, 10);
    require(status == 0);
    mpq_canonicalize(r);
    return NULL;
}

void rational_print(Text *t, const mpq_t r) {
    char *s = mpq_get_str(NULL, 10, r);
    text_add(t, s);
    free(s);
}

// The e with 10^e <= |r| < 10^(e+1), for r != 0.
static long decimal_exponent(const mpq_t r) {
    mpq_t magnitude, power;
    mpq_inits(magnitude, power, NULL);
    mpq_abs(magnitude, r);
    long e = (long)mpz_sizeinbase(mpq_numref(magnitude), 10) -
             (long)mpz_sizeinbase(mpq_denref(magnitude), 10) + 1;   // never too small
    for (;; e--) {
        mpz_ui_pow_ui(mpq_numref(power), 10, (unsigned long)labs(e));
        mpz_set_ui(mpq_denref(power), 1);
        if (e < 0)
            mpq_inv(power, power);
        if (mpq_cmp(power, magnitude) <= 0)
            break;
    }
    mpq_clears(magnitude, power, NULL);
    return e;
}

// q <- r * 10^scale rounded to an integer in the given direction.
static void scaled_integer(mpz_t q, const mpq_t r, long scale, Rounding rounding) {
    mpz_t power, denominator;
    mpz_inits(power, denominator, NULL);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(scale));
    mpz_set(q, mpq_numref(r));
    mpz_set(denominator, mpq_denref(r));
    mpz_mul(scale < 0 ? denominator : q, scale < 0 ? denominator : q, power);
    if (rounding == DOWN)
        mpz_fdiv_q(q, q, denominator);
    else
        mpz_cdiv_q(q, q, denominator);
    mpz_clears(power, denominator, NULL);
}

// Drops the zeros after the decimal point, and the point if nothing follows.
static void strip_zeros(char *s) {
    if (strchr(s, '.') == NULL)
        return;
    size_t length = strlen(s);
    while (s[length - 1] == '0')
        s[--length] = '\0';
    if (s[length - 1] == '.')
        s[length - 1] = '\0';
}

void rational_print_decimal(Text *t, const mpq_t r, int digits, Rounding rounding) {
    require(digits >= 1);
    if (mpq_sgn(r) == 0) {
        text_add(t, "0");
        return;
    }
    long e = decimal_exponent(r);
    long places = digits - 1 - e;   // decimal places of the last significant digit
    bool scientific = e < -5 || e > 15;
    if (!scientific && places < 0)
        places = 0;   // integers are shown whole
    mpz_t q;
    mpz_init(q);
    scaled_integer(q, r, places, rounding);
    long shown = scientific ? places + e : places;   // digits after the point
    char *s = mpz_get_str(NULL, 10, q);
    const char *sign = mpz_sgn(q) < 0 ? "-" : "", *magnitude = *s == '-' ? s + 1 : s;
    Text number = { 0 };
    long before = (long)strlen(magnitude) - shown;   // digits before the point
    text_add(&number, sign);
    if (before <= 0) {
        text_add(&number, "0.");
        for (long k = before; k < 0; k++)
            text_add(&number, "0");
        text_add(&number, magnitude);
    } else {
        text_add_bytes(&number, magnitude, (size_t)before);
        if (shown > 0)
            text_printf(&number, ".%s", magnitude + before);
    }
    strip_zeros(number.bytes);
    text_add(t, number.bytes);
    if (scientific)
        text_printf(t, "e%ld", e);
    text_clear(&number);
    free(s);
    mpz_clear(q);
}

// Appends factor * 2^twos + rest, if that is z and the factor is small.
static bool print_by_power(Text *t, const mpz_t z, long rest) {
    mpz_t odd;
    mpz_init_set(odd, z);
    if (rest >= 0)
        mpz_sub_ui(odd, odd, (unsigned long)rest);
    else
        mpz_add_ui(odd, odd, (unsigned long)-rest);
    mp_bitcnt_t twos = mpz_scan1(odd, 0);
    mpz_tdiv_q_2exp(odd, odd, twos);
    bool one = mpz_cmp_ui(odd, 1) == 0, brief = one || (rest == 0 && mpz_cmp_ui(odd, 1000000) < 0);
    if (brief && one)
        text_printf(t, "2^%lu%s", twos, rest > 0 ? " + 1" : rest < 0 ? " - 1" : "");
    else if (brief)
        text_printf(t, "%lu * 2^%lu", mpz_get_ui(odd), twos);
    mpz_clear(odd);
    return brief;
}

void integer_print_brief(Text *t, const mpz_t z) {
    if (mpz_cmp_ui(z, 9999999999ul) > 0 &&
        (print_by_power(t, z, 0) || print_by_power(t, z, 1) || print_by_power(t, z, -1)))
        return;
    char *full = mpz_get_str(NULL, 10, z);
    text_add(t, full);
    free(full);
}

void rational_scale(mpq_t r, long e) {
    if (e >= 0)
        mpq_mul_2exp(r, r, (mp_bitcnt_t)e);
    else
        mpq_div_2exp(r, r, -(mp_bitcnt_t)e);
}

unsigned long log2_floor(unsigned long x) {
    require(x >= 1);
    unsigned long e = 0;
    while (x >>= 1)
        e++;
    return e;
}

unsigned long log2_ceil(unsigned long x) {
    require(x >= 1);
    return x == 1 ? 0 : log2_floor(x - 1) + 1;
}
