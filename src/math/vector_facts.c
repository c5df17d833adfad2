// Each vector is brought to a common denominator, so that an inner product takes one product of
// integers per coordinate; if that denominator is huge, rational products are the lesser evil.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "math/vectors.h"
#include <stdlib.h>

enum { LARGEST_DENOMINATOR = 4096 };   // bits

// The vectors over common denominators: x_i = integer_i / denominator_i.
typedef struct Scaled {
    const Vectors *v;
    Matrix own;   // of sign vectors
    const Matrix *matrix;
    mpz_t *integer;       // count x length; NULL: use the matrix
    mpz_t *denominator;   // count
} Scaled;

static void scaled_matrix(Scaled *s) {
    const Vectors *v = s->v;
    s->matrix = &v->matrix;
    if (!v->signs)
        return;
    matrix_init(&s->own, v->count, v->length);
    s->matrix = &s->own;
    for (size_t i = 0; i < v->count; i++)
        for (size_t j = 0; j < v->length; j++)
            matrix_set(&s->own, i, j, code_sign(v->code.table + i * v->code.limbs, j), 1);
}

// denominator[i] <- the least common one of vector i.  Whether it stays small.
static bool find_denominator(Scaled *s, size_t i) {
    mpz_set_ui(s->denominator[i], 1);
    for (size_t j = 0; j < s->matrix->columns; j++) {
        mpz_lcm(s->denominator[i], s->denominator[i], mpq_denref(matrix_at(s->matrix, i, j)));
        if (mpz_sizeinbase(s->denominator[i], 2) > LARGEST_DENOMINATOR)
            return false;
    }
    return true;
}

static void scaled_init(Scaled *s, const Vectors *v) {
    *s = (Scaled){ .v = v };
    scaled_matrix(s);
    size_t n = v->count, k = v->length;
    bool small = true;
    s->denominator = alloc_array(n, 1, sizeof *s->denominator);
    for (size_t i = 0; i < n; i++)
        mpz_init(s->denominator[i]);
    for (size_t i = 0; i < n && small; i++)
        small = find_denominator(s, i);
    if (!small)
        return;
    s->integer = alloc_array(n, k, sizeof *s->integer);
    for (size_t e = 0; e < n * k; e++) {
        mpq_srcptr x = s->matrix->entry[e];
        mpz_init(s->integer[e]);
        mpz_divexact(s->integer[e], s->denominator[e / k], mpq_denref(x));
        mpz_mul(s->integer[e], s->integer[e], mpq_numref(x));
    }
}

static void scaled_clear(Scaled *s) {
    for (size_t i = 0; i < s->v->count; i++)
        mpz_clear(s->denominator[i]);
    for (size_t e = 0; s->integer != NULL && e < s->v->count * s->v->length; e++)
        mpz_clear(s->integer[e]);
    free(s->denominator);
    free(s->integer);
    if (s->v->signs)
        matrix_clear(&s->own);
}

// r <- <T_i, T_j>.
static void inner(mpq_t r, const Scaled *s, size_t i, size_t j) {
    size_t k = s->v->length;
    mpq_set_ui(r, 0, 1);
    if (s->integer != NULL) {
        for (size_t c = 0; c < k; c++)
            mpz_addmul(mpq_numref(r), s->integer[i * k + c], s->integer[j * k + c]);
        mpz_mul(mpq_denref(r), s->denominator[i], s->denominator[j]);
        mpq_canonicalize(r);
        return;
    }
    mpq_t term;
    mpq_init(term);
    for (size_t c = 0; c < k; c++) {
        mpq_mul(term, matrix_at(s->matrix, i, c), matrix_at(s->matrix, j, c));
        mpq_add(r, r, term);
    }
    mpq_clear(term);
}

// largest[i], key[i] <- the maximum of <T_i, T_j> over j != i, and the first j that attains it.
static void find_largest(mpq_t *largest, size_t *key, mpq_t least, const Scaled *s) {
    size_t n = s->v->count;
    mpq_t r;
    mpq_init(r);
    for (size_t i = 0; i < n; i++)
        key[i] = n;
    for (size_t i = 0; i < n && !interrupted(); i++)
        for (size_t j = i + 1; j < n; j++) {
            inner(r, s, i, j);
            if ((i == 0 && j == 1) || mpq_cmp(r, least) < 0)
                mpq_set(least, r);
            for (size_t side = 0; side < 2; side++) {
                size_t query = side ? j : i, other = side ? i : j;
                if (key[query] == n || mpq_cmp(r, largest[query]) > 0) {
                    mpq_set(largest[query], r);
                    key[query] = other;
                }
            }
        }
    mpq_clear(r);
}

// From the largest inner product of each vector, dividing by its square.
static int finish(VectorFacts *f, mpq_t *largest, const size_t *key, const Scaled *s,
                  const char *file) {
    mpq_t ratio;
    int status = 0;
    mpq_init(ratio);
    for (size_t i = 0; i < s->v->count && status == 0; i++) {
        inner(ratio, s, i, i);
        if (mpq_sgn(ratio) == 0) {
            status = error("%s:%zu: the vector is 0, expected a key that meets itself", file,
                           s->v->line[i]);
            break;
        }
        mpq_div(ratio, largest[i], ratio);
        if (i == 0 || mpq_cmp(largest[i], f->max_inner) > 0)
            mpq_set(f->max_inner, largest[i]);
        if (i == 0 || mpq_cmp(ratio, f->epsilon) > 0) {
            mpq_set(f->epsilon, ratio);
            f->query = i;
            f->key = key[i];
        }
    }
    mpq_clear(ratio);
    return status;
}

int vector_facts_init(VectorFacts *f, const Vectors *v, const char *file) {
    if (v->count < 2)
        return error("%s:%zu: one vector, expected two at least", file, v->line[0]);
    Scaled s;
    scaled_init(&s, v);
    mpq_t *largest = vector_init(v->count);
    size_t *key = alloc_array(v->count, 1, sizeof *key);
    *f = (VectorFacts){ 0 };
    mpq_inits(f->max_inner, f->min_inner, f->epsilon, NULL);
    find_largest(largest, key, f->min_inner, &s);
    int status = interrupted() ? error("%s: interrupted before all pairs were compared", file)
                               : finish(f, largest, key, &s, file);
    if (status < 0)
        vector_facts_clear(f);
    free(key);
    vector_clear(largest, v->count);
    scaled_clear(&s);
    return status;
}

void vector_facts_clear(VectorFacts *f) {
    mpq_clears(f->max_inner, f->min_inner, f->epsilon, NULL);
    *f = (VectorFacts){ 0 };
}
