// Least states: by formula = by refinement = by the rows of answers to all suffixes.
#include "communication/classes.h"
#include "communication/prefix_classes.h"
#include "harness.h"
#include "math/rational.h"
#include "proofs-checks/recurrent_lower.h"
#include <stdlib.h>
#include <string.h>

// The classes of prefixes of t tokens by what the answers to all suffixes are, from the definition.
static size_t count_behaviours(const Task *task, const Params *p, size_t t) {
    size_t length = task->length(p), prefixes = 1, suffixes = 1, classes = 0;
    Token word[16];
    for (size_t i = 0; i < length; i++)
        *(i < t ? &prefixes : &suffixes) *= task->tokens(p, i).count;
    unsigned char *row = calloc(prefixes, suffixes);
    for (size_t w = 0; w < prefixes * suffixes; w++) {
        for (size_t i = length, rest = w; i-- > 0;) {
            TokenRun run = task->tokens(p, i);
            word[i] = run.first + (Token)(rest % run.count);
            rest /= run.count;
        }
        row[w] = (unsigned char)task->answer(p, word);
    }
    for (size_t i = 0; i < prefixes; i++) {
        size_t j = 0;
        while (j < i && memcmp(row + j * suffixes, row + i * suffixes, suffixes) != 0)
            j++;
        classes += j == i;
    }
    free(row);
    return classes;
}

START_TEST(least_states_are_the_same_by_formula_by_refinement_and_by_definition)
{
    for (size_t k = 0; tasks[k] != NULL; k++)
        for (size_t n = 1; n <= 4 && prefix_classes_known(tasks[k]); n++)
            for (uint64_t variant = 1; variant <= 3; variant++) {
                const Task *task = tasks[k];
                Params p = params_default(task->nests ? 2 * (n < 4 ? n : 3) : n);
                p.alphabet = n > 3 ? 2 : 1 + variant;
                p.brackets = n > 3 ? 1 : variant > 2 ? 2 : variant;
                p.depth = variant;
                size_t length = task->length(&p), widest = 0, bits = 0;
                size_t *states = calloc(length + 1, sizeof *states);
                mpz_t count;
                mpz_init(count);
                count_states(states, problem_find(task->name), &p);
                for (size_t t = 0; t <= length; t++) {
                    prefix_classes_count(count, task, &p, t);
                    ck_assert_msg(mpz_cmp_ui(count, states[t]) == 0, "%s n=%zu t=%zu", task->name,
                                  (size_t)p.n, t);
                    ck_assert_uint_eq(states[t], count_behaviours(task, &p, t));
                    widest = states[t] > states[widest] ? t : widest;
                }
                bits = log2_ceil(states[widest]);
                ck_assert_uint_eq(states[prefix_classes_widest(task, &p)], states[widest]);
                ck_assert_uint_eq(prefix_classes_bits(task, &p), bits);
                free(states);
                mpz_clear(count);
            }
}
END_TEST

START_TEST(states_for_every_length_are_the_same_by_formula_and_by_refinement)
{
    for (uint64_t b = 1; b <= 4; b++)
        for (uint64_t depth = 1; depth <= 4; depth++) {
            Params p = params_default(0);
            mpz_t count;
            p.brackets = b;
            p.depth = depth;
            mpz_init(count);
            prefix_classes_count(count, &task_dyck, &p, 0);
            ck_assert_uint_eq(prefix_classes_endless(&problem_dyck, &p), mpz_get_ui(count));
            if (b == 2)
                ck_assert_uint_eq(mpz_get_ui(count), (size_t)1 << (depth + 1));
            mpz_clear(count);
        }
}
END_TEST

// The claims at small sizes; and a formula for other parameters is not what is counted.
START_TEST(a_formula_that_is_wrong_is_refuted)
{
    Params p = params_default(4), other = p;
    ck_assert_ptr_null(recurrent_lower_admits(&task_dyck, &p));
    ck_assert_uint_eq(recurrent_lower_difference(&task_dyck, &p, &p), 5);
    other.brackets = 3;
    ck_assert_uint_eq(recurrent_lower_difference(&task_dyck, &p, &other), 1);
    other = p;
    other.depth = 1;   // two brackets are open after two tokens
    ck_assert_uint_eq(recurrent_lower_difference(&task_dyck, &p, &other), 2);
    other = p;
    other.alphabet = 3;
    ck_assert_uint_eq(recurrent_lower_difference(&task_index_lookup, &p, &other), 1);
    ck_assert_uint_eq(recurrent_lower_difference(&task_index_lookup, &p, &p), 6);
    other = p;
    other.n = 3;
    ck_assert_uint_eq(recurrent_lower_difference(&task_equality, &p, &other), 4);
    ck_assert_uint_eq(recurrent_lower_difference(&task_disjointness, &p, &p), 10);
    p.n = other.n = 0;
    other.depth = 3;
    ck_assert_uint_eq(recurrent_lower_difference(&task_dyck, &p, &p), 1);
    ck_assert_uint_eq(recurrent_lower_difference(&task_dyck, &p, &other), 0);
}
END_TEST

START_TEST(sizes_whose_states_cannot_be_counted_are_refused)
{
    Params p = params_default(40);
    ck_assert_ptr_nonnull(recurrent_lower_admits(&task_equality, &p));
    p.n = 0;
    ck_assert_ptr_nonnull(recurrent_lower_admits(&task_equality, &p));
    p.depth = 30;
    ck_assert_ptr_nonnull(recurrent_lower_admits(&task_dyck, &p));
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        least_states_are_the_same_by_formula_by_refinement_and_by_definition,
        states_for_every_length_are_the_same_by_formula_and_by_refinement,
        a_formula_that_is_wrong_is_refuted,
        sizes_whose_states_cannot_be_counted_are_refused,
    };
    return HARNESS_RUN("prefix_classes", tests);
}
