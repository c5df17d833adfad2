#include "verify/proof.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "math/rational.h"
#include "net/evaluate.h"
#include <stdlib.h>

// How far the scores of the last layer may lie apart: there is a number of that many bits for each
// choice, and classes are few.
enum { LARGEST_SPREAD = 1 << 14, LARGEST_SPREAD_OF_CLASSES = 1 << 19 };

// ---- the weights and values of the last layer ----

static const char *const far_apart = "the scores of the last layer lie too far apart";

static bool weigh(StageHead *sh, const Proof *p, const int64_t *score, const bool *seen,
                  int64_t unit) {
    const Weighing w = { .base = p->t->base,
                         .bits = p->bits,
                         .spread = p->classes ? LARGEST_SPREAD_OF_CLASSES : LARGEST_SPREAD };
    return stage_head_weigh(sh, &p->choices, score, seen, unit, &w);
}

// score[slot] <- unit times that of the readout's row in a head of layer 1.
static bool embedded_scores(int64_t *score, int64_t *unit, const Proof *p, size_t h, size_t row,
                            const bool *seen) {
    const Choices *c = &p->choices;
    bool scored = true;
    *unit = p->classes == NULL ? p->projection[h].unit : 1;
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t s = c->slot[c->first[g] + o]; s < c->slot[c->first[g] + o + 1]; s++) {
                if (!seen[s])
                    continue;
                scored &= p->classes == NULL
                              ? projection_score(&score[s], &p->projection[h], row, p->row[s])
                              : index_classes_score(&score[s], p->classes, h, row, p->row[s],
                                                    index_classes_of_slot(p->classes, c, g, o));
            }
    return scored;
}

// One head of layer 1, for the readout's row.
static const char *embedded_head(StageHead *sh, const Proof *p, size_t h, size_t row,
                                 const bool *seen) {
    const HeadTable *ht = &p->tab.head[h];
    int64_t *score = alloc_array(p->choices.slots, 1, sizeof *score), unit;
    const char *why = NULL;
    if (!embedded_scores(score, &unit, p, h, row, seen))
        why = p->enclosed ? "a score of layer 1 is huge"
                          : "a score of layer 1 is no integer, or is huge";
    else if (!weigh(sh, p, score, seen, unit))
        why = far_apart;
    for (size_t s = 0; s < p->choices.slots; s++)
        for (size_t c = 0; c < ht->d_v && seen[s]; c++)
            mpz_set(sh->value[s * ht->d_v + c], ht->value[p->row[s] * ht->d_v + c]);
    mpz_set_ui(sh->denominator, 1);   // the forms carry the denominator of the values
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
    if (why == NULL && !weigh(sh, p, score, seen, unit))
        why = far_apart;
    clean_values(sh, p, place, seen);
    free(score);
    return why;
}

// ---- one option of the readout's group ----

// meant[slot] for the head of the last layer.
static void mark_meant(bool *meant, const Proof *p, size_t head, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    Token *word = alloc_array(c->task->length(c->params), 1, sizeof *word);
    size_t *options = alloc_array(c->groups, 1, sizeof *options);
    options[fixed] = option;
    choices_word(word, c, options);
    for (size_t g = 0; g < c->groups; g++) {
        const Group *group = &c->group[g];
        for (size_t o = g == fixed ? option : 0; o < (g == fixed ? option + 1 : group->options);
             o++)
            for (size_t k = 0; k < group->positions; k++) {
                size_t slot = c->slot[c->first[g] + o], j = group->position[k];
                for (size_t i = 0; i < group->positions; i++)
                    word[group->position[i]] = c->token[slot + i];
                meant[slot + k] =
                    p->target(c->params, word, p->t->layers - 1, head, p->position, j / 64) >>
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
static void mark_seen(bool *seen, const Proof *p, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    // A coded model is read at its last position.
    size_t sees = p->classes ? p->position + 1 : transformer_sees(p->t, p->position);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t k = 0; k < c->group[g].positions; k++)
                seen[c->slot[c->first[g] + o] + k] =
                    c->group[g].position[k] < sees && (g != fixed || o == option);
}

static const char *judge_option(Proof *p, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    bool two = p->t->layers == 2;
    size_t heads = two ? p->tab.heads2 : p->tab.heads;
    size_t k = choices_place(c, p->position);
    bool *seen = alloc_array(c->slots, 1, sizeof *seen);
    StageHead *head = alloc_array(heads, 1, sizeof *head);
    mark_seen(seen, p, fixed, option);
    size_t slot = c->slot[c->first[fixed] + option] + k, row = p->row[slot];
    mpq_t *state = two ? p->clean.state + slot * p->clean.outputs : NULL;
    LastStage stage = { .choices = c,
                        .known = p->known,
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
                      : embedded_head(&head[h], p, h, row, seen);
    }
    if (why == NULL) {
        stage_heads_relate(head, heads, c);
        why = judge_stage(p, &stage);
    }
    for (size_t h = 0; h < heads; h++)
        stage_head_clear(&head[h], c);
    free(head);
    free(seen);
    return why;
}

static const char *judge_options(Proof *p, size_t options) {
    size_t fixed = p->choices.group_of[p->position];
    const char *why = NULL;
    least_clear(&p->least);
    least_init(&p->least, &p->choices);
    for (size_t option = 0; option < options && why == NULL; option++)
        why = judge_option(p, fixed, option);
    return why;
}

const char *proof_judge(Proof *p, size_t options, long cap) {
    const char *why = judge_options(p, options);
    while (why == NULL && p->enclosed && least_is_open(&p->least) && p->bits < cap) {
        p->bits = 2 * p->bits < cap ? 2 * p->bits : cap;
        why = judge_options(p, options);
    }
    return why;
}

void proof_init(Proof *p, const Transformer *t, const IndexClasses *classes, Target *target,
                const ArithSpec *spec) {
    require(spec->ar == &arith_exact || spec->ar == &arith_ball);
    *p = (Proof){ .t = t,
                  .classes = classes,
                  .target = spec->ar->exact ? target : NULL,
                  .enclosed = spec->ar->encloses,
                  .bits = spec->ar->encloses ? spec->precision : 0,
                  .mass_known = true };
    mpq_init(p->mass);
    Choices *c = &p->choices;
    if (classes != NULL) {
        index_classes_choices(c, &p->row, classes);
        p->position = c->group[c->groups - 1].position[0];
    } else {
        choices_init(c, t->task, &t->params);
        p->row = choices_rows(c, t);
        p->position = t->readout.position;
    }
    least_init(&p->least, c);
}

void proof_clear(Proof *p) {
    least_clear(&p->least);
    free(p->row);
    choices_clear(&p->choices);
    mpq_clear(p->mass);
}

// ---- what follows ----

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

ArithSpec proof_arithmetic(const Proof *p) {
    return p->enclosed ? (ArithSpec){ .ar = &arith_ball, .precision = p->bits, .cap = p->bits }
                       : exact_arithmetic;
}

void proof_confirm(const Finding *f, const Proof *p, const Transformer *t, const Token *word) {
    const ArithSpec spec = proof_arithmetic(p);
    Fault fault;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    if (!p->enclosed) {
        require(evaluate_word(least, t, word) && mpq_equal(least, p->least.value));
    } else {
        Evaluator *e = evaluator_new(t, &spec);
        if (evaluator_run(e, word, &fault) &&
            evaluator_margin_ends(least, most, e, t->task->answer(&t->params, word)))
            require((!f->has_margin || mpq_cmp(f->margin, most) <= 0) &&
                    mpq_cmp(least, p->least.value) <= 0);
        evaluator_free(e);
    }
    mpq_clears(least, most, NULL);
}

void proof_explain(Finding *f, const Proof *p) {
    Text text = { 0 };
    if (p->enclosed)
        text_printf(&text, "at %ld bits ", p->bits);
    text_add(&text, "the worst margin is only known to lie between ");
    rational_print_decimal(&text, f->margin, 4, DOWN);
    text_add(&text, " and ");
    rational_print_decimal(&text, p->least.value, 4, UP);
    text_printf(&text, ", that of the input %s", f->witness);
    f->reason = text_take(&text);
}

static void describe(Finding *f, const Transformer *t, const ArithSpec *spec) {
    Text arithmetic = { 0 };
    arith_print(&arithmetic, spec);
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->params.base = t->base;
    f->quantifier = "all-inputs";
    f->arithmetic = text_take(&arithmetic);
    f->has_size = true;
}

bool proof_conclude(Finding *f, const Proof *p, const ArithSpec *spec, char *why) {
    const Least *l = &p->least;
    describe(f, p->t, spec);
    f->reason = why;
    f->has_margin = why == NULL && l->any;
    if (l->any && mpq_sgn(l->value) <= 0)
        f->verdict = REFUTED;
    else if (f->has_margin && !least_is_open(l))
        f->verdict = PROVED;
    if (f->has_margin) {
        least_bound(f->margin, l);
        f->enclosed = p->enclosed || !mpq_equal(f->margin, l->value);
    }
    if (f->has_margin && !p->enclosed)
        fill_attention(f, p);
    return f->has_margin || f->verdict == REFUTED;
}
