#include "verify/proof.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "verify/last_stage.h"
#include <stdlib.h>

// How far the exponents of the last layer may lie apart: there is a number of that many bits for
// each choice, and classes are few.
enum { LARGEST_SPREAD = 1 << 14, LARGEST_SPREAD_OF_CLASSES = 1 << 19 };

// ---- the weights and values of the last layer ----

// exponent[slot], less the least; false if they lie too far apart.
static bool settle_exponents(const Proof *p, int64_t *exponent, const bool *seen) {
    size_t slots = p->choices.slots;
    int64_t least = INT64_MAX, most = p->classes ? LARGEST_SPREAD_OF_CLASSES : LARGEST_SPREAD;
    for (size_t s = 0; s < slots; s++)
        if (seen[s] && exponent[s] < least)
            least = exponent[s];
    for (size_t s = 0; s < slots; s++) {
        exponent[s] = seen[s] ? exponent[s] - least : -1;
        if (exponent[s] > most)
            return false;
    }
    return true;
}

static const char *const far_apart = "the scores of the last layer lie too far apart";

// exponent[slot] <- the scores of the readout's row in a head of layer 1.
static bool embedded_scores(int64_t *exponent, const Proof *p, size_t h, size_t row,
                            const bool *seen) {
    const Choices *c = &p->choices;
    bool scored = true;
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t s = c->slot[c->first[g] + o]; s < c->slot[c->first[g] + o + 1]; s++) {
                if (!seen[s])
                    continue;
                scored &= p->classes == NULL
                              ? projection_score(&exponent[s], &p->projection[h], row, p->row[s])
                              : classes_score(&exponent[s], p->classes, h, row, p->row[s],
                                              classes_of_slot(p->classes, c, g, o));
            }
    return scored;
}

// One head of layer 1, for the readout's row.
static const char *embedded_head(StageHead *sh, const Proof *p, size_t h, size_t row,
                                 const bool *seen) {
    const HeadTable *ht = &p->tab.head[h];
    if (!embedded_scores(sh->exponent, p, h, row, seen))
        return "a score of layer 1 is no integer, or is huge";
    for (size_t s = 0; s < p->choices.slots; s++)
        for (size_t c = 0; c < ht->d_v && seen[s]; c++)
            mpz_set(sh->value[s * ht->d_v + c], ht->value[p->row[s] * ht->d_v + c]);
    mpz_set_ui(sh->denominator, 1);   // the forms carry the denominator of the values
    return settle_exponents(p, sh->exponent, seen) ? NULL : far_apart;
}

// One head of layer 2, for the readout's state.
static const char *clean_head(StageHead *sh, const Proof *p, size_t h, const mpq_t *readout,
                              const bool *seen) {
    const HeadPlace *place = &p->tab.place[h];
    size_t slots = p->choices.slots, outputs = p->clean.outputs;
    const char *why = NULL;
    mpq_t score, value;
    mpq_inits(score, value, NULL);
    for (size_t s = 0; s < slots; s++)
        for (size_t c = 0; c < place->d_v && seen[s]; c++)
            mpz_lcm(sh->denominator, sh->denominator,
                    mpq_denref(p->clean.state[s * outputs + place->value + c]));
    for (size_t s = 0; s < slots && why == NULL; s++) {
        if (!seen[s])
            continue;
        mpq_t *state = p->clean.state + s * outputs;
        Matrix query = { .rows = 1,
                         .columns = place->d_k,
                         .entry = (mpq_t *)(uintptr_t)(readout + place->query) };
        matrix_apply(&score, &query, state + place->key);
        if (mpz_cmp_ui(mpq_denref(score), 1) != 0)
            why = "a score of layer 2 is no integer";
        else if (mpz_sizeinbase(mpq_numref(score), 2) > 60)
            why = far_apart;
        else
            sh->exponent[s] = mpz_get_si(mpq_numref(score));
        for (size_t c = 0; c < place->d_v; c++) {
            mpq_set_z(value, sh->denominator);
            mpq_mul(value, value, state[place->value + c]);
            mpz_set(sh->value[s * place->d_v + c], mpq_numref(value));
        }
    }
    mpq_clears(score, value, NULL);
    if (why == NULL && !settle_exponents(p, sh->exponent, seen))
        why = far_apart;
    return why;
}

// ---- one option of the readout's group ----

// meant[slot] for the head of the last layer.
static void mark_meant(bool *meant, const Proof *p, size_t head, size_t fixed, size_t option) {
    const Choices *c = &p->choices;
    Token *word = alloc_array(c->task->length(c->params), 1, sizeof *word);
    Pick pick;
    pick_init(&pick, c);
    pick.option[fixed] = option;
    choices_word(word, c, &pick);
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
    pick_clear(&pick);
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
    Pick pick;
    mpq_t least;
    pick_init(&pick, &p->choices);
    mpq_init(least);
    for (size_t answer = 0; answer < answers && why == NULL; answer++) {
        bool any;
        why = interrupted() ? "interrupted" : last_stage_margin(least, &pick, &any, stage, answer);
        if (why != NULL || !any)
            continue;
        if (!p->any || mpq_cmp(least, p->margin) < 0) {
            mpq_set(p->margin, least);
            pick_set(&p->pick, &pick, &p->choices);
        }
        p->any = true;
        if (p->target != NULL && p->t->layers > 0)
            offer_mass(p, stage, answer);
    }
    mpq_clear(least);
    pick_clear(&pick);
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
                        .readout = &p->t->readout,
                        .fixed = fixed,
                        .option = option,
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
    if (why == NULL)
        why = judge_stage(p, &stage);
    for (size_t h = 0; h < heads; h++)
        stage_head_clear(&head[h], c);
    free(head);
    free(seen);
    return why;
}

const char *proof_judge(Proof *p, size_t options) {
    size_t fixed = p->choices.group_of[p->position];
    const char *why = NULL;
    for (size_t option = 0; option < options && why == NULL; option++)
        why = judge_option(p, fixed, option);
    return why;
}

void proof_init(Proof *p, const Transformer *t, const Classes *classes, Target *target) {
    *p = (Proof){ .t = t, .classes = classes, .target = target, .mass_known = true };
    mpq_inits(p->margin, p->mass, NULL);
    Choices *c = &p->choices;
    if (classes != NULL) {
        classes_choices(c, &p->row, classes);
        p->position = c->group[c->groups - 1].position[0];
    } else {
        choices_init(c, t->task, &t->params);
        p->row = choices_rows(c, t);
        p->position = t->readout.position;
    }
    pick_init(&p->pick, c);
}

void proof_clear(Proof *p) {
    pick_clear(&p->pick);
    free(p->row);
    choices_clear(&p->choices);
    mpq_clears(p->margin, p->mass, NULL);
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

bool proof_conclude(Finding *f, const Proof *p, char *why) {
    const Transformer *t = p->t;
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->quantifier = "all-inputs";
    f->arithmetic = alloc_string("exact");
    f->has_size = true;
    f->reason = why;
    if (why != NULL || !p->any)
        return false;
    f->verdict = mpq_sgn(p->margin) > 0 ? PROVED : REFUTED;
    f->has_margin = true;
    mpq_set(f->margin, p->margin);
    fill_attention(f, p);
    return true;
}
