// Ranks, fooling sets, protocols, covers and colourings: against brute force on small random
// matrices, against what is known, and each check against a certificate that is wrong.
#include "communication/counts.h"
#include "communication/cover.h"
#include "communication/discrepancy.h"
#include "communication/fooling.h"
#include "communication/protocol_tree.h"
#include "harness.h"
#include "random_matrix.h"
#include <stdlib.h>
#include <string.h>

// The largest fooling set of the value, by trying to extend with each later cell.
static size_t largest_fooling(const CommMatrix *m, size_t value, Cell *taken, size_t count,
                              size_t from) {
    size_t best = count;
    for (size_t i = from; i < m->rows * m->columns; i++) {
        taken[count] = (Cell){ i / m->columns, i % m->columns };
        FoolingSet set = { .value = value, .count = count + 1, .cell = taken, .upper = SIZE_MAX };
        if (fooling_set_check(&set, m) != NULL)
            continue;
        size_t found = largest_fooling(m, value, taken, count + 1, i + 1);
        best = found > best ? found : best;
    }
    return best;
}

START_TEST(fooling_sets_are_the_largest)
{
    for (size_t round = 0; round < scaled(200); round++) {
        CommMatrix m;
        size_t answers = 2 + random_below(2);
        random_comm_matrix(&m, 1 + random_below(5), 1 + random_below(5), answers, round % 2);
        for (size_t z = 0; z < answers; z++) {
            FoolingSet set;
            Cell taken[26];
            fooling_set_init(&set, &m, z);
            ck_assert_ptr_null(fooling_set_check(&set, &m));
            ck_assert_uint_eq(set.count, largest_fooling(&m, z, taken, 0, 0));
            ck_assert_uint_eq(set.upper, set.count);
            fooling_set_clear(&set);
        }
        comm_matrix_clear(&m);
    }
}
END_TEST

START_TEST(wrong_fooling_sets_are_rejected)
{
    CommMatrix m;
    comm_matrix_init(&m, 3, 3, 2, true);
    for (size_t i = 0; i < 3; i++)
        comm_matrix_set(&m, i, i, 1);
    comm_matrix_set(&m, 0, 1, ANSWER_EXCLUDED);   // so cells (0,0) and (1,1) fool by (1,0) only
    Cell cell[3] = { { 0, 0 }, { 1, 1 }, { 2, 2 } };
    FoolingSet set = { .value = 1, .count = 3, .cell = cell, .upper = 3 };
    ck_assert_ptr_null(fooling_set_check(&set, &m));
    set.upper = 2;
    ck_assert_str_eq(fooling_set_check(&set, &m), "the set is larger than any can be");
    set.upper = 3;
    comm_matrix_set(&m, 1, 0, ANSWER_EXCLUDED);
    ck_assert_str_eq(fooling_set_check(&set, &m), "two cells do not fool");
    cell[1] = (Cell){ 1, 2 };
    ck_assert_str_eq(fooling_set_check(&set, &m), "a cell has another value");
    cell[1] = (Cell){ 3, 0 };
    ck_assert_str_eq(fooling_set_check(&set, &m), "a cell is not there");
    cell[1] = cell[0];
    ck_assert_str_eq(fooling_set_check(&set, &m), "two cells do not fool");
    comm_matrix_clear(&m);
}
END_TEST

// D by the definition: the least over all first bits.
static size_t plain_complexity(const CommMatrix *m, unsigned rows, unsigned columns) {
    size_t value = ANSWER_EXCLUDED, best = 99;
    bool same = true;
    for (size_t i = 0; i < m->rows * m->columns; i++) {
        size_t r = i / m->columns, c = i % m->columns, answer = comm_matrix_get(m, r, c);
        if (!(rows >> r & 1) || !(columns >> c & 1) || answer == ANSWER_EXCLUDED)
            continue;
        same &= value == ANSWER_EXCLUDED || value == answer;
        value = answer;
    }
    if (same)
        return 0;
    for (unsigned part = 1; part < 16; part++) {
        if ((part & rows) == part && part != rows) {
            size_t a = plain_complexity(m, part, columns);
            size_t b = plain_complexity(m, rows & ~part, columns), cost = 1 + (a > b ? a : b);
            best = cost < best ? cost : best;
        }
        if ((part & columns) == part && part != columns) {
            size_t a = plain_complexity(m, rows, part);
            size_t b = plain_complexity(m, rows, columns & ~part), cost = 1 + (a > b ? a : b);
            best = cost < best ? cost : best;
        }
    }
    return best;
}

START_TEST(protocols_are_the_cheapest)
{
    for (size_t round = 0; round < scaled(120); round++) {
        CommMatrix m;
        ProtocolTree tree;
        size_t rows = 1 + random_below(4), columns = 1 + random_below(round % 2 ? 4 : 3);
        random_comm_matrix(&m, rows, columns, 2 + random_below(3), round % 3 == 0);
        size_t lower = 0, upper = 6;
        size_t plain = plain_complexity(&m, (1u << rows) - 1, (1u << columns) - 1);
        ck_assert(protocol_tree_init(&tree, &lower, &upper, &m));
        ck_assert_uint_eq(lower, plain);
        ck_assert_uint_eq(upper, plain);
        ck_assert_ptr_null(protocol_tree_check(&tree, &m, plain));
        if (plain > 0)
            ck_assert_str_eq(protocol_tree_check(&tree, &m, plain - 1), "a word takes more bits");
        protocol_tree_clear(&tree);
        comm_matrix_clear(&m);
    }
}
END_TEST

START_TEST(wrong_protocols_are_rejected)
{
    CommMatrix m;
    ProtocolTree tree;
    size_t lower = 0, upper = 9;
    comm_matrix_init(&m, 4, 4, 2, false);
    for (size_t i = 0; i < 4; i++)
        comm_matrix_set(&m, i, i, 1);
    ck_assert(protocol_tree_init(&tree, &lower, &upper, &m));
    ck_assert_uint_eq(upper, 3);
    for (size_t i = 0; i < tree.count; i++) {
        ProtocolNode kept = tree.node[i];
        if (kept.leaf) {
            tree.node[i].answer ^= 1;
            ck_assert_str_eq(protocol_tree_check(&tree, &m, 3), "a word gets a wrong answer");
        } else {
            tree.node[i].child[0] = i;
            ck_assert_str_eq(protocol_tree_check(&tree, &m, 3), "the tree turns back");
            tree.node[i].child[0] = tree.count;
            ck_assert_str_eq(protocol_tree_check(&tree, &m, 3), "a bit leads nowhere");
        }
        tree.node[i] = kept;
    }
    ck_assert_ptr_null(protocol_tree_check(&tree, &m, 3));
    protocol_tree_clear(&tree);
    comm_matrix_clear(&m);
}
END_TEST

// The least cover, over all sets of cells that rectangles cover: least[set] for every set of cells.
static size_t plain_cover(const CommMatrix *m, size_t value) {
    enum { CELLS = 12 };
    unsigned wanted = 0, rectangle[1 << 8], count = 0, cells = (unsigned)(m->rows * m->columns);
    uint8_t least[1 << CELLS];
    for (unsigned i = 0; i < cells; i++)
        wanted |= (unsigned)(comm_matrix_get(m, i / m->columns, i % m->columns) == value) << i;
    for (unsigned rows = 1; rows < 1u << m->rows; rows++)
        for (unsigned columns = 1; columns < 1u << m->columns; columns++) {
            unsigned covered = 0;
            bool allowed = true;
            for (unsigned i = 0; i < cells; i++) {
                size_t r = i / m->columns, c = i % m->columns, answer = comm_matrix_get(m, r, c);
                if (!(rows >> r & 1) || !(columns >> c & 1))
                    continue;
                allowed &= answer == value || answer == ANSWER_EXCLUDED;
                covered |= 1u << i;
            }
            if (allowed)
                rectangle[count++] = covered & wanted;
        }
    memset(least, UINT8_MAX, sizeof least);
    least[0] = 0;
    for (unsigned set = 0; set < 1u << cells; set++)   // supersets come later
        for (unsigned i = 0; i < count && least[set] < UINT8_MAX; i++)
            if (least[set | rectangle[i]] > least[set] + 1)
                least[set | rectangle[i]] = (uint8_t)(least[set] + 1);
    return least[wanted];
}

START_TEST(covers_are_the_smallest)
{
    for (size_t round = 0; round < scaled(200); round++) {
        CommMatrix m;
        random_comm_matrix(&m, 1 + random_below(3), 1 + random_below(4), 2 + random_below(2),
                           round % 2);
        for (size_t z = 0; z < m.answers; z++) {
            Cover cover;
            cover_init(&cover, &m, z, 0);
            ck_assert_ptr_null(cover_check(&cover, &m));
            ck_assert_uint_eq(cover.count, plain_cover(&m, z));
            ck_assert_uint_eq(cover.lower, cover.count);
            cover_clear(&cover);
        }
        comm_matrix_clear(&m);
    }
}
END_TEST

START_TEST(wrong_covers_are_rejected)
{
    CommMatrix m;
    comm_matrix_init(&m, 2, 2, 2, false);
    comm_matrix_set(&m, 0, 0, 1);
    comm_matrix_set(&m, 1, 1, 1);
    Rectangle rectangle[2] = { { 1, 1 }, { 2, 2 } };
    Cover cover = { .value = 1, .count = 2, .rectangle = rectangle, .lower = 2 };
    ck_assert_ptr_null(cover_check(&cover, &m));
    cover.lower = 3;
    ck_assert_str_eq(cover_check(&cover, &m), "the cover is smaller than any can be");
    rectangle[0].columns = 3;
    ck_assert_str_eq(cover_check(&cover, &m), "a rectangle has a cell of another value");
    rectangle[0] = rectangle[1];
    ck_assert_str_eq(cover_check(&cover, &m), "a cell is not covered");
    comm_matrix_clear(&m);
}
END_TEST

static void plain_discrepancy(mpq_t discrepancy, const CommMatrix *m) {
    unsigned long best = 0;
    for (unsigned rows = 1; rows < 1u << m->rows; rows++)
        for (unsigned columns = 1; columns < 1u << m->columns; columns++) {
            long sum = 0;
            for (size_t i = 0; i < m->rows * m->columns; i++)
                if ((rows >> i / m->columns & 1) && (columns >> i % m->columns & 1))
                    sum += comm_matrix_get(m, i / m->columns, i % m->columns) ? 1 : -1;
            unsigned long size = (unsigned long)(sum < 0 ? -sum : sum);
            best = size > best ? size : best;
        }
    mpq_set_ui(discrepancy, best, m->rows * m->columns);
    mpq_canonicalize(discrepancy);
}

START_TEST(discrepancies_are_those_of_all_rectangles)
{
    mpq_t found, plain;
    mpq_inits(found, plain, NULL);
    for (size_t round = 0; round < scaled(100); round++) {
        CommMatrix m;
        random_comm_matrix(&m, 1 + random_below(6), 1 + random_below(6), 2, false);
        comm_matrix_discrepancy(found, &m);
        plain_discrepancy(plain, &m);
        ck_assert(mpq_equal(found, plain));
        comm_matrix_clear(&m);
    }
    mpq_clears(found, plain, NULL);
}
END_TEST

// What is counted of the problem under the usual split.
static void count(Counts *counts, const Problem *problem, const Params *p) {
    Split split;
    ck_assert_ptr_null(split_init(&split, problem, p, problem->split));
    ck_assert_ptr_null(counts_init(counts, problem, p, &split, EXTENT_ALL));
    split_clear(&split);
}

static void expect(const Counts *counts, CountKind kind, size_t value) {
    const Bound *b = &counts->bound[kind];
    ck_assert_msg(bound_is_exact(b) && mpz_cmp_ui(b->lower, value) == 0,
                  "count %d: %lu..%lu, not %zu", kind, mpz_get_ui(b->lower), mpz_get_ui(b->upper),
                  value);
}

START_TEST(elementary_functions_have_the_known_counts)
{
    const size_t inner_fooling[] = { 1, 3, 7 };
    for (size_t n = 1; n <= 3; n++) {
        const size_t size = (size_t)1 << n;
        const struct {
            const Problem *problem;
            size_t rank, complement, gf2, fooling;
        } known[] = {
            { &problem_equality, size, size, size, size },
            { &problem_disjointness, size, size - 1, size, size },
            { &problem_inner_product, size - 1, size, n, inner_fooling[n - 1] },
            { &problem_greater_than, size - 1, size, size - 1, size - 1 },
        };
        for (size_t i = 0; i < 4; i++) {
            Params p = params_default(n);
            Counts counts;
            count(&counts, known[i].problem, &p);
            expect(&counts, COUNT_DISTINCT_ROWS, size);
            expect(&counts, COUNT_DISTINCT_COLUMNS, size);
            expect(&counts, COUNT_ONE_WAY_ALICE, n);
            expect(&counts, COUNT_ONE_WAY_BOB, n);
            expect(&counts, COUNT_RANK_Q, known[i].rank);
            expect(&counts, COUNT_RANK_Q_COMPLEMENT, known[i].complement);
            expect(&counts, COUNT_RANK_GF2, known[i].gf2);
            expect(&counts, COUNT_FOOLING_1, known[i].fooling);
            expect(&counts, COUNT_DETERMINISTIC, n + 1);
            counts_clear(&counts);
        }
    }
}
END_TEST

// 2^n sets, none within another, fit into k elements iff C(k, floor(k/2)) >= 2^n (Sperner).
START_TEST(covers_of_unequal_pairs_are_those_of_sperner)
{
    const size_t cover[] = { 2, 4, 5 };
    for (size_t n = 1; n <= 3; n++) {
        Params p = params_default(n);
        Counts counts;
        count(&counts, &problem_equality, &p);
        expect(&counts, COUNT_COVER_0, cover[n - 1]);
        expect(&counts, COUNT_COVER_1, (size_t)1 << n);
        expect(&counts, COUNT_FOOLING_0, n == 1 ? 2 : 3);
        counts_clear(&counts);
    }
}
END_TEST

START_TEST(index_lookup_has_the_known_counts)
{
    for (size_t n = 1; n <= 6; n++) {
        Params p = params_default(n);
        Counts counts;
        count(&counts, &problem_index_lookup, &p);
        expect(&counts, COUNT_DISTINCT_ROWS, (size_t)1 << n);
        expect(&counts, COUNT_DISTINCT_COLUMNS, n);
        expect(&counts, COUNT_ONE_WAY_ALICE, n);
        expect(&counts, COUNT_RANK_Q, n);
        expect(&counts, COUNT_RANK_GF2, n);
        expect(&counts, COUNT_FOOLING_1, n);
        expect(&counts, COUNT_DETERMINISTIC, n == 1 ? 1 : n == 2 ? 2 : n <= 4 ? 3 : 4);
        expect(&counts, COUNT_STATE_BITS, n);
        counts_clear(&counts);
    }
}
END_TEST

START_TEST(promise_problems_count_messages_not_rows)
{
    Params p = params_default(2);
    Counts counts;
    p.keys = 4;
    count(&counts, &problem_recall, &p);   // a covering array of strength 2 on 4 columns: 5 rows
    expect(&counts, COUNT_DISTINCT_ROWS, 24);
    expect(&counts, COUNT_ROW_MESSAGES, 5);
    expect(&counts, COUNT_ONE_WAY_ALICE, 3);
    ck_assert_int_eq(mpz_cmp_ui(counts.excluded, 64 * 4 - 48 * 2), 0);
    ck_assert(!counts.bound[COUNT_RANK_Q].attempted);
    counts_clear(&counts);
    for (size_t k = 1; k <= 3; k++) {   // all keys are there: index lookup
        p = params_default(k);
        count(&counts, &problem_recall, &p);
        expect(&counts, COUNT_ROW_MESSAGES, (size_t)1 << k);
        counts_clear(&counts);
    }
    p = params_default(3);
    p.dimension = 1;
    count(&counts, &problem_nearest_neighbor, &p);   // two of three points coincide
    expect(&counts, COUNT_ONE_WAY_ALICE, 1);
    counts_clear(&counts);
    p = params_default(2);
    p.dimension = 1;
    count(&counts, &problem_nearest_neighbor, &p);
    expect(&counts, COUNT_ROW_MESSAGES, 4);
    counts_clear(&counts);
}
END_TEST

START_TEST(bounded_dyck_has_the_known_counts)
{
    for (size_t n = 2; n <= 10; n += 2)
        for (size_t depth = 1; depth <= 3; depth++) {
            size_t size = (size_t)1 << (depth == 1 ? n / 2 : n - 1);
            Params p = params_default(n);
            Counts counts;
            p.depth = depth;
            count(&counts, &problem_dyck, &p);
            expect(&counts, COUNT_DISTINCT_ROWS, size + 1);
            expect(&counts, COUNT_DISTINCT_COLUMNS, size + 1);
            expect(&counts, COUNT_ONE_WAY_ALICE, depth == 1 ? n / 2 + 1 : n);
            expect(&counts, COUNT_RANK_Q, size);
            expect(&counts, COUNT_RANK_GF2, size);
            expect(&counts, COUNT_DETERMINISTIC, depth == 1 ? n / 2 + 2 : n + 1);
            if (n >= 2 * depth)
                expect(&counts, COUNT_STATE_BITS, depth + 1);
            counts_clear(&counts);
        }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        fooling_sets_are_the_largest,
        wrong_fooling_sets_are_rejected,
        protocols_are_the_cheapest,
        wrong_protocols_are_rejected,
        covers_are_the_smallest,
        wrong_covers_are_rejected,
        discrepancies_are_those_of_all_rectangles,
        elementary_functions_have_the_known_counts,
        covers_of_unequal_pairs_are_those_of_sperner,
        index_lookup_has_the_known_counts,
        promise_problems_count_messages_not_rows,
        bounded_dyck_has_the_known_counts,
    };
    return HARNESS_RUN("counts", tests);
}
