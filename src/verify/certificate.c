// Options of the readout's group one by one: each fixes the readout's own row, and with it the
// weights of the last layer; the worst over all of them is the model's.
#include "verify/certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "verify/clean_states.h"
#include "verify/last_stage.h"
#include "verify/mixture.h"
#include <stdlib.h>

enum { LARGEST_CONFIRMED = 256 };   // tokens of a word that the naive evaluator confirms

typedef struct Proof {
    const Transformer *t;
    Target *target;
    Choices choices;
    Tabulation tab;
    CleanStates clean;        // of two layers
    Projection *projection;   // of one layer, per head
    bool enclosed;            // arithmetic of enclosures, in which weights have
    long bits;                //   so many bits; 0 in exact arithmetic, where they need none
    Found found;              // so far
    bool mass_known, has_mass;
    mpq_t mass;   // least, of the last layer
} Proof;

// ---- the weights and values of the last layer ----

static const char *far_apart = "the scores of the last layer lie too far apart";

// One head of layer 1, for the readout's row.
static const char *embedded_head(StageHead *sh, const Proof *p, size_t h, size_t row,
                                 const bool *seen, const size_t *slot_row) {
    const HeadTable *ht = &p->tab.head[h];
    const Projection *projection = &p->projection[h];
    int64_t *score = alloc_array(p->choices.slots, 1, sizeof *score);
    const char *why = NULL;
    for (size_t s = 0; s < p->choices.slots; s++) {
        if (!seen[s])
            continue;
        if (!projection_score(&score[s], projection, row, slot_row[s]))
            why = p->enclosed ? "a score of layer 1 is huge"
                              : "a score of layer 1 is no integer, or is huge";
        for (size_t c = 0; c < ht->d_v; c++)
            mpz_set(sh->value[s * ht->d_v + c], ht->value[slot_row[s] * ht->d_v + c]);
    }
    mpz_set_ui(sh->denominator, 1);   // the forms carry the denominator of the values
    if (why == NULL &&
        !stage_head_weigh(sh, &p->choices, score, seen, projection->unit, p->t->base, p->bits))
        why = far_apart;
    free(score);
    return why;
}

// The values of one head of layer 2, over a common denominator.
static void clean_values(StageHead *sh, const Proof *p, const HeadPlace *place, const bool *seen) {
    size_t slots = p->choices.slots, outputs = p->clean.outputs;
    mpq_t value;
    mpq_init(value);
    for (size_t s = 0; s < slots; s++)
        for (size_t c = 0; c < place->d_v && seen[s]; c++)
            mpz_lcm(sh->denominator, sh->denominator,
                    mpq_denref(p->clean.state[s * outputs + place->value + c]));
    for (size_t s = 0; s < slots; s++)
        for (size_t c = 0; c < place->d_v && seen[s]; c++) {
            mpq_set_z(value, sh->denominator);
            mpq_mul(value, value, p->clean.state[s * outputs + place->value + c]);
            mpz_set(sh->value[s * place->d_v + c], mpq_numref(value));
        }
    mpq_clear(value);
}

// score[slot] <- unit times its score on the readout's state.
static const char *clean_scores(int64_t *score, int64_t *unit, const Proof *p,
                                const HeadPlace *place, const mpq_t *readout, const bool *seen) {
    size_t slots = p->choices.slots, outputs = p->clean.outputs;
    Matrix query = { .rows = 1,
                     .columns = place->d_k,
                     .entry = (mpq_t *)(uintptr_t)(readout + place->query) };
    mpq_t *exact = vector_init(slots);
    mpz_t common, numerator;
    const char *why = NULL;
    mpz_init_set_ui(common, 1);
    mpz_init(numerator);
    for (size_t s = 0; s < slots; s++) {
        if (seen[s])
            matrix_apply(&exact[s], &query, p->clean.state + s * outputs + place->key);
        mpz_lcm(common, common, mpq_denref(exact[s]));
    }
    if (!p->enclosed && mpz_cmp_ui(common, 1) != 0)
        why = "a score of layer 2 is no integer";
    else if (mpz_sizeinbase(common, 2) > 60)
        why = "the scores of layer 2 have large denominators";
    *unit = why ? 1 : mpz_get_si(common);
    for (size_t s = 0; s < slots && why == NULL; s++) {
        mpz_divexact(numerator, common, mpq_denref(exact[s]));
        mpz_mul(numerator, numerator, mpq_numref(exact[s]));
        if (mpz_sizeinbase(numerator, 2) > 60)
            why = far_apart;
        score[s] = mpz_get_si(numerator);
    }
    mpz_clears(common, numerator, NULL);
    vector_clear(exact, slots);
    return why;
}

// One head of layer 2, for the readout's state.
static const char *clean_head(StageHead *sh, const Proof *p, size_t h, const mpq_t *readout,
                              const bool *seen) {
    const HeadPlace *place = &p->tab.place[h];
    int64_t *score = alloc_array(p->choices.slots, 1, sizeof *score), unit;
    const char *why = clean_scores(score, &unit, p, place, readout, seen);
    if (why == NULL && !stage_head_weigh(sh, &p->choices, score, seen, unit, p->t->base, p->bits))
        why = far_apart;
    clean_values(sh, p, place, seen);
    free(score);
    return why;
}

// ---- one option of the readout's group ----

// meant[slot] for the head of the last layer.
static void mark_meant(bool *meant, const Proof *p, size_t head, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    const Transformer *t = p->t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    size_t *options = alloc_array(c->groups, 1, sizeof *options);
    options[fixed] = option;
    choices_word(word, c, options);
    for (size_t g = 0; g < c->groups; g++) {
        const Group *group = &c->group[g];
        for (size_t o = g == fixed ? option : 0; o < (g == fixed ? option + 1 : group->options);
             o++)
            for (size_t k = 0; k < group->positions; k++) {
                size_t slot = c->slot[c->first[g] + o];
                for (size_t i = 0; i < group->positions; i++)
                    word[group->position[i]] = c->token[slot + i];
                size_t j = group->position[k];
                meant[slot + k] =
                    p->target(&t->params, word, t->layers - 1, head, t->readout.position, j / 64) >>
                        j % 64 &
                    1;
            }
    }
    free(options);
    free(word);
}

static void offer_mass(Proof *p, const LastStage *stage, size_t answer) {
    bool *meant = alloc_array(p->choices.slots, 1, sizeof *meant);
    mpq_t mass;
    mpq_init(mass);
    for (size_t h = 0; h < stage->heads; h++) {
        bool any;
        mark_meant(meant, p, h, stage->fixed, stage->option);
        if (!last_stage_mass(mass, &any, stage, h, meant, answer))
            p->mass_known = false;
        else if (any && (!p->has_mass || mpq_cmp(mass, p->mass) < 0)) {
            p->has_mass = true;
            mpq_set(p->mass, mass);
        }
    }
    mpq_clear(mass);
    free(meant);
}

static const char *judge_stage(Proof *p, const LastStage *stage) {
    size_t answers = p->t->task->answers(&p->t->params);
    const char *why = NULL;
    for (size_t answer = 0; answer < answers && why == NULL; answer++) {
        Found found;
        found_init(&found, &p->choices);
        why = interrupted() ? "interrupted" : last_stage_margin(&found, stage, answer);
        if (why == NULL)
            found_merge(&p->found, &found);
        if (why == NULL && found.any && p->target != NULL && p->t->layers > 0)
            offer_mass(p, stage, answer);
        found_clear(&found);
    }
    return why;
}

// The slots that the readout's position sees while its group takes the option.
static void mark_seen(bool *seen, size_t *slot_row, const Proof *p, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    size_t sees = transformer_sees(p->t, p->t->readout.position);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t slot = c->slot[c->first[g] + o] + k, i = c->group[g].position[k];
                seen[slot] = i < sees && (g != fixed || o == option);
                slot_row[slot] = transformer_row(p->t, i, c->token[slot]);
            }
}

static const char *judge_option(Proof *p, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    bool two = p->t->layers == 2;
    size_t heads = two ? p->tab.heads2 : p->tab.heads;
    size_t k = choices_place(c, p->t->readout.position);
    bool *seen = alloc_array(c->slots, 1, sizeof *seen);
    size_t *slot_row = alloc_array(c->slots, 1, sizeof *slot_row);
    StageHead *head = alloc_array(heads, 1, sizeof *head);
    mark_seen(seen, slot_row, p, fixed, option);
    size_t slot = c->slot[c->first[fixed] + option] + k, row = slot_row[slot];
    mpq_t *state = two ? p->clean.state + slot * p->clean.outputs : NULL;
    LastStage stage = { .choices = c,
                        .readout = &p->t->readout,
                        .fixed = fixed,
                        .option = option,
                        .forms = two ? &p->tab.finish : &p->tab.forms[row - p->tab.row_base],
                        .rests = two ? p->clean.outputs - p->tab.rest : 0,
                        .rest = two ? state + p->tab.rest : NULL,
                        .heads = heads,
                        .head = head,
                        .enclosed = p->enclosed };
    const char *why = NULL;
    for (size_t h = 0; h < heads; h++) {
        stage_head_init(&head[h], c, two ? p->tab.place[h].d_v : p->tab.head[h].d_v);
        if (why == NULL)
            why = two ? clean_head(&head[h], p, h, (const mpq_t *)(uintptr_t)state, seen)
                      : embedded_head(&head[h], p, h, row, seen, slot_row);
    }
    if (why == NULL)
        why = judge_stage(p, &stage);
    for (size_t h = 0; h < heads; h++)
        stage_head_clear(&head[h], c);
    free(head);
    free(seen);
    free(slot_row);
    return why;
}

// ---- the whole model ----

static const char *judge_options(Proof *p) {
    const Choices *c = &p->choices;
    size_t fixed = c->group_of[p->t->readout.position];
    const char *why = NULL;
    found_clear(&p->found);
    found_init(&p->found, c);
    for (size_t option = 0; option < c->group[fixed].options && why == NULL; option++)
        why = judge_option(p, fixed, option);
    return why;
}

static bool is_open(const Found *f) { return mpq_sgn(f->least) <= 0 && !f->fails; }

// The last layer; where weights are enclosed, with twice as many bits until the sign of the margin
// is certain, up to the cap.
static const char *judge_stages(Proof *p, const ArithSpec *spec) {
    p->bits = p->enclosed ? spec->precision : 0;
    const char *why = judge_options(p);
    while (why == NULL && p->enclosed && is_open(&p->found) && p->bits < spec->cap) {
        p->bits = 2 * p->bits < spec->cap ? 2 * p->bits : spec->cap;
        why = judge_options(p);
    }
    return why;
}

// NULL, or why it cannot be told, for the caller to free.
static char *judge(Proof *p, const Effort *e) {
    const Transformer *t = p->t;
    const char *why = NULL;
    char *unclean = NULL;
    if (t->layers == 2) {
        if (!clean_states_init(&p->clean, &unclean, &p->choices, &p->tab, p->target, e))
            return unclean;
        why = judge_stages(p, &e->arithmetic);
        return why ? alloc_string(why) : NULL;
    }
    p->projection = alloc_array(p->tab.heads, 1, sizeof *p->projection);
    size_t made = 0;
    while (made < p->tab.heads && projection_init(&p->projection[made], t, &t->layer[0].head[made],
                                                  p->tab.columns, !p->enclosed))
        made++;
    why = made < p->tab.heads ? "the weights of layer 1 are no small integers"
                              : judge_stages(p, &e->arithmetic);
    while (made > 0)
        projection_clear(&p->projection[--made]);
    free(p->projection);
    return why ? alloc_string(why) : NULL;
}

static void fill_attention(Finding *f, const Proof *p) {
    size_t layers = p->t->layers;
    bool first_known = layers < 2 || p->clean.has_mass;
    if (p->target == NULL || layers == 0 || !p->mass_known || !first_known)
        return;
    f->attentions = layers;
    f->attention = vector_init(layers);
    if (layers == 2)
        mpq_set(f->attention[0], p->clean.mass);
    if (p->has_mass)
        mpq_set(f->attention[layers - 1], p->mass);
    else
        mpq_set_si(f->attention[layers - 1], -1, 1);
}

// The naive evaluator must find the margin on that word; enclosures must meet, and a word that
// fails must not be right for certain.
static void confirm(const Proof *p, const Token *word, bool fails) {
    const ArithSpec spec = { .ar = &arith_ball, .precision = p->bits, .cap = p->bits };
    Fault fault;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    if (!p->enclosed) {
        require(evaluate_word(least, p->t, word) && mpq_equal(least, p->found.least));
    } else {
        Evaluator *e = evaluator_new(p->t, &spec);
        if (evaluator_run(e, word, &fault) &&
            evaluator_margin_ends(least, most, e, p->t->task->answer(&p->t->params, word)))
            require(mpq_cmp(p->found.least, most) <= 0 && (!fails || mpq_sgn(least) <= 0));
        evaluator_free(e);
    }
    mpq_clears(least, most, NULL);
}

static void fill_witness(Finding *f, const Proof *p, Token *word) {
    const Transformer *t = p->t;
    bool fails = p->enclosed && f->verdict == REFUTED;
    Text text = { 0 };
    choices_word(word, &p->choices, fails ? p->found.failing : p->found.option);
    if (t->length <= LARGEST_CONFIRMED)
        confirm(p, word, fails);
    task_print_word(&text, t->task, &t->params, word);
    f->witness = text_take(&text);
}

static void conclude(Finding *f, const Proof *p) {
    const Found *found = &p->found;
    bool fails = p->enclosed ? found->fails : mpq_sgn(found->least) <= 0;
    f->verdict = mpq_sgn(found->least) > 0 ? PROVED : fails ? REFUTED : UNKNOWN;
    f->has_margin = true;
    f->enclosed = p->enclosed;
    mpq_set(f->margin, found->least);
    task_count_words(f->inputs, p->t->task, &p->t->params);
    Token *word = alloc_array(p->t->length, 1, sizeof *word);
    fill_witness(f, p, word);
    free(word);
    if (!p->enclosed)
        fill_attention(f, p);
    if (f->verdict != UNKNOWN)
        return;
    Text reason = { 0 };
    text_printf(&reason,
                "at %ld bits the bound of the margin is not above 0, and no input is "
                "certain to fail; the bound comes from the input %s",
                p->bits, f->witness);
    f->reason = text_take(&reason);
}

static void describe(Finding *f, const Transformer *t, const ArithSpec *spec) {
    Text arithmetic = { 0 };
    arith_print(&arithmetic, spec);
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->params.base = t->base;
    f->length = t->length;
    f->quantifier = "all-inputs";
    f->method = "certificate";
    f->arithmetic = text_take(&arithmetic);
    f->has_size = true;
    f->size = transformer_size(t);
}

static void check(Finding *f, Proof *p, const Effort *e) {
    const char *refused = tabulation_outline_admits(p->t);
    if (refused != NULL) {
        Text text = { 0 };
        text_printf(&text, "no certificate for the model: %s", refused);
        f->reason = text_take(&text);
        return;
    }
    tabulation_outline(&p->tab, p->t);
    f->reason = judge(p, e);
    if (f->reason == NULL && p->found.any)
        conclude(f, p);
    if (p->clean.state != NULL)
        clean_states_clear(&p->clean);
    tabulation_clear(&p->tab);
}

int certificate_check(Finding *f, const Transformer *t, Target *target, const char *name,
                      const Effort *e) {
    struct timespec start, end;
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    require(spec->ar == &arith_exact || spec->ar == &arith_ball);
    const char *why = evaluator_admits(t, spec);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Proof p = { .t = t,
                .target = spec->ar->exact ? target : NULL,
                .enclosed = spec->ar->encloses,
                .mass_known = true };
    mpq_init(p.mass);
    choices_init(&p.choices, t->task, &t->params);
    found_init(&p.found, &p.choices);
    check(f, &p, e);
    found_clear(&p.found);
    choices_clear(&p.choices);
    mpq_clear(p.mass);
    describe(f, t, spec);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
