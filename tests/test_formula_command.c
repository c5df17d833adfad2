// Formulas on the command line: files as solvers' benchmarks have them, satisfying words accepted
// and falsifying ones rejected, and what is refused.
#include "base/text.h"
#include "program.h"
#include "random_formula.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void write_file(const char *name, const char *text) {
    FILE *out = fopen(name, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    ck_assert_int_eq(fclose(out), 0);
}

static void write_formula(const char *name, Formula *f) {
    char *text = formula_text(f);
    write_file(name, text);
    free(text);
}

static void add(Formula *f, size_t count, ...) {
    int32_t literal[LITERALS_MOST];
    va_list of;
    va_start(of, count);
    for (size_t k = 0; k < count; k++)
        literal[k] = va_arg(of, int);
    va_end(of);
    formula_add(f, literal, count);
}

// Each pigeon has a hole, and no two have the same.
static void pigeonhole(Formula *f, int pigeons, int holes) {
    formula_init(f, true, (size_t)(pigeons * holes));
    for (int p = 0; p < pigeons; p++) {
        int32_t literal[LITERALS_MOST];
        for (int h = 0; h < holes; h++)
            literal[h] = 1 + p * holes + h;
        formula_add(f, literal, (size_t)holes);
    }
    for (int h = 0; h < holes; h++)
        for (int p = 0; p < pigeons; p++)
            for (int q = 0; q < p; q++)
                add(f, 2, -(1 + p * holes + h), -(1 + q * holes + h));
}

// z = x xor y, as four clauses.
static void add_xor(Formula *f, int x, int y, int z) {
    add(f, 3, -x, -y, -z);
    add(f, 3, x, y, -z);
    add(f, 3, x, -y, z);
    add(f, 3, -x, y, z);
}

// Variables 1 .. n, and n+1 .. 2n-1 for the parities of the first two, three, ..; the last is odd.
static void parity_chain(Formula *f, int n) {
    formula_init(f, true, (size_t)(2 * n - 1));
    for (int k = 2; k <= n; k++)
        add_xor(f, k == 2 ? 1 : n + k - 2, k, n + k - 1);
    add(f, 1, 2 * n - 1);
}

static void random_cnf(Formula *f, size_t variables, size_t clauses) {
    formula_init(f, true, variables);
    while (f->clauses < clauses)
        add(f, 3, (random_below(2) ? 1 : -1) * (int)(1 + random_below(variables)),
            (random_below(2) ? 1 : -1) * (int)(1 + random_below(variables)),
            (random_below(2) ? 1 : -1) * (int)(1 + random_below(variables)));
}

// The verdict's field of that name in one line of JSON.
static void expect_field(const char *line, const char *field, const char *value) {
    Run r = run(line);
    ck_assert_int_eq(r.status, 0);
    json_t *verdict = json_loads(r.out, 0, NULL);
    ck_assert_ptr_nonnull(verdict);
    ck_assert_str_eq(json_string_value(json_object_get(verdict, field)), value);
    json_decref(verdict);
    run_clear(&r);
}

// Writes all words of that many bits, one a line; how many satisfy the formula.
static size_t write_words(const char *name, const Formula *f) {
    FILE *out = fopen(name, "w");
    size_t satisfying = 0;
    uint32_t bit[16];
    ck_assert_uint_le(f->variables, 16);
    for (uint32_t word = 0; word >> f->variables == 0; word++) {
        for (size_t v = 0; v < f->variables; v++) {
            bit[v] = word >> v & 1;
            fputc(bit[v] ? '1' : '0', out);
        }
        fputc('\n', out);
        satisfying += formula_holds(f, f->variables, bit);
    }
    ck_assert_int_eq(fclose(out), 0);
    return satisfying;
}

static size_t count_lines(const char *text, const char *with) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, with)) != NULL; at++)
        count++;
    return count;
}

// Verified exhaustively and by certificate; every word put to the model, in both masks.
static void expect_accepted(Formula *f, size_t satisfying) {
    begin();
    write_formula("f.cnf", f);
    ck_assert_uint_eq(write_words("words", f), satisfying);
    for (int full = 0; full < 2; full++) {
        Text line = { 0 };
        text_printf(&line, "chasm verify normal-form/two-layer --formula f.cnf --mask %s -f json",
                    full ? "full" : "causal");
        expect_field(text_string(&line), "verdict", "holds");
        text_add(&line, " -m certificate");
        expect_field(text_string(&line), "verdict", "holds");
        line.length = 0;
        text_printf(&line,
                    "chasm model normal-form --formula f.cnf --mask %s |"
                    " (cat > m.json; chasm model run m.json - -f csv < words)",
                    full ? "full" : "causal");
        Run r = run(text_string(&line));
        ck_assert_int_eq(r.status, 0);
        ck_assert_uint_eq(count_lines(r.out, "#,1,1,holds,"), satisfying);
        ck_assert_uint_eq(count_lines(r.out, "#,0,0,holds,"),
                          ((size_t)1 << f->variables) - satisfying);
        run_clear(&r);
        text_clear(&line);
    }
    end();
    formula_clear(f);
}

START_TEST(pigeons_with_enough_holes_are_accepted_and_others_are_not)
{
    Formula f;
    pigeonhole(&f, 3, 3);
    expect_accepted(&f, 6);
    pigeonhole(&f, 3, 2);
    expect_accepted(&f, 0);
}
END_TEST

START_TEST(parity_chains_are_accepted_for_odd_words)
{
    Formula f;
    parity_chain(&f, 4);
    expect_accepted(&f, 8);
}
END_TEST

START_TEST(random_formulas_near_the_threshold_hold)
{
    Formula f;
    begin();
    random_cnf(&f, 14, 60);
    write_formula("f.cnf", &f);
    formula_clear(&f);
    expect_field("chasm verify normal-form/two-layer --formula f.cnf -f json", "inputs", "16384");
    random_cnf(&f, 100, 426);
    write_formula("f.cnf", &f);
    formula_clear(&f);
    expect_field("chasm verify normal-form/two-layer --formula f.cnf -f json", "verdict", "holds");
    expect_field("chasm verify normal-form/two-layer --formula f.cnf -f json", "method",
                 "certificate");
    expect_field("chasm verify normal-form/two-layer --formula f.cnf -f json", "formula", "f.cnf");
    end();
}
END_TEST

START_TEST(wrong_formulas_and_words_are_refused)
{
    begin();
    write_file(".f.cnf", "p cnf 3 2\n1 -2 0\n2 3 0\n");
    write_file(".bad.cnf", "p cnf 3 2\n1 -2 0\n2 4 0\n");
    expect_error("chasm verify normal-form/two-layer --formula .bad.cnf -o out",
                 ".bad.cnf:3: literal 4, but there are 3 variables");
    expect_error("chasm model normal-form --formula .bad.cnf -o out",
                 ".bad.cnf:3: literal 4, but there are 3 variables");
    expect_error("chasm model normal-form --formula none.cnf -o out",
                 "none.cnf: No such file or directory");
    expect_error("chasm verify normal-form/two-layer --formula .f.cnf -n 4",
                 "--size: '4': n is the number of variables, and the formula has another one "
                 "(normal-form/two-layer)");
    expect_error("chasm verify equality/two-layer --formula .f.cnf",
                 "--formula: has no effect on equality/two-layer");
    expect_error("chasm model dyck --formula equality",
                 "--formula: has no effect on dyck/recurrent");
    ck_assert_int_eq(system("$CHASM verify normal-form/two-layer -n 4 -m certificate -a float:20 "
                            "-f json | grep -q '\"verdict\": \"undecided\"'"),
                     0);   // there are no certificates of formulas on machines
    ck_assert_int_eq(system("$CHASM model normal-form --formula .f.cnf > .m"), 0);
    expect_error("chasm model run .m 0101", "'0101': position 3 cannot hold '1'");
    expect_error("chasm model run .m 01", "'01': 2 tokens where 6 are expected");
    expect_error("chasm model run .m", "'chasm model run' takes a FILE and words; '-' for words on "
                                       "standard input");
    expect_error("chasm model run .m 010 -n 3", "--size: not an option of 'model run'");
    expect_error("chasm model run .m - < /dev/null", "<stdin>: no input");
    expect_error("chasm model run .m 010 -a fixed:8",
                 ".m: a single word has no bounds of scores, which fixed point needs");
    end();
}
END_TEST

// Moves the threshold of equality of two bits, whose margin at unequal ones is 3/10, to that.
static void write_moved(const char *threshold) {
    Text line = { 0 };
    text_printf(&line,
                "$CHASM model normal-form -n 2 --formula equality --mask full |"
                " sed 's|\"b\": \"1/2\"|\"b\": \"%s\"|' > m",
                threshold);
    ck_assert_int_eq(system(text_string(&line)), 0);
    text_clear(&line);
}

static void expect_line(int status, const char *line, const char *found) {
    Run r = run(line);
    ck_assert_int_eq(r.status, status);
    ck_assert_msg(strstr(r.out, found) != NULL, "%s: %s", line, r.out);
    run_clear(&r);
}

START_TEST(wrong_answers_and_ties_are_told)
{
    begin();
    write_moved("9/10");
    expect_line(0, "chasm model run m 00 -f csv", "00#,1,1,holds,9/10,exact,");
    expect_line(1, "chasm model run m 00 01 -f csv", "01#,1,0,fails,-1/10,exact,");
    expect_line(1, "chasm model run m 00 01 -f csv -a ball", "01#,1,0,fails,");
    expect_line(1, "chasm model run m 00 01 -f csv -a float:20", "01#,1,0,fails,");
    write_moved("4/5");
    expect_line(1, "chasm model run m 01 -f csv", "01#,?,0,fails,0,exact,0");
    expect_line(3, "chasm model run m 01 -f csv -a ball", "01#,?,0,undecided,");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        pigeons_with_enough_holes_are_accepted_and_others_are_not,
        parity_chains_are_accepted_for_odd_words,
        random_formulas_near_the_threshold_hold,
        wrong_formulas_and_words_are_refused,
        wrong_answers_and_ties_are_told,
    };
    return HARNESS_RUN("formula_command", tests);
}
