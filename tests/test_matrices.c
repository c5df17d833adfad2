// Problems, their machines, splits and classes of inputs, against definitions written out.
#include "base/alloc.h"
#include "communication/best_split.h"
#include "communication/comm_matrix.h"
#include "communication/counts.h"
#include "communication/rank.h"
#include "harness.h"
#include <stdlib.h>
#include <string.h>

// A problem of a size small enough to write its words down.
typedef struct Case {
    const Problem *problem;
    Params params;
} Case;

static Case make_case(const Problem *problem, uint64_t n, uint64_t first, uint64_t second) {
    Case c = { problem, params_default(n) };
    if (problem == &problem_dyck) {
        c.params.brackets = first;
        c.params.depth = second;
    } else if (first > 0) {
        c.params.alphabet = first;
        c.params.dimension = second;
        c.params.keys = second;
    }
    return c;
}

enum { CASES = 24 };

static void list_cases(Case *c) {
    const Problem *pairs[] = { &problem_equality, &problem_disjointness, &problem_inner_product,
                               &problem_greater_than };
    for (size_t i = 0; i < 4; i++)
        for (uint64_t n = 1; n <= 3; n++)
            *c++ = make_case(pairs[i], n, 0, 0);
    *c++ = make_case(&problem_index_lookup, 1, 2, 0);
    *c++ = make_case(&problem_index_lookup, 4, 2, 0);
    *c++ = make_case(&problem_index_lookup, 3, 3, 0);
    *c++ = make_case(&problem_dyck, 2, 2, 1);
    *c++ = make_case(&problem_dyck, 6, 2, 1);
    *c++ = make_case(&problem_dyck, 6, 2, 2);
    *c++ = make_case(&problem_dyck, 6, 2, 3);
    *c++ = make_case(&problem_dyck, 8, 1, 100);
    *c++ = make_case(&problem_nearest_neighbor, 3, 2, 1);
    *c++ = make_case(&problem_nearest_neighbor, 2, 3, 2);
    *c++ = make_case(&problem_recall, 2, 2, 4);
    *c++ = make_case(&problem_recall, 3, 2, 3);
}

// The next word in lexicographic order; false after the last.
static bool next_word(Token *word, const Task *task, const Params *p) {
    for (size_t i = task->length(p); i-- > 0;) {
        TokenRun run = task->tokens(p, i);
        if (++word[i] < run.first + run.count)
            return true;
        word[i] = run.first;
    }
    return false;
}

static void first_word(Token *word, const Task *task, const Params *p) {
    for (size_t i = 0; i < task->length(p); i++)
        word[i] = task->tokens(p, i).first;
}

START_TEST(machines_answer_every_word_as_the_reference_does)
{
    Case cases[CASES];
    list_cases(cases);
    for (size_t i = 0; i < CASES; i++) {
        const Problem *problem = cases[i].problem;
        const Params *p = &cases[i].params;
        Token word[16];
        size_t words = 0;
        first_word(word, problem->task, p);
        do {
            size_t s = 0;
            for (size_t t = 0; t < problem->task->length(p); t++) {
                ck_assert_uint_lt(s, problem_states(problem, p, t));
                s = problem_step(problem, p, t, s, word[t] - problem->task->tokens(p, t).first);
            }
            ck_assert_uint_eq(problem_answer(problem, p, s), problem->task->answer(p, word));
            words++;
        } while (next_word(word, problem->task, p));
        ck_assert_uint_gt(words, 1);
    }
}
END_TEST

START_TEST(words_outside_a_promise_are_counted_and_explained)
{
    Case cases[CASES];
    list_cases(cases);
    size_t promises = 0;
    for (size_t i = 0; i < CASES; i++) {
        const Task *task = cases[i].problem->task;
        const Params *p = &cases[i].params;
        Token word[16];
        size_t answered = 0, words = 0;
        mpz_t counted, all;
        mpz_inits(counted, all, NULL);
        first_word(word, task, p);
        do {
            Text why = { 0 };
            size_t answer = task->answer(p, word);
            words++;
            answered += answer != ANSWER_EXCLUDED;
            ck_assert(answer < task->answers(p) || task_has_promise(task));
            if (answer == ANSWER_EXCLUDED)
                task->explain_excluded(&why, p, word);
            ck_assert((why.length > 0) == (answer == ANSWER_EXCLUDED));
            text_clear(&why);
        } while (next_word(word, task, p));
        task_count_answered(counted, task, p);
        task_count_words(all, task, p);
        ck_assert_msg(mpz_cmp_ui(counted, answered) == 0 && mpz_cmp_ui(all, words) == 0, "%s n=%zu",
                      task->name, (size_t)p->n);
        ck_assert((answered < words) == task_has_promise(task));
        promises += task_has_promise(task);
        mpz_clears(counted, all, NULL);
    }
    ck_assert_uint_ge(promises, 4);
}
END_TEST

// Deletes neighbours that match until none do, and counts how high the word climbs.
static size_t is_well_nested(const Params *p, const Token *word) {
    Token left[16];
    size_t length = p->n, height = 0, highest = 0;
    memcpy(left, word, length * sizeof *left);
    for (size_t i = 0; i < p->n; i++) {
        height = word[i] % 2 ? height - (height > 0) : height + 1;
        highest = height > highest ? height : highest;
    }
    for (size_t i = 0; i + 1 < length;) {
        if (left[i] % 2 == 0 && left[i + 1] == left[i] + 1) {
            memmove(left + i, left + i + 2, (length - i - 2) * sizeof *left);
            length -= 2;
            i = 0;
        } else {
            i++;
        }
    }
    return length == 0 && highest <= p->depth;
}

START_TEST(dyck_words_are_those_that_cancel)
{
    for (uint64_t b = 1; b <= 2; b++)
        for (uint64_t depth = 1; depth <= 4; depth++) {
            Case c = make_case(&problem_dyck, b == 1 ? 8 : 6, b, depth);
            Token word[16];
            first_word(word, c.problem->task, &c.params);
            do
                ck_assert_uint_eq(c.problem->task->answer(&c.params, word),
                                  is_well_nested(&c.params, word));
            while (next_word(word, c.problem->task, &c.params));
        }
}
END_TEST

static size_t answer_at(const Case *c, const Split *split, size_t row, size_t column) {
    Token word[16];
    split_write(word, split, c->problem, &c->params, true, row);
    split_write(word, split, c->problem, &c->params, false, column);
    return c->problem->task->answer(&c->params, word);
}

static bool rows_are_equal(const Case *c, const Split *split, size_t a, size_t b) {
    size_t columns = split_inputs(split, c->problem, &c->params, false);
    for (size_t y = 0; y < columns; y++)
        if (answer_at(c, split, a, y) != answer_at(c, split, b, y))
            return false;
    return true;
}

static void compare_classes(const Case *c, const Split *split) {
    Classes classes;
    size_t count = 0;
    classes_init(&classes, c->problem, &c->params, split);
    ck_assert_uint_eq(classes.inputs, split_inputs(split, c->problem, &c->params, true));
    for (size_t a = 0; a < classes.inputs; a++) {
        size_t same = 0;
        while (same < count && !rows_are_equal(c, split, classes.first[same], a))
            same++;
        ck_assert_uint_eq(classes.of[a], same);
        if (same == count)
            ck_assert_uint_eq(classes.first[count++], a);
    }
    ck_assert_uint_eq(classes.count, count);
    classes_clear(&classes);
}

START_TEST(classes_are_the_distinct_rows_for_random_splits)
{
    Case cases[CASES];
    list_cases(cases);
    for (size_t i = 0; i < CASES; i++) {
        size_t length = cases[i].problem->task->length(&cases[i].params);
        for (size_t round = 0; round < scaled(6); round++) {
            Split split;
            split_init_mask(&split, length, random_bits());
            compare_classes(&cases[i], &split);
            split_clear(&split);
        }
    }
}
END_TEST

// The words of the player's class and of his partner's say what the matrix says.
static void compare_matrix(const Case *c, const Split *split) {
    Split exchanged;
    Classes rows, columns;
    CommMatrix m;
    split_init_exchanged(&exchanged, split);
    classes_init(&rows, c->problem, &c->params, split);
    classes_init(&columns, c->problem, &c->params, &exchanged);
    comm_matrix_init_problem(&m, c->problem, &c->params, split, &rows, &columns);
    for (size_t r = 0; r < m.rows; r++)
        for (size_t y = 0; y < m.columns; y++) {
            size_t answer = answer_at(c, split, m.row_input[r], m.column_input[y]);
            ck_assert_uint_eq(comm_matrix_get(&m, r, y), answer);
            for (size_t z = 0; z < m.answers; z++) {
                BitMatrix is;
                comm_matrix_init_indicator(&is, &m, z);
                ck_assert_int_eq(bit_matrix_get(&is, r, y), answer == z);
                bit_matrix_clear(&is);
            }
        }
    if (!task_has_promise(c->problem->task)) {
        ck_assert_uint_eq(m.rows, rows.count);
        ck_assert_uint_eq(m.columns, columns.count);
    }
    comm_matrix_clear(&m);
    classes_clear(&rows);
    classes_clear(&columns);
    split_clear(&exchanged);
}

START_TEST(matrices_hold_the_answers)
{
    Case cases[CASES];
    list_cases(cases);
    for (size_t i = 0; i < CASES; i++) {
        Split split;
        char *why = split_init(&split, cases[i].problem, &cases[i].params, "halves");
        ck_assert_ptr_null(why);
        compare_matrix(&cases[i], &split);
        split_clear(&split);
    }
}
END_TEST

START_TEST(states_are_the_distinct_rows_of_prefixes)
{
    Case cases[CASES];
    list_cases(cases);
    for (size_t i = 0; i < CASES; i++) {
        size_t length = cases[i].problem->task->length(&cases[i].params), states[32];
        if (task_has_promise(cases[i].problem->task))
            continue;
        count_states(states, cases[i].problem, &cases[i].params);
        for (size_t t = 0; t <= length; t++) {
            Split split;
            Classes classes;
            split_init_prefix(&split, length, t);
            classes_init(&classes, cases[i].problem, &cases[i].params, &split);
            ck_assert_uint_eq(states[t], classes.count);
            classes_clear(&classes);
            split_clear(&split);
        }
    }
}
END_TEST

START_TEST(numbers_of_states_are_those_known)
{
    size_t states[64];
    const Problem *pairs[] = { &problem_equality, &problem_disjointness };
    for (uint64_t n = 1; n <= 10; n++)
        for (size_t i = 0; i < 2; i++) {
            Params p = params_default(n);
            count_states(states, pairs[i], &p);
            for (size_t t = 0; t <= n; t++)
                ck_assert_uint_eq(states[t], 1u << t);
            for (size_t j = 1; j <= n; j++)
                ck_assert_uint_eq(states[n + j], (1u << (n - j)) + 1);
        }
    for (uint64_t n = 2; n <= 14; n += 2)
        for (uint64_t depth = 1; depth <= 8; depth++) {
            Case c = make_case(&problem_dyck, n, 2, depth);
            count_states(states, c.problem, &c.params);
            for (size_t t = 0; t <= n; t++) {
                size_t highest = t < n - t ? t : n - t, expected = t >= 1;
                highest = highest < depth ? highest : depth;
                for (size_t h = t % 2; h <= highest; h += 2)
                    expected += (size_t)1 << h;
                ck_assert_uint_eq(states[t], expected);
            }
        }
}
END_TEST

static void refuse(const Case *c, const char *name, const char *reason) {
    Split split;
    char *why = split_init(&split, c->problem, &c->params, name);
    ck_assert_ptr_nonnull(why);
    ck_assert_str_eq(why, reason);
    free(why);
}

START_TEST(splits_that_are_no_partition_are_refused)
{
    Case equality = make_case(&problem_equality, 2, 0, 0), dyck = make_case(&problem_dyck, 4, 2, 2);
    const char *expected =
        "halves, odd-even, pairs, query, best, or Alice's positions as 1,3,4 are expected";
    refuse(&equality, "1,6", "no position 6: positions are 1 .. 5");
    refuse(&equality, "0", "no position 0: positions are 1 .. 5");
    refuse(&equality, "1,2,1", "position 1 is named twice");
    refuse(&equality, "1..3,2", "position 2 is named twice");
    refuse(&equality, "3..2", "3..2 is empty");
    refuse(&equality, "1..5", "leaves nothing to Bob");
    refuse(&equality, "1;2", "';2' is left over behind a position");
    refuse(&equality, "", expected);
    refuse(&equality, "1,", expected);
    refuse(&equality, "thirds", expected);
    refuse(&equality, "query", "the words of equality have no query");
    refuse(&dyck, "pairs", "the words of dyck consist of no pairs");
    refuse(&equality, "99999999999999999999999",
           "no position 99999999999999999999999: positions "
           "are 1 .. 5");
}
END_TEST

static void expect_split(const Case *c, const char *name, const char *positions) {
    Split split;
    Text t = { 0 };
    ck_assert_ptr_null(split_init(&split, c->problem, &c->params, name));
    split_print(&t, &split);
    ck_assert_str_eq(text_string(&t), positions);
    text_clear(&t);
    split_clear(&split);
}

START_TEST(named_splits_are_those_documented)
{
    Case equality = make_case(&problem_equality, 3, 0, 0),
         recall = make_case(&problem_recall, 3, 2, 3);
    expect_split(&equality, "halves", "1,2,3");
    expect_split(&equality, "odd-even", "1,3,5,7");
    expect_split(&equality, "pairs", "1,2,4,5");
    expect_split(&equality, "5,1..2", "1,2,5");
    expect_split(&recall, "pairs", "1,2,3,4");
    expect_split(&recall, "query", "1,2,3,4,5,6");
}
END_TEST

START_TEST(the_best_split_is_the_best_of_all)
{
    Case cases[] = {
        make_case(&problem_dyck, 4, 2, 2),         make_case(&problem_dyck, 6, 2, 2),
        make_case(&problem_dyck, 6, 1, 3),         make_case(&problem_equality, 3, 0, 0),
        make_case(&problem_greater_than, 3, 0, 0), make_case(&problem_index_lookup, 4, 2, 0)
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = cases[i].problem->task->length(&cases[i].params), most = 0;
        Split best;
        Classes classes;
        ck_assert_ptr_null(best_split_init(&best, cases[i].problem, &cases[i].params));
        for (uint64_t mask = 1; mask + 1 < UINT64_C(1) << length; mask++) {
            Split split;
            split_init_mask(&split, length, mask);
            classes_init(&classes, cases[i].problem, &cases[i].params, &split);
            most = classes.count > most ? classes.count : most;
            classes_clear(&classes);
            split_clear(&split);
        }
        classes_init(&classes, cases[i].problem, &cases[i].params, &best);
        ck_assert_uint_eq(classes.count, most);
        classes_clear(&classes);
        split_clear(&best);
    }
}
END_TEST

static size_t rank_of_split(const Case *c, const Split *split, size_t *gf2) {
    Counts counts;
    ck_assert_ptr_null(counts_init(&counts, c->problem, &c->params, split, EXTENT_ALL));
    ck_assert(bound_is_exact(&counts.bound[COUNT_RANK_Q]));
    size_t rank = mpz_get_ui(counts.bound[COUNT_RANK_Q].lower);
    *gf2 = mpz_get_ui(counts.bound[COUNT_RANK_GF2].lower);
    counts_clear(&counts);
    return rank;
}

START_TEST(no_split_of_bounded_dyck_has_a_larger_rank_than_odd_and_even)
{
    size_t differ = 0;
    for (uint64_t depth = 2; depth <= 3; depth++) {
        Case c = make_case(&problem_dyck, 6, 2, depth);
        for (uint64_t mask = 1; mask < 32; mask++) {   // position 6 is Bob's, exchanged or not
            Split split;
            size_t gf2;
            split_init_mask(&split, 6, mask);
            size_t rank = rank_of_split(&c, &split, &gf2);
            ck_assert_uint_le(rank, 32);
            ck_assert_uint_le(gf2, rank);
            differ += gf2 < rank;
            if (mask == 21)   // positions 1, 3, 5
                ck_assert_uint_eq(rank, 32);
            split_clear(&split);
        }
    }
    ck_assert_uint_gt(differ, 0);   // so one rank must never stand for the other
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        machines_answer_every_word_as_the_reference_does,
        words_outside_a_promise_are_counted_and_explained,
        dyck_words_are_those_that_cancel,
        classes_are_the_distinct_rows_for_random_splits,
        matrices_hold_the_answers,
        states_are_the_distinct_rows_of_prefixes,
        numbers_of_states_are_those_known,
        splits_that_are_no_partition_are_refused,
        named_splits_are_those_documented,
        the_best_split_is_the_best_of_all,
        no_split_of_bounded_dyck_has_a_larger_rank_than_odd_and_even,
    };
    return HARNESS_RUN("matrices", tests);
}
