// Ranks against plain elimination over Q, and their check against wrong certificates.
#include "base/alloc.h"
#include "base/error.h"
#include "communication/rank.h"
#include "harness.h"
#include "random_matrix.h"
#include <stdlib.h>
#include <string.h>

// r <- the representative of r in 0 .. p - 1, of a number whose denominator p does not divide; p =
// 0: r.
static void reduce(mpq_t r, const mpz_t p) {
    if (mpz_sgn(p) == 0)
        return;
    require(mpz_invert(mpq_denref(r), mpq_denref(r), p) != 0);
    mpz_mul(mpq_numref(r), mpq_numref(r), mpq_denref(r));
    mpz_fdiv_r(mpq_numref(r), mpq_numref(r), p);
    mpz_set_ui(mpq_denref(r), 1);
}

// a[to ..] <- a[to ..] - factor a[from ..], so that a[to][c] becomes 0.
static void eliminate(mpq_t *a, size_t columns, size_t to, size_t from, size_t c, const mpz_t p) {
    mpq_t factor, product;
    mpq_inits(factor, product, NULL);
    mpq_div(factor, a[to * columns + c], a[from * columns + c]);
    reduce(factor, p);
    for (size_t j = c; j < columns; j++) {
        mpq_mul(product, factor, a[from * columns + j]);
        mpq_sub(a[to * columns + j], a[to * columns + j], product);
        reduce(a[to * columns + j], p);
    }
    mpq_clears(factor, product, NULL);
}

// The rank modulo the prime, over Q if it is 0, entry by entry.
static size_t plain_rank(const BitMatrix *m, unsigned long prime) {
    size_t rank = 0, cells = m->rows * m->columns;
    mpq_t *a = alloc_array(cells, 1, sizeof *a);
    mpz_t p;
    mpz_init_set_ui(p, prime);
    for (size_t i = 0; i < cells; i++) {
        mpq_init(a[i]);
        mpq_set_ui(a[i], bit_matrix_get(m, i / m->columns, i % m->columns), 1);
    }
    for (size_t c = 0; c < m->columns && rank < m->rows; c++) {
        size_t pivot = rank;
        while (pivot < m->rows && mpq_sgn(a[pivot * m->columns + c]) == 0)
            pivot++;
        if (pivot == m->rows)
            continue;
        for (size_t j = 0; j < m->columns; j++)
            mpq_swap(a[pivot * m->columns + j], a[rank * m->columns + j]);
        for (size_t r = rank + 1; r < m->rows; r++)
            eliminate(a, m->columns, r, rank, c, p);
        rank++;
    }
    for (size_t i = 0; i < cells; i++)
        mpq_clear(a[i]);
    free(a);
    mpz_clear(p);
    return rank;
}

START_TEST(ranks_are_those_of_plain_elimination)
{
    size_t by_relations = 0, over_gf2_less = 0;
    for (size_t round = 0; round < scaled(300); round++) {
        BitMatrix m;
        Rank rank;
        random_bit_matrix(&m, 12);
        size_t plain = plain_rank(&m, 0), gf2 = plain_rank(&m, 2);
        rank_init(&rank, &m);
        ck_assert_uint_eq(rank.lower, plain);
        ck_assert_uint_eq(rank.upper, plain);
        ck_assert_ptr_null(rank_check(&rank, &m));
        ck_assert_uint_eq(rank_gf2(&m), gf2);
        ck_assert_uint_eq(rank_modulo(&m, 2), gf2);
        ck_assert_uint_eq(rank_modulo(&m, 3), plain_rank(&m, 3));
        ck_assert_uint_eq(rank_modulo(&m, 8388593), plain);
        by_relations += rank.relations > 0;
        over_gf2_less += gf2 < plain;
        rank_clear(&rank);
        bit_matrix_clear(&m);
    }
    ck_assert_uint_gt(by_relations, 0);
    ck_assert_uint_gt(over_gf2_less, 0);
}
END_TEST

// Each way to spoil the certificate of a rank is told.
START_TEST(wrong_certificates_of_ranks_are_rejected)
{
    size_t relations = 0;
    for (size_t round = 0; round < scaled(200); round++) {
        BitMatrix m;
        Rank rank;
        random_bit_matrix(&m, 10);
        rank_init(&rank, &m);
        if (rank.lower >= 2) {
            size_t kept = rank.row[0];
            rank.row[0] = rank.row[1];
            ck_assert_str_eq(rank_check(&rank, &m),
                             "the minor repeats a row or column, or has one that is not there");
            rank.row[0] = m.rows;
            ck_assert_ptr_nonnull(rank_check(&rank, &m));
            rank.row[0] = kept;
            rank.modulus = 4;
            ck_assert_str_eq(rank_check(&rank, &m), "the modulus is no prime below 2^23");
            rank.modulus = 8388593;
            ck_assert_ptr_null(rank_check(&rank, &m));
        }
        if (rank.relations > 0) {
            mpz_t *factor = &rank.factor[random_below(rank.lower)];
            mpz_add_ui(*factor, *factor, 1);
            ck_assert_str_eq(rank_check(&rank, &m), "a relation does not hold");
            mpz_sub_ui(*factor, *factor, 1);
            mpz_set_ui(rank.factor[rank.lower], 0);
            ck_assert_str_eq(rank_check(&rank, &m), "a relation does not hold");
            for (size_t j = 0; j <= rank.lower; j++)   // 0 = 0 says nothing
                mpz_set_ui(rank.factor[j], 0);
            ck_assert_str_eq(rank_check(&rank, &m), "a relation does not hold");
            rank.relations--;
            ck_assert_ptr_nonnull(rank_check(&rank, &m));
            rank.relations++;
            relations++;
        }
        rank_clear(&rank);
        bit_matrix_clear(&m);
    }
    ck_assert_uint_gt(relations, 0);
}
END_TEST

// A matrix with the given rows, "110".
static void set_rows(BitMatrix *m, const char *const *row, size_t rows) {
    bit_matrix_init(m, rows, strlen(row[0]));
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < m->columns; c++)
            if (row[r][c] == '1')
                bit_matrix_set(m, r, c);
}

START_TEST(a_singular_minor_and_an_upper_bound_without_reason_are_rejected)
{
    BitMatrix m;
    size_t index[2] = { 0, 1 };
    set_rows(&m, (const char *const[]){ "110", "110", "001" }, 3);
    Rank singular = { .lower = 2, .upper = 3, .modulus = 2, .row = index, .column = index };
    ck_assert_str_eq(rank_check(&singular, &m), "the minor is singular");
    singular.modulus = 7;
    ck_assert_str_eq(rank_check(&singular, &m), "the minor is singular");
    Rank low = { .lower = 1, .upper = 2, .modulus = 2, .row = index, .column = index };
    ck_assert_str_eq(rank_check(&low, &m), "the upper bound has no reason");
    low.upper = 1;
    ck_assert_str_eq(rank_check(&low, &m), "there is a row without a relation");
    low.upper = 0;
    ck_assert_str_eq(rank_check(&low, &m), "the lower bound exceeds the upper one");
    bit_matrix_clear(&m);
    // Nonsingular over Q, singular modulo 2: J - I of order 3.
    set_rows(&m, (const char *const[]){ "011", "101", "110" }, 3);
    size_t all[3] = { 0, 1, 2 };
    Rank even = { .lower = 3, .upper = 3, .modulus = 2, .row = all, .column = all };
    ck_assert_str_eq(rank_check(&even, &m), "the minor is singular");
    even.modulus = 3;
    ck_assert_ptr_null(rank_check(&even, &m));
    bit_matrix_clear(&m);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        ranks_are_those_of_plain_elimination,
        wrong_certificates_of_ranks_are_rejected,
        a_singular_minor_and_an_upper_bound_without_reason_are_rejected,
    };
    return HARNESS_RUN("rank", tests);
}
