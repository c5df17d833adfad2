// Messages, as chromatic numbers, against brute force, and their check against wrong colourings.
#include "communication/coloring.h"
#include "harness.h"
#include "random_matrix.h"

static bool differ_where_defined(const CommMatrix *m, size_t a, size_t b) {
    for (size_t c = 0; c < m->columns; c++) {
        size_t x = comm_matrix_get(m, a, c), y = comm_matrix_get(m, b, c);
        if (x != ANSWER_EXCLUDED && y != ANSWER_EXCLUDED && x != y)
            return true;
    }
    return false;
}

// The least number of messages, over all assignments.
static size_t plain_messages(const CommMatrix *m, size_t *message, size_t row, size_t used) {
    size_t best = SIZE_MAX;
    if (row == m->rows)
        return used;
    for (size_t i = 0; i <= used; i++) {
        bool fits = true;
        for (size_t b = 0; b < row; b++)
            fits &= message[b] != i || !differ_where_defined(m, row, b);
        message[row] = i;
        size_t found =
            fits ? plain_messages(m, message, row + 1, i == used ? used + 1 : used) : SIZE_MAX;
        best = found < best ? found : best;
    }
    return best;
}

START_TEST(messages_are_the_fewest)
{
    for (size_t round = 0; round < scaled(300); round++) {
        CommMatrix m;
        Coloring coloring;
        size_t message[8];
        random_comm_matrix(&m, 1 + random_below(7), 1 + random_below(6), 2, true);
        if (comm_matrix_is_total(&m)) {   // rows may be equal then
            comm_matrix_clear(&m);
            continue;
        }
        coloring_init(&coloring, &m);
        ck_assert_ptr_null(coloring_check(&coloring, &m));
        ck_assert_uint_eq(coloring.upper, plain_messages(&m, message, 0, 0));
        ck_assert_uint_eq(coloring.lower, coloring.upper);
        coloring_clear(&coloring);
        comm_matrix_clear(&m);
    }
}
END_TEST

// Rows conflict as the edges say: a column for each, excluded but at its ends.
static void graph_matrix(CommMatrix *m, size_t rows, const size_t (*edge)[2], size_t edges) {
    comm_matrix_init(m, rows, edges, 2, true);
    for (size_t c = 0; c < edges; c++)
        for (size_t r = 0; r < rows; r++)
            comm_matrix_set(m, r, c, r == edge[c][0] ? 0 : r == edge[c][1] ? 1 : ANSWER_EXCLUDED);
}

static void compare_messages(size_t rows, const size_t (*edge)[2], size_t edges) {
    CommMatrix m;
    Coloring coloring;
    size_t message[8];
    graph_matrix(&m, rows, edge, edges);
    coloring_init(&coloring, &m);
    ck_assert_ptr_null(coloring_check(&coloring, &m));
    ck_assert_uint_eq(coloring.upper, plain_messages(&m, message, 0, 0));
    ck_assert_uint_eq(coloring.lower, coloring.upper);
    coloring_clear(&coloring);
    comm_matrix_clear(&m);
}

// On the first graph colouring greedily takes 4 colours, and 3 are enough; a clique never has 4.
START_TEST(messages_are_the_fewest_where_greed_is_not)
{
    const size_t greedy_fails[][2] = { { 0, 3 }, { 0, 5 }, { 1, 2 }, { 1, 3 },
                                       { 1, 4 }, { 2, 4 }, { 2, 5 }, { 4, 5 } };
    compare_messages(6, greedy_fails, 8);
    for (size_t round = 0; round < scaled(100); round++) {
        size_t edge[28][2], edges = 0, rows = 5 + random_below(4);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < i; j++)
                if (random_below(2) == 0) {
                    edge[edges][0] = i;
                    edge[edges++][1] = j;
                }
        if (edges > 0)
            compare_messages(rows, edge, edges);
    }
}
END_TEST

START_TEST(wrong_colourings_are_rejected)
{
    CommMatrix m;
    comm_matrix_init(&m, 2, 2, 2, true);
    comm_matrix_set(&m, 0, 0, 1);
    comm_matrix_set(&m, 1, 1, ANSWER_EXCLUDED);
    size_t color[2] = { 0, 1 }, clique[2] = { 0, 1 };
    Coloring coloring = {
        .rows = 2, .lower = 2, .upper = 2, .color = color, .clique = clique, .clique_size = 2
    };
    ck_assert_ptr_null(coloring_check(&coloring, &m));
    color[1] = 0;
    ck_assert_str_eq(coloring_check(&coloring, &m), "two rows of one colour conflict");
    color[1] = 2;
    ck_assert_str_eq(coloring_check(&coloring, &m), "there are more colours");
    color[1] = 1;
    clique[1] = 0;
    ck_assert_str_eq(coloring_check(&coloring, &m), "two rows of the clique do not conflict");
    coloring.lower = 1;
    ck_assert_str_eq(coloring_check(&coloring, &m), "the numbers do not fit together");
    comm_matrix_clear(&m);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        messages_are_the_fewest,
        messages_are_the_fewest_where_greed_is_not,
        wrong_colourings_are_rejected,
    };
    return HARNESS_RUN("coloring", tests);
}
