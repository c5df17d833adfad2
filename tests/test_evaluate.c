#include "math/rational.h"
#include "models.h"
#include "net/evaluate.h"
#include "net/model_file.h"
#include "random_model.h"
#include "scratch.h"
#include <stdlib.h>
#include <string.h>

// A model for x y # with n = 1.  Position 0, 1, 2 has score coordinate 1, 2, 1 and value x, y, 0.
static void retrieval_model(Transformer *t, Mask mask, size_t position) {
    Params p = params_default(1);
    p.mask = mask;
    transformer_init(t, task_find("equality"), &p, 2, 1, true);
    const long score[] = { 1, 2, 1 };
    for (size_t i = 0; i < 3; i++)
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            matrix_set(&t->embedding, row, 0, score[i], 1);
            matrix_set(&t->embedding, row, 1, (long)(row - t->first_row[i]), 1);
        }
    Head *h = layer_add_head(&t->layer[0], 2, 1, 1);
    matrix_set(&h->q, 0, 0, 1, 1);
    matrix_set(&h->k, 0, 0, 1, 1);
    matrix_set(&h->v, 0, 1, 1, 1);
    matrix_set(&h->o, 1, 0, 1, 1);
    t->readout.position = position;
    matrix_set(&t->readout.w, 0, 1, 1, 1);
    matrix_set(&t->readout.b, 0, 0, -1, 3);
}

static void expect(const Num *x, const char *value) {
    Text shown = { 0 };
    rational_print(&shown, x->q);
    ck_assert_str_eq(text_string(&shown), value);
    text_clear(&shown);
}

// Runs the model on the word; its output is that number.
static void expect_output(const Transformer *t, const Token *word, const char *value) {
    Fault fault;
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    ck_assert(evaluator_run(e, word, &fault));
    expect(evaluator_output(e), value);
    evaluator_free(e);
}

static const Token words[4][3] = { { 0, 0, 2 }, { 0, 1, 2 }, { 1, 0, 2 }, { 1, 1, 2 } };

START_TEST(attention_by_hand_at_the_last_position)
{
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        Transformer t;
        retrieval_model(&t, mask, 2);   // scores 1 2 1: masses 1/4 1/2 1/4
        expect_output(&t, words[0], "-1/3");
        expect_output(&t, words[1], "1/6");
        expect_output(&t, words[2], "-1/12");
        expect_output(&t, words[3], "5/12");
        transformer_clear(&t);
    }
}
END_TEST

// The masses of the readout's position, on x = y = 1, are those three numbers.
static void expect_masses(const Transformer *t, const char *const value[3]) {
    Fault fault;
    Num mass;
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    mpq_init(mass.q);
    ck_assert(evaluator_run(e, words[3], &fault));
    for (size_t j = 0; j < transformer_sees(t, t->readout.position); j++) {
        evaluator_mass(mass.q, e, 0, 0, t->readout.position, j);
        expect(&mass, value[j]);
    }
    mpq_clear(mass.q);
    evaluator_free(e);
}

START_TEST(a_causal_mask_hides_what_follows_and_a_full_one_does_not)
{
    const struct {
        Mask mask;
        size_t position;
        const char *mass[3], *output;
    } cases[] = {
        { MASK_CAUSAL, 0, { "1", NULL, NULL }, "5/3" },       // scores 1
        { MASK_FULL, 0, { "1/4", "1/2", "1/4" }, "17/12" },   // scores 1 2 1
        { MASK_CAUSAL, 1, { "1/5", "4/5", NULL }, "5/3" },    // scores 2 4
        { MASK_FULL, 1, { "1/6", "2/3", "1/6" }, "3/2" },     // scores 2 4 2
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        Transformer t;
        retrieval_model(&t, cases[k].mask, cases[k].position);
        expect_masses(&t, cases[k].mass);
        expect_output(&t, words[3], cases[k].output);
        transformer_clear(&t);
    }
}
END_TEST

START_TEST(an_mlp_and_several_heads_by_hand)
{
    Transformer t;
    retrieval_model(&t, MASK_CAUSAL, 2);
    Head *h = layer_add_head(&t.layer[0], 2, 0, 1);   // no scores: uniform attention
    matrix_set(&h->v, 0, 1, 3, 1);
    matrix_set(&h->o, 1, 0, -1, 1);
    // Coordinate 1 of # is now v = x/4 + y/2 - (x + y) = -3x/4 - y/2.
    expect_output(&t, words[3], "-19/12");
    Mlp *mlp = layer_add_mlp(&t.layer[0], 2, 2);
    matrix_set(&mlp->w1, 0, 1, -4, 1);
    matrix_set(&mlp->b1, 0, 0, -5, 2);
    matrix_set(&mlp->w1, 1, 0, -7, 1);   // always negative: silent
    matrix_set(&mlp->w2, 1, 0, 2, 1);
    matrix_set(&mlp->w2, 1, 1, 100, 1);
    matrix_set(&mlp->b2, 1, 0, 1, 1);
    // v + 2 relu(-4v - 5/2) + 1 - 1/3
    expect_output(&t, words[0], "2/3");     // v = 0
    expect_output(&t, words[1], "1/6");     // v = -1/2
    expect_output(&t, words[2], "11/12");   // v = -3/4
    expect_output(&t, words[3], "53/12");   // v = -5/4
    transformer_clear(&t);
}
END_TEST

START_TEST(margins_by_hand)
{
    Transformer t;
    Params p = params_default(1);
    p.alphabet = 3;
    transformer_init(&t, task_find("index-lookup"), &p, 1, 0, false);
    t.readout.answers[0] = 2;
    t.readout.answers[1] = 0;
    t.readout.answers[2] = 1;
    matrix_set(&t.readout.b, 0, 0, 1, 2);
    matrix_set(&t.readout.b, 1, 0, 1, 3);
    matrix_set(&t.readout.b, 2, 0, 1, 2);
    Evaluator *e = evaluator_new(&t, &exact_arithmetic);
    const char *expected[] = { "-1/6", "0", "0" };
    for (Token s = 0; s < 3; s++) {
        Fault fault;
        Num margin;
        mpq_init(margin.q);
        ck_assert(evaluator_run(e, (const Token[]){ s, 3 }, &fault));
        evaluator_margin(margin.q, e, s);
        expect(&margin, expected[s]);
        mpq_clear(margin.q);
    }
    evaluator_free(e);
    transformer_clear(&t);
}
END_TEST

START_TEST(a_score_that_is_no_integer_is_told_with_its_place)
{
    Transformer t;
    Params p = params_default(1);
    transformer_init(&t, task_find("equality"), &p, 2, 2, true);
    for (size_t l = 0; l < 2; l++)
        for (size_t h = 0; h < 2; h++)
            layer_add_head(&t.layer[l], 2, 1, 1);
    for (size_t row = 0; row < t.embedding.rows; row++)
        matrix_set(&t.embedding, row, 0, 1, 1);
    matrix_set(&t.embedding, transformer_row(&t, 1, 1), 1, 1, 1);
    Head *h = &t.layer[1].head[1];
    matrix_set(&h->q, 0, 0, 1, 1);
    matrix_set(&h->k, 0, 1, 2, 3);   // s_ij = 2/3 if y stands at j and is 1
    Evaluator *e = evaluator_new(&t, &exact_arithmetic);
    Fault fault;
    ck_assert(evaluator_run(e, words[2], &fault));
    ck_assert(!evaluator_run(e, words[1], &fault));
    ck_assert_uint_eq(fault.layer, 2);
    ck_assert_uint_eq(fault.head, 2);
    ck_assert_uint_eq(fault.query, 2);
    ck_assert_uint_eq(fault.key, 1);
    ck_assert_str_eq(fault.why, "is not an integer");
    Num score;
    mpq_init(score.q);
    evaluator_fault_score(score.q, e, &fault);
    expect(&score, "2/3");
    mpq_clear(score.q);
    ck_assert(evaluator_run(e, words[0], &fault));   // and the evaluator lives on
    evaluator_free(e);
    transformer_clear(&t);
}
END_TEST

// word <- the next one, the last position fastest; false after the last.
static bool next_word(const Transformer *t, Token *word) {
    for (size_t i = t->length; i-- > 0;) {
        TokenRun run = t->task->tokens(&t->params, i);
        if (++word[i] < run.first + run.count)
            return true;
        word[i] = run.first;
    }
    return false;
}

// Appends what evaluate_model.py --each prints for the model.
static void print_margins(Text *out, const Transformer *t, const char *file) {
    Text lines = { 0 };
    Evaluator *e = evaluator_new(t, &exact_arithmetic);
    Token *word = calloc(t->length, sizeof *word);
    for (size_t i = 0; i < t->length; i++)
        word[i] = t->task->tokens(&t->params, i).first;
    Fault fault = { 0 };
    mpq_t margin;
    mpq_init(margin);
    bool runs = true;
    do {
        size_t answer = t->task->answer(&t->params, word);
        if (answer == ANSWER_EXCLUDED)
            continue;
        runs = evaluator_run(e, word, &fault);
        if (!runs)
            break;
        evaluator_margin(margin, e, answer);
        rational_print(&lines, margin);
        text_add(&lines, " ");
        task_print_word(&lines, t->task, &t->params, word);
        text_add(&lines, "\n");
    } while (next_word(t, word));
    if (runs) {
        text_add(out, text_string(&lines));
    } else {
        text_printf(out, "%s: layer %zu, head %zu, query %zu, key %zu: score ", file, fault.layer,
                    fault.head, fault.query, fault.key);
        evaluator_fault_score(margin, e, &fault);
        rational_print(out, margin);
        text_printf(out, " %s\n", fault.why);
    }
    mpq_clear(margin);
    free(word);
    evaluator_free(e);
    text_clear(&lines);
}

static void write_file(const Transformer *t, const char *file) {
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    transformer_write(out, t);
    ck_assert_int_eq(fclose(out), 0);
}

// What evaluate_model.py prints for the files of the folder named.
static char *ask_python(const char *option, const char *folder, const char *files) {
    setenv("CHASM_PYTHON", "python3", 0);
    setenv("CHASM_TESTS", "tests", 0);
    Text command = { 0 }, said = { 0 };
    text_printf(&command, "\"$CHASM_PYTHON\" \"$CHASM_TESTS/evaluate_model.py\" %s '%s'/%s | cat",
                option, folder, files);
    FILE *python = popen(text_string(&command), "r");
    ck_assert_ptr_nonnull(python);
    ck_assert_int_eq(text_read(&said, python, 1 << 28), 0);
    ck_assert_int_eq(pclose(python), 0);
    text_clear(&command);
    return text_take(&said);
}

// Makes some scores of some models quotients.
static void spoil(Transformer *t) {
    for (size_t l = 0; l < t->layers; l++)
        for (size_t h = 0; h < t->layer[l].heads; h++) {
            Matrix *q = &t->layer[l].head[h].q;
            if (q->rows > 0 && random_below(2) == 0)
                matrix_set(q, 0, 0, 1, 2 + random_below(2));
        }
}

START_TEST(an_independent_evaluator_gives_the_same_margins_and_faults)
{
    char *folder = scratch_folder();
    Text ours = { 0 };
    size_t faults = 0, models = scaled(60);
    for (size_t k = 0; k < models; k++) {
        Transformer t;
        Text file = { 0 };
        random_exact_model(&t);
        if (k % 3 == 2)
            spoil(&t);
        text_printf(&file, "%s/%06zu.json", folder, k);
        write_file(&t, text_string(&file));
        size_t before = ours.length;
        print_margins(&ours, &t, text_string(&file));
        faults += strstr(text_string(&ours) + before, "score") != NULL;
        text_clear(&file);
        transformer_clear(&t);
    }
    char *theirs = ask_python("--each", folder, "*.json");
    ck_assert_str_eq(text_string(&ours), theirs);
    ck_assert_uint_gt(faults, 0);
    ck_assert_uint_lt(faults, models / 3);
    free(theirs);
    text_clear(&ours);
    scratch_remove(folder);
}
END_TEST

START_TEST(the_example_of_the_documentation_has_margin_one_half)
{
    char *said = ask_python("", tests_path("corpus/model"), "example.json");
    ck_assert_ptr_nonnull(strstr(said, "example.json: margin 1/2, witness 00#, inputs 4\n"));
    free(said);
}
END_TEST

START_TEST(exported_constructions_have_the_promised_margin_in_an_independent_evaluator)
{
    char *folder = scratch_folder();
    Text expected = { 0 };
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 1; n <= 3; n++) {
            const Construction *one = constructions[c];
            Params p = params_default(n);
            p.mask = n % 2 ? MASK_CAUSAL : MASK_FULL;
            if (!is_admitted(one, &p))
                continue;
            Code code;
            Transformer t;
            Promise promise;
            Text file = { 0 };
            binary_code(&code, n);
            uint64_t temperature = one->temperature(&p, &code, 1);
            one->build(&t, &p, &code, temperature);
            promise_init(&promise);
            one->promise(&promise, &p, &code, temperature);
            text_printf(&file, "%s/%02zu-%u.json", folder, c, (unsigned)n);
            write_file(&t, text_string(&file));
            text_printf(&expected, "%s: margin ", text_string(&file));
            rational_print(&expected, promise.margin);
            text_add(&expected, "\n");
            text_clear(&file);
            promise_clear(&promise);
            transformer_clear(&t);
            code_clear(&code);
        }
    char *theirs = ask_python("", folder, "*.json | sed 's/, witness.*//'");
    ck_assert_str_eq(text_string(&expected), theirs);
    free(theirs);
    text_clear(&expected);
    scratch_remove(folder);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        attention_by_hand_at_the_last_position,
        a_causal_mask_hides_what_follows_and_a_full_one_does_not,
        an_mlp_and_several_heads_by_hand,
        margins_by_hand,
        a_score_that_is_no_integer_is_told_with_its_place,
        an_independent_evaluator_gives_the_same_margins_and_faults,
        the_example_of_the_documentation_has_margin_one_half,
        exported_constructions_have_the_promised_margin_in_an_independent_evaluator,
    };
    return HARNESS_RUN("evaluate", tests);
}
