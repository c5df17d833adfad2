#include "protocol/bit_string.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

enum { LIMB = 64 };

static size_t limbs(size_t bits) { return (bits + LIMB - 1) / LIMB; }

void bit_string_clear(BitString *s) {
    free(s->limb);
    *s = (BitString){ 0 };
}

void bit_string_empty(BitString *s) {
    if (s->length > 0)
        memset(s->limb, 0, limbs(s->length) * sizeof *s->limb);
    s->length = 0;
}

// Room for so many bits, the new ones 0.
static void grow(BitString *s, size_t length) {
    size_t needed = limbs(length);
    if (needed > s->capacity) {
        uint64_t *grown = realloc(s->limb, needed * sizeof *grown);
        if (grown == NULL)
            die("out of memory: a message of %zu bits", length);
        memset(grown + s->capacity, 0, (needed - s->capacity) * sizeof *grown);
        s->limb = grown;
        s->capacity = needed;
    }
    s->length = length;
}

void bit_string_copy(BitString *s, const BitString *other) {
    bit_string_empty(s);
    grow(s, other->length);
    if (other->length > 0)
        memcpy(s->limb, other->limb, limbs(other->length) * sizeof *s->limb);
}

void bit_string_write(BitString *s, const mpz_t z, size_t width) {
    require(mpz_sgn(z) >= 0 && (mpz_sgn(z) == 0 || mpz_sizeinbase(z, 2) <= width));
    size_t first = s->length;
    grow(s, first + width);
    for (size_t i = 0; i < width; i++)
        if (mpz_tstbit(z, i))
            s->limb[(first + i) / LIMB] |= UINT64_C(1) << (first + i) % LIMB;
}

bool bit_string_read(mpz_t z, const BitString *s, size_t *at, size_t width) {
    if (*at > s->length || width > s->length - *at)
        return false;
    mpz_set_ui(z, 0);
    for (size_t i = 0; i < width; i++)
        if (s->limb[(*at + i) / LIMB] >> (*at + i) % LIMB & 1)
            mpz_setbit(z, i);
    *at += width;
    return true;
}

int bit_string_compare(const BitString *a, const BitString *b) {
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->length == 0 ? 0 : memcmp(a->limb, b->limb, limbs(a->length) * sizeof *a->limb);
}
