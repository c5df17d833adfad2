// Several heads in a layer: certificates against exhaustive checks, on normal forms whose literals
// are fetched by a head each, on heads that are split or added, and on random models.
#include "agreement.h"
#include "constructions/lookup.h"
#include "math/rational.h"
#include "models.h"
#include "verify/certificate.h"
#include <math.h>
#include <stdio.h>

// A literal of term i: x_i or y_i or its negation, fetched at that temperature, plus `hotter`.
typedef struct Literal {
    bool second, positive;
    long hotter;
} Literal;

enum { MOST_LITERALS = 3 };

// Terms of as many literals each, that speak about the pairs (x_i, y_i): i = 1 .. n.
typedef struct NormalForm {
    const char *task;   // its answer is 1 iff no term is true
    size_t terms, literals;
    Literal term[2][MOST_LITERALS];   // in both, literal h reads the same variable
} NormalForm;

static const NormalForm forms[] = {
    { "equality", 2, 2, { { { 0, 1, 0 }, { 1, 0, 0 } }, { { 0, 0, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 2, { { { 0, 1, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 0, 1, 0 } } } },   // two heads alike
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 1, 1, 1 } } } },
};
enum { FORMS = sizeof forms / sizeof *forms };

static void print_tally(const char *what, const Agreement *y) {
    printf("# %s: %zu decided, %zu of them by a bound, %zu refuted; %zu refuted by a word; %zu "
           "undecided\n",
           what, y->decided, y->bounded, y->refuted, y->found, y->undecided);
    fflush(stdout);
}

// Coordinates: the address of the position, those of the literals, then BIT, SECOND, Z, what was
// fetched.
enum { BIT, SECOND, Z, FETCHED };

static void embed(Transformer *t, const NormalForm *f, const Code *code, size_t flags) {
    size_t k = code->length;
    uint64_t n = t->params.n;
    for (uint64_t i = 0; i < 2 * n; i++)
        for (Token bit = 0; bit < 2; bit++) {
            size_t row = transformer_row(t, i, bit);
            mpq_t *x = &t->embedding.entry[row * t->width];
            lookup_address(x, code, i);
            matrix_set(&t->embedding, row, flags + BIT, bit, 1);
            if (i < n)
                continue;
            matrix_set(&t->embedding, row, flags + SECOND, 1, 1);
            for (size_t h = 0; h < f->literals; h++)
                lookup_address(x + (1 + h) * k, code, f->term[0][h].second ? i : i - n);
        }
}

static void add_fetch(Transformer *t, size_t k, size_t h, long temperature, size_t flags) {
    Head *head = layer_add_head(&t->layer[0], t->width, k, 1);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&head->q, c, (1 + h) * k + c, temperature, 1);
        matrix_set(&head->k, c, c, 1, 1);
    }
    matrix_set(&head->v, 0, flags + BIT, 1, 1);
    matrix_set(&head->o, flags + FETCHED + h, 0, 1, 1);
}

// With S the sum of the literals of a term, z is 0 for S <= K - 1 + 1/(4K) and 1 for S >= K - 1/4,
// the least of K literals fetched with a mass of 1 - 1/(4K) each.
static void add_terms(Transformer *t, const NormalForm *f, size_t flags) {
    long k = (long)f->literals;
    unsigned long per = 3 * f->literals - 1;
    Mlp *mlp = layer_add_mlp(&t->layer[0], t->width, 2 * f->terms);
    for (size_t u = 0; u < 2 * f->terms; u++) {
        long bias = (u % 2 ? -4 * k * k + k : -4 * k * (k - 1) - 1) - 8 * k;
        for (size_t h = 0; h < f->literals; h++) {
            bool positive = f->term[u / 2][h].positive;
            matrix_set(&mlp->w1, u, flags + FETCHED + h, positive ? 4 * k : -4 * k, per);
            bias += positive ? 0 : 4 * k;
        }
        matrix_set(&mlp->w1, u, flags + SECOND, 8 * k, per);
        matrix_set(&mlp->b1, u, 0, bias, per);
        matrix_set(&mlp->w2, flags + Z, u, u % 2 ? -1 : 1, 1);
    }
}

static void build_normal_form(Transformer *t, const NormalForm *f, const Params *p,
                              long temperature) {
    Code code;
    binary_code(&code, 2 * p->n);
    size_t flags = (1 + f->literals) * code.length;
    transformer_init(t, task_find(f->task), p, flags + FETCHED + f->literals, 2, true);
    embed(t, f, &code, flags);
    for (size_t h = 0; h < f->literals; h++)
        add_fetch(t, code.length, h, temperature + f->term[0][h].hotter, flags);
    add_terms(t, f, flags);
    Head *collect = layer_add_head(&t->layer[1], t->width, 1, 1);
    matrix_set(&collect->v, 0, flags + Z, 1, 1);
    matrix_set(&collect->o, flags + Z, 0, 1, 1);
    matrix_set(&t->readout.w, 0, flags + Z, -1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, 2 * t->length);
    code_clear(&code);
}

// Whether other keys and the end token take at most 1/(4K) of the mass: (2n - 1) 4^-t + 2^-tk.
static bool is_hot(const NormalForm *f, uint64_t n, long temperature) {
    double rank = n == 1 ? 1 : (double)log2_ceil(2 * n), t = (double)temperature;
    double others = (double)(2 * n - 1) * exp2(-2 * t) + exp2(-t * rank);
    return others * 4 * (double)f->literals <= 1;
}

START_TEST(normal_forms_with_a_head_per_literal_are_proved)
{
    for (size_t f = 0; f < FORMS; f++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
            Agreement all = { 0 };
            size_t hot = 0;
            for (uint64_t n = 1; n <= 4; n++)
                for (long temperature = 1; temperature <= 6; temperature++) {
                    Params p = params_default(n);
                    Transformer t;
                    Agreement tally = { 0 };
                    p.mask = mask;
                    build_normal_form(&t, &forms[f], &p, temperature);
                    expect_agreement(&t, NULL, &tally, forms[f].task);
                    transformer_clear(&t);
                    all.decided += tally.decided;
                    all.undecided += tally.undecided;
                    if (!is_hot(&forms[f], n, temperature))
                        continue;
                    hot++;
                    ck_assert_uint_eq(tally.decided - tally.refuted - tally.bounded, 1);
                }
            printf("# %s, %zu literals, %s: %zu models decided, %zu undecided\n", forms[f].task,
                   forms[f].literals, mask_name(mask), all.decided, all.undecided);
            ck_assert_uint_ge(hot, 8);
        }
}
END_TEST

START_TEST(long_normal_forms_are_proved)
{
    static const Effort effort = { .jobs = 2 };
    for (size_t f = 0; f < FORMS; f++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
            Params p = params_default(40);
            Transformer t;
            Finding proof;
            p.mask = mask;
            build_normal_form(&t, &forms[f], &p, 6);
            finding_init(&proof);
            ck_assert_int_eq(certificate_check(&proof, &t, NULL, "long", &effort), 0);
            ck_assert_msg(proof.verdict == PROVED, "%s", proof.reason);
            ck_assert(!proof.enclosed && mpq_cmp_ui(proof.margin, 1, 162) == 0);
            finding_clear(&proof);
            transformer_clear(&t);
        }
}
END_TEST

// The form x_i and y_i at n = 2, whose second unit is 0 exactly where both heads fetch the least
// mass on ones: that on x_i and y_i, whose keys have distance 1, if all others are 0.  `beyond`: it
// is a little less there.
static void build_at_the_edge(Transformer *t, bool beyond) {
    static const Distraction distraction = { .keyless = 1 };
    const long temperature = 2;
    Params p = params_default(2);
    Code code;
    mpq_t bias, x;
    mpq_inits(bias, x, NULL);
    p.mask = MASK_FULL;
    build_normal_form(t, &forms[1], &p, temperature);
    binary_code(&code, 4);
    lookup_mass(bias, &code, (uint64_t)temperature, &distraction);
    code_clear(&code);
    mpq_set_si(x, -2 * 17, 16);   // the sum of both is 2 a (1 + 4^-t)
    mpq_canonicalize(x);
    mpq_mul(bias, bias, x);
    mpq_set_ui(x, 2, 1);   // SECOND counts twice what a literal does
    mpq_sub(bias, bias, x);
    mpq_mul(bias, bias, matrix_at(&t->layer[0].mlp.w1, 0, t->width - 1));
    mpq_set_ui(x, 1, 1);
    if (beyond) {
        mpq_div_2exp(x, x, 15);
        mpq_sub(bias, bias, x);
        mpq_set_ui(x, 1, 1);
    }
    mpq_set(matrix_at(&t->layer[0].mlp.b1, 1, 0), bias);
    mpq_add(matrix_at(&t->layer[0].mlp.b1, 0, 0), bias, x);
    mpq_clears(bias, x, NULL);
}

START_TEST(units_that_reach_zero_exactly_keep_their_sign)
{
    for (int beyond = 0; beyond <= 1; beyond++) {
        Transformer t;
        Agreement tally = { 0 };
        build_at_the_edge(&t, beyond);
        expect_agreement(&t, NULL, &tally, "edge");
        ck_assert_uint_eq(tally.decided, !beyond);
        transformer_clear(&t);
    }
}
END_TEST

// Appends a copy of the layer's first head, with scores `hotter` times as large, to heads that
// write alike, and shares out what they write.
static void add_copy(Transformer *t, size_t layer, long hotter) {
    Layer *l = &t->layer[layer];
    Head *copy = layer_add_head(l, t->width, l->head[0].q.rows, l->head[0].v.rows);
    const Head *first = &l->head[0];
    mpq_t factor;
    mpq_init(factor);
    mpq_set_si(factor, hotter, 1);
    for (size_t k = 0; k < copy->q.rows * t->width; k++) {
        mpq_mul(copy->q.entry[k], factor, first->q.entry[k]);
        mpq_set(copy->k.entry[k], first->k.entry[k]);
    }
    for (size_t k = 0; k < copy->v.rows * t->width; k++) {
        mpq_set(copy->v.entry[k], first->v.entry[k]);
        mpq_set(copy->o.entry[k], first->o.entry[k]);
    }
    mpq_set_ui(factor, (unsigned long)l->heads - 1, l->heads);
    for (size_t h = 0; h < l->heads; h++)
        for (size_t k = 0; k < copy->o.rows * copy->o.columns; k++)
            mpq_mul(l->head[h].o.entry[k], l->head[h].o.entry[k], factor);
    mpq_clear(factor);
}

// What certificates say of the constructions, with copies of a head as hot as that.
static void judge_copies(Agreement *tally, size_t from_end, long hotter, size_t copies) {
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 1; n <= 4; n++)
            for (int variant = 0; variant < 4; variant++) {
                Params p = params_default(n);
                Transformer t;
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                p.alphabet = variant & 2 ? 3 : 2;
                build_binary(&t, constructions[c], &p);
                for (size_t k = 0; k < copies && from_end < t.layers; k++)
                    add_copy(&t, t.layers - 1 - from_end, hotter);
                expect_agreement(&t, NULL, tally, constructions[c]->name);
                transformer_clear(&t);
            }
}

START_TEST(heads_with_the_same_weights_count_as_one)
{
    Agreement tally = { 0 };
    for (size_t from_end = 0; from_end < 2; from_end++)
        judge_copies(&tally, from_end, 1, 2);
    ck_assert_uint_eq(tally.undecided + tally.found + tally.bounded + tally.refuted, 0);
}
END_TEST

START_TEST(heads_with_other_weights_are_bounded_one_by_one)
{
    Agreement last = { 0 }, first = { 0 };
    judge_copies(&last, 0, 2, 1);
    judge_copies(&last, 0, 0, 1);
    judge_copies(&first, 1, 2, 1);
    print_tally("copies in the last layer", &last);
    ck_assert_uint_eq(last.undecided + last.found + last.bounded, 0);
    ck_assert_uint_gt(last.refuted, 0);
    ck_assert_uint_eq(first.undecided + first.found + first.bounded + first.refuted, 0);
}
END_TEST

// ---- random models ----

enum { INTEGERS = 2, SCRATCH = 2, BIT_MADE, WIDTH };   // coordinates

static void fill(Matrix *m, size_t row, size_t from, size_t to, bool quotients) {
    for (size_t k = from; k < to; k++) {
        mpq_set_si(matrix_at(m, row, k), (long)random_below(5) - 2,
                   quotients ? 1 + random_below(3) : 1);
        mpq_canonicalize(matrix_at(m, row, k));
    }
}

// Two heads or three, whose scores read integers and BIT_MADE, and whose values, anything but
// SCRATCH, go to one coordinate.
static void random_heads(Transformer *t, size_t layer, size_t to) {
    size_t read = layer == 0 ? INTEGERS : WIDTH;
    for (size_t h = 2 + random_below(2); h > 0; h--) {
        Head *head = layer_add_head(&t->layer[layer], WIDTH, 1, 1);
        fill(&head->q, 0, 0, INTEGERS, false);
        fill(&head->k, 0, 0, INTEGERS, false);
        fill(&head->v, 0, 0, read, true);
        fill(&head->o, to, 0, 1, true);
        if (layer == 0)
            continue;
        fill(&head->q, 0, BIT_MADE, WIDTH, false);
        fill(&head->k, 0, BIT_MADE, WIDTH, false);
        mpq_set_ui(matrix_at(&head->v, 0, SCRATCH), 0, 1);
    }
}

// BIT_MADE becomes relu(v) - relu(v - 1), v a multiple of SCRATCH and something: often 0 or 1.
static void make_bit(Transformer *t) {
    Mlp *mlp = layer_add_mlp(&t->layer[0], WIDTH, 2);
    fill(&mlp->w1, 0, 0, BIT_MADE, true);
    mpq_set_si(matrix_at(&mlp->b1, 0, 0), (long)random_below(9) - 4, 2);
    mpq_canonicalize(matrix_at(&mlp->b1, 0, 0));
    for (size_t c = 0; c < WIDTH; c++)
        mpq_set(matrix_at(&mlp->w1, 1, c), matrix_at(&mlp->w1, 0, c));
    matrix_set(&mlp->b1, 1, 0, -1, 1);
    mpq_add(matrix_at(&mlp->b1, 1, 0), matrix_at(&mlp->b1, 1, 0), matrix_at(&mlp->b1, 0, 0));
    matrix_set(&mlp->w2, BIT_MADE, 0, 1, 1);
    matrix_set(&mlp->w2, BIT_MADE, 1, -1, 1);
}

static void random_heads_model(Transformer *t, const Task *task, const Params *p, size_t layers) {
    transformer_init(t, task, p, WIDTH, layers, task->boolean && random_below(2));
    for (size_t row = 0; row < t->embedding.rows; row++)
        fill(&t->embedding, row, 0, INTEGERS, false);
    if (layers == 2) {
        random_heads(t, 0, SCRATCH);
        make_bit(t);
    }
    random_heads(t, layers - 1, layers == 2 ? BIT_MADE : random_below(WIDTH));
    if (random_below(2)) {   // a unit in the last layer, which may switch
        Mlp *mlp = layers == 2 ? layer_add_mlp(&t->layer[1], WIDTH, 1)
                               : layer_add_mlp(&t->layer[0], WIDTH, 1);
        fill(&mlp->w1, 0, 0, layers == 2 ? SCRATCH : WIDTH, true);
        fill(&mlp->b1, 0, 0, 1, true);
        fill(&mlp->w2, random_below(WIDTH), 0, 1, true);
    }
    for (size_t r = 0; r < t->readout.w.rows; r++) {
        fill(&t->readout.w, r, 0, WIDTH, true);
        fill(&t->readout.b, r, 0, 1, true);
        if (layers == 2)
            mpq_set_ui(matrix_at(&t->readout.w, r, SCRATCH), 0, 1);
    }
}

START_TEST(random_models_of_several_heads_agree)
{
    Agreement tally[3] = { 0 };
    for (size_t round = 0; round < scaled(900); round++) {
        size_t layers = 1 + round % 2;
        Params p = params_default(1 + random_below(3));
        Transformer t;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.alphabet = 2 + random_below(2);
        random_heads_model(&t, tasks[round % 3], &p, layers);
        expect_agreement(&t, NULL, &tally[layers], t.task->name);
        transformer_clear(&t);
    }
    print_tally("one layer", &tally[1]);
    print_tally("two layers", &tally[2]);
    ck_assert_uint_gt(tally[1].decided, 200);
    ck_assert_uint_gt(tally[2].decided, 100);
}
END_TEST

// Up to three heads more that read the addresses and the bits beside them, and write a little.
static void add_noise(Transformer *t, size_t layer, size_t addresses, size_t to) {
    for (size_t heads = 1 + random_below(3); heads > 0; heads--) {
        Head *h = layer_add_head(&t->layer[layer], t->width, 1, 1);
        fill(&h->q, 0, 0, addresses, false);
        fill(&h->k, 0, 0, addresses, false);
        fill(&h->v, 0, 0, addresses, true);
        fill(&h->v, 0, addresses + (layer > 0), addresses + 2, true);   // not what was fetched
        fill(&h->o, to, 0, 1, true);
        mpq_div_2exp(matrix_at(&h->o, to, 0), matrix_at(&h->o, to, 0), 2 + random_below(3));
    }
}

START_TEST(constructions_with_random_heads_added_agree)
{
    Agreement tally[2] = { 0 };
    for (size_t round = 0; round < scaled(900); round++) {
        const Construction *c = constructions[round % 3];
        Params p = params_default(1 + random_below(4));
        Transformer t;
        Code code;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        p.readout = random_below(2) ? READOUT_UNIFORM : READOUT_PEAKED;
        binary_code(&code, p.n);
        c->build(&t, &p, &code, 3);
        bool first = t.layers == 2 && random_below(2);
        // The fetched bit, or a coordinate that is read out.
        add_noise(&t, first ? 0 : t.layers - 1, code.length,
                  code.length + (first || t.layers == 1 ? 0 : 3));
        code_clear(&code);
        expect_agreement(&t, NULL, &tally[first], c->name);
        transformer_clear(&t);
    }
    print_tally("noise in the last layer", &tally[0]);
    print_tally("noise in the first of two layers", &tally[1]);
    ck_assert_uint_gt(tally[0].refuted, 10);
    ck_assert_uint_gt(tally[0].decided, 2 * tally[0].refuted);
    ck_assert_uint_gt(tally[1].decided, 100);
}
END_TEST

START_TEST(searches_that_are_cut_short_leave_a_bound)
{
    static const Effort effort = { .jobs = 2 };
    size_t exact = 0, bounded = 0;
    for (size_t round = 0; round < scaled(6); round++) {
        Params p = params_default(40);
        Transformer t;
        Finding proof;
        p.alphabet = 3;
        random_heads_model(&t, task_find("index-lookup"), &p, 1);
        finding_init(&proof);
        ck_assert_int_eq(certificate_check(&proof, &t, NULL, "long", &effort), 0);
        if (proof.verdict != UNKNOWN) {
            expect_witness(&t, &proof);
            *(proof.enclosed ? &bounded : &exact) += 1;
        }
        finding_clear(&proof);
        transformer_clear(&t);
    }
    printf("# 40 symbols: %zu exact, %zu by a bound\n", exact, bounded);
    fflush(stdout);
    ck_assert_uint_gt(exact, 0);
    ck_assert_uint_gt(bounded, 0);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        normal_forms_with_a_head_per_literal_are_proved, long_normal_forms_are_proved,
        units_that_reach_zero_exactly_keep_their_sign,   heads_with_the_same_weights_count_as_one,
        heads_with_other_weights_are_bounded_one_by_one, random_models_of_several_heads_agree,
        constructions_with_random_heads_added_agree,     searches_that_are_cut_short_leave_a_bound,
    };
    return HARNESS_RUN("heads", tests);
}
