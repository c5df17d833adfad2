// Sequences with characteristic polynomial h over Z4, h the lift of a primitive polynomial whose
// root xi has order 2^(m-1) - 1, are t -> T(lambda xi^t); doubled binary sequences with the root
// xi^3 are t -> 2 T(mu xi^(3t)).  With the constants and a last coordinate (t = infinity) these
// are the codes of Hammons, Kumar, Calderbank, Sloane, Sole (1994).
#include "constructions/codes/quaternary.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/field.h"
#include "math/gf2.h"
#include <stdlib.h>

int quaternary_at(const Quaternary *q, size_t t) {
    return (int)(q->low[t / 64] >> t % 64 & 1) + 2 * (int)(q->high[t / 64] >> t % 64 & 1);
}

void quaternary_put(Quaternary *q, size_t t, int value) {
    int change = quaternary_at(q, t) ^ (value & 3);
    q->low[t / 64] ^= (uint64_t)(change & 1) << t % 64;
    q->high[t / 64] ^= (uint64_t)(change >> 1 & 1) << t % 64;
}

void quaternary_add(Quaternary *r, const Quaternary *a, const Quaternary *b) {
    for (size_t l = 0; l < 4; l++) {
        uint64_t carry = a->low[l] & b->low[l];
        r->low[l] = a->low[l] ^ b->low[l];
        r->high[l] = a->high[l] ^ b->high[l] ^ carry;
    }
}

void quaternary_gray(uint64_t *word, const Quaternary *q, size_t n) {
    for (size_t t = 0; t < n; t++) {
        int value = quaternary_at(q, t);
        if (value & 2)
            gf2_flip(word, t);
        if (value == 1 || value == 2)
            gf2_flip(word, n + t);
    }
}

// h with h(x^2) = +-f(x) f(-x) over Z4: its roots are the squares of f's, and of odd order.
// h[0 .. degree], h[degree] = 1.
static void lift(int *h, uint32_t f, unsigned degree) {
    for (unsigned s = 0; s <= degree; s++) {
        int sum = 0;
        for (unsigned i = 0; i <= degree; i++) {
            int j = 2 * (int)s - (int)i;
            if (j >= 0 && j <= (int)degree && f >> i & 1 && f >> j & 1)
                sum += j % 2 ? -1 : 1;
        }
        h[s] = sum & 3;
    }
    int lead = h[degree];   // +-1, its own inverse
    for (unsigned s = 0; s <= degree; s++)
        h[s] = h[s] * lead & 3;
}

// q[t] <- the sequence with s_(t+m) = -sum h_i s_(t+i), started at the unit vector e_start.
static void sequence(Quaternary *q, const int *h, unsigned degree, unsigned start, size_t n) {
    int s[QUATERNARY_LONGEST] = { 0 };
    s[start] = 1;
    for (size_t t = degree; t < n; t++)
        for (unsigned i = 0; i < degree; i++)
            s[t] = (s[t] - h[i] * s[t - degree + i]) & 3;
    *q = (Quaternary){ 0 };
    for (size_t t = 0; t < n; t++)
        quaternary_put(q, t, s[t]);
}

// Generators of the code, each of order 4 followed by its double; those of order 2.
static size_t generators(Quaternary *g, unsigned degree, unsigned terms) {
    Field f;
    int h[FIELD_LARGEST + 1];
    size_t n = (size_t)1 << degree, count = 0;
    field_init(&f, degree);
    lift(h, f.modulus, degree);
    for (unsigned i = 0; i < degree; i++, count += 2) {
        sequence(&g[count], h, degree, i, n - 1);
        quaternary_add(&g[count + 1], &g[count], &g[count]);
    }
    g[count] = (Quaternary){ 0 };
    for (size_t t = 0; t < n; t++)
        quaternary_put(&g[count], t, 1);
    quaternary_add(&g[count + 1], &g[count], &g[count]);
    count += 2;
    for (unsigned i = 0; i < degree && terms > 0; i++, count++) {
        g[count] = (Quaternary){ 0 };
        for (size_t t = 0; t < n - 1; t++)
            quaternary_put(&g[count], t, 2 * quaternary_at(&g[2 * i], 3 * t % (n - 1)));
    }
    field_clear(&f);
    return count;
}

void quaternary_kerdock(Code *c, const char *name, unsigned m, unsigned terms) {
    Quaternary g[64];
    require(m % 2 == 0 && m >= 4 && m <= 8);
    size_t count = generators(g, m - 1, terms), n = (size_t)1 << (m - 1);
    Quaternary *word = alloc_array((size_t)1 << count, 1, sizeof *word);
    for (size_t r = 0; r < count; r++)
        for (size_t w = 0; w < (size_t)1 << r; w++)
            quaternary_add(&word[((size_t)1 << r) + w], &word[w], &g[r]);
    code_init(c, name, UINT64_C(1) << count, 2 * n, 0);
    for (uint64_t w = 0; w < c->words; w++)
        quaternary_gray(c->table + w * c->limbs, &word[w], n);
    free(word);
}
