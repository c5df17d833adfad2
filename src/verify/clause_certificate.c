#include "verify/clause_certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/random.h"
#include "net/evaluate.h"
#include "verify/proof.h"
#include "verify/realize.h"
#include <stdlib.h>

// Words tried at first, and rounds in which words are looked for that attain a bound.
enum { FIRST_WORDS = 16, WORDS_MOST = 128, ROUNDS = 3 };

typedef struct Certificate {
    const Transformer *t;
    const Effort *e;
    Proof proof;
    LocalStates states;
    Relaxation relaxation;
    KnownWords known;
    Token *word[WORDS_MOST];   // known.pick[k] is that of word[k]
    uint64_t seed;
} Certificate;

// ---- words ----

static Token *random_word(const Transformer *t, size_t round, uint64_t *seed) {
    Token *word = alloc_array(t->length, 1, sizeof *word);
    for (size_t i = 0; i < t->length; i++) {
        TokenRun run = t->task->tokens(&t->params, i);
        uint64_t steps = round == 0 ? 0 : round == 1 ? run.count - 1 : random_next(seed) >> 1;
        word[i] = run.first + (Token)(steps % run.count);
    }
    return word;
}

// Adds the word, which it takes over.
static void add_word(Certificate *c, Token *word) {
    KnownWords *known = &c->known;
    if (known->count == WORDS_MOST) {
        free(word);
        return;
    }
    pick_init(&known->pick[known->count], &c->relaxation.choices);
    relaxation_pick(&known->pick[known->count], &c->relaxation, word);
    known->answer[known->count] = c->t->task->answer(&c->t->params, word);
    c->word[known->count++] = word;
}

// Looks for words that attain what the last pass found to be least.  Whether there are new words.
static bool realize_wanted(Certificate *c) {
    KnownWords *known = &c->known;
    bool any = known->wanted > 0;
    for (size_t k = 0; k < known->wanted; k++) {
        const Pick *pick = &known->want[k];
        Token *word = random_word(c->t, 2, &c->seed);
        realize(word, &c->relaxation, pick->option, c->relaxation.clause[pick->domain], &c->seed);
        add_word(c, word);
        pick_clear(&known->want[k]);
    }
    known->wanted = 0;
    return any;
}

// ---- the proof ----

// The states as those of the relaxation's slots.
static void flatten_states(Certificate *c) {
    CleanStates *clean = &c->proof.clean;
    const Choices *choices = &c->relaxation.choices;
    size_t outputs = c->states.outputs;
    *clean = (CleanStates){ .choices = choices,
                            .tab = c->states.tab,
                            .outputs = outputs,
                            .state = vector_init(choices->slots * outputs) };
    mpq_init(clean->mass);
    for (size_t i = 0; i < choices->groups; i++)
        for (size_t k = 0; k < c->states.at[i].states * outputs; k++)
            mpq_set(clean->state[choices->first[i] * outputs + k], c->states.at[i].output[k]);
}

static void proof_of_states(Certificate *c) {
    Proof *p = &c->proof;
    p->choices = c->relaxation.choices;
    p->row = alloc_array(p->choices.slots, 1, sizeof *p->row);
    p->known = &c->known;
    flatten_states(c);
    least_clear(&p->least);
    least_init(&p->least, &p->choices);
}

static bool is_settled(const Least *l) {
    mpq_t bound;
    mpq_init(bound);
    least_bound(bound, l);
    bool settled = l->any && (mpq_sgn(l->value) <= 0 || mpq_equal(bound, l->value));
    mpq_clear(bound);
    return settled;
}

// NULL, or why it cannot be told.
static const char *judge(Certificate *c) {
    Proof *p = &c->proof;
    size_t options = p->choices.group[p->position].options;
    const char *why = NULL;
    bool more = true;
    for (size_t k = 0; k < FIRST_WORDS; k++)
        add_word(c, random_word(c->t, k, &c->seed));
    for (size_t round = 0; round < ROUNDS && more && why == NULL; round++) {
        why = interrupted() ? "interrupted" : proof_judge(p, options, c->e->arithmetic.cap);
        more = why == NULL && round + 1 < ROUNDS && !is_settled(&p->least) && realize_wanted(c);
    }
    return why;
}

// ---- what follows ----

// A word that refutes the model by the naive evaluator, where nothing else is known.
static Token *find_failure(mpq_t most, uint64_t *tried, const Transformer *t,
                           const ArithSpec *spec) {
    uint64_t seed = 0;
    Token *found = NULL;
    Fault fault;
    mpq_t low;
    mpq_init(low);
    Evaluator *e = evaluator_new(t, spec);
    for (size_t k = 0; k < FIRST_WORDS && found == NULL && !interrupted(); k++) {
        Token *word = random_word(t, k, &seed);
        size_t answer = t->task->answer(&t->params, word);
        bool ran = evaluator_run(e, word, &fault) && evaluator_margin_ends(low, most, e, answer);
        *tried += ran;
        if (ran && mpq_sgn(most) <= 0)
            found = word;
        else
            free(word);
    }
    evaluator_free(e);
    mpq_clear(low);
    return found;
}

static void print_witness(Finding *f, const Transformer *t, const Token *word) {
    Text text = { 0 };
    task_print_word(&text, t->task, &t->params, word);
    f->witness = text_take(&text);
}

// `why` (taken over) is why there is no margin over all words; NULL: there is one.
static void conclude(Finding *f, Certificate *c, const ArithSpec *spec, char *why) {
    Proof *p = &c->proof;
    Least *l = &p->least;
    const ArithSpec evaluated = proof_arithmetic(p);
    Token *failing = NULL;
    uint64_t tried = c->known.count;
    bool refuted = l->any && mpq_sgn(l->value) <= 0;
    if (why != NULL && !refuted && c->t->length <= LARGEST_CONFIRMED) {
        tried = 0;
        failing = find_failure(l->value, &tried, c->t, &evaluated);
        l->any = failing != NULL;
    }
    if (proof_conclude(f, p, spec, why)) {
        const Token *word = failing ? failing : c->word[l->word];
        if (f->has_margin)
            finding_cover_all(f, c->t->task, &c->t->params);
        else
            mpz_set_ui(f->inputs, tried);
        if (c->t->length <= LARGEST_CONFIRMED)
            proof_confirm(f, p, c->t, word);
        print_witness(f, c->t, word);
    }
    if (f->has_margin && f->verdict == UNKNOWN)
        proof_explain(f, p);
    free(failing);
}

static void certify_states(Finding *f, Certificate *c, const ArithSpec *spec) {
    relaxation_init(&c->relaxation, &c->states);
    known_words_init(&c->known, WORDS_MOST);
    proof_of_states(c);
    const char *why = judge(c);
    conclude(f, c, spec, why ? alloc_string(why) : NULL);
    for (size_t k = 0; k < c->known.count; k++)
        free(c->word[k]);
    clean_states_clear(&c->proof.clean);
    free(c->proof.row);
    known_words_clear(&c->known);
    relaxation_clear(&c->relaxation);
}

// NULL, or why the model is not for such certificates, a constant.
static const char *refuse(const Transformer *t) {
    const char *why = tabulation_outline_admits(t);
    if (why == NULL && t->layers != 2)
        why = "certificates of a formula are for two layers";
    return why;
}

static void certify(Finding *f, Certificate *c, const ArithSpec *spec) {
    Proof *p = &c->proof;
    const char *refused = refuse(c->t);
    char *why = NULL;
    least_init(&p->least, &p->choices);
    f->method = "certificate";
    f->length = c->t->length;
    f->size = transformer_size(c->t);
    if (refused != NULL) {
        Text text = { 0 };
        text_printf(&text, "no certificate for the model: %s", refused);
        conclude(f, c, spec, text_take(&text));
    } else {
        tabulation_outline(&p->tab, c->t);
        if (local_states_init(&c->states, &why, &p->tab, c->e)) {
            certify_states(f, c, spec);
            local_states_clear(&c->states);
        } else {
            conclude(f, c, spec, why);
        }
        tabulation_clear(&p->tab);
    }
    least_clear(&p->least);
}

int clause_certificate_check(Finding *f, const Transformer *t, const char *name, const Effort *e) {
    struct timespec start, end;
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    const char *why = evaluator_admits(t, spec);
    require(t->task->clauses != NULL && !task_has_promise(t->task));
    require(spec->ar == &arith_exact || spec->ar == &arith_ball);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Certificate c = { .t = t,
                      .e = e,
                      .proof = { .t = t,
                                 .position = t->readout.position,
                                 .enclosed = spec->ar->encloses,
                                 .bits = spec->ar->encloses ? spec->precision : 0,
                                 .mass_known = true } };
    mpq_init(c.proof.mass);
    certify(f, &c, spec);
    mpq_clear(c.proof.mass);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
