// Options of the readout's group one by one: each fixes the readout's own row, and with it the
// weights of the last layer; the worst over all of them is the model's.
#include "verify/certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "math/rational.h"
#include "net/evaluate.h"
#include "verify/clean_states.h"
#include "verify/counterexample.h"
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
    Least least;              // margin, so far
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
        mark_meant(meant, p, h, stage->pin.group, stage->pin.option);
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
        why = interrupted() ? "interrupted" : last_stage_margin(&p->least, stage, answer);
        if (why == NULL && p->target != NULL && p->t->layers > 0)
            offer_mass(p, stage, answer);
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
                        .pin = { .group = fixed, .option = option },
                        .forms = two ? &p->tab.finish : &p->tab.forms[row - p->tab.row_base],
                        .rests = two ? p->clean.outputs - p->tab.rest : 0,
                        .rest = two ? state + p->tab.rest : NULL,
                        .heads = heads,
                        .head = head };
    const char *why = NULL;
    for (size_t h = 0; h < heads; h++) {
        stage_head_init(&head[h], c, two ? p->tab.place[h].d_v : p->tab.head[h].d_v);
        if (why == NULL)
            why = two ? clean_head(&head[h], p, h, (const mpq_t *)(uintptr_t)state, seen)
                      : embedded_head(&head[h], p, h, row, seen, slot_row);
    }
    if (why == NULL) {
        stage_heads_relate(head, heads, c);
        why = judge_stage(p, &stage);
    }
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
    least_clear(&p->least);
    least_init(&p->least, c);
    for (size_t option = 0; option < c->group[fixed].options && why == NULL; option++)
        why = judge_option(p, fixed, option);
    return why;
}

// Whether the sign of the least margin is not known.
static bool is_open(const Least *l) {
    mpq_t bound;
    mpq_init(bound);
    least_bound(bound, l);
    bool open = mpq_sgn(bound) <= 0 && mpq_sgn(l->value) > 0;
    mpq_clear(bound);
    return open;
}

// The last layer; where weights are enclosed, with twice as many bits until the sign of the margin
// is certain, up to the cap.
static const char *judge_stages(Proof *p, long cap) {
    const char *why = judge_options(p);
    while (why == NULL && p->enclosed && is_open(&p->least) && p->bits < cap) {
        p->bits = 2 * p->bits < cap ? 2 * p->bits : cap;
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
        why = judge_stages(p, e->arithmetic.cap);
        return why ? alloc_string(why) : NULL;
    }
    p->projection = alloc_array(p->tab.heads, 1, sizeof *p->projection);
    size_t made = 0;
    while (made < p->tab.heads && projection_init(&p->projection[made], t, &t->layer[0].head[made],
                                                  p->tab.columns, !p->enclosed))
        made++;
    why = made < p->tab.heads ? "the weights of layer 1 are no small integers"
                              : judge_stages(p, e->arithmetic.cap);
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

// That of the naive evaluator.
static ArithSpec arithmetic(const Proof *p) {
    return p->enclosed ? (ArithSpec){ .ar = &arith_ball, .precision = p->bits, .cap = p->bits }
                       : exact_arithmetic;
}

// The naive evaluator must find the margin on that word; or an enclosure of it that agrees with the
// bound of all words' and with that of this word's.
static void confirm(const Finding *f, const Proof *p, const Token *word) {
    const ArithSpec spec = arithmetic(p);
    Fault fault;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    if (!p->enclosed) {
        require(evaluate_word(least, p->t, word) && mpq_equal(least, p->least.value));
    } else {
        Evaluator *e = evaluator_new(p->t, &spec);
        if (evaluator_run(e, word, &fault) &&
            evaluator_margin_ends(least, most, e, p->t->task->answer(&p->t->params, word)))
            require((!f->has_margin || mpq_cmp(f->margin, most) <= 0) &&
                    mpq_cmp(least, p->least.value) <= 0);
        evaluator_free(e);
    }
    mpq_clears(least, most, NULL);
}

static void fill_witness(Finding *f, const Proof *p) {
    const Transformer *t = p->t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Text text = { 0 };
    choices_word(word, &p->choices, p->least.option);
    if (t->length <= LARGEST_CONFIRMED)
        confirm(f, p, word);
    task_print_word(&text, t->task, &t->params, word);
    f->witness = text_take(&text);
    free(word);
}

// The reason for having no verdict.
static char *between(const Finding *f, const Proof *p) {
    Text text = { 0 };
    if (p->enclosed)
        text_printf(&text, "at %ld bits ", p->bits);
    text_add(&text, "the worst margin is only known to lie between ");
    rational_print_decimal(&text, f->margin, 4, DOWN);
    text_add(&text, " and ");
    rational_print_decimal(&text, p->least.value, 4, UP);
    text_printf(&text, ", that of the input %s", f->witness);
    return text_take(&text);
}

// Whether some word is known to fail; if not, looks for one, and *tried is how many were judged.
static bool find_failure(Proof *p, uint64_t *tried) {
    Least *l = &p->least;
    const ArithSpec spec = arithmetic(p);
    *tried = 1;
    if (l->any && mpq_sgn(l->value) <= 0)
        return true;
    return !interrupted() && p->t->length <= LARGEST_CONFIRMED &&
           counterexample_find(l->value, l->option, tried, p->t, &p->choices, &spec);
}

// The reason is why there is no margin over all words, or NULL.
static void conclude(Finding *f, Proof *p, char *why) {
    uint64_t tried = 0;
    if (why == NULL && !p->least.any)
        return;
    f->has_margin = why == NULL;
    f->reason = why;
    if (f->has_margin && mpq_sgn(p->least.value) > 0 && !is_open(&p->least))
        f->verdict = PROVED;
    else if (find_failure(p, &tried))
        f->verdict = REFUTED;
    if (f->has_margin) {
        least_bound(f->margin, &p->least);
        f->enclosed = p->enclosed || !mpq_equal(f->margin, p->least.value);
        task_count_words(f->inputs, p->t->task, &p->t->params);
    } else if (f->verdict == REFUTED) {
        mpz_set_ui(f->inputs, tried);
    }
    if (f->has_margin || f->verdict == REFUTED)
        fill_witness(f, p);
    if (f->has_margin && !p->enclosed)
        fill_attention(f, p);
    if (f->has_margin && f->verdict == UNKNOWN)
        f->reason = between(f, p);
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
        conclude(f, p, text_take(&text));
        return;
    }
    tabulation_outline(&p->tab, p->t);
    conclude(f, p, judge(p, e));
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
                .bits = spec->ar->encloses ? spec->precision : 0,
                .mass_known = true };
    mpq_init(p.mass);
    choices_init(&p.choices, t->task, &t->params);
    least_init(&p.least, &p.choices);
    check(f, &p, e);
    least_clear(&p.least);
    choices_clear(&p.choices);
    mpq_clear(p.mass);
    describe(f, t, spec);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
