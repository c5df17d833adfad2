// Bounded Dyck: the task by hand and against a counter; networks for words of every length, in
// several arithmetics; networks that err at length 40 only; compiled automata.
#include "base/text.h"
#include "communication/problem.h"
#include "constructions/compile.h"
#include "constructions/recurrent_construction.h"
#include "harness.h"
#include "net/model_file.h"
#include "net/recurrent_evaluate.h"
#include "scratch.h"
#include "verify/check.h"
#include "verify/recurrent_check.h"
#include <stdlib.h>
#include <string.h>

static Params params_of(uint64_t n, uint64_t brackets, uint64_t depth) {
    Params p = params_default(n);
    p.brackets = brackets;
    p.depth = depth;
    return p;
}

static size_t answer_to(const char *s, uint64_t brackets, uint64_t depth) {
    Params p = params_of(strlen(s), brackets, depth);
    Token word[64];
    char *why = task_parse_word(word, &task_dyck, &p, s);
    ck_assert_msg(why == NULL, "%s: %s", s, why);
    return task_dyck.answer(&p, word);
}

START_TEST(words_are_judged_as_by_hand)
{
    static const struct {
        const char *word;
        uint64_t brackets, depth;
        size_t answer;
    } cases[] = {
        { "()", 1, 1, 1 },     { ")(", 1, 3, 0 },       { "(())", 1, 1, 0 },
        { "(())", 1, 2, 1 },   { "([)]", 2, 2, 0 },     { "([])", 2, 2, 1 },
        { "([])", 2, 1, 0 },   { "()[]{}<>", 4, 1, 1 }, { "(]", 2, 2, 0 },
        { "((", 2, 2, 0 },     { "))", 2, 2, 0 },       { "()))", 1, 9, 0 },
        { "{<>}[]", 4, 2, 1 }, { "{<}>[]", 4, 2, 0 },   { "((()))()", 1, 3, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(answer_to(cases[i].word, cases[i].brackets, cases[i].depth) ==
                          cases[i].answer,
                      "%s", cases[i].word);
}
END_TEST

// The machine that knows the length, the one that does not, and the definition, on random words
// that are nearly well nested.
START_TEST(the_machines_agree_with_the_definition)
{
    for (size_t round = 0; round < scaled(20000); round++) {
        Params p = params_of(2 + 2 * random_below(10), 1 + random_below(4), 1 + random_below(4));
        Params endless = p;
        Token word[32], open[32];
        size_t height = 0, s = 0, e = 0;
        endless.n = 0;
        for (size_t t = 0; t < p.n; t++) {
            size_t left = p.n - t;
            bool opens = height == 0 || (height < left && height < p.depth && random_below(2));
            word[t] = opens ? 2 * (Token)random_below(p.brackets) : open[height - 1] + 1;
            if (opens)
                open[height++] = word[t];
            else
                height--;
        }
        if (random_below(2))
            word[random_below(p.n)] = (Token)random_below(2 * p.brackets);
        for (size_t t = 0; t < p.n; t++) {
            s = problem_step(&problem_dyck, &p, t, s, word[t]);
            e = problem_step(&problem_dyck, &endless, 0, e, word[t]);
        }
        ck_assert_uint_eq(problem_answer(&problem_dyck, &p, s), task_dyck.answer(&p, word));
        ck_assert_uint_eq(problem_answer(&problem_dyck, &endless, e), task_dyck.answer(&p, word));
    }
}
END_TEST

static void check(Finding *f, const Recurrent *r, const char *arithmetic) {
    Effort e = { .jobs = 1 };
    char *why;
    ck_assert_int_eq(arith_parse(&e.arithmetic, arithmetic, &why), 0);
    finding_init(f);
    ck_assert_int_eq(recurrent_check(f, r, "model", &e), 0);
}

static void build(Recurrent *r, const char *name, uint64_t n, uint64_t brackets, uint64_t depth) {
    Params p = params_of(n, brackets, depth);
    const RecurrentConstruction *c = recurrent_construction_find(name);
    ck_assert_ptr_null(recurrent_construction_admits(c, &p));
    c->build(r, &p);
}

START_TEST(networks_are_right_on_words_of_every_length_in_every_machine_with_enough_bits)
{
    static const char *const names[] = { "dyck/recurrent", "dyck/recurrent-automaton" };
    static const char *const arithmetics[] = {
        "exact", "fixed:3", "fixed:8", "float:fp8-e5m2", "float:bfloat16", "float:binary64"
    };
    for (size_t i = 0; i < 2; i++)
        for (uint64_t b = 1; b <= 4; b++)
            for (uint64_t depth = 1; depth <= 3; depth++) {
                Recurrent r;
                Finding f;
                if (i == 1 && b == 4 && depth == 3)
                    continue;   // 688 units
                build(&r, names[i], 0, b, depth);
                check(&f, &r, arithmetics[(b + depth) % 6]);
                ck_assert_msg(f.verdict == PROVED, "%s", names[i]);
                ck_assert_str_eq(f.quantifier, "all-lengths");
                ck_assert_int_eq(mpq_cmp_ui(f.margin, 1, 2), 0);
                finding_clear(&f);
                recurrent_clear(&r);
            }
}
END_TEST

// 2 bits hold neither 1/2 in the stream nor, unlike 3 bits, the numbers up to 1 at that scale.
START_TEST(two_bits_of_fixed_point_are_too_few)
{
    Recurrent r;
    Finding f;
    build(&r, "dyck/recurrent", 0, 1, 1);
    check(&f, &r, "fixed:2");   // registers hold multiples of 2 then
    ck_assert_int_eq(f.verdict, REFUTED);
    finding_clear(&f);
    recurrent_clear(&r);
}
END_TEST

// r <- from with `extra` more units, all weights of the old ones as before.
static void extend(Recurrent *r, const Recurrent *from, size_t extra) {
    size_t m = from->width, tokens = from->u.columns;
    recurrent_init(r, from->task, &from->params, m + extra, from->activation, true);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            mpq_set(matrix_at(&r->w, i, j), matrix_at(&from->w, i, j));
        for (size_t t = 0; t < tokens; t++)
            mpq_set(matrix_at(&r->u, i, t), matrix_at(&from->u, i, t));
        mpq_set(r->b.entry[i], from->b.entry[i]);
        mpq_set(r->initial.entry[i], from->initial.entry[i]);
        mpq_set(r->readout.w.entry[i], from->readout.w.entry[i]);
    }
    mpq_set(r->readout.b.entry[0], from->readout.b.entry[0]);
}

// Unit k of the chain is 1 iff the first k tokens were those of the word; the last is no part of a
// longer word's beginning, since it is passed on to none.
static void spoil_one_word(Recurrent *r, const Recurrent *from, const Token *word, size_t length,
                           long weight) {
    size_t m = from->width;
    extend(r, from, length + 1);
    matrix_set(&r->initial, m, 0, 1, 1);
    for (size_t k = 1; k <= length; k++) {
        matrix_set(&r->w, m + k, m + k - 1, 1, 1);
        matrix_set(&r->u, m + k, word[k - 1], 1, 1);
        matrix_set(&r->b, m + k, 0, -1, 1);
    }
    matrix_set(&r->readout.w, 0, m + length, weight, 1);
}

static const char word_of_length_40[] = "([])[()][][()]([])()[()[]][([()])]([])()";
static const char wrong_word_of_length_39[] = "([])[()][][()]([])()[()[]][([()])]([])(";

START_TEST(a_network_that_errs_on_one_word_of_length_40_is_caught_with_that_word)
{
    Params p = params_of(40, 2, 3);
    Token word[40];
    Recurrent right, spoilt;
    Finding f;
    ck_assert_uint_eq(strlen(word_of_length_40), 40);
    ck_assert_ptr_null(task_parse_word(word, &task_dyck, &p, word_of_length_40));
    ck_assert_uint_eq(task_dyck.answer(&p, word), 0);   // too deep by one
    build(&right, "dyck/recurrent", 0, 2, 4);
    spoil_one_word(&spoilt, &right, word, 40, -1);
    check(&f, &right, "exact");
    ck_assert_int_eq(f.verdict, PROVED);
    finding_clear(&f);
    check(&f, &spoilt, "exact");
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, word_of_length_40);
    ck_assert_int_eq(mpq_cmp_si(f.margin, -1, 2), 0);
    finding_clear(&f);
    recurrent_clear(&spoilt);
    spoil_one_word(&spoilt, &right, word, 39, 9);   // accepts a word of odd length
    check(&f, &spoilt, "exact");
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, wrong_word_of_length_39);
    finding_clear(&f);
    recurrent_clear(&spoilt);
    recurrent_clear(&right);
}
END_TEST

START_TEST(the_empty_word_is_a_word)
{
    Recurrent r;
    Finding f;
    build(&r, "dyck/recurrent-automaton", 0, 1, 1);
    matrix_set(&r.initial, 0, 0, 0, 1);   // as if some token had been lost
    check(&f, &r, "exact");
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, "");
    finding_clear(&f);
    recurrent_clear(&r);
}
END_TEST

// A unit that is halved by every token takes infinitely many values: no proof, but a refutation all
// the same.
START_TEST(endless_states_leave_the_verdict_open_unless_a_word_refutes)
{
    Recurrent right, r;
    Finding f;
    build(&right, "dyck/recurrent", 0, 1, 1);
    extend(&r, &right, 1);
    size_t m = right.width;
    matrix_set(&r.initial, m, 0, 1, 1);
    matrix_set(&r.w, m, m, 1, 2);
    check(&f, &r, "exact");
    ck_assert_int_eq(f.verdict, UNKNOWN);
    ck_assert(!f.has_margin);
    ck_assert_ptr_nonnull(strstr(f.reason, "more than"));
    finding_clear(&f);
    check(&f, &r, "fixed:8");   // there it is 0 after six tokens
    ck_assert_int_eq(f.verdict, PROVED);
    finding_clear(&f);
    matrix_set(&r.readout.b, 0, 0, -1, 2);
    check(&f, &r, "exact");
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, "");
    finding_clear(&f);
    recurrent_clear(&r);
    recurrent_clear(&right);
}
END_TEST

// A network that ignores what it reads cannot tell ( from nothing.
START_TEST(a_network_with_one_state_collides)
{
    Recurrent r;
    Params p = params_of(0, 2, 2);
    Finding f;
    recurrent_init(&r, &task_dyck, &p, 1, ACTIVATION_CLAMP, true);
    matrix_set(&r.readout.b, 0, 0, -1, 1);
    check(&f, &r, "exact");
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.recurrent.prefix[0], "");
    ck_assert_str_eq(f.recurrent.prefix[1], "(");
    ck_assert_str_eq(f.recurrent.suffix, "");
    ck_assert_uint_eq(f.recurrent.states, 1);
    finding_clear(&f);
    recurrent_clear(&r);
}
END_TEST

// Both constructions, and random automata over brackets, beside the automaton on random words.
START_TEST(compiled_automata_accept_what_the_automaton_accepts)
{
    for (size_t round = 0; round < scaled(50); round++) {
        Params p = params_of(2, 1 + random_below(3), 1);
        Automaton a;
        Recurrent r;
        Fault fault;
        mpq_t margin;
        mpq_init(margin);
        automaton_init(&a, 1 + random_below(6), 2 * p.brackets);
        a.start = random_below(a.states);
        for (size_t s = 0; s < a.states; s++)
            a.accepting[s] = random_below(2);
        for (size_t k = 0; k < a.states * a.symbols; k++)
            a.next[k] = random_below(a.states);
        automaton_compile(&r, &a, &task_dyck, &p);
        ck_assert_uint_eq(r.width, a.states * a.symbols);
        RecurrentEvaluator *e = recurrent_evaluator_new(&r, &exact_arithmetic);
        for (size_t k = 0; k < 40; k++) {
            Token word[20];
            size_t length = random_below(20), state = a.start;
            for (size_t t = 0; t < length; t++) {
                word[t] = (Token)random_below(a.symbols);
                state = a.next[state * a.symbols + word[t]];
            }
            ck_assert(recurrent_evaluator_run(e, word, length, &fault));
            recurrent_evaluator_margin(margin, e, a.accepting[state]);
            ck_assert_int_eq(mpq_cmp_ui(margin, 1, 2), 0);
        }
        recurrent_evaluator_free(e);
        recurrent_clear(&r);
        automaton_clear(&a);
        mpq_clear(margin);
    }
}
END_TEST

// No product domains are known of the words, so transformers are judged on every word only.
START_TEST(certificates_of_transformers_are_refused_and_every_word_is_tried)
{
    Transformer t;
    Params p = params_of(4, 2, 2);
    Effort e = { .jobs = 1, .method = METHOD_CERTIFICATE };
    Finding f;
    transformer_init(&t, &task_dyck, &p, 1, 1, true);
    matrix_set(&t.readout.b, 0, 0, -1, 1);   // never
    finding_init(&f);
    capture_begin();
    int status = check_model(&f, &t, NULL, "model", &e);
    char *said = capture_end();
    ck_assert_int_eq(status, -1);
    ck_assert_ptr_nonnull(strstr(said, "no certificate"));
    free(said);
    e.method = METHOD_AUTO;
    ck_assert_int_eq(check_model(&f, &t, NULL, "model", &e), 0);
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_str_eq(f.witness, "(())");
    ck_assert_int_eq(mpz_cmp_ui(f.inputs, 256), 0);
    finding_clear(&f);
    transformer_clear(&t);
}
END_TEST

START_TEST(transformers_keep_brackets_and_depth_in_their_files)
{
    Transformer t, read;
    Params p = params_of(4, 3, 7);
    char *bytes = NULL;
    size_t length;
    transformer_init(&t, &task_dyck, &p, 1, 1, true);
    FILE *out = open_memstream(&bytes, &length);
    transformer_write(out, &t);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(transformer_parse(&read, "written", bytes, length), 0);
    ck_assert_uint_eq(read.params.brackets, 3);
    ck_assert_uint_eq(read.params.depth, 7);
    ck_assert_uint_eq(read.length, 4);
    free(bytes);
    transformer_clear(&read);
    transformer_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        words_are_judged_as_by_hand,
        the_machines_agree_with_the_definition,
        networks_are_right_on_words_of_every_length_in_every_machine_with_enough_bits,
        two_bits_of_fixed_point_are_too_few,
        a_network_that_errs_on_one_word_of_length_40_is_caught_with_that_word,
        the_empty_word_is_a_word,
        endless_states_leave_the_verdict_open_unless_a_word_refutes,
        a_network_with_one_state_collides,
        compiled_automata_accept_what_the_automaton_accepts,
        certificates_of_transformers_are_refused_and_every_word_is_tried,
        transformers_keep_brackets_and_depth_in_their_files,
    };
    return HARNESS_RUN("dyck", tests);
}
