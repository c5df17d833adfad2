#include "constructions/collect.h"

// The least u with 2^u >= 3 (L - 1): a single 1 then holds at least 3/4 of the mass.
static unsigned long peak(const mpz_t length) {
    mpz_t x;
    mpz_init(x);
    mpz_sub_ui(x, length, 1);
    mpz_mul_ui(x, x, 3);
    mpz_sub_ui(x, x, 1);
    unsigned long bits = mpz_sgn(x) > 0 ? mpz_sizeinbase(x, 2) : 0;
    mpz_clear(x);
    return bits;
}

void collect_add(Layer *layer, size_t width, size_t end, size_t bit, ReadoutKind readout,
                 const mpz_t length) {
    Head *h = layer_add_head(layer, width, 1, 1);
    if (readout == READOUT_PEAKED) {
        matrix_set(&h->q, 0, end, (long)peak(length), 1);
        matrix_set(&h->k, 0, bit, 1, 1);
    }
    matrix_set(&h->v, 0, bit, 1, 1);
    matrix_set(&h->o, bit, 0, 1, 1);
}

void collect_threshold(mpq_t r, ReadoutKind readout, const mpz_t length) {
    mpq_set_ui(r, 1, 2);
    if (readout == READOUT_UNIFORM)
        mpz_mul(mpq_denref(r), mpq_denref(r), length);
}

// Peaked: 2^u / (2^u + L - 1) - 1/2.
void collect_margin(mpq_t margin, ReadoutKind readout, const mpz_t length) {
    collect_threshold(margin, readout, length);
    if (readout == READOUT_UNIFORM)
        return;
    mpq_t half;
    mpq_init(half);
    mpq_set(half, margin);
    mpq_set_ui(margin, 1, 1);
    mpq_mul_2exp(margin, margin, peak(length));
    mpz_add(mpq_denref(margin), mpq_numref(margin), length);
    mpz_sub_ui(mpq_denref(margin), mpq_denref(margin), 1);
    mpq_canonicalize(margin);
    mpq_sub(margin, margin, half);
    mpq_clear(half);
}
