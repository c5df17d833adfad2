#include "verify/last_stage.h"
#include "base/alloc.h"
#include "base/error.h"
#include "verify/affine.h"
#include <stdlib.h>

enum { MOST_OPEN = 6 };                          // hidden units that may have either sign
enum { MOST_BRANCHES = 4000, MOST_PINS = 32 };   // of a search
enum { WANT_EACH = 4, SPREAD = 40503 };          // of a bound: words that are wanted for it

void least_init(Least *l, const Choices *c) {
    *l = (Least){ .branches = MOST_BRANCHES };
    pick_init(&l->pick, c);
    mpq_inits(l->bound, l->value, l->limit, NULL);
}

void least_clear(Least *l) {
    mpq_clears(l->bound, l->value, l->limit, NULL);
    pick_clear(&l->pick);
    *l = (Least){ 0 };
}

void least_bound(mpq_t bound, const Least *l) {
    mpq_set(bound, l->cut && mpq_cmp(l->bound, l->value) < 0 ? l->bound : l->value);
}

bool least_is_open(const Least *l) {
    mpq_t bound;
    mpq_init(bound);
    least_bound(bound, l);
    bool open = mpq_sgn(bound) <= 0 && mpq_sgn(l->value) > 0;
    mpq_clear(bound);
    return open;
}

void known_words_init(KnownWords *k, size_t most) {
    *k = (KnownWords){ .pick = alloc_array(most, 1, sizeof *k->pick),
                       .answer = alloc_array(most, 1, sizeof *k->answer) };
}

void known_words_clear(KnownWords *k) {
    for (size_t i = 0; i < k->count; i++)
        pick_clear(&k->pick[i]);
    for (size_t i = 0; i < k->wanted; i++)
        pick_clear(&k->want[i]);
    free(k->pick);
    free(k->answer);
    *k = (KnownWords){ 0 };
}

// The hidden units as affine functions before relu, and their signs over all words.
typedef struct Units {
    size_t count;
    Affine *unit;
    int *sign;   // as affine_sign
} Units;

static void units_init(Units *u, const LastStage *s) {
    *u = (Units){ .count = s->forms->hidden,
                  .unit = alloc_array(s->forms->hidden, 1, sizeof *u->unit),
                  .sign = alloc_array(s->forms->hidden, 1, sizeof *u->sign) };
    for (size_t k = 0; k < u->count; k++) {
        affine_init(&u->unit[k], s);
        affine_from_row(&u->unit[k], s, &s->forms->a, k);
        u->sign[k] = affine_sign(s, &u->unit[k]);
    }
}

static void units_clear(Units *u) {
    for (size_t k = 0; k < u->count; k++)
        affine_clear(&u->unit[k]);
    free(u->unit);
    free(u->sign);
}

// A unit that may have either sign, times what it counts in a margin: c v for c relu(v), which is
// max(0, c v) for c > 0, and min(0, c v) for c < 0.
typedef struct OpenUnit {
    Affine affine;
    Programs programs;
    bool raises;   // c > 0
} OpenUnit;

// A margin as an affine function and open units.
typedef struct MarginForm {
    Affine affine;   // with the units that keep their sign put in
    Programs programs;
    size_t opens;
    OpenUnit *open;
} MarginForm;

// Adds factor times output o; to coefficient[u] what the open unit u counts.
static void add_output(MarginForm *m, mpq_t *coefficient, const mpq_t factor, const LastStage *s,
                       const Units *units, size_t o) {
    const Forms *f = s->forms;
    Affine own;
    mpq_t counts;
    mpq_init(counts);
    affine_init(&own, s);
    affine_from_row(&own, s, &f->b, o);
    affine_add(&m->affine, factor, &own);
    for (size_t u = 0; u < units->count; u++) {
        mpq_mul(counts, factor, matrix_at(&f->b, o, 1 + f->inputs + u));
        if (units->sign[u] > 0)
            affine_add(&m->affine, counts, &units->unit[u]);
        else if (units->sign[u] == 0)
            mpq_add(coefficient[u], coefficient[u], counts);
    }
    affine_clear(&own);
    mpq_clear(counts);
}

// The margin of the right row over the rival one; for a sign readout of its only row.
static void margin_form_init(MarginForm *m, const LastStage *s, const Units *units, size_t right,
                             size_t rival, size_t answer) {
    const Readout *r = s->readout;
    mpq_t *coefficient = vector_init(units->count), factor;
    *m = (MarginForm){ .open = alloc_array(units->count, 1, sizeof *m->open) };
    mpq_init(factor);
    affine_init(&m->affine, s);
    mpq_set_si(factor, r->sign && answer == 0 ? -1 : 1, 1);
    add_output(m, coefficient, factor, s, units, right);
    mpq_set_si(factor, -1, 1);
    if (!r->sign)
        add_output(m, coefficient, factor, s, units, rival);
    programs_init(&m->programs, s, &m->affine);
    for (size_t u = 0; u < units->count; u++) {
        if (mpq_sgn(coefficient[u]) == 0)
            continue;
        OpenUnit *open = &m->open[m->opens++];
        open->raises = mpq_sgn(coefficient[u]) > 0;
        affine_init(&open->affine, s);
        affine_add(&open->affine, coefficient[u], &units->unit[u]);
        programs_init(&open->programs, s, &open->affine);
    }
    mpq_clear(factor);
    vector_clear(coefficient, units->count);
}

static void margin_form_clear(MarginForm *m) {
    for (size_t k = 0; k < m->opens; k++) {
        programs_clear(&m->open[k].programs);
        affine_clear(&m->open[k].affine);
    }
    programs_clear(&m->programs);
    affine_clear(&m->affine);
    free(m->open);
    *m = (MarginForm){ 0 };
}

// The search for the least of a margin: branches pin groups to options.
typedef struct Search {
    const LastStage *stage;
    const MarginForm *form;
    size_t answer;
    Pin pin[MOST_PINS];
    Least *least;
} Search;

// least <= the margin at the word <= most: the same where weights are exact.
static void margin_ends(mpq_t least, mpq_t most, const MarginForm *m, const Pick *pick) {
    mpq_t low, high;
    mpq_inits(low, high, NULL);
    programs_ends(least, most, &m->programs, pick);
    for (size_t k = 0; k < m->opens; k++) {
        bool raises = m->open[k].raises;
        programs_ends(low, high, &m->open[k].programs, pick);
        if (raises == (mpq_sgn(low) > 0))
            mpq_add(least, least, low);
        if (raises == (mpq_sgn(high) > 0))
            mpq_add(most, most, high);
    }
    mpq_clears(low, high, NULL);
}

// Offers the margin at the word, which is one of the known words or `number` means nothing.
static void offer_word(Search *q, const Pick *pick, size_t number) {
    Least *l = q->least;
    mpq_t least, most;
    mpq_inits(least, most, NULL);
    margin_ends(least, most, q->form, pick);
    if (!l->any || mpq_cmp(least, l->limit) < 0)
        mpq_set(l->limit, least);
    if (!l->any || mpq_cmp(most, l->value) < 0) {
        pick_set(&l->pick, pick, q->stage->choices);
        mpq_set(l->value, most);
        l->word = number;
    }
    l->any = true;
    mpq_clears(least, most, NULL);
}

// Nothing more than the bound will be known of the branch.
static void cut(Least *l, const mpq_t bound) {
    if (!l->cut || mpq_cmp(bound, l->bound) < 0)
        mpq_set(l->bound, bound);
    l->cut = true;
}

// The first group of one member in which two of the words differ; `groups` if none.  To pin a group
// of several members would be to pin them all, and leave out the words in which they differ.
static size_t differing_group(const Pick *pick, size_t words, const Choices *c) {
    for (size_t g = 0; g < c->groups; g++)
        for (size_t k = 1; k < words; k++)
            if (pick[k].option[g] != pick[0].option[g] && mpz_cmp_ui(c->members[g], 1) == 0)
                return g;
    return c->groups;
}

// Searches the words with the first `pins` pins for the least of y.  On each word the least of the
// y of all choices is at most the margin.
static void explore(Search *q, const Programs *y, size_t pins) {
    const Choices *c = q->stage->choices;
    Least *least = q->least;
    Words words = { .answer = q->answer, .pins = pins, .pin = q->pin };
    Pick *pick = programs_picks(y, c);
    mpq_t bound;
    mpq_init(bound);
    bool any = programs_least(bound, pick, y, &words);
    for (size_t k = 0; k < y->count && any; k++)
        offer_word(q, &pick[k], 0);
    size_t group = differing_group(pick, y->count, c);
    if (!any || mpq_cmp(bound, least->value) >= 0) {
        // no margin of the branch is below the least so far
    } else if (group == c->groups || mpq_cmp(bound, least->limit) >= 0 || pins == MOST_PINS ||
               least->branches < c->group[group].options) {
        cut(least, bound);
    } else {
        least->branches -= c->group[group].options;
        for (size_t o = 0; o < c->group[group].options; o++) {
            q->pin[pins] = (Pin){ .group = group, .option = o };
            explore(q, y, pins + 1);
        }
    }
    mpq_clear(bound);
    programs_drop(pick, y);
}

// Offers the known words with the answer and the stage's option.
static void offer_known(Search *q) {
    const KnownWords *known = q->stage->known;
    const Pin *pin = &q->stage->pin;
    for (size_t k = 0; known != NULL && k < known->count; k++)
        if (known->answer[k] == q->answer && known->pick[k].option[pin->group] == pin->option)
            offer_word(q, &known->pick[k], k);
}

// Wants a word with that pick, unless one is wanted in that domain already.
static void want(KnownWords *known, const Pick *pick, const Choices *c) {
    size_t k = 0;
    while (k < known->wanted && known->want[k].domain != pick->domain)
        k++;
    if (k < known->wanted || k == WANT_MOST)
        return;
    pick_init(&known->want[k], c);
    pick_set(&known->want[k], pick, c);
    known->wanted++;
}

// No pick has a y below the bound.  No word need attain it; some are wanted, of different domains
// where several are equally good.
static void bound_picks(Search *q, const Programs *y) {
    const Choices *c = q->stage->choices;
    KnownWords *known = q->stage->known;
    Words words = { .answer = q->answer, .pins = 1, .pin = q->pin };
    Pick *pick = programs_picks(y, c);
    size_t domains = choices_domains(c);
    mpq_t bound;
    mpq_init(bound);
    for (size_t k = 0; k < WANT_EACH && programs_least(bound, pick, y, &words); k++) {
        if (q->least->any && mpq_cmp(bound, q->least->value) >= 0)
            break;
        cut(q->least, bound);
        want(known, &pick[0], c);
        words.start = known->turns++ * SPREAD % domains;
    }
    mpq_clear(bound);
    programs_drop(pick, y);
}

// Minimises a margin.  An open unit that lowers it is min(0, c v): the least of the margin is the
// least over the choices of one or the other for each such unit.  One that raises it is left out of
// the bounds.
static const char *minimize_margin(Search *q) {
    const MarginForm *m = q->form;
    const OpenUnit *open[MOST_OPEN];
    size_t count = 0;
    for (size_t k = 0; k < m->opens; k++) {
        if (m->open[k].raises)
            continue;
        if (count == MOST_OPEN)
            return "many hidden units of the last layer may have either sign";
        open[count++] = &m->open[k];
    }
    mpq_t one;
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    for (size_t chosen = 0; chosen >> count == 0; chosen++) {
        Affine y;
        Programs programs;
        affine_init(&y, q->stage);
        affine_add(&y, one, &m->affine);
        for (size_t k = 0; k < count; k++)
            if (chosen >> k & 1)
                affine_add(&y, one, &open[k]->affine);
        programs_init(&programs, q->stage, &y);
        if (q->stage->known == NULL)
            explore(q, &programs, 1);
        else
            bound_picks(q, &programs);
        programs_clear(&programs);
        affine_clear(&y);
    }
    mpq_clear(one);
    return NULL;
}

const char *last_stage_margin(Least *l, const LastStage *s, size_t answer) {
    const Readout *r = s->readout;
    Units units;
    const char *why = NULL;
    size_t right = 0;
    units_init(&units, s);
    while (!r->sign && r->answers[right] != answer)
        right++;
    for (size_t rival = 0; rival < r->w.rows && why == NULL; rival++) {
        if (!r->sign && rival == right)
            continue;
        MarginForm m;
        margin_form_init(&m, s, &units, right, rival, answer);
        Search q = { .stage = s, .form = &m, .answer = answer, .pin = { s->pin }, .least = l };
        offer_known(&q);
        why = minimize_margin(&q);
        margin_form_clear(&m);
    }
    units_clear(&units);
    return why;
}

// Whether between least and most of the slots are meant, over the words: *least <- the least
// number, for sign = -1 the least of its negative.
static bool count_meant(mpq_t least, const LastStage *s, const bool *meant, const Words *words,
                        long sign) {
    const Choices *c = s->choices;
    Fractional p;
    Pick pick;
    pick_init(&pick, c);
    fractional_init(&p, c, 1);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++)
            if (meant[slot])
                mpz_set_si(p.numerator[choice], mpz_get_si(p.numerator[choice]) + sign);
    mpz_set_ui(p.denominator[c->first[s->pin.group] + s->pin.option], 1);
    bool any = fractional_minimize(least, &pick, &p, words);
    fractional_clear(&p);
    pick_clear(&pick);
    return any;
}

bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer) {
    const Choices *c = s->choices;
    const StageHead *h = &s->head[head];
    const Words words = { .answer = answer, .pins = 1, .pin = &s->pin };
    bool known = true;
    require(h->exact);
    *any = false;
    if (!count_meant(least, s, meant, &words, 1))
        return true;   // no words
    if (mpq_sgn(least) == 0) {
        count_meant(least, s, meant, &words, -1);
        return mpq_sgn(least) == 0;
    }
    Fractional p;
    Pick pick;
    pick_init(&pick, c);
    fractional_init(&p, c, 1);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++) {
            if (h->weight[slot] == NOT_SEEN)
                continue;
            mpz_srcptr weight = h->low[h->weight[slot]];
            mpz_add(p.denominator[choice], p.denominator[choice], weight);
            if (meant[slot])
                mpz_add(p.numerator[choice], p.numerator[choice], weight);
        }
    *any = fractional_minimize(least, &pick, &p, &words);
    fractional_clear(&p);
    pick_clear(&pick);
    return known;
}
