#include "communication/bound.h"
#include "base/error.h"

void bound_init(Bound *b) {
    *b = (Bound){ 0 };
    mpz_inits(b->lower, b->upper, NULL);
}

void bound_clear(Bound *b) {
    mpz_clears(b->lower, b->upper, NULL);
    text_clear(&b->certificate);
}

void bound_set(Bound *b, const mpz_t lower, const mpz_t upper, const char *reason) {
    require(mpz_cmp(lower, upper) <= 0);
    b->attempted = true;
    mpz_set(b->lower, lower);
    mpz_set(b->upper, upper);
    b->certificate.length = 0;
    text_add(&b->certificate, reason);
}

void bound_set_ui(Bound *b, size_t lower, size_t upper, const char *reason) {
    mpz_t low, high;
    mpz_init_set_ui(low, lower);
    mpz_init_set_ui(high, upper);
    bound_set(b, low, high, reason);
    mpz_clear(low);
    mpz_clear(high);
}

bool bound_is_exact(const Bound *b) { return b->attempted && mpz_cmp(b->lower, b->upper) == 0; }

size_t bits_to_tell(const mpz_t x) {
    require(mpz_sgn(x) > 0);
    size_t bits = mpz_sizeinbase(x, 2);
    return mpz_popcount(x) == 1 ? bits - 1 : bits;
}
