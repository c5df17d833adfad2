#include "math/decimal.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

// Appends the digits at *s to the integer and counts them.
static size_t read_digits(mpz_t integer, const char **s) {
    char digits[DECIMAL_LONGEST + 1];
    size_t n = 0, before = strspn(*s, "0123456789");
    for (; n < before; n++)
        digits[n] = (*s)[n];
    digits[n] = '\0';
    *s += n;
    if (n > 0) {
        mpz_t more, scale;
        mpz_init(scale);
        mpz_init_set_str(more, digits, 10);
        mpz_ui_pow_ui(scale, 10, n);
        mpz_mul(integer, integer, scale);
        mpz_add(integer, integer, more);
        mpz_clears(more, scale, NULL);
    }
    return n;
}

// r <- |r| * 10^e.
static void scale_by_ten(mpq_t r, long e) {
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)labs(e));
    mpz_mul(e < 0 ? mpq_denref(r) : mpq_numref(r), e < 0 ? mpq_denref(r) : mpq_numref(r), power);
    mpz_clear(power);
}

// Reads "e-12" if it is there.  Whether it is well formed.
static bool read_exponent(long *e, const char **s) {
    if (**s != 'e' && **s != 'E')
        return true;
    const char *digits = *s + 1 + ((*s)[1] == '-' || (*s)[1] == '+');
    size_t n = strspn(digits, "0123456789");
    if (n < 1 || n > 5)
        return false;
    long value = strtol(digits, NULL, 10);
    *e += (*s)[1] == '-' ? -value : value;
    *s = digits + n;
    return value <= DECIMAL_EXPONENT;
}

bool decimal_parse(mpq_t r, const char *s) {
    bool negative = *s == '-';
    require(strlen(s) <= DECIMAL_LONGEST);
    mpq_set_ui(r, 0, 1);
    s += *s == '-' || *s == '+';
    size_t digits = read_digits(mpq_numref(r), &s);
    if (*s == '/' && digits > 0) {
        s++;
        mpz_set_ui(mpq_denref(r), 0);
        digits = read_digits(mpq_denref(r), &s);
    } else {
        long e = 0;
        if (*s == '.') {
            s++;
            size_t places = read_digits(mpq_numref(r), &s);
            digits += places;
            e = -(long)places;
        }
        if (digits == 0 || !read_exponent(&e, &s))
            return false;
        scale_by_ten(r, e);
    }
    if (digits == 0 || *s != '\0' || mpz_sgn(mpq_denref(r)) == 0)
        return false;
    mpq_canonicalize(r);
    if (negative)
        mpq_neg(r, r);
    return true;
}
