// Scans over precisions against single checks, and why a machine fails: one case by hand per cause.
#include "base/alloc.h"
#include "models.h"
#include "net/evaluate.h"
#include "proofs-checks/explicit.h"
#include "proofs-checks/precision.h"
#include "verify/diagnosis.h"
#include <stdlib.h>
#include <string.h>

static const Machines floats = { .emin = 0, .emax = -1 };
static const Machines fixeds = { .fixed = true };

static const Effort effort = { .jobs = 2, .method = METHOD_AUTO };

static void parse(ArithSpec *spec, const char *text) {
    char *why = NULL;
    ck_assert_msg(arith_parse(spec, text, &why) == 0, "%s: %s", text, why);
}

static void make(Instance *in, const Construction *c, uint64_t n, const char *code,
                 ReadoutKind readout) {
    Params p = params_default(n);
    p.code = code;
    p.readout = readout;
    ck_assert_int_eq(instance_init(in, c, &p), 0);
}

// The verdict at one precision by itself.
static Verdict verdict_at(const Instance *in, const Machines *m, long p) {
    Effort e = effort;
    Finding f;
    ck_assert(machines_at(&e.arithmetic, m, p));
    finding_init(&f);
    ck_assert_int_eq(explicit_check_instance(&f, in, &e), 0);
    Verdict verdict = f.verdict;
    finding_clear(&f);
    return verdict;
}

// Whether the naive evaluator answers the witness wrongly on that machine.
static bool is_wrong(const Instance *in, const ArithSpec *spec, const char *witness) {
    const Transformer *t = &in->model;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Fault fault;
    mpq_t margin;
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, witness));
    Evaluator *e = evaluator_new(t, spec);
    mpq_init(margin);
    if (evaluator_run(e, word, &fault))
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
    bool wrong = mpq_sgn(margin) <= 0;
    mpq_clear(margin);
    evaluator_free(e);
    free(word);
    return wrong;
}

static void expect_scan(const Instance *in, const Machines *m, size_t *least_seen) {
    PrecisionScan s;
    long from = 2, to = 9, least = 0;
    ck_assert_int_eq(precision_scan(&s, in, m, from, to, &effort), 0);
    for (long p = from; p <= to; p++) {
        Verdict verdict = verdict_at(in, m, p);
        ck_assert_int_eq(s.verdict[p - from], verdict);
        least = verdict != PROVED ? 0 : least ? least : p;
    }
    ck_assert_int_eq(s.least, least);
    ck_assert(s.has_below == (least != from));
    if (s.has_below && !m->fixed) {
        ArithSpec spec;
        ck_assert(machines_at(&spec, m, least ? least - 1 : to));
        ck_assert_int_eq(s.below.verdict, REFUTED);
        ck_assert_msg(is_wrong(in, &spec, s.below.witness), "%s", s.below.witness);
    }
    *least_seen += least > from;
    precision_clear(&s);
}

START_TEST(a_scan_finds_what_single_checks_find)
{
    static const char *const codes[] = { NULL, "golay", "kerdock:4", "binary" };
    size_t least_seen = 0;
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++)
        for (int readout = 0; readout < 2; readout++) {
            Instance in;
            make(&in, construction_find("equality/two-layer"), 3, codes[c], (ReadoutKind)readout);
            expect_scan(&in, &floats, &least_seen);
            expect_scan(&in, &fixeds, &least_seen);
            instance_clear(&in);
        }
    ck_assert_msg(least_seen >= 8, "only %zu scans begin with a failure", least_seen);
}
END_TEST

START_TEST(a_model_that_is_wrong_has_no_least_precision)
{
    Instance in;
    PrecisionScan s;
    make(&in, construction_find("equality/two-layer"), 2, "binary", READOUT_PEAKED);
    mpq_set_si(in.model.readout.b.entry[0], 2, 1);   // always "equal"
    ck_assert_int_eq(precision_scan(&s, &in, &floats, 3, 5, &effort), 0);
    ck_assert_int_eq(s.least, 0);
    ck_assert(s.has_below && s.below.verdict == REFUTED && s.below.precision == 5);
    precision_clear(&s);
    instance_clear(&in);
}
END_TEST

START_TEST(precisions_that_hold_are_written_as_ranges)
{
    static const struct {
        const char *verdicts, *text;   // + - ? from p = 2
    } cases[] = {
        { "+", "2" },
        { "-", "none" },
        { "?", "2?" },
        { "-++", "3..4" },
        { "+-++", "2,4..5" },
        { "-+-?", "3,5?" },
        { "++??", "2..3,4..5?" },
        { "-?+", "3?,4" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Verdict verdict[8];
        size_t count = strlen(cases[i].verdicts);
        Text t = { 0 };
        for (size_t k = 0; k < count; k++)
            verdict[k] = cases[i].verdicts[k] == '+'   ? PROVED
                         : cases[i].verdicts[k] == '-' ? REFUTED
                                                       : UNKNOWN;
        precision_print(&t,
                        &(PrecisionScan){ .from = 2, .to = 1 + (long)count, .verdict = verdict });
        ck_assert_str_eq(text_string(&t), cases[i].text);
        text_clear(&t);
    }
}
END_TEST

// ---- causes ----

static void expect_cause(const Transformer *t, const char *machine, const char *word, Cause cause,
                         const char *detail) {
    ArithSpec spec;
    Text found = { 0 };
    Token *tokens = alloc_array(t->length, 1, sizeof *tokens);
    ck_assert_ptr_null(task_parse_word(tokens, t->task, &t->params, word));
    parse(&spec, machine);
    Cause is = diagnose(&found, t, &spec, tokens);
    ck_assert_msg(is == cause, "%s on %s: %s, not %s: %s", machine, word, cause_name(is),
                  cause_name(cause), text_string(&found));
    ck_assert_msg(strstr(text_string(&found), detail) != NULL, "%s", text_string(&found));
    text_clear(&found);
    free(tokens);
}

START_TEST(a_fault_is_the_cause)
{
    Instance in;
    make(&in, construction_find("index-lookup/one-layer"), 2, "binary", READOUT_PEAKED);
    mpq_set_si(in.model.layer[0].head[0].q.entry[0], 400, 1);
    mpq_set_si(in.model.layer[0].head[0].k.entry[0], 3, 1);
    expect_cause(&in.model, "float:fp8-e4m3", "0 1 q2", CAUSE_FAULT, "the score");
    expect_cause(&in.model, "float:binary32", "0 1 q2", CAUSE_NONE, "");
    instance_clear(&in);
}
END_TEST

START_TEST(a_weight_that_is_rounded_is_the_cause)
{
    Instance in;
    mpq_t edge;
    mpq_init(edge);
    make(&in, construction_find("equality/two-layer"), 2, "binary", READOUT_PEAKED);
    // One bad pair yields 16/20.  The threshold just below it, less than a unit of the last place.
    mpq_set_si(in.model.readout.b.entry[0], 4 * 1000 - 1, 5 * 1000);
    expect_cause(&in.model, "float:53", "1000#", CAUSE_NONE, "");
    expect_cause(&in.model, "float:8", "1000#", CAUSE_WEIGHTS, "3999/5000 is rounded to");
    mpq_set_si(in.model.readout.b.entry[0], 4, 5);
    expect_cause(&in.model, "float:8", "1000#", CAUSE_MODEL, "");
    instance_clear(&in);
    mpq_clear(edge);
}
END_TEST

// Answers with the symbol that most positions hold: no scores, values one-hot.
static void make_majority(Instance *in, uint64_t n) {
    make(in, construction_find("index-lookup/one-layer"), n, "binary", READOUT_PEAKED);
    Matrix *q = &in->model.layer[0].head[0].q;
    for (size_t k = 0; k < q->rows * q->columns; k++)
        mpq_set_ui(q->entry[k], 0, 1);
}

START_TEST(a_sum_that_stagnates_is_the_cause)
{
    Instance in;
    make_majority(&in, 20);
    const char *word = "0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 q20";   // 9 against 11
    expect_cause(&in.model, "float:10", word, CAUSE_NONE, "");
    expect_cause(&in.model, "float:3", word, CAUSE_SUM, "");
    instance_clear(&in);
}
END_TEST

START_TEST(a_margin_that_is_lost_is_the_cause)
{
    Instance in;
    make(&in, construction_find("equality/two-layer"), 3, "golay", READOUT_PEAKED);
    expect_cause(&in.model, "float:3", "001001#", CAUSE_MARGIN, "");
    expect_cause(&in.model, "float:4", "001001#", CAUSE_NONE, "");
    instance_clear(&in);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        a_scan_finds_what_single_checks_find,       a_model_that_is_wrong_has_no_least_precision,
        precisions_that_hold_are_written_as_ranges, a_fault_is_the_cause,
        a_weight_that_is_rounded_is_the_cause,      a_sum_that_stagnates_is_the_cause,
        a_margin_that_is_lost_is_the_cause,
    };
    return HARNESS_RUN("precision", tests);
}
