#include "communication/closed_form.h"
#include "base/error.h"
#include "communication/classes.h"
#include "math/rational.h"
#include <stdlib.h>

enum { STATES_ENTRIES = 1 << 16, STATES_LENGTH = 1 << 12 };   // that are counted beside a formula

static int entry(unsigned base, unsigned x, unsigned y) { return base >> (2 * x + y) & 1; }

int base_determinant(unsigned base) {
    return entry(base, 0, 0) * entry(base, 1, 1) - entry(base, 0, 1) * entry(base, 1, 0);
}

int base_inverse_sum(unsigned base) {
    require(base_determinant(base) != 0);
    return base_determinant(base) *
           (entry(base, 1, 1) - entry(base, 0, 1) - entry(base, 1, 0) + entry(base, 0, 0));
}

// Whether group i < n is the pair (x_i, y_i), with option 2 x + y for its tokens x and y.
static bool is_pair(const Task *task, const Params *p, size_t i) {
    Group g;
    task->domains->group(&g, p, i);
    bool pair =
        g.positions == 2 && g.options == 4 && g.position[0] == i && g.position[1] == p->n + i;
    for (size_t o = 0; o < 4 && pair; o++)
        pair = task->domains->token(p, i, o, 0) == o >> 1 &&
               task->domains->token(p, i, o, 1) == (o & 1);
    return pair;
}

static unsigned options_of(OptionSet set) {
    unsigned options = 0;
    for (unsigned o = 0; o < 4; o++)
        options |= (unsigned)option_set_has(&set, o) << o;
    return options;
}

// Domain 0: every pair is an option of the base, answer 1.  Domain 1 + i: pair i is none, the
// others are free, answer 0.  All pairs are alike, so the first group tells what the rest may be.
bool kronecker_base(unsigned *base, const Task *task, const Params *p) {
    const Domains *domains = task->domains;
    Domain d;
    if (domains == NULL || domains->count(p) != p->n + 1 || domains->groups(p) != p->n + 1)
        return false;
    domains->domain(&d, p, 0);
    if (d.answer != 1 || d.exceptions != 0)
        return false;
    *base = options_of(d.rest);
    for (size_t i = 0; i < p->n; i++) {
        domains->domain(&d, p, 1 + i);
        if (d.answer != 0 || d.exceptions != 1 || d.exception[0].group != i ||
            options_of(d.exception[0].set) != (*base ^ 15) || options_of(d.rest) != 15 ||
            !is_pair(task, p, i))
            return false;
    }
    return true;
}

static bool is_split(const Problem *problem, const Params *p, const Split *split,
                     const char *name) {
    Split named;
    char *why = split_init(&named, problem, p, name);
    bool equal = why == NULL && split_equals(&named, split);
    if (why == NULL)
        split_clear(&named);
    free(why);
    return equal;
}

const char *closed_form_admits(const Problem *problem, const Params *p, const Split *split) {
    unsigned base;
    uint64_t bits_per_step = 1;
    if (problem == &problem_equality || problem == &problem_disjointness) {
        if (!kronecker_base(&base, problem->task, p) || base_determinant(base) == 0)
            return "the matrix is no Kronecker power of an invertible one";
    } else if (problem == &problem_index_lookup) {
        bits_per_step = log2_ceil(p->alphabet);
    } else if (problem == &problem_index_lookup_front || task_has_promise(problem->task)) {
        return "no closed form of this task is known";
    }
    if (!is_split(problem, p, split, problem->split))
        return "no closed form for this split is known";
    return p->n > CLOSED_FORM_BITS / bits_per_step ? "the counts have more than 2^16 bits" : NULL;
}

static void set(Counts *counts, CountKind kind, const mpz_t value, const char *reason) {
    bound_set(&counts->bound[kind], value, value, reason);
}

// kinds: ends with COUNT_KINDS.
static void set_all(Counts *counts, const CountKind *kinds, const mpz_t value, const char *reason) {
    for (; *kinds != COUNT_KINDS; kinds++)
        set(counts, *kinds, value, reason);
}

// What the distinct rows and columns imply; `leaves` as of counts_bound_deterministic.
static void conclude(Counts *counts, const mpz_t rows, const mpz_t columns, const mpz_t leaves,
                     size_t answers, const char *reason) {
    set_all(counts, (const CountKind[]){ COUNT_DISTINCT_ROWS, COUNT_ROW_MESSAGES, COUNT_KINDS },
            rows, reason);
    set_all(counts,
            (const CountKind[]){ COUNT_DISTINCT_COLUMNS, COUNT_COLUMN_MESSAGES, COUNT_KINDS },
            columns, reason);
    bound_set_ui(&counts->bound[COUNT_ONE_WAY_ALICE], bits_to_tell(rows), bits_to_tell(rows),
                 "ceil(log2 messages)");
    bound_set_ui(&counts->bound[COUNT_ONE_WAY_BOB], bits_to_tell(columns), bits_to_tell(columns),
                 "ceil(log2 messages)");
    counts_bound_deterministic(counts, bits_to_tell(leaves), answers);
}

static void set_state_bits(Counts *counts, const Problem *problem, const Params *p, size_t bits) {
    Split bob;
    split_init_prefix(&bob, problem->task->length(p), 0);
    bool small = bob.length <= STATES_LENGTH && classes_entries(problem, p, &bob) <= STATES_ENTRIES;
    split_clear(&bob);
    if (small)
        counts_take_states(counts, problem, p);
    else if (bits > 0)
        bound_set_ui(&counts->bound[COUNT_STATE_BITS], bits, bits, "formula");
}

// The base is invertible: so is its power, modulo 2 as well.
static void fill_kronecker(Counts *counts, const Problem *problem, const Params *p) {
    static const char *const reason = "Kronecker power of a base checked";
    unsigned base;
    mpz_t size, complement, leaves;
    mpz_inits(size, complement, leaves, NULL);
    require(kronecker_base(&base, problem->task, p));
    mpz_setbit(size, p->n);
    int sum = base_inverse_sum(base);
    bool one = sum == 1 || (sum == -1 && p->n % 2 == 0);   // sum^n = 1
    mpz_sub_ui(complement, size, one);
    mpz_add(leaves, size, complement);
    set_all(counts,
            (const CountKind[]){ COUNT_RANK_Q, COUNT_RANK_GF2, COUNT_FOOLING_1, COUNT_COVER_1,
                                 COUNT_KINDS },
            size, reason);
    set(counts, COUNT_RANK_Q_COMPLEMENT, complement, reason);
    conclude(counts, size, size, leaves, 2, reason);
    set_state_bits(counts, problem, p, p->n);
    mpz_clears(size, complement, leaves, NULL);
}

static void fill_inner_product(Counts *counts, const Problem *problem, const Params *p) {
    static const char *const reason = "Sylvester-Hadamard matrix";
    mpz_t size, rank, small, leaves;
    mpz_inits(size, rank, small, leaves, NULL);
    mpz_setbit(size, p->n);
    mpz_sub_ui(rank, size, 1);
    mpz_set_ui(small, p->n);
    mpz_add(leaves, size, rank);
    set(counts, COUNT_RANK_Q, rank, reason);
    set(counts, COUNT_RANK_Q_COMPLEMENT, size, reason);
    set(counts, COUNT_RANK_GF2, small, reason);
    conclude(counts, size, size, leaves, 2, reason);
    set_state_bits(counts, problem, p, p->n);
    mpz_clears(size, rank, small, leaves, NULL);
}

static void fill_greater_than(Counts *counts, const Problem *problem, const Params *p) {
    static const char *const reason = "triangular matrix";
    mpz_t size, rank, leaves;
    mpz_inits(size, rank, leaves, NULL);
    mpz_setbit(size, p->n);
    mpz_sub_ui(rank, size, 1);
    mpz_add(leaves, size, rank);
    set_all(counts,
            (const CountKind[]){ COUNT_RANK_Q, COUNT_RANK_GF2, COUNT_FOOLING_1, COUNT_COVER_1,
                                 COUNT_KINDS },
            rank, reason);
    set_all(
        counts,
        (const CountKind[]){ COUNT_RANK_Q_COMPLEMENT, COUNT_FOOLING_0, COUNT_COVER_0, COUNT_KINDS },
        size, reason);
    conclude(counts, size, size, leaves, 2, reason);
    set_state_bits(counts, problem, p, p->n);
    mpz_clears(size, rank, leaves, NULL);
}

static void fill_index(Counts *counts, const Problem *problem, const Params *p) {
    static const char *const reason = "all strings, all positions";
    mpz_t rows, columns, leaves;
    mpz_inits(rows, columns, leaves, NULL);
    mpz_ui_pow_ui(rows, p->alphabet, p->n);
    mpz_set_ui(columns, p->n);
    mpz_mul_ui(leaves, columns, p->alphabet);
    set_all(counts,
            (const CountKind[]){ COUNT_FOOLING_1, COUNT_FOOLING_0, COUNT_COVER_1, COUNT_COVER_0,
                                 COUNT_KINDS },
            columns, reason);
    if (p->alphabet == 2)
        set_all(counts,
                (const CountKind[]){ COUNT_RANK_Q, COUNT_RANK_Q_COMPLEMENT, COUNT_RANK_GF2,
                                     COUNT_KINDS },
                columns, reason);
    conclude(counts, rows, columns, leaves, p->alphabet, reason);
    set_state_bits(counts, problem, p, bits_to_tell(rows));
    mpz_clears(rows, columns, leaves, NULL);
}

static void fill_dyck(Counts *counts, const Problem *problem, const Params *p) {
    static const char *const reason = "triangular matrix and a zero row";
    mpz_t size, rows, leaves;
    mpz_inits(size, rows, leaves, NULL);
    if (p->depth == 1) {
        mpz_ui_pow_ui(size, p->brackets, p->n / 2);
    } else {
        mpz_ui_pow_ui(size, 2 * p->brackets, p->n / 2 - 1);
        mpz_mul_ui(size, size, p->brackets);
    }
    mpz_add_ui(rows, size, 1);
    mpz_add(leaves, size, rows);
    set_all(counts,
            (const CountKind[]){ COUNT_RANK_Q, COUNT_RANK_GF2, COUNT_FOOLING_1, COUNT_COVER_1,
                                 COUNT_KINDS },
            size, reason);
    set(counts, COUNT_RANK_Q_COMPLEMENT, rows, reason);
    conclude(counts, rows, rows, leaves, 2, reason);
    set_state_bits(counts, problem, p, 0);
    mpz_clears(size, rows, leaves, NULL);
}

void closed_form_init(Counts *counts, const Problem *problem, const Params *p, const Split *split) {
    require(closed_form_admits(problem, p, split) == NULL);
    counts_init_empty(counts, problem, p, split);
    if (problem == &problem_inner_product)
        fill_inner_product(counts, problem, p);
    else if (problem == &problem_greater_than)
        fill_greater_than(counts, problem, p);
    else if (problem == &problem_index_lookup)
        fill_index(counts, problem, p);
    else if (problem == &problem_dyck)
        fill_dyck(counts, problem, p);
    else
        fill_kronecker(counts, problem, p);
}
