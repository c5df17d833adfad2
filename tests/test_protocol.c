// Alice and Bob run on every input: what they send has the length that the theorem counts, and what
// Bob says is what the model says, for random models, splits and machines; players who cheat and
// messages that confuse are found out.
#include "models.h"
#include "protocol/model_oracle.h"
#include "protocol/one_layer.h"
#include "protocol/run.h"
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
    Run run;
    one_layer_init(&c, t, spec, split);
    Protocol protocol = one_layer_protocol(&c);
    ModelOracle *model = model_oracle_new(t, spec);
    Oracle oracle = { .state = model, .answer = model_oracle_answer };
    run_init(&run, &protocol, &oracle, problem, &t->params, false);
    ck_assert_msg(run.agrees, "Bob does not say what the model says");
    ck_assert(run.sent && run.verdict != UNKNOWN);
    ck_assert_uint_eq(run.compared, mpz_get_ui(run.words));
    ck_assert_uint_eq(run.question_bits, c.count.question);
    ck_assert_uint_eq(run.message_bits, c.count.message);
    size_t query = c.count.query == OWNER_ALICE ? c.count.query_bits : 0;
    ck_assert_uint_eq(run.message_bits, count_again(&c.count, spec->precision) + query);
    size_t cited = 0;   // 3 m (p + ceil(log2 L)) H
    while ((size_t)1 << cited < t->length)
        cited++;
    cited = 3 * t->width * ((size_t)spec->precision + cited) * c.count.heads;
    ck_assert_uint_le(run.message_bits - query, cited);
    tally->words += run.compared;
    tally->heads += c.count.heads;
    tally->owner[c.count.query]++;
    tally->confused += run.confused != NULL;
    count_outcomes(t, model, protocol.outputs, tally);
    run_clear(&run);
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

static void scene_run(Run *run, const Scene *s, const Protocol *protocol) {
    Oracle oracle = { .state = s->oracle, .answer = model_oracle_answer };
    run_init(run, protocol, &oracle, problem_find(s->model.task->name), &s->model.params, false);
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
    Run run;
    scene_init(&s, "equality", 2, "fixed:9", "halves");
    Protocol cheats[5];
    for (size_t k = 0; k < 5; k++)
        cheats[k] = s.protocol;
    cheats[0].tell = tell_less;
    cheats[1].tell = tell_more;
    cheats[2].tell = tell_a_wrong_sum;
    cheats[3].tell = tell_one_off;
    cheats[4].answer = answer_off;
    scene_run(&run, &s, &s.protocol);
    ck_assert(run.agrees && run.verdict == PROVED && run.compared == 16);
    run_clear(&run);
    for (size_t k = 0; k < 5; k++) {
        scene_run(&run, &s, &cheats[k]);
        ck_assert_msg(!run.agrees && run.verdict == REFUTED, "cheat %zu", k);
        ck_assert_ptr_nonnull(run.witness);
        run_clear(&run);
    }
    scene_clear(&s);
    arith_end_thread();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        random_models_on_random_machines_and_splits_are_followed_on_every_input,
        players_who_cheat_are_caught,
    };
    return HARNESS_RUN("protocol", tests);
}
