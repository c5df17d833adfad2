#include "communication/rank.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/gf2.h"
#include <flint/fmpq_mat.h>
#include <flint/nmod_mat.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t prime = 8388593;   // the largest below 2^23, for which FLINT is fast

enum {
    RELATIONS_MOST = 64,     // rows to be expressed by others
    RELATIONS_RANK = 1024,   // by so many at most
};

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t rank_gf2(const BitMatrix *m) { return gf2_rank(m->bits, m->rows, m->limbs); }

static void fill(nmod_mat_t a, const BitMatrix *m, uint64_t modulus) {
    nmod_mat_init(a, (slong)m->rows, (slong)m->columns, modulus);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++)
            nmod_mat_entry(a, r, c) = bit_matrix_get(m, r, c);
}

size_t rank_modulo(const BitMatrix *m, uint64_t modulus) {
    nmod_mat_t a;
    fill(a, m, modulus);
    slong *row = alloc_array(m->rows, 1, sizeof *row);
    slong rank = nmod_mat_lu(row, a, 0);
    free(row);
    nmod_mat_clear(a);
    return (size_t)rank;
}

// pivot[0 .. rank-1] <- columns that are independent modulo 2.  Returns the rank.
static size_t pivots_modulo_2(size_t *pivot, const BitMatrix *m) {
    size_t bytes = m->rows * m->limbs * sizeof *m->bits;
    uint64_t *copy = alloc_array(m->rows, m->limbs, sizeof *copy);
    if (bytes > 0)
        memcpy(copy, m->bits, bytes);
    size_t rank = gf2_echelon(copy, pivot, m->rows, m->limbs);
    free(copy);
    return rank;
}

static void allocate_minor(Rank *rank, const BitMatrix *m) {
    size_t most = least(m->rows, m->columns);
    rank->row = alloc_array(most, 1, sizeof *rank->row);
    rank->column = alloc_array(most, 1, sizeof *rank->column);
}

// Independent columns first, then as many rows that are independent in these columns.
static void find_minor_modulo_2(Rank *rank, const BitMatrix *m) {
    BitMatrix part, transposed;
    size_t *every = alloc_array(m->rows, 1, sizeof *every);
    for (size_t r = 0; r < m->rows; r++)
        every[r] = r;
    allocate_minor(rank, m);
    rank->modulus = 2;
    rank->lower = pivots_modulo_2(rank->column, m);
    bit_matrix_init_part(&part, m, every, m->rows, rank->column, rank->lower);
    bit_matrix_init_transposed(&transposed, &part);
    require(pivots_modulo_2(rank->row, &transposed) == rank->lower);
    bit_matrix_clear(&part);
    bit_matrix_clear(&transposed);
    free(every);
}

// FLINT's decomposition PA = LU keeps L to the left of column i in row i, then zeros up to the
// pivot.
static void find_minor_modulo(Rank *rank, const BitMatrix *m, uint64_t modulus) {
    nmod_mat_t a;
    slong *row = alloc_array(m->rows, 1, sizeof *row);
    fill(a, m, modulus);
    allocate_minor(rank, m);
    rank->modulus = modulus;
    rank->lower = (size_t)nmod_mat_lu(row, a, 0);
    for (size_t i = 0; i < rank->lower; i++) {
        size_t c = i;
        while (nmod_mat_entry(a, i, c) == 0)
            c++;
        rank->row[i] = (size_t)row[i];
        rank->column[i] = c;
    }
    nmod_mat_clear(a);
    free(row);
}

static bool is_zero_row(const BitMatrix *m, size_t r) {
    for (size_t l = 0; l < m->limbs; l++)
        if (bit_matrix_row(m, r)[l] != 0)
            return false;
    return true;
}

// dependent[..] <- the nonzero rows of m that are not among row[0 .. rank-1].  Returns how many.
static size_t list_dependent(size_t *dependent, const BitMatrix *m, const size_t *row,
                             size_t rank) {
    bool *chosen = alloc_array(m->rows, 1, sizeof *chosen);
    size_t count = 0;
    for (size_t i = 0; i < rank; i++)
        chosen[row[i]] = true;
    for (size_t r = 0; r < m->rows; r++)
        if (!chosen[r] && !is_zero_row(m, r))
            dependent[count++] = r;
    free(chosen);
    return count;
}

// factor <- the solution x of x minor = the dependent rows, cleared of denominators.
static void solve(Rank *rank, const BitMatrix *m, const size_t *row, const size_t *column) {
    slong r = (slong)rank->lower, k = (slong)rank->relations;
    fmpz_mat_t minor, right;
    fmpq_mat_t x;
    fmpz_t denominator, scaled;
    fmpz_mat_init(minor, r, r);
    fmpz_mat_init(right, r, k);
    fmpq_mat_init(x, r, k);
    fmpz_init(denominator);
    fmpz_init(scaled);
    for (slong c = 0; c < r; c++) {
        for (slong i = 0; i < r; i++)
            fmpz_set_ui(fmpz_mat_entry(minor, c, i), bit_matrix_get(m, row[i], column[c]));
        for (slong i = 0; i < k; i++)
            fmpz_set_ui(fmpz_mat_entry(right, c, i),
                        bit_matrix_get(m, rank->dependent[i], column[c]));
    }
    require(fmpq_mat_solve_fmpz_mat_dixon(x, minor, right));
    for (slong i = 0; i < k; i++) {
        mpz_t *factor = rank->factor + i * (r + 1);
        fmpz_one(denominator);
        for (slong j = 0; j < r; j++)
            fmpz_lcm(denominator, denominator, fmpq_mat_entry_den(x, j, i));
        for (slong j = 0; j < r; j++) {
            fmpz_divexact(scaled, denominator, fmpq_mat_entry_den(x, j, i));
            fmpz_mul(scaled, scaled, fmpq_mat_entry_num(x, j, i));
            fmpz_get_mpz(factor[j], scaled);
        }
        fmpz_get_mpz(factor[r], denominator);
    }
    fmpz_clear(scaled);
    fmpz_clear(denominator);
    fmpq_mat_clear(x);
    fmpz_mat_clear(right);
    fmpz_mat_clear(minor);
}

static void forget_relations(Rank *rank) {
    for (size_t i = 0; i < rank->relations * (rank->lower + 1); i++)
        mpz_clear(rank->factor[i]);
    free(rank->factor);
    free(rank->dependent);
    rank->factor = NULL;
    rank->dependent = NULL;
    rank->relations = 0;
}

// Tries to express the other rows, or the other columns if these are fewer, by those of the minor.
static void relate(Rank *rank, const BitMatrix *m) {
    BitMatrix transposed;
    bit_matrix_init_transposed(&transposed, m);
    size_t more_rows = bit_matrix_nonzero_rows(m), more_columns = bit_matrix_nonzero_columns(m);
    rank->of_columns = more_columns < more_rows;
    const BitMatrix *of = rank->of_columns ? &transposed : m;
    const size_t *row = rank->of_columns ? rank->column : rank->row;
    const size_t *column = rank->of_columns ? rank->row : rank->column;
    rank->dependent = alloc_array(of->rows, 1, sizeof *rank->dependent);
    size_t count = list_dependent(rank->dependent, of, row, rank->lower);
    if (count <= RELATIONS_MOST && rank->lower <= RELATIONS_RANK) {
        rank->relations = count;
        rank->factor = alloc_array(count, rank->lower + 1, sizeof *rank->factor);
        for (size_t i = 0; i < count * (rank->lower + 1); i++)
            mpz_init(rank->factor[i]);
        solve(rank, of, row, column);
        size_t upper = rank->upper;
        rank->upper = rank->lower;
        if (rank_check(rank, m) != NULL) {   // the rank over Q is larger than modulo the prime
            rank->upper = upper;
            forget_relations(rank);
        }
    }
    bit_matrix_clear(&transposed);
}

void rank_init(Rank *rank, const BitMatrix *m) {
    require(m->rows <= RANK_LARGEST || m->columns <= RANK_LARGEST);
    *rank = (Rank){ .upper = least(bit_matrix_nonzero_rows(m), bit_matrix_nonzero_columns(m)) };
    find_minor_modulo_2(rank, m);
    if (rank->lower < rank->upper) {
        free(rank->row);
        free(rank->column);
        find_minor_modulo(rank, m, prime);
    }
    if (rank->lower < rank->upper)
        relate(rank, m);
}

void rank_clear(Rank *rank) {
    forget_relations(rank);
    free(rank->row);
    free(rank->column);
    *rank = (Rank){ 0 };
}
