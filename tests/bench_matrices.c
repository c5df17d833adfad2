// Ranks against FLINT's own call, and rows counted without the matrix.  Prints; fails only if two
// ways to the same number differ.  CHASM_BENCH_SIZE: order of the matrix, else 4096.
#include "base/alloc.h"
#include "base/error.h"
#include "communication/best_split.h"
#include "communication/classes.h"
#include "communication/rank.h"
#include "harness.h"
#include <flint/nmod_mat.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const uint64_t prime = 8388593;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fill_randomly(BitMatrix *m, size_t size) {
    bit_matrix_init(m, size, size);
    for (size_t i = 0; i < size * m->limbs; i++)
        m->bits[i] = random_bits();
    for (size_t r = 0; r < size && size % 64; r++)
        bit_matrix_row(m, r)[m->limbs - 1] &= (UINT64_C(1) << size % 64) - 1;
}

static size_t flint_rank(const BitMatrix *m, double *seconds) {
    nmod_mat_t a;
    nmod_mat_init(a, (slong)m->rows, (slong)m->columns, prime);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++)
            nmod_mat_entry(a, r, c) = bit_matrix_get(m, r, c);
    double start = now();
    slong rank = nmod_mat_rank(a);
    *seconds = now() - start;
    nmod_mat_clear(a);
    return (size_t)rank;
}

static size_t own_rank(const BitMatrix *m, double *seconds) {
    double start = now();
    size_t rank = rank_modulo(m, prime);
    *seconds = now() - start;
    return rank;
}

// What a process of its own found, and the memory that it took.
typedef struct Result {
    size_t rank;
    double seconds;
    long kilobytes;
} Result;

static Result in_a_process(size_t (*rank)(const BitMatrix *m, double *seconds),
                           const BitMatrix *m) {
    Result result = { 0 };
    int ends[2];
    require(pipe(ends) == 0);
    pid_t child = fork();
    require(child >= 0);
    if (child == 0) {
        struct rusage usage;
        result.rank = rank(m, &result.seconds);
        getrusage(RUSAGE_SELF, &usage);
        result.kilobytes = usage.ru_maxrss;
        _exit(write(ends[1], &result, sizeof result) != sizeof result);
    }
    require(read(ends[0], &result, sizeof result) == sizeof result);
    require(waitpid(child, NULL, 0) == child);
    close(ends[0]);
    close(ends[1]);
    return result;
}

static void bench_rank(size_t size) {
    BitMatrix m;
    fill_randomly(&m, size);
    Result flint = in_a_process(flint_rank, &m), own = in_a_process(own_rank, &m);
    if (flint.rank != own.rank)
        die("the ranks differ");
    printf("rank modulo %llu of a random %zu x %zu matrix of bits: %zu\n",
           (unsigned long long)prime, size, size, own.rank);
    printf("  FLINT's call %7.2f s %8ld kB\n", flint.seconds, flint.kilobytes);
    printf("  ours         %7.2f s %8ld kB: %.2f of the time (aim: 1.2); packed %zu kB\n",
           own.seconds, own.kilobytes, own.seconds / flint.seconds,
           m.rows * m.limbs * sizeof *m.bits / 1024);
    double start = now();
    size_t gf2 = rank_gf2(&m);
    printf("  over GF(2)   %7.2f s: %zu\n", now() - start, gf2);
    Rank rank;
    start = now();
    rank_init(&rank, &m);
    double found = now() - start;
    if (rank_check(&rank, &m) != NULL)
        die("the certificate was rejected");
    printf("  over Q with certificate %.2f s, checked in %.2f s: %zu\n", found,
           now() - start - found, rank.lower);
    rank_clear(&rank);
    bit_matrix_clear(&m);
}

static void bench_rows(const Problem *problem, uint64_t n, const char *name) {
    Params p = params_default(n);
    Split split;
    Classes classes;
    require(split_init(&split, problem, &p, name) == NULL);
    double start = now();
    classes_init(&classes, problem, &p, &split);
    printf("rows of %s n=%llu, Alice on %s: %zu x %zu, %zu distinct, %.2f s\n", problem->task->name,
           (unsigned long long)n, name, classes.inputs, split_inputs(&split, problem, &p, false),
           classes.count, now() - start);
    classes_clear(&classes);
    split_clear(&split);
}

int main(void) {
    const char *size = getenv("CHASM_BENCH_SIZE");
    bench_rank(size ? strtoull(size, NULL, 10) : 4096);
    bench_rows(&problem_dyck, 18, "1,2,4,5,7,8,10,11,13,14,16,17");
    bench_rows(&problem_equality, 18, "1..24");
    bench_rows(&problem_index_lookup, 22, "query");
    Params p = params_default(10);
    Split best;
    double start = now();
    require(best_split_init(&best, &problem_dyck, &p) == NULL);
    printf("best split of dyck:2,2 n=10: %.2f s\n", now() - start);
    split_clear(&best);
    return 0;
}
