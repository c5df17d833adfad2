#include "verify/last_stage.h"
#include "base/alloc.h"
#include "verify/affine.h"
#include <stdlib.h>

enum { MOST_OPEN = 6 };                          // hidden units that may have either sign
enum { MOST_BRANCHES = 4000, MOST_PINS = 32 };   // of a margin's search

void stage_head_init(StageHead *h, const Choices *c, size_t d_v) {
    *h = (StageHead){ .d_v = d_v,
                      .exponent = alloc_array(c->slots, 1, sizeof *h->exponent),
                      .value = alloc_array(c->slots, d_v, sizeof *h->value) };
    for (size_t k = 0; k < c->slots * d_v; k++)
        mpz_init(h->value[k]);
    mpz_init_set_ui(h->denominator, 1);
}

void stage_head_clear(StageHead *h, const Choices *c) {
    for (size_t k = 0; k < c->slots * h->d_v; k++)
        mpz_clear(h->value[k]);
    mpz_clear(h->denominator);
    free(h->exponent);
    free(h->value);
    *h = (StageHead){ 0 };
}

// Whether the heads give all slots the same weights.
static bool weigh_alike(const StageHead *g, const StageHead *h, size_t slots) {
    for (size_t s = 0; s < slots; s++)
        if (g->exponent[s] != h->exponent[s])
            return false;
    return true;
}

void stage_heads_relate(StageHead *head, size_t heads, const Choices *c) {
    for (size_t h = 0, first = 0; h < heads; first += head[h++].d_v) {
        head[h].first = first;
        head[h].class = 0;
        while (!weigh_alike(&head[head[h].class], &head[h], c->slots))
            head[h].class ++;
    }
}

void least_init(Least *l, const Choices *c) {
    *l = (Least){ .option = alloc_array(c->groups, 1, sizeof *l->option),
                  .branches = MOST_BRANCHES };
    mpq_inits(l->bound, l->value, NULL);
}

void least_clear(Least *l) {
    mpq_clears(l->bound, l->value, NULL);
    free(l->option);
    *l = (Least){ 0 };
}

// The hidden units as affine functions before relu, and their signs over all words.
typedef struct Units {
    size_t count;
    Affine *unit;
    Programs *programs;
    int *sign;   // as affine_sign
} Units;

static void units_init(Units *u, const LastStage *s) {
    *u = (Units){ .count = s->forms->hidden,
                  .unit = alloc_array(s->forms->hidden, 1, sizeof *u->unit),
                  .programs = alloc_array(s->forms->hidden, 1, sizeof *u->programs),
                  .sign = alloc_array(s->forms->hidden, 1, sizeof *u->sign) };
    for (size_t k = 0; k < u->count; k++) {
        affine_init(&u->unit[k], s);
        affine_from_row(&u->unit[k], s, &s->forms->a, k);
        programs_init(&u->programs[k], s, &u->unit[k]);
        u->sign[k] = affine_sign(s, &u->unit[k]);
    }
}

static void units_clear(Units *u) {
    for (size_t k = 0; k < u->count; k++) {
        affine_clear(&u->unit[k]);
        programs_clear(&u->programs[k]);
    }
    free(u->unit);
    free(u->programs);
    free(u->sign);
}

// A margin as an affine function, but for units that may have either sign.
typedef struct MarginForm {
    Affine affine;        // with the units that keep their sign put in
    mpq_t *coefficient;   // per unit: what it counts in the margin
} MarginForm;

// Adds factor times output o.
static void add_output(MarginForm *m, const mpq_t factor, const LastStage *s, const Units *units,
                       size_t o) {
    const Forms *f = s->forms;
    Affine own;
    mpq_t coefficient;
    mpq_init(coefficient);
    affine_init(&own, s);
    affine_from_row(&own, s, &f->b, o);
    affine_add(&m->affine, factor, &own);
    for (size_t u = 0; u < units->count; u++) {
        mpq_mul(coefficient, factor, matrix_at(&f->b, o, 1 + f->inputs + u));
        mpq_add(m->coefficient[u], m->coefficient[u], coefficient);
        if (units->sign[u] > 0)
            affine_add(&m->affine, coefficient, &units->unit[u]);
    }
    affine_clear(&own);
    mpq_clear(coefficient);
}

// The search for the least of a margin: branches pin groups to options.
typedef struct Search {
    const LastStage *stage;
    const Units *units;
    const MarginForm *form;
    Programs affine;   // of form->affine
    size_t answer;
    Pin pin[MOST_PINS];
    Least *least;
} Search;

// Offers the margin at the word, with the units that may have either sign as they are there.
static void offer_word(Search *q, const size_t *option) {
    mpq_t value, unit;
    mpq_inits(value, unit, NULL);
    programs_at(value, &q->affine, option);
    for (size_t u = 0; u < q->units->count; u++) {
        if (q->units->sign[u] != 0 || mpq_sgn(q->form->coefficient[u]) == 0)
            continue;
        programs_at(unit, &q->units->programs[u], option);
        mpq_mul(unit, unit, q->form->coefficient[u]);
        if (mpq_sgn(unit) == mpq_sgn(q->form->coefficient[u]))   // it is on
            mpq_add(value, value, unit);
    }
    Least *least = q->least;
    bool less = !least->any || mpq_cmp(value, least->value) < 0;
    for (size_t g = 0; g < q->stage->choices->groups && less; g++)
        least->option[g] = option[g];
    if (less)
        mpq_set(least->value, value);
    least->any = true;
    mpq_clears(value, unit, NULL);
}

// Nothing more than the bound will be known of the branch.
static void cut(Least *l, const mpq_t bound) {
    if (!l->cut || mpq_cmp(bound, l->bound) < 0)
        mpq_set(l->bound, bound);
    l->cut = true;
}

// The first group in which two of the words differ; `groups` if none.
static size_t differing_group(const size_t *option, size_t words, size_t groups) {
    for (size_t g = 0; g < groups; g++)
        for (size_t k = 1; k < words; k++)
            if (option[k * groups + g] != option[g])
                return g;
    return groups;
}

// Searches the words with the first `pins` pins for the least of y.  The least of the y of all
// choices is at most the margin, on each word.
static void explore(Search *q, const Programs *y, size_t pins) {
    const Choices *c = q->stage->choices;
    Words words = { .answer = q->answer, .pins = pins, .pin = q->pin };
    size_t *option = alloc_array(y->count, c->groups, sizeof *option);
    mpq_t bound;
    mpq_init(bound);
    bool any = programs_least(bound, option, y, &words);
    for (size_t k = 0; k < y->count && any; k++)
        offer_word(q, option + k * c->groups);
    size_t group = differing_group(option, y->count, c->groups);
    if (!any || mpq_cmp(bound, q->least->value) >= 0) {
        // no word of the branch is below the least so far
    } else if (group == c->groups || pins == MOST_PINS ||
               q->least->branches < c->group[group].options) {
        cut(q->least, bound);
    } else {
        q->least->branches -= c->group[group].options;
        for (size_t o = 0; o < c->group[group].options; o++) {
            q->pin[pins] = (Pin){ .group = group, .option = o };
            explore(q, y, pins + 1);
        }
    }
    mpq_clear(bound);
    free(option);
}

// Minimises a margin.  A unit that may have either sign and counts c < 0 is c relu(v) = min(0, c
// v): the least of the margin is the least over the choices of one or the other for each such unit.
// One that counts c > 0 only raises the margin, and is left out of the bounds.
static const char *minimize_margin(Search *q) {
    const Units *units = q->units;
    size_t open[MOST_OPEN], count = 0;
    for (size_t u = 0; u < units->count; u++) {
        if (units->sign[u] != 0 || mpq_sgn(q->form->coefficient[u]) >= 0)
            continue;
        if (count == MOST_OPEN)
            return "many hidden units of the last layer may have either sign";
        open[count++] = u;
    }
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    for (size_t chosen = 0; chosen >> count == 0; chosen++) {
        Affine y;
        Programs programs;
        affine_init(&y, q->stage);
        affine_add(&y, one, &q->form->affine);
        for (size_t k = 0; k < count; k++)
            if (chosen >> k & 1)
                affine_add(&y, q->form->coefficient[open[k]], &units->unit[open[k]]);
        programs_init(&programs, q->stage, &y);
        explore(q, &programs, 1);
        programs_clear(&programs);
        affine_clear(&y);
    }
    mpq_clear(one);
    return NULL;
}

// The margin of the right row over the rival one; for a sign readout of its only row.
static const char *minimize_row(Least *least, const LastStage *s, const Units *units, size_t right,
                                size_t rival, size_t answer) {
    const Readout *r = s->readout;
    MarginForm m = { .coefficient = vector_init(units->count) };
    mpq_t factor;
    mpq_init(factor);
    affine_init(&m.affine, s);
    mpq_set_si(factor, r->sign && answer == 0 ? -1 : 1, 1);
    add_output(&m, factor, s, units, right);
    mpq_set_si(factor, -1, 1);
    if (!r->sign)
        add_output(&m, factor, s, units, rival);
    Search q = {
        .stage = s, .units = units, .form = &m, .answer = answer, .pin = { s->pin }, .least = least
    };
    programs_init(&q.affine, s, &m.affine);
    const char *why = minimize_margin(&q);
    programs_clear(&q.affine);
    affine_clear(&m.affine);
    vector_clear(m.coefficient, units->count);
    mpq_clear(factor);
    return why;
}

const char *last_stage_margin(Least *l, const LastStage *s, size_t answer) {
    const Readout *r = s->readout;
    Units units;
    const char *why = NULL;
    size_t right = 0;
    units_init(&units, s);
    while (!r->sign && r->answers[right] != answer)
        right++;
    for (size_t rival = 0; rival < r->w.rows && why == NULL; rival++)
        if (r->sign || rival != right)
            why = minimize_row(l, s, &units, right, rival, answer);
    units_clear(&units);
    return why;
}

// Whether between least and most of the slots are meant, over the words: *least <- the least
// number, for sign = -1 the least of its negative.
static bool count_meant(mpq_t least, const LastStage *s, const bool *meant, const Words *words,
                        long sign) {
    const Choices *c = s->choices;
    Fractional p;
    size_t *option = alloc_array(c->groups, 1, sizeof *option);
    fractional_init(&p, c);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++)
            if (meant[slot])
                mpz_set_si(p.numerator[choice], mpz_get_si(p.numerator[choice]) + sign);
    mpz_set_ui(p.denominator[c->first[s->pin.group] + s->pin.option], 1);
    bool any = fractional_minimize(least, option, &p, words);
    fractional_clear(&p);
    free(option);
    return any;
}

bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer) {
    const Choices *c = s->choices;
    const StageHead *h = &s->head[head];
    const Words words = { .answer = answer, .pins = 1, .pin = &s->pin };
    bool known = true;
    *any = false;
    if (!count_meant(least, s, meant, &words, 1))
        return true;   // no words
    if (mpq_sgn(least) == 0) {
        count_meant(least, s, meant, &words, -1);
        return mpq_sgn(least) == 0;
    }
    Fractional p;
    size_t *option = alloc_array(c->groups, 1, sizeof *option);
    mpz_t weight;
    mpz_init(weight);
    fractional_init(&p, c);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++) {
            if (h->exponent[slot] < 0)
                continue;
            mpz_set_ui(weight, 0);
            mpz_setbit(weight, (mp_bitcnt_t)h->exponent[slot]);
            mpz_add(p.denominator[choice], p.denominator[choice], weight);
            if (meant[slot])
                mpz_add(p.numerator[choice], p.numerator[choice], weight);
        }
    *any = fractional_minimize(least, option, &p, &words);
    fractional_clear(&p);
    mpz_clear(weight);
    free(option);
    return known;
}
