// Errors planted in right models: refuted by certificate and exhaustively, in exact arithmetic and
// on machines, each with a witness that reproduces; and the nearest right models hold.
#include "agreement.h"
#include "models.h"
#include "net/evaluate.h"
#include "planted.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <stdio.h>
#include <string.h>

static const Effort effort = { .jobs = 2 };

static Verdict judge_exhaustively(const Transformer *t, const char *arithmetic) {
    Effort how = { .jobs = 1, .arithmetic = arithmetic_named(arithmetic) };
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, t, NULL, arithmetic, &how), 0);
    Verdict verdict = f.verdict;
    if (verdict == REFUTED && strncmp(arithmetic, "float", 5) == 0)
        ck_assert(witness_fails(t, arithmetic, f.witness));
    finding_clear(&f);
    return verdict;
}

// Both methods refute, and the witness of either reproduces; so it is on two machines.
static void expect_refuted(const Transformer *t, const char *what) {
    Agreement tally = { 0 };
    expect_agreement(t, NULL, &tally, what);
    ck_assert_msg(tally.refuted + tally.found == 1, "%s: not refuted", what);
    ck_assert_msg(judge_exhaustively(t, "float:20") == REFUTED, "%s: float", what);
    ck_assert_msg(judge_exhaustively(t, "fixed:20") == REFUTED, "%s: fixed", what);
}

// For every construction in both masks and readouts, over plain binary positions.
static void for_each_model(uint64_t n, void (*test)(Transformer *t)) {
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (int variant = 0; variant < (coded_construction(c)->task->boolean ? 4 : 2); variant++) {
            Params p = params_default(n);
            Transformer t;
            p.mask = variant % 2 ? MASK_FULL : MASK_CAUSAL;
            p.readout = variant / 2 ? READOUT_UNIFORM : READOUT_PEAKED;
            build_binary(&t, coded_construction(c), &p);
            test(&t);
            transformer_clear(&t);
        }
}

// ---- thresholds ----

// The exact margin, by certificate.
static void margin_of(mpq_t margin, const Transformer *t) {
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(certificate_check(&f, t, NULL, "threshold", &effort), 0);
    ck_assert(f.has_margin && !f.enclosed);
    mpq_set(margin, f.margin);
    finding_clear(&f);
}

// The number moved up (or down: step < 0) by exactly what costs the whole margin fails, and moved
// less by 2^-60 holds.  Needs a margin that falls by as much as the number moves, far enough away.
static void move_threshold(Transformer *t, mpq_ptr number, int direction) {
    enum { FAR = 64 };
    mpq_t old, margin, step;
    Agreement tally = { 0 };
    mpq_inits(old, margin, step, NULL);
    mpq_set(old, number);
    mpq_set_si(step, direction * FAR, 1);
    mpq_add(number, number, step);
    margin_of(margin, t);   // - FAR and what the number may move
    mpq_set_ui(step, FAR, 1);
    mpq_add(margin, margin, step);
    if (direction < 0)
        mpq_neg(margin, margin);
    mpq_add(number, old, margin);
    expect_agreement(t, NULL, &tally, "at the margin");
    ck_assert_uint_eq(tally.refuted, 1);
    margin_of(margin, t);
    ck_assert_int_eq(mpq_sgn(margin), 0);
    mpq_set_si(step, -direction, 1);
    mpq_div_2exp(step, step, 60);
    mpq_add(number, number, step);
    expect_agreement(t, NULL, &tally, "before the margin");
    ck_assert_uint_eq(tally.decided - tally.refuted, 1);
    margin_of(margin, t);
    mpq_mul_2exp(margin, margin, 60);
    ck_assert_int_eq(mpq_cmp_ui(margin, 1, 1), 0);
    mpq_set(number, old);
    mpq_clears(old, margin, step, NULL);
}

static void move_thresholds(Transformer *t) {
    for (size_t r = 0; r < t->readout.b.rows; r++)
        for (int direction = -1; direction <= 1; direction += 2)
            move_threshold(t, matrix_at(&t->readout.b, r, 0), direction);
}

START_TEST(a_threshold_moved_by_the_margin_fails_and_by_less_holds)
{
    for (uint64_t n = 2; n <= 4; n++)
        for_each_model(n, move_thresholds);
}
END_TEST

// ---- one weight, one ulp over the edge ----

enum { GRID = 20 };   // weights are moved in steps of 2^-GRID
enum { REACH = 8 };   // as far as this

static bool holds_moved(Transformer *t, mpq_ptr weight, const mpq_t old, long steps,
                        const char *arithmetic) {
    mpq_t by;
    mpq_init(by);
    mpq_set_si(by, steps, 1);
    mpq_div_2exp(by, by, GRID);
    mpq_add(weight, old, by);
    Verdict verdict = judge_exhaustively(t, arithmetic);
    mpq_clear(by);
    return verdict == PROVED;
}

// *good, *bad <- neighbouring steps, the first of which holds and the second does not; false if
// even the longest way in that direction holds.  Leaves the weight moved by *bad.
static bool find_edge(long *good, long *bad, Transformer *t, mpq_ptr weight, const mpq_t old,
                      int direction, const char *arithmetic) {
    *good = 0;
    *bad = direction * ((long)REACH << GRID);
    if (holds_moved(t, weight, old, *bad, arithmetic))
        return false;
    while (*bad - *good != direction) {
        long middle = *good + (*bad - *good) / 2;
        *(holds_moved(t, weight, old, middle, arithmetic) ? good : bad) = middle;
    }
    holds_moved(t, weight, old, *bad, arithmetic);
    return true;
}

typedef struct Edges {
    size_t edges, proved, open;   // how many; what certificates say just before
} Edges;

static void probe_weight(Transformer *t, mpq_ptr weight, Edges *edges) {
    mpq_t old;
    mpq_init(old);
    mpq_set(old, weight);
    for (int direction = -1; direction <= 1; direction += 2) {
        long good, bad;
        Agreement over = { 0 }, before = { 0 };
        if (!find_edge(&good, &bad, t, weight, old, direction, "exact"))
            continue;
        if (judge_exhaustively(t, "exact") == UNKNOWN)
            continue;   // scores of layer 2 that are no integers
        edges->edges++;
        expect_agreement(t, NULL, &over, "over the edge");
        ck_assert_uint_eq(over.refuted + over.found, 1);
        holds_moved(t, weight, old, good, "exact");
        expect_agreement(t, NULL, &before, "before the edge");
        ck_assert_uint_eq(before.refuted + before.found, 0);
        edges->proved += before.decided;
        edges->open += before.undecided;
    }
    mpq_set(weight, old);
    mpq_clear(old);
}

static void probe_matrix(Transformer *t, Matrix *m, Edges *edges) {
    for (size_t k = 0; k < m->rows * m->columns; k++)
        if (mpq_sgn(m->entry[k]) != 0)
            probe_weight(t, m->entry[k], edges);
}

static Edges edges_of_readouts, edges_of_layers;

static void probe_model(Transformer *t) {
    probe_matrix(t, &t->readout.w, &edges_of_readouts);
    probe_matrix(t, &t->readout.b, &edges_of_readouts);
    for (Layer *l = t->layer; l < t->layer + t->layers; l++) {
        probe_matrix(t, &l->head[0].v, &edges_of_layers);
        probe_matrix(t, &l->head[0].o, &edges_of_layers);
        if (!l->has_mlp)
            continue;
        probe_matrix(t, &l->mlp.w1, &edges_of_layers);
        probe_matrix(t, &l->mlp.b1, &edges_of_layers);
        probe_matrix(t, &l->mlp.w2, &edges_of_layers);
    }
}

START_TEST(a_weight_one_ulp_over_the_edge_is_refuted_and_one_before_it_is_not)
{
    for_each_model(2, probe_model);
    printf("# readouts: %zu edges, proved just before %zu, undecided %zu\n",
           edges_of_readouts.edges, edges_of_readouts.proved, edges_of_readouts.open);
    printf("# layers: %zu edges, proved just before %zu, undecided %zu\n", edges_of_layers.edges,
           edges_of_layers.proved, edges_of_layers.open);
    fflush(stdout);
    ck_assert_uint_gt(edges_of_readouts.edges, 20);
    ck_assert_uint_eq(edges_of_readouts.open, 0);
    ck_assert_uint_gt(edges_of_layers.edges, 100);
    ck_assert_uint_gt(edges_of_layers.proved, 20);
}
END_TEST

// Of the first row's bias, where a machine's numbers have steps of 2^-GRID or finer.
static void probe_bias_on_machines(Transformer *t) {
    static const char *const machines[] = { "float:21", "fixed:23" };
    mpq_ptr bias = matrix_at(&t->readout.b, 0, 0);
    mpq_t old;
    mpq_init(old);
    mpq_set(old, bias);
    for (size_t m = 0; m < 2; m++)
        for (int direction = -1; direction <= 1; direction += 2) {
            long good, bad;
            ck_assert(find_edge(&good, &bad, t, bias, old, direction, machines[m]));
            ck_assert(good != 0);
        }
    mpq_set(bias, old);
    mpq_clear(old);
}

START_TEST(a_threshold_one_ulp_over_the_edge_is_refuted_on_machines)
{ for_each_model(2, probe_bias_on_machines); }
END_TEST

// ---- temperature ----

START_TEST(the_first_temperature_that_works_is_the_first_that_is_not_refuted)
{
    size_t failing = 0;
    for (size_t c = 0; coded_construction(c) != NULL; c++) {
        Params p = params_default(coded_construction(c)->task->boolean ? 6 : 12);
        Code code;
        Agreement last = { 0 };
        binary_code(&code, p.n);
        for (uint64_t t = 1; t <= coded_construction(c)->temperature(&p, &code, 1); t++) {
            Transformer model;
            Agreement tally = { 0 };
            coded_construction(c)->build(&model, &p, &code, t);
            expect_agreement(&model, NULL, &tally, coded_construction(c)->name);
            failing += tally.refuted + tally.found;
            last = tally;
            transformer_clear(&model);
        }
        ck_assert_uint_eq(last.decided - last.refuted, 1);
        code_clear(&code);
    }
    ck_assert_uint_gt(failing, 1);
}
END_TEST

// ---- addresses and masks ----

static size_t address_length(const Transformer *t) {
    return t->width - (t->task->boolean ? 4 : t->params.alphabet + 1);
}

// Exchanges the first `columns` numbers of two rows of the embedding.
static void swap_rows(Transformer *t, size_t a, size_t b, size_t columns) {
    for (size_t c = 0; c < columns; c++)
        mpq_swap(matrix_at(&t->embedding, a, c), matrix_at(&t->embedding, b, c));
}

// The keys of two positions, not the queries.
static void swap_keys(Transformer *t) {
    for (Token bit = 0; bit < 2; bit++)
        swap_rows(t, transformer_row(t, 0, bit), transformer_row(t, 1, bit), address_length(t));
    expect_refuted(t, "swapped keys");
}

// Every query looks one position further.
static void shift_queries(Transformer *t) {
    size_t k = address_length(t);
    uint64_t n = t->params.n;
    for (uint64_t i = 0; i + 1 < n; i++)
        if (!t->task->boolean)
            swap_rows(t, t->first_row[n] + i, t->first_row[n] + i + 1, k);
        else
            for (Token bit = 0; bit < 2; bit++)
                swap_rows(t, transformer_row(t, n + i, bit), transformer_row(t, n + i + 1, bit), k);
    expect_refuted(t, "shifted queries");
}

// x fetches y, which needs the full mask.
static void exchange_halves(Transformer *t) {
    Agreement tally = { 0 };
    if (!t->task->boolean)
        return;
    for (uint64_t i = 0; i < t->params.n; i++)
        for (Token bit = 0; bit < 2; bit++)
            swap_rows(t, transformer_row(t, i, bit), transformer_row(t, t->params.n + i, bit),
                      t->width);
    t->mask = MASK_FULL;
    expect_agreement(t, NULL, &tally, "written for the full mask");
    ck_assert_uint_eq(tally.decided - tally.refuted, 1);
    t->mask = MASK_CAUSAL;
    expect_refuted(t, "evaluated causally");
}

// Read one position early: under the causal mask the last token is not seen.
static void read_early(Transformer *t) {
    if (t->task->boolean && mpq_cmp_ui(matrix_at(&t->readout.b, 0, 0), 1, 2) != 0)
        return;   // uniform: any position of the second half may be read
    t->readout.position--;
    expect_refuted(t, "read early");
}

START_TEST(wrong_addresses_and_masks_are_refuted)
{
    for (uint64_t n = 3; n <= 4; n++) {
        for_each_model(n, swap_keys);
        for_each_model(n, shift_queries);
        for_each_model(n, exchange_halves);
        for_each_model(n, read_early);
    }
}
END_TEST

// ---- one input of many ----

static void expect_single_witness(const Transformer *t, uint64_t w, const char *witness) {
    uint64_t n = t->params.n;
    for (uint64_t i = 0; i < n; i++) {
        char bit = w >> i & 1 ? '1' : '0';
        ck_assert_msg(witness[i] == bit && witness[n + i] == bit, "%s", witness);
    }
}

static size_t count_failing(const Transformer *t) {
    size_t failing = 0;
    Walk walk;
    Token old;
    mpq_t margin;
    mpq_init(margin);
    walk_init(&walk, t->task, &t->params, NULL);
    for (;;) {
        ck_assert(evaluate_word(margin, t, walk.word));
        failing += mpq_sgn(margin) <= 0;
        if (walk.rank + 1 == walk.total)
            break;
        walk_step(&walk, &old);
    }
    walk_clear(&walk);
    mpq_clear(margin);
    return failing;
}

START_TEST(a_model_that_fails_on_one_input_is_refuted_by_certificate_and_exhaustively)
{
    static const struct {
        uint64_t n, w;
    } cases[] = { { 2, 3 }, { 4, 6 }, { 6, 63 }, { 6, 0 }, { 10, 0x16b } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int own_head = 0; own_head <= 1; own_head++) {
            Transformer t;
            Finding proof, all;
            plant_single_error(&t, cases[k].n, cases[k].w, own_head);
            if (cases[k].n <= 4)
                ck_assert_uint_eq(count_failing(&t), 1);
            finding_init(&proof);
            finding_init(&all);
            ck_assert_int_eq(certificate_check(&proof, &t, NULL, "planted", &effort), 0);
            ck_assert_int_eq(exhaustive_check(&all, &t, NULL, "planted", &effort), 0);
            ck_assert_msg(proof.verdict == REFUTED, "%s", proof.reason ? proof.reason : "holds");
            ck_assert_int_eq(all.verdict, REFUTED);
            ck_assert(proof.has_margin && mpq_equal(proof.margin, all.margin));
            expect_single_witness(&t, cases[k].w, proof.witness);
            expect_single_witness(&t, cases[k].w, all.witness);
            finding_clear(&proof);
            finding_clear(&all);
            transformer_clear(&t);
        }
}
END_TEST

START_TEST(a_model_that_fails_on_one_input_is_refuted_on_machines)
{
    static const char *const machines[] = { "float:20", "float:binary32", "fixed:20" };
    for (uint64_t w = 0; w < 16; w++)
        for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
            Effort how = { .jobs = 2, .arithmetic = arithmetic_named(machines[m]) };
            Transformer t;
            Finding f;
            plant_single_error(&t, 4, w, false);
            finding_init(&f);
            ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "planted", &how), 0);
            ck_assert_int_eq(f.verdict, REFUTED);
            expect_single_witness(&t, w, f.witness);
            finding_clear(&f);
            transformer_clear(&t);
        }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        a_threshold_moved_by_the_margin_fails_and_by_less_holds,
        a_weight_one_ulp_over_the_edge_is_refuted_and_one_before_it_is_not,
        a_threshold_one_ulp_over_the_edge_is_refuted_on_machines,
        the_first_temperature_that_works_is_the_first_that_is_not_refuted,
        wrong_addresses_and_masks_are_refuted,
        a_model_that_fails_on_one_input_is_refuted_by_certificate_and_exhaustively,
        a_model_that_fails_on_one_input_is_refuted_on_machines,
    };
    return HARNESS_RUN("planted", tests);
}
