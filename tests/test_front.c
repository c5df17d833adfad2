// Index lookup with the query in front (docs/index-lookup.md#theorem-2).
#include "constructions/construction.h"
#include "models.h"
#include "program.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include <string.h>

static const Effort effort = { .jobs = 1 }, naive = { .jobs = 1, .naive = true };

static const Construction *front(void) {
    const Construction *c = construction_find("index-lookup-front/two-layer");
    ck_assert_ptr_nonnull(c);
    return c;
}

// The i-th choice of size, mask, alphabet; false beyond the last.
static bool choose(Params *p, size_t i) {
    *p = params_default(1 + i / 4);
    p->mask = i & 1 ? MASK_FULL : MASK_CAUSAL;
    p->alphabet = i & 2 ? 3 : 2;
    return p->n <= 6;
}

START_TEST(promised_margin_and_size_are_found_by_both_evaluators_whatever_the_code)
{
    const char *const names[] = { "binary", "hadamard", NULL };   // NULL: the default code
    Params p;
    for (size_t i = 0; choose(&p, i); i++)
        for (size_t k = 0; k < 3; k++) {
            Code code;
            Transformer t;
            Promise promise;
            if (k == 0)
                binary_code(&code, p.n);
            else
                named_code(&code, names[k], p.n);
            uint64_t least = front()->temperature(&p, &code, 1);
            front()->build(&t, &p, &code, least);
            promise_init(&promise);
            front()->promise(&promise, &p, &code, least);
            for (int evaluator = 0; evaluator < 2; evaluator++) {
                Finding f;
                finding_init(&f);
                int done = exhaustive_check(&f, &t, NULL, "", evaluator ? &naive : &effort);
                ck_assert_int_eq(done, 0);
                ck_assert_int_eq(f.verdict, PROVED);
                ck_assert_msg(mpq_equal(f.margin, promise.margin), "n=%zu code %s", (size_t)p.n,
                              code.name);
                finding_clear(&f);
            }
            Size size = transformer_size(&t);
            ck_assert_uint_eq(size.width, promise.size.width);
            ck_assert_uint_eq(size.width, 3 * code.length + 2 * p.alphabet + 1);
            ck_assert_uint_eq(size.mlp, promise.size.mlp);
            promise_clear(&promise);
            transformer_clear(&t);
            code_clear(&code);
        }
}
END_TEST

// Spoils the built model; expects a word on which it fails.
static void expect_failure(void (*spoil)(Transformer *t)) {
    Params p = params_default(5);
    Transformer t;
    Finding f;
    build_binary(&t, front(), &p);
    spoil(&t);
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "", &effort), 0);
    ck_assert_int_eq(f.verdict, REFUTED);
    ck_assert_ptr_nonnull(f.witness);
    finding_clear(&f);
    transformer_clear(&t);
}

static void forget_query(Transformer *t) {
    mpq_set_ui(matrix_at(&t->layer[0].head[0].k, 0, t->width - 1), 0, 1);
}

static void forget_signs(Transformer *t) {
    mpq_set_ui(matrix_at(&t->layer[0].mlp.w1, 0, t->layer[0].head[0].v.rows), 0, 1);
}

static void read_own_symbol(Transformer *t) {
    for (size_t symbol = 0; symbol < 2; symbol++) {
        mpq_swap(matrix_at(&t->readout.w, symbol, t->width - 3 + symbol),
                 matrix_at(&t->readout.w, symbol, t->width - 5 + symbol));
    }
}

START_TEST(spoilt_models_are_refuted)
{
    expect_failure(forget_query);
    expect_failure(forget_signs);
    expect_failure(read_own_symbol);
}
END_TEST

START_TEST(certificates_leave_it_open)
{
    Params p = params_default(8);
    Transformer t;
    Finding f;
    build_binary(&t, front(), &p);
    finding_init(&f);
    ck_assert_int_eq(certificate_check(&f, &t, NULL, "", &effort), 0);
    ck_assert_int_eq(f.verdict, UNKNOWN);
    ck_assert_ptr_nonnull(f.reason);
    finding_clear(&f);
    transformer_clear(&t);
}
END_TEST

START_TEST(it_holds_in_every_arithmetic)
{
    begin();
    const char *const options[] = { "-a exact",   "-a ball",           "-a ball -b e",
                                    "-a float:8", "-a float:binary32", "-a fixed:12",
                                    NULL };
    for (size_t i = 0; options[i] != NULL; i++)
        for (int full = 0; full < 2; full++) {
            Text line = { 0 };
            text_printf(&line, "chasm verify index-lookup-front/two-layer -n 5 -f csv %s --mask %s",
                        options[i], full ? "full" : "causal");
            expect(0, text_string(&line), ",holds,");
            text_clear(&line);
        }
    expect(1, "chasm verify index-lookup-front/two-layer -n 5 -f csv -a fixed:2", ",fails,");
    end();
}
END_TEST

// Width and bits of one layer that would do under the causal mask grow with N: corollary 1.
START_TEST(the_matrix_of_corollary_1_has_a_row_for_every_string)
{
    begin();
    expect(0, "chasm bound index-lookup-front -n 4 --alphabet 3 -f json",
           "\"distinct_rows\": 81, \"distinct_columns\": 4");
    expect(0, "chasm bound index-lookup-front -n 5 -f json", "\"one_way_alice\": 5");
    end();
}
END_TEST

START_TEST(models_of_one_layer_run_as_protocols)
{
    begin();
    // The last of three symbols, whatever the query asks for.
    expect(0,
           "chasm model index-lookup-front -n 2 -o two.json; "
           "\"$CHASM_PYTHON\" -c \"import json; m = json.load(open('two.json')); "
           "m['layers'] = m['layers'][1:]; json.dump(m, open('one.json', 'w'))\"; "
           "chasm protocol one.json -a fixed:6 -f csv; test $? = 1 && echo refuted",
           "refuted");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        promised_margin_and_size_are_found_by_both_evaluators_whatever_the_code,
        spoilt_models_are_refuted,
        certificates_leave_it_open,
        it_holds_in_every_arithmetic,
        the_matrix_of_corollary_1_has_a_row_for_every_string,
        models_of_one_layer_run_as_protocols,
    };
    return HARNESS_RUN("front", tests);
}
