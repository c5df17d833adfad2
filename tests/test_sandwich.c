// Upper bounds meet lower ones: no explicit model that was verified is smaller than any model of
// its architecture can be; a bound that is too large, or a model too small, would be noticed.
#include "cli/least_size.h"
#include "communication/prefix_classes.h"
#include "harness.h"
#include "math/rational.h"
#include "task/automaton.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct Tally {
    size_t models, compared[2];   // by architecture: recurrent, one layer
    size_t tight;
} Tally;

// The last precision tried: right ones are below.
enum { PRECISION_LAST = 14 };

// The bound must be noticed if it were too large, and the model if it were smaller.
static void plant(const LeastSize *least, const ExplicitSize *s) {
    LeastSize wrong = *least;
    ExplicitSize small = *s;
    wrong.bits = s->bits + 1;
    ck_assert(least_size_is_contradicted(&wrong, s));
    if (least->width > 0) {
        wrong = *least;
        wrong.width = s->width + 1;
        ck_assert(least_size_is_contradicted(&wrong, s));
    }
    small.bits = least->bits - 1;
    ck_assert(least_size_is_contradicted(least, &small));
    small.precision = 0;   // a model that nobody verified proves nothing
    ck_assert(!least_size_is_contradicted(least, &small));
}

static void compare(const Explicit *e, const Params *p, Tally *tally) {
    ExplicitSize s;
    Effort effort = { .jobs = 1 };
    char *why;
    ck_assert_int_eq(explicit_size_find(&s, &why, e, p, 2, PRECISION_LAST, &effort), 0);
    bool verified = why == NULL && s.precision > 0;
    free(why);
    if (!verified)
        return;
    tally->models++;
    LeastSize least = least_size(e->architecture, e->task, p, s.heads, s.precision);
    if (!least.known)
        return;
    ck_assert_msg(!least_size_is_contradicted(&least, &s),
                  "%s n=%d: %d bits, width %d; at least %d, %d", e->name, (int)p->n, (int)s.bits,
                  (int)s.width, (int)least.bits, (int)least.width);
    plant(&least, &s);
    tally->compared[e->architecture]++;
    tally->tight += least.bits == s.bits;
}

// The parameters of variant k: alphabets, brackets, depths and masks.
static Params params_variant(uint64_t n, size_t k) {
    Params p = params_default(n);
    p.alphabet = 2 + k % 2;
    p.brackets = 1 + k % 2;
    p.depth = 1 + k / 2 % 2;
    p.mask = k / 4 % 2 ? MASK_FULL : MASK_CAUSAL;
    return p;
}

// Whether variant k differs for that model from those before.
static bool is_variant(const Explicit *e, size_t k) {
    size_t same = e->task->nests ? 0 : e->task->boolean ? 3 : 2;   // bits that nothing depends on
    return (k & same) == 0 && (e->recurrent == NULL || k < 4);
}

START_TEST(no_verified_model_is_smaller_than_any_of_its_architecture_can_be)
{
    size_t compared[2] = { 0 }, tight = 0;
    Explicit e;
    for (size_t i = 0; explicit_at(&e, i); i++) {
        Tally tally = { 0 };
        for (uint64_t n = 1; n <= 5; n++)
            for (size_t k = 0; k < 8; k++) {
                Params p = params_variant(n, k);
                if (is_variant(&e, k))
                    compare(&e, &p, &tally);
            }
        printf("# %s: %zu verified, %zu and %zu compared, %zu tight\n", e.name, tally.models,
               tally.compared[0], tally.compared[1], tally.tight);
        ck_assert_uint_gt(tally.models, 0);
        compared[0] += tally.compared[0];
        compared[1] += tally.compared[1];
        tight += tally.tight;
    }
    ck_assert(compared[0] > 20 && compared[1] > 40 && tight > 5);
    arith_end_thread();
}
END_TEST

// The word with keys or points 0 .. n-1, those at place `first` and 0 exchanged, these labels, and
// the key or point `asked` as its query.
static void write_word(Token *word, const Task *task, const Params *p, size_t labels, size_t first,
                       size_t asked) {
    size_t length = task->length(p);
    for (size_t i = 0; i < p->n; i++) {
        TokenRun key = task->tokens(p, 2 * i), label = task->tokens(p, 2 * i + 1);
        size_t number = i == 0 ? first : i == first ? 0 : i;
        word[2 * i] = key.first + (Token)number;
        word[2 * i + 1] = label.first + (Token)(labels % p->alphabet);
        labels /= p->alphabet;
    }
    for (size_t i = 2 * p->n; i < length; i++)
        word[i] = task->tokens(p, i).first + (Token)asked;
}

// Whether some word with these labels differs in its answer from the one with the others, both
// within the promise: another query, or another order of keys.
static bool are_told_apart(const Task *task, const Params *p, size_t one, size_t other,
                           bool fixed_query) {
    Token *word = malloc(task->length(p) * sizeof *word);
    bool apart = false;
    for (size_t i = 0; i < p->n && !apart; i++) {
        size_t first = fixed_query ? i : 0, asked = fixed_query ? 0 : i;
        write_word(word, task, p, one, first, asked);
        size_t answer = task->answer(p, word);
        write_word(word, task, p, other, first, asked);
        size_t against = task->answer(p, word);
        ck_assert(answer != ANSWER_EXCLUDED && against != ANSWER_EXCLUDED);
        apart = answer != against;
    }
    free(word);
    return apart;
}

// docs/recurrent.md#theorem-6, docs/protocol.md#corollary-2.
START_TEST(every_two_strings_of_labels_are_told_apart)
{
    const Problem *const promises[] = { &problem_nearest_neighbor, &problem_recall };
    for (size_t k = 0; k < 2; k++)
        for (uint64_t n = 1; n <= 4; n++)
            for (uint64_t q = 2; q <= 3; q++) {
                Params p = params_default(n);
                p.alphabet = q;
                size_t strings = power_capped(q, n);
                for (size_t one = 0; one < strings; one++)
                    for (size_t other = 0; other < one; other++) {
                        ck_assert(are_told_apart(promises[k]->task, &p, one, other, false));
                        ck_assert(are_told_apart(promises[k]->task, &p, one, other, true));
                    }
                ck_assert_uint_eq(prefix_bits_least(promises[k], &p), log2_ceil(strings));
            }
}
END_TEST

// Three points in one dimension: two of them are the same, and only the third can be asked for.
START_TEST(points_that_must_repeat_are_not_counted)
{
    Params p = params_default(3);
    p.dimension = 1;
    ck_assert_uint_eq(prefix_bits_least(&problem_nearest_neighbor, &p), 1);
    p.n = 2;
    ck_assert_uint_eq(prefix_bits_least(&problem_nearest_neighbor, &p), 2);
}
END_TEST

START_TEST(nothing_is_said_where_nothing_is_known)
{
    Params p = params_default(4);
    ck_assert(!least_size(ARCHITECTURE_TWO_LAYERS, &task_equality, &p, 1, 5).known);
    ck_assert(!least_size(ARCHITECTURE_ONE_LAYER, &task_equality, &p, 0, 5).known);
    ck_assert(!least_size(ARCHITECTURE_ONE_LAYER, &task_equality, &p, 1, 0).known);
    ck_assert(!least_size(ARCHITECTURE_RECURRENT, &task_automaton, &p, 1, 5).known);
    p.n = 3;
    ck_assert(!least_size(ARCHITECTURE_RECURRENT, &task_dyck, &p, 1, 5).known);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        no_verified_model_is_smaller_than_any_of_its_architecture_can_be,
        every_two_strings_of_labels_are_told_apart,
        points_that_must_repeat_are_not_counted,
        nothing_is_said_where_nothing_is_known,
    };
    return HARNESS_RUN("sandwich", tests);
}
