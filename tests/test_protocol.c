// Alice and Bob run on every input: what they send has the length that the theorem counts, and what
// Bob says is what the model says, for random models, splits and machines; players who cheat and
// messages that confuse are found out.
#include "communication/classes.h"
#include "math/rational.h"
#include "models.h"
#include "protocol/model_oracle.h"
#include "protocol/one_layer_bounds.h"
#include "protocol/trial.h"
#include "random_model.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ArithSpec parse(const char *text) {
    ArithSpec spec;
    char *why = NULL;
    ck_assert_msg(arith_parse(&spec, text, &why) == 0, "%s: %s", text, why);
    return spec;
}

// A random p, small ones often, and sometimes another scale.
static ArithSpec random_machine(void) {
    char text[64];
    unsigned p = 2 + (unsigned)random_below(random_below(2) ? 6 : 40);
    if (random_below(3))
        snprintf(text, sizeof text, "fixed:%u", p);
    else
        snprintf(text, sizeof text, "fixed:%u,%d", p, (int)random_below(2 * p) - (int)p / 2);
    return parse(text);
}

// At most one layer, of any kind.
static void random_one_layer(Transformer *t) {
    for (;;) {
        size_t kind = random_below(3);
        if (kind == 2) {
            Params p = params_default(1 + random_below(2));
            const Task *task = tasks[random_below(3)];
            p.mask = random_below(2) ? MASK_CAUSAL : MASK_FULL;
            random_model(t, task, &p, random_below(8) > 0);
        } else {
            (kind ? random_any_model : random_exact_model)(t);
        }
        if (t->layers <= 1)
            return;
        transformer_clear(t);
    }
}

typedef struct Tally {
    size_t words, faults, numbers, heads, owner[3], confused;
} Tally;

// The bits by the formula, with nothing but shifts: 2^p - 1 fits a word.
static size_t count_again(const OneLayerCount *n, long p) {
    size_t z = 0, u = 0;
    unsigned __int128 most = ((unsigned __int128)1 << p) - 1;
    while (((unsigned __int128)1 << z) < most * n->alices + 1)
        z++;
    while (((unsigned __int128)1 << u) < most * most * n->alices + 1)
        u++;
    return n->heads * (n->width * u + z);
}

static void count_outcomes(const Transformer *t, ModelOracle *model, size_t outputs, Tally *tally) {
    Outcome o;
    Walk walk;
    Token old;
    outcome_init(&o, outputs);
    walk_init(&walk, t->task, &t->params, NULL);
    for (;;) {
        model_oracle_answer(&o, model, walk.word);
        *(o.kind == OUTCOME_FAULT ? &tally->faults : &tally->numbers) += 1;
        if (walk.rank + 1 == walk.total)
            break;
        walk_step(&walk, &old);
    }
    walk_clear(&walk);
    outcome_clear(&o);
}

static void run_model(const Transformer *t, const ArithSpec *spec, const Split *split,
                      Tally *tally) {
    const Problem *problem = problem_find(t->task->name);
    OneLayer c;
    Trial trial;
    one_layer_init(&c, t, spec, split);
    Protocol protocol = one_layer_protocol(&c);
    ModelOracle *model = model_oracle_new(t, spec);
    Oracle oracle = { .state = model, .answer = model_oracle_answer };
    trial_init(&trial, &protocol, &oracle, problem, &t->params, false);
    ck_assert_msg(trial.agrees, "Bob does not say what the model says");
    ck_assert(trial.sent && trial.verdict != UNKNOWN);
    ck_assert_uint_eq(trial.compared, mpz_get_ui(trial.words));
    ck_assert_uint_eq(trial.question_bits, c.count.question);
    ck_assert_uint_eq(trial.message_bits, c.count.message);
    size_t query = c.count.query == OWNER_ALICE ? c.count.query_bits : 0;
    ck_assert_uint_eq(trial.message_bits, count_again(&c.count, spec->precision) + query);
    size_t cited = 0;   // 3 m (p + ceil(log2 L)) H
    while ((size_t)1 << cited < t->length)
        cited++;
    cited = 3 * t->width * ((size_t)spec->precision + cited) * c.count.heads;
    ck_assert_uint_le(trial.message_bits - query, cited);
    tally->words += trial.compared;
    tally->heads += c.count.heads;
    tally->owner[c.count.query]++;
    tally->confused += trial.confused != NULL;
    count_outcomes(t, model, protocol.outputs, tally);
    trial_clear(&trial);
    model_oracle_free(model);
    one_layer_clear(&c);
}

START_TEST(random_models_on_random_machines_and_splits_are_followed_on_every_input)
{
    Tally tally = { 0 };
    for (size_t round = 0; round < scaled(2000); round++) {
        Transformer t;
        Split split;
        ArithSpec spec = random_machine();
        random_one_layer(&t);
        split_init_mask(&split, t.length, random_below(UINT64_C(1) << t.length));
        run_model(&t, &spec, &split, &tally);
        split_clear(&split);
        transformer_clear(&t);
    }
    printf("# %zu words, %zu with numbers, %zu faults; %zu heads; %zu models confuse words; query "
           "known to both %zu, Alice's %zu, Bob's %zu\n",
           tally.words, tally.numbers, tally.faults, tally.heads, tally.confused,
           tally.owner[OWNER_BOTH], tally.owner[OWNER_ALICE], tally.owner[OWNER_BOB]);
    ck_assert(tally.faults > 200 && tally.numbers > 1000 && tally.confused > 100);
    for (int owner = 0; owner < 3; owner++)
        ck_assert_uint_gt(tally.owner[owner], 20);
    arith_end_thread();
}
END_TEST

// A model that is right, and what is made of it.
typedef struct Scene {
    Transformer model;
    Split split;
    OneLayer common;
    Protocol protocol;
    ModelOracle *oracle;
} Scene;

static void scene_init(Scene *s, const char *task, uint64_t n, const char *machine,
                       const char *split) {
    Params p = params_default(n);
    ArithSpec spec = parse(machine);
    char *why;
    build_one_layer(&s->model, task, &p);
    why = split_init(&s->split, problem_find(task), &p, split);
    ck_assert_msg(why == NULL, "%s", why);
    one_layer_init(&s->common, &s->model, &spec, &s->split);
    s->protocol = one_layer_protocol(&s->common);
    s->oracle = model_oracle_new(&s->model, &spec);
}

static void scene_clear(Scene *s) {
    model_oracle_free(s->oracle);
    one_layer_clear(&s->common);
    split_clear(&s->split);
    transformer_clear(&s->model);
}

static void scene_run(Trial *trial, const Scene *s, const Protocol *protocol) {
    Oracle oracle = { .state = s->oracle, .answer = model_oracle_answer };
    trial_init(trial, protocol, &oracle, problem_find(s->model.task->name), &s->model.params,
               false);
}

// Players who are not honest; they wrap the honest ones, whose knowledge they share.
static void tell_less(BitString *message, const void *common, const Token *alice,
                      const BitString *question) {
    one_layer_protocol(common).tell(message, common, alice, question);
    mpz_t z;
    size_t at = 0, length = message->length - 1;
    mpz_init(z);
    bit_string_read(z, message, &at, length);
    bit_string_empty(message);
    bit_string_write(message, z, length);
    mpz_clear(z);
}

static void tell_more(BitString *message, const void *common, const Token *alice,
                      const BitString *question) {
    mpz_t z;
    mpz_init(z);
    one_layer_protocol(common).tell(message, common, alice, question);
    bit_string_write(message, z, 1);
    mpz_clear(z);
}

// Leaves out her first token: takes it for the first that may stand there.
static void tell_a_wrong_sum(BitString *message, const void *common, const Token *alice,
                             const BitString *question) {
    const OneLayer *c = common;
    Token view[64];
    memcpy(view, alice, c->split->length * sizeof *view);
    view[0] = c->model->task->tokens(&c->model->params, 0).first;
    one_layer_protocol(common).tell(message, common, view, question);
}

// One unit of X more or less at the weight 1 in the last sum; a unit of the sum itself would be
// rounded away.
static void tell_one_off(BitString *message, const void *common, const Token *alice,
                         const BitString *question) {
    const OneLayer *c = common;
    one_layer_protocol(common).tell(message, common, alice, question);
    size_t bit = message->length - c->count.numerator_bits + (size_t)c->spec.precision;
    message->limb[bit / 64] ^= UINT64_C(1) << bit % 64;
}

static void answer_off(Outcome *o, const void *common, const Token *bob, const BitString *message) {
    one_layer_protocol(common).answer(o, common, bob, message);
    mpq_t little;
    mpq_init(little);
    mpq_set_ui(little, 1, 1000000);
    mpq_add(o->output[0], o->output[0], little);
    mpq_clear(little);
}

START_TEST(players_who_cheat_are_caught)
{
    Scene s;
    Trial trial;
    scene_init(&s, "equality", 2, "fixed:9", "halves");
    Protocol cheats[5];
    for (size_t k = 0; k < 5; k++)
        cheats[k] = s.protocol;
    cheats[0].tell = tell_less;
    cheats[1].tell = tell_more;
    cheats[2].tell = tell_a_wrong_sum;
    cheats[3].tell = tell_one_off;
    cheats[4].answer = answer_off;
    scene_run(&trial, &s, &s.protocol);
    ck_assert(trial.agrees && trial.verdict == PROVED && trial.compared == 16);
    trial_clear(&trial);
    for (size_t k = 0; k < 5; k++) {
        scene_run(&trial, &s, &cheats[k]);
        ck_assert_msg(!trial.agrees && trial.verdict == REFUTED, "cheat %zu", k);
        ck_assert_ptr_nonnull(trial.witness);
        trial_clear(&trial);
    }
    scene_clear(&s);
    arith_end_thread();
}
END_TEST

// One construction on one machine and split: the verdict is that of the exhaustive check, and what
// is right needs at least as many messages and bits as the task's matrix says.
static void compare_verdicts(const char *task, uint64_t n, long precision, const char *split,
                             size_t *proved, size_t *confused) {
    Scene s;
    Trial trial;
    Finding f;
    char machine[32];
    Params p = params_default(n);
    if (problem_find(task)->task->admits(&p) != NULL)
        return;
    snprintf(machine, sizeof machine, "fixed:%ld", precision);
    scene_init(&s, task, n, machine, split);
    scene_run(&trial, &s, &s.protocol);
    finding_init(&f);
    Effort effort = { .jobs = 1, .arithmetic = parse(machine) };
    ck_assert_int_eq(exhaustive_check(&f, &s.model, NULL, task, &effort), 0);
    ck_assert_msg(trial.agrees && trial.verdict == f.verdict, "%s n=%d %s %s", task, (int)n,
                  machine, split);
    Classes classes;
    classes_init(&classes, problem_find(task), &s.model.params, &s.split);
    bool one_way = s.common.count.query != OWNER_BOB;
    if (one_way && trial.verdict == PROVED) {
        ck_assert_uint_ge(trial.messages, classes.count);
        ck_assert_uint_ge(trial.message_bits, log2_ceil(classes.count));
    }
    if (one_way && trial.messages < classes.count)   // the pigeonhole
        ck_assert_ptr_nonnull(trial.confused);
    *proved += trial.verdict == PROVED;
    *confused += trial.confused != NULL;
    classes_clear(&classes);
    finding_clear(&f);
    trial_clear(&trial);
    scene_clear(&s);
}

START_TEST(verdicts_are_those_of_the_exhaustive_check_and_respect_the_matrix)
{
    static const char *const splits[] = { "halves", "odd-even", "1", "2", "1..3" };
    for (size_t k = 0; tasks[k] != NULL; k++) {
        size_t proved = 0, confused = 0;
        // Word tasks: brackets are tested below.  No model of one layer has a promise.
        if (tasks[k]->domains == NULL || tasks[k]->outputs != NULL || task_has_promise(tasks[k]))
            continue;
        for (uint64_t n = 2; n <= 4; n++)
            for (long p = 2; p <= 8; p++)
                for (size_t split = 0; split < sizeof splits / sizeof *splits; split++)
                    if (n > 2 || split < 4)
                        compare_verdicts(tasks[k]->name, n, p, splits[split], &proved, &confused);
        printf("# %s: right %zu times, confused %zu times\n", tasks[k]->name, proved, confused);
        ck_assert(proved > 10 && confused > 0);
    }
    arith_end_thread();
}
END_TEST

// docs/one-layer-linear.md: equality is right iff P >= n + 3, disjointness if P >= ceil(log2 n)
// + 3.
START_TEST(models_of_linear_size_are_right_where_their_theorems_say)
{
    for (uint64_t n = 1; n <= 5; n++)
        for (long p = 2; p <= 10; p++) {
            size_t equal = 0, disjoint = 0, confused = 0;
            compare_verdicts("equality", n, p, "halves", &equal, &confused);
            ck_assert_int_eq(equal == 1, p >= (long)n + 3);
            ck_assert_int_eq(confused == 1, p < (long)n + 3);
            compare_verdicts("disjointness", n, p, "halves", &disjoint, &confused);
            ck_assert(disjoint == 1 || p < (long)log2_ceil(n) + 3);
        }
    arith_end_thread();
}
END_TEST

START_TEST(a_witness_of_confusion_that_is_none_is_refused)
{
    // On fixed:6 equality with n = 4 forgets x_1: X = 0111 and 1111 are confused.
    static const Token word[] = { 0, 1, 1, 1, 0, 1, 1, 1, 2 },
                       other[] = { 1, 1, 1, 1, 0, 1, 1, 1, 2 };
    const Problem *problem = problem_find("equality");
    Scene s;
    Token spoilt[9];
    scene_init(&s, "equality", 4, "fixed:6", "halves");
    const Params *p = &s.model.params;
    ck_assert_ptr_null(pigeonhole_check(word, other, &s.protocol, problem, p));
    ck_assert_ptr_nonnull(pigeonhole_check(word, word, &s.protocol, problem, p));
    memcpy(spoilt, other, sizeof spoilt);
    spoilt[5] = 0;   // a token of Bob's
    ck_assert_str_eq(pigeonhole_check(word, spoilt, &s.protocol, problem, p),
                     "the words differ at a position of Bob's");
    memcpy(spoilt, other, sizeof spoilt);
    spoilt[3] = 0;   // another message
    ck_assert_str_eq(pigeonhole_check(word, spoilt, &s.protocol, problem, p),
                     "what is sent differs");
    Token unequal[2][9];   // the right answer is 0 on both
    memcpy(unequal[0], word, sizeof word);
    memcpy(unequal[1], other, sizeof other);
    unequal[0][7] = unequal[1][7] = 0;
    ck_assert_str_eq(pigeonhole_check(unequal[0], unequal[1], &s.protocol, problem, p),
                     "the right answers are equal");
    scene_clear(&s);
    scene_init(&s, "equality", 4, "fixed:7", "halves");   // on which nothing is forgotten
    ck_assert_str_eq(pigeonhole_check(word, other, &s.protocol, problem, p),
                     "what is sent differs");
    scene_clear(&s);
    arith_end_thread();
}
END_TEST

START_TEST(words_are_confused_at_sizes_beyond_enumeration_too)
{
    static const struct {
        const char *machine;
        bool confused;
    } cases[] = { { "fixed:8", true }, { "fixed:16", true }, { "fixed:67", false } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        Scene s;
        Trial trial;
        scene_init(&s, "equality", 64, cases[k].machine, "halves");
        scene_run(&trial, &s, &s.protocol);
        ck_assert(!trial.sent && trial.compared == 0);
        // n + 3 = 67 bits are right, so nothing may be found.
        bool found = trial.confused != NULL;
        ck_assert_int_eq(trial.verdict, found ? REFUTED : UNKNOWN);
        ck_assert_int_eq(found, cases[k].confused);
        ck_assert(found || trial.reason != NULL);
        if (found)
            ck_assert_ptr_null(pigeonhole_check(trial.witness, trial.confused, &s.protocol,
                                                problem_find("equality"), &s.model.params));
        trial_clear(&trial);
        scene_clear(&s);
    }
    arith_end_thread();
}
END_TEST

// The least width that is left to one head at that size of equality.
static size_t least_width(uint64_t n, long precision, bool cited) {
    Params p = params_default(n);
    const Problem *problem = problem_find("equality");
    Transformer t;
    Split split;
    OneLayerCount count;
    OneLayerBounds b;
    char machine[32];
    snprintf(machine, sizeof machine, "fixed:%ld", precision);
    ArithSpec spec = parse(machine);
    transformer_init(&t, problem->task, &p, 1, 1, true);
    layer_add_head(&t.layer[0], 1, 0, 0);
    split_init_prefix(&split, t.length, n);
    one_layer_count(&count, &t, &spec, &split);
    one_layer_bounds(&b, &count, &spec, problem, &p, &split);
    ck_assert(b.has_one_way && b.one_way == n && b.trivial == n);
    split_clear(&split);
    transformer_clear(&t);
    return cited ? b.cited_width : b.width;
}

// Their margins and sizes are promised for other brackets and depths too.
START_TEST(brackets_of_depth_1_and_2_are_nested_by_one_layer)
{
    const Construction *c = construction_find("dyck/one-layer-linear");
    for (int variant = 0; variant < 12; variant++)
        for (uint64_t n = 2; n <= 6; n += 2) {
            Params p = params_default(n);
            p.brackets = 1 + (uint64_t)variant % 3;
            p.depth = 1 + (uint64_t)variant / 3 % 2;
            p.mask = variant / 6 ? MASK_FULL : MASK_CAUSAL;
            Transformer t;
            Promise promise;
            Finding f;
            Effort effort = { .jobs = 1 };
            promise_init(&promise);
            finding_init(&f);
            c->build(&t, &p, NULL, 0);
            c->promise(&promise, &p, NULL, 0);
            ck_assert_int_eq(exhaustive_check(&f, &t, NULL, c->name, &effort), 0);
            ck_assert(f.verdict == PROVED && mpq_equal(f.margin, promise.margin));
            ck_assert(f.size.width == promise.size.width && f.size.mlp == promise.size.mlp);
            finding_clear(&f);
            promise_clear(&promise);
            transformer_clear(&t);
        }
    Params deep = params_default(6);
    deep.depth = 3;
    ck_assert_ptr_nonnull(c->admits(&deep));
}
END_TEST

// docs/protocol.md#theorem-2: the first n from which width m is too small, by both counts.
START_TEST(the_table_of_excluded_widths_holds)
{
    static const size_t widths[] = { 1, 2, 4, 8, 16, 64 };
    static const struct {
        long precision;
        size_t derived[6], cited[6];
    } rows[] = {
        { 4, { 23, 39, 67, 132, 269, 1232 }, { 34, 73, 157, 337, 721, 3265 } },
        { 8, { 37, 59, 108, 209, 418, 1748 }, { 46, 97, 205, 433, 913, 4225 } },
        { 16, { 61, 102, 185, 354, 699, 2845 }, { 73, 151, 313, 649, 1345, 5761 } },
        { 32, { 111, 185, 334, 635, 1244, 4974 }, { 121, 247, 517, 1057, 2161, 9025 } },
    };
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < 6; i++) {
            size_t n = rows[k].derived[i], cited = rows[k].cited[i];
            ck_assert_uint_le(least_width(n - 1, rows[k].precision, false), widths[i]);
            ck_assert_uint_le(least_width(cited - 1, rows[k].precision, true), widths[i]);
            for (size_t more = 0; more < 3; more++) {
                size_t step = more * 37;
                ck_assert_uint_gt(least_width(n + step, rows[k].precision, false), widths[i]);
                ck_assert_uint_gt(least_width(cited + step, rows[k].precision, true), widths[i]);
            }
        }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        random_models_on_random_machines_and_splits_are_followed_on_every_input,
        players_who_cheat_are_caught,
        verdicts_are_those_of_the_exhaustive_check_and_respect_the_matrix,
        models_of_linear_size_are_right_where_their_theorems_say,
        a_witness_of_confusion_that_is_none_is_refused,
        words_are_confused_at_sizes_beyond_enumeration_too,
        brackets_of_depth_1_and_2_are_nested_by_one_layer,
        the_table_of_excluded_widths_holds,
    };
    return HARNESS_RUN("protocol", tests);
}
