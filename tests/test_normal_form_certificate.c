// Certificates of formulas: the exhaustive margin or a true lower bound of it, and the same
// verdict, on random formulas, models and mutants; planted errors are refuted by a word.
#include "agreement.h"
#include "models.h"
#include "random_formula.h"
#include "task/normal_form.h"
#include "verify/clause_certificate.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Effort effort = { .jobs = 2 };

typedef struct Tally {
    size_t proved, refuted, undecided;
    size_t exact, missed;   // margins said to be exact; bounds that are the margin
} Tally;

// Judges the model by both methods.
static void compare(const Transformer *t, Tally *tally, const char *what) {
    Finding all, proof;
    finding_init(&all);
    finding_init(&proof);
    int status = exhaustive_check(&all, t, NULL, what, &effort);
    ck_assert_int_eq(clause_certificate_check(&proof, t, what, &effort), 0);
    if (proof.verdict == UNKNOWN) {
        ck_assert_ptr_nonnull(proof.reason);
    } else {
        ck_assert_int_eq(status, 0);
        ck_assert_msg(proof.verdict == all.verdict, "%s: verdicts differ", what);
        expect_witness(t, &proof);
    }
    if (proof.has_margin && all.has_margin) {
        int side = mpq_cmp(proof.margin, all.margin);
        ck_assert_msg(proof.enclosed ? side <= 0 : side == 0, "%s: no bound", what);
        ck_assert_int_eq(mpz_cmp(proof.inputs, all.inputs), 0);
    }
    tally->proved += proof.verdict == PROVED;
    tally->exact += proof.has_margin && !proof.enclosed;
    tally->missed +=
        proof.has_margin && proof.enclosed && all.has_margin && mpq_equal(proof.margin, all.margin);
    tally->refuted += proof.verdict == REFUTED;
    tally->undecided += proof.verdict == UNKNOWN;
    finding_clear(&all);
    finding_clear(&proof);
}

static void print(const char *what, const Tally *t) {
    printf("# %s: %zu proved, %zu refuted, %zu undecided; %zu margins exact, %zu not known to be\n",
           what, t->proved, t->refuted, t->undecided, t->exact, t->missed);
    fflush(stdout);
}

// The model of a random formula of up to `n` variables; undo with transformer_clear.
static void build_random(Transformer *t, size_t n, size_t clauses, size_t longest) {
    Formula f;
    Params p = params_default(1 + random_below(n));
    p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
    p.readout = random_below(2) ? READOUT_UNIFORM : READOUT_PEAKED;
    random_formula(&f, p.n, clauses, 1 + random_below(longest));
    p.formula = &f;
    build_binary(t, construction_find("normal-form/two-layer"), &p);
    formula_clear(&f);
}

START_TEST(certificates_of_random_formulas_equal_exhaustive_checks)
{
    Tally tally = { 0 };
    for (size_t round = 0; round < scaled(300); round++) {
        Transformer t;
        build_random(&t, 8, 20, 4);
        compare(&t, &tally, "random formula");
        transformer_clear(&t);
    }
    print("random formulas", &tally);
    ck_assert_uint_eq(tally.undecided + tally.refuted, 0);
    ck_assert_uint_gt(tally.exact, 20 * tally.missed);
}
END_TEST

static Matrix *random_matrix_of(Transformer *t) {
    Layer *l = &t->layer[random_below(t->layers)];
    Head *h = &l->head[random_below(l->heads)];
    Matrix *some[] = { &t->embedding, &t->readout.w, &t->readout.b, &h->q,      &h->k,     &h->v,
                       &h->o,         &l->mlp.w1,    &l->mlp.b1,    &l->mlp.w2, &l->mlp.b2 };
    return some[random_below(l->has_mlp ? 11 : 7)];
}

// One weight more or less by 1, or by a very small number.
static void mutate(Transformer *t) {
    Matrix *m = random_matrix_of(t);
    mpq_t by;
    mpq_init(by);
    mpq_set_si(by, random_below(2) ? 1 : -1, 1);
    if (random_below(3) == 0)
        mpq_div_2exp(by, by, 20);
    mpq_ptr x = m->entry[random_below(m->rows * m->columns)];
    mpq_add(x, x, by);
    mpq_clear(by);
}

START_TEST(enclosures_in_both_bases_are_bounds)
{
    Enclosures tally = { 0 };
    for (size_t round = 0; round < scaled(60); round++) {
        Transformer t;
        build_random(&t, 5, 8, 3);
        t.base = round % 2 ? BASE_E : BASE_2;
        expect_enclosure(&t, &tally, false, "formula");
        if (round % 3 == 0) {
            mutate(&t);
            expect_enclosure(&t, &tally, false, "mutant");
        }
        transformer_clear(&t);
    }
    printf("# enclosures: %zu proved, %zu refuted, %zu undecided\n", tally.proved, tally.refuted,
           tally.undecided);
    ck_assert_uint_ge(tally.proved, scaled(60));
}
END_TEST

// ---- mutants ----

START_TEST(certificates_of_mutants_equal_exhaustive_checks_or_are_undecided)
{
    Tally tally = { 0 };
    for (size_t round = 0; round < scaled(600); round++) {
        Transformer t;
        build_random(&t, 5, 6, 3);
        for (size_t k = 1 + random_below(2); k > 0; k--)
            mutate(&t);
        compare(&t, &tally, "mutant");
        transformer_clear(&t);
    }
    print("mutants", &tally);
    ck_assert_uint_gt(tally.proved, 20);
    ck_assert_uint_gt(tally.refuted, 20);
}
END_TEST

// ---- planted errors ----

// The clause's rows, in coordinates: the addresses of its three variables, then how many need a 1.
typedef struct Coordinates {
    size_t code, fetched, ones;
} Coordinates;

static Coordinates coordinates(const Transformer *t) {
    size_t k = t->layer[0].heads, code = t->layer[0].head[0].q.rows;
    return (
        Coordinates){ .code = code, .fetched = (1 + k) * code + 3, .ones = (1 + k) * code + 3 + k };
}

typedef enum Error { FLIPPED_LITERAL, SWAPPED_WORDS, DROPPED_CLAUSE, ERRORS } Error;

// What the clause's row says of its last literal: one more literal that needs a 1, or one less.
static void flip_literal(Transformer *t, size_t row) {
    Coordinates at = coordinates(t);
    size_t ones = 0, k = t->layer[0].heads;
    while (mpq_sgn(matrix_at(&t->embedding, row, at.ones + ones)) == 0)
        ones++;
    size_t other = ones == k ? ones - 1 : ones + 1;
    mpq_swap(matrix_at(&t->embedding, row, at.ones + ones),
             matrix_at(&t->embedding, row, at.ones + other));
}

static void plant(Transformer *t, Error error, size_t clause) {
    Coordinates at = coordinates(t);
    size_t place = normal_form_place(&t->params, clause);
    for (size_t row = t->first_row[place]; row < t->first_row[place + 1]; row++) {
        if (error == FLIPPED_LITERAL)
            flip_literal(t, row);
        for (size_t h = 0; h <= t->layer[0].heads && error == DROPPED_CLAUSE; h++)
            mpq_set_ui(matrix_at(&t->embedding, row, at.ones + h), 0, 1);
    }
    for (Token bit = 0; bit < 2 && error == SWAPPED_WORDS; bit++)
        for (size_t c = 0; c < at.code; c++)
            mpq_swap(matrix_at(&t->embedding, transformer_row(t, 0, bit), c),
                     matrix_at(&t->embedding, transformer_row(t, 1, bit), c));
}

// The model of a satisfiable formula.
static void build_planted(Transformer *t, size_t variables, size_t clauses) {
    Formula f;
    uint32_t *hidden = calloc(variables, sizeof *hidden);
    Params p = params_default(variables);
    planted_formula(&f, hidden, variables, clauses);
    p.formula = &f;
    p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
    build_binary(t, construction_find("normal-form/two-layer"), &p);
    formula_clear(&f);
    free(hidden);
}

// Small ones: refuted if and only if some word shows the error.
START_TEST(planted_errors_are_refuted_where_they_matter)
{
    for (Error error = 0; error < ERRORS; error++) {
        Tally tally = { 0 }, right = { 0 };
        for (size_t round = 0; round < scaled(20); round++) {
            Transformer t;
            build_planted(&t, 9, 18);
            compare(&t, &right, "right");
            plant(&t, error, random_below(18));
            compare(&t, &tally, "planted");
            transformer_clear(&t);
        }
        ck_assert_uint_eq(right.proved, scaled(20));
        print("planted errors", &tally);
        ck_assert_uint_gt(tally.refuted, scaled(20) / 2);
        ck_assert_uint_le(tally.undecided, scaled(20) / 5);
    }
}
END_TEST

// With few clauses each decides some word alone, so that every error matters.
START_TEST(planted_errors_in_large_models_are_refuted)
{
    for (size_t round = 0; round < scaled(10); round++)
        for (Error error = 0; error < ERRORS; error++) {
            Transformer t;
            Finding f;
            build_planted(&t, 60, 60);
            plant(&t, error, random_below(60));
            finding_init(&f);
            ck_assert_int_eq(clause_certificate_check(&f, &t, "planted", &effort), 0);
            ck_assert_msg(f.verdict == REFUTED, "error %d: %s", error,
                          f.reason ? f.reason : "not refuted");
            expect_witness(&t, &f);
            finding_clear(&f);
            transformer_clear(&t);
        }
}
END_TEST

// Many heads with the same keys: what cannot be told is said to be unknown.
START_TEST(what_has_no_states_is_undecided_with_a_reason)
{
    Transformer t;
    Finding f;
    Params p = params_default(6);
    build_binary(&t, construction_find("normal-form/two-layer"), &p);
    for (size_t h = 0; h < t.layer[0].heads; h++) {   // every position attends to all alike
        Matrix *q = &t.layer[0].head[h].q;
        for (size_t k = 0; k < q->rows * q->columns; k++)
            mpq_set_ui(q->entry[k], 0, 1);
    }
    finding_init(&f);
    ck_assert_int_eq(clause_certificate_check(&f, &t, "blind", &effort), 0);
    ck_assert_int_ne(f.verdict, PROVED);
    ck_assert(f.verdict == REFUTED || f.reason != NULL);
    finding_clear(&f);
    transformer_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        certificates_of_random_formulas_equal_exhaustive_checks,
        enclosures_in_both_bases_are_bounds,
        certificates_of_mutants_equal_exhaustive_checks_or_are_undecided,
        planted_errors_are_refuted_where_they_matter,
        planted_errors_in_large_models_are_refuted,
        what_has_no_states_is_undecided_with_a_reason,
    };
    return HARNESS_RUN("normal_form_certificate", tests);
}
