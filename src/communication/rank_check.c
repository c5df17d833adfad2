// rank_check.c - certificates of ranks judged, by plain elimination and by integer sums.
#include "base/alloc.h"
#include "base/error.h"
#include "communication/rank.h"
#include <stdlib.h>

// Whether all are below `bound`, and different.
static bool are_distinct_below(const size_t *index, size_t count, size_t bound) {
    bool *seen = alloc_array(bound, 1, sizeof *seen), distinct = true;
    for (size_t i = 0; i < count && distinct; i++) {
        distinct = index[i] < bound && !seen[index[i]];
        if (distinct)
            seen[index[i]] = true;
    }
    free(seen);
    return distinct;
}

// Rows of bits: every row below a pivot that has a 1 in its column gets the pivot's row added.
static bool is_nonsingular_modulo_2(const BitMatrix *m) {
    for (size_t c = 0; c < m->columns; c++) {
        size_t pivot = c;
        while (pivot < m->rows && !bit_matrix_get(m, pivot, c))
            pivot++;
        if (pivot == m->rows)
            return false;
        for (size_t l = c / 64; l < m->limbs; l++) {
            uint64_t t = bit_matrix_row(m, pivot)[l];
            bit_matrix_row(m, pivot)[l] = bit_matrix_row(m, c)[l];
            bit_matrix_row(m, c)[l] = t;
        }
        for (size_t r = c + 1; r < m->rows; r++)
            if (bit_matrix_get(m, r, c))
                for (size_t l = c / 64; l < m->limbs; l++)
                    bit_matrix_row(m, r)[l] ^= bit_matrix_row(m, c)[l];
    }
    return true;
}

static uint64_t power_modulo(uint64_t x, uint64_t e, uint64_t p) {
    uint64_t power = 1 % p;
    for (; e > 0; e >>= 1) {
        if (e & 1)
            power = power * x % p;
        x = x * x % p;
    }
    return power;
}

// Column by column; what is added to a row stays unreduced until it is read: size sums of products
// of two numbers below 2^23 fit into 64 bits, as size <= 2^17.
static bool is_nonsingular_modulo(const BitMatrix *m, uint64_t p) {
    size_t n = m->rows;
    bool nonsingular = true;
    uint64_t *a = alloc_array(n, n, sizeof *a);
    for (size_t i = 0; i < n * n; i++)
        a[i] = bit_matrix_get(m, i / n, i % n);
    for (size_t c = 0; c < n && nonsingular; c++) {
        size_t pivot = c;
        while (pivot < n && (a[pivot * n + c] %= p) == 0)
            pivot++;
        nonsingular = pivot < n;
        for (size_t j = c; nonsingular && j < n; j++) {
            uint64_t t = a[pivot * n + j] % p;
            a[pivot * n + j] = a[c * n + j];
            a[c * n + j] = t;
        }
        uint64_t inverse = nonsingular ? power_modulo(a[c * n + c], p - 2, p) : 0;
        for (size_t r = c + 1; nonsingular && r < n; r++) {
            uint64_t factor = (p - a[r * n + c] % p) * inverse % p;
            for (size_t j = c; factor != 0 && j < n; j++)
                a[r * n + j] += factor * a[c * n + j];
        }
    }
    free(a);
    return nonsingular;
}

static bool is_prime(uint64_t p) {
    for (uint64_t d = 2; d * d <= p; d++)
        if (p % d == 0)
            return false;
    return p >= 2;
}

static const char *check_minor(const Rank *rank, const BitMatrix *m) {
    if (!is_prime(rank->modulus) || rank->modulus >= UINT64_C(1) << 23)
        return "the modulus is no prime below 2^23";
    if (!are_distinct_below(rank->row, rank->lower, m->rows) ||
        !are_distinct_below(rank->column, rank->lower, m->columns))
        return "the minor repeats a row or column, or has one that is not there";
    BitMatrix minor;
    bit_matrix_init_part(&minor, m, rank->row, rank->lower, rank->column, rank->lower);
    bool nonsingular = rank->modulus == 2 ? is_nonsingular_modulo_2(&minor)
                                          : is_nonsingular_modulo(&minor, rank->modulus);
    bit_matrix_clear(&minor);
    return nonsingular ? NULL : "the minor is singular";
}

// Whether sum_j factor[j] row[j] = factor[rank] dependent, in every column of `of`.
static bool holds(const BitMatrix *of, const size_t *row, size_t rank, size_t dependent,
                  const mpz_t *factor) {
    bool equal = mpz_sgn(factor[rank]) != 0;
    mpz_t sum;
    mpz_init(sum);
    for (size_t c = 0; c < of->columns && equal; c++) {
        mpz_set_ui(sum, 0);
        for (size_t j = 0; j < rank; j++)
            if (bit_matrix_get(of, row[j], c))
                mpz_add(sum, sum, factor[j]);
        if (bit_matrix_get(of, dependent, c))
            mpz_sub(sum, sum, factor[rank]);
        equal = mpz_sgn(sum) == 0;
    }
    mpz_clear(sum);
    return equal;
}

static const char *check_relations(const Rank *rank, const BitMatrix *of, const size_t *row) {
    bool *spanned = alloc_array(of->rows, 1, sizeof *spanned);
    const char *wrong = NULL;
    for (size_t i = 0; i < rank->lower; i++)
        spanned[row[i]] = true;
    for (size_t i = 0; i < rank->relations && wrong == NULL; i++) {
        const mpz_t *factor = (const mpz_t *)(rank->factor + i * (rank->lower + 1));
        if (rank->dependent[i] >= of->rows ||
            !holds(of, row, rank->lower, rank->dependent[i], factor))
            wrong = "a relation does not hold";
        else
            spanned[rank->dependent[i]] = true;
    }
    for (size_t r = 0; r < of->rows && wrong == NULL; r++)
        for (size_t c = 0; c < of->columns && !spanned[r]; c++)
            if (bit_matrix_get(of, r, c))
                wrong = "there is a row without a relation";
    free(spanned);
    return wrong;
}

static const char *check_upper(const Rank *rank, const BitMatrix *m) {
    size_t rows = bit_matrix_nonzero_rows(m), columns = bit_matrix_nonzero_columns(m);
    if (rank->upper >= rows || rank->upper >= columns)
        return NULL;
    if (rank->upper != rank->lower)
        return "the upper bound has no reason";
    if (!rank->of_columns)
        return check_relations(rank, m, rank->row);
    BitMatrix transposed;
    bit_matrix_init_transposed(&transposed, m);
    const char *wrong = check_relations(rank, &transposed, rank->column);
    bit_matrix_clear(&transposed);
    return wrong;
}

const char *rank_check(const Rank *rank, const BitMatrix *m) {
    if (rank->lower > rank->upper)
        return "the lower bound exceeds the upper one";
    const char *wrong = check_minor(rank, m);
    return wrong ? wrong : check_upper(rank, m);
}
