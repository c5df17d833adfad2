#include "verify/last_stage.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

enum { MOST_OPEN = 6 };   // hidden units that may have either sign

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

// An affine function F_0 + sum F_c r_c of the ratios of all heads.
typedef struct Affine {
    size_t ratios;
    mpq_t *f;   // 1 + ratios
} Affine;

static size_t ratio_count(const LastStage *s) {
    size_t n = 0;
    for (size_t h = 0; h < s->heads; h++)
        n += s->head[h].d_v;
    return n;
}

// a <- row i of m, a matrix over (1, rest, ratios, ..), with the rest put in.
static void affine_from_row(Affine *a, const LastStage *s, const Matrix *m, size_t i) {
    mpq_t term;
    mpq_init(term);
    mpq_set(a->f[0], matrix_at(m, i, 0));
    for (size_t k = 0; k < s->rests; k++) {
        mpq_mul(term, matrix_at(m, i, 1 + k), s->rest[k]);
        mpq_add(a->f[0], a->f[0], term);
    }
    for (size_t c = 0; c < a->ratios; c++)
        mpq_set(a->f[1 + c], matrix_at(m, i, 1 + s->rests + c));
    mpq_clear(term);
}

static void affine_add(Affine *a, const mpq_t factor, const Affine *b) {
    mpq_t term;
    mpq_init(term);
    for (size_t c = 0; c <= a->ratios; c++) {
        mpq_mul(term, factor, b->f[c]);
        mpq_add(a->f[c], a->f[c], term);
    }
    mpq_clear(term);
}

// The head that the function reads; s->heads if none, s->heads + 1 if several.
static size_t head_read(const LastStage *s, const Affine *a) {
    size_t found = s->heads, ratio = 1;
    for (size_t h = 0; h < s->heads; h++)
        for (size_t c = 0; c < s->head[h].d_v; c++, ratio++) {
            if (mpq_sgn(a->f[ratio]) == 0 || found == h)
                continue;
            if (found != s->heads)
                return s->heads + 1;
            found = h;
        }
    return found;
}

// n, d <- what the slot adds to F_0 D + sum F_c U_c, times scale, and to D; 0 if it is not seen.
static void slot_terms(mpz_t n, mpz_t d, const LastStage *s, mpz_t *f, size_t head, size_t slot) {
    mpz_set_ui(n, 0);
    mpz_set_ui(d, 0);
    const StageHead *h = &s->head[head];
    if (h->exponent[slot] < 0)
        return;
    mpz_set(n, f[0]);
    for (size_t c = 0; c < h->d_v; c++)
        mpz_addmul(n, f[1 + c], h->value[slot * h->d_v + c]);
    mpz_mul_2exp(n, n, (mp_bitcnt_t)h->exponent[slot]);
    mpz_setbit(d, (mp_bitcnt_t)h->exponent[slot]);
}

// f <- the coefficients of the head's ratios, as integers over *scale, for values as integers.
static mpz_t *integer_coefficients(mpz_t scale, const LastStage *s, const Affine *a, size_t head) {
    const StageHead *h = &s->head[head];
    size_t first = 1;
    for (size_t k = 0; k < head; k++)
        first += s->head[k].d_v;
    mpz_t *f = alloc_array(1 + h->d_v, 1, sizeof *f);
    mpq_t x;
    mpq_init(x);
    mpz_set(scale, mpq_denref(a->f[0]));
    for (size_t c = 0; c < h->d_v; c++)
        mpz_lcm(scale, scale, mpq_denref(a->f[first + c]));
    mpz_mul(scale, scale, h->denominator);
    for (size_t c = 0; c <= h->d_v; c++) {
        mpz_init(f[c]);
        mpq_set_z(x, scale);
        mpq_mul(x, x, a->f[c == 0 ? 0 : first + c - 1]);
        if (c > 0)
            mpz_divexact(mpq_numref(x), mpq_numref(x), h->denominator);
        mpz_set(f[c], mpq_numref(x));
    }
    mpq_clear(x);
    return f;
}

// The program whose value is the function times *scale.  head == s->heads: a constant.
static void program_init(Fractional *p, mpz_t scale, const LastStage *s, const Affine *a,
                         size_t head) {
    const Choices *c = s->choices;
    fractional_init(p, c);
    if (head == s->heads) {
        size_t choice = c->first[s->fixed] + s->option;
        mpz_set(scale, mpq_denref(a->f[0]));
        mpz_set(p->numerator[choice], mpq_numref(a->f[0]));
        mpz_set_ui(p->denominator[choice], 1);
        return;
    }
    mpz_t *f = integer_coefficients(scale, s, a, head), n, d;
    mpz_inits(n, d, NULL);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++) {
            slot_terms(n, d, s, f, head, slot);
            mpz_add(p->numerator[choice], p->numerator[choice], n);
            mpz_add(p->denominator[choice], p->denominator[choice], d);
        }
    mpz_clears(n, d, NULL);
    for (size_t k = 0; k <= s->head[head].d_v; k++)
        mpz_clear(f[k]);
    free(f);
}

// 1 if the function is >= 0 on all words, -1 if <= 0, 0 if neither or it reads several heads.
static int sign_of(const LastStage *s, const Affine *a) {
    const Choices *c = s->choices;
    size_t head = head_read(s, a);
    if (head > s->heads)
        return 0;
    Fractional p;
    mpz_t scale, least, most, low, high;
    mpz_inits(scale, least, most, low, high, NULL);
    program_init(&p, scale, s, a, head);
    for (size_t g = 0; g < c->groups; g++) {
        size_t first = c->first[g] + (g == s->fixed ? s->option : 0);
        size_t end = g == s->fixed ? first + 1 : c->first[g + 1];
        mpz_set(low, p.numerator[first]);
        mpz_set(high, p.numerator[first]);
        for (size_t k = first + 1; k < end; k++) {
            if (mpz_cmp(p.numerator[k], low) < 0)
                mpz_set(low, p.numerator[k]);
            if (mpz_cmp(p.numerator[k], high) > 0)
                mpz_set(high, p.numerator[k]);
        }
        mpz_addmul(least, c->members[g], low);
        mpz_addmul(most, c->members[g], high);
    }
    int sign = mpz_sgn(least) >= 0 ? 1 : mpz_sgn(most) <= 0 ? -1 : 0;
    fractional_clear(&p);
    mpz_clears(scale, least, most, low, high, NULL);
    return sign;
}

static void affine_init(Affine *a, size_t ratios) {
    *a = (Affine){ .ratios = ratios, .f = vector_init(1 + ratios) };
}

static void affine_clear(Affine *a) { vector_clear(a->f, 1 + a->ratios); }

// The hidden units as affine functions before relu, and their signs over all words.
typedef struct Units {
    size_t count;
    Affine *unit;
    int *sign;   // as sign_of
} Units;

static void units_init(Units *u, const LastStage *s) {
    *u = (Units){ .count = s->forms->hidden,
                  .unit = alloc_array(s->forms->hidden, 1, sizeof *u->unit),
                  .sign = alloc_array(s->forms->hidden, 1, sizeof *u->sign) };
    for (size_t k = 0; k < u->count; k++) {
        affine_init(&u->unit[k], ratio_count(s));
        affine_from_row(&u->unit[k], s, &s->forms->a, k);
        u->sign[k] = sign_of(s, &u->unit[k]);
    }
}

static void units_clear(Units *u) {
    for (size_t k = 0; k < u->count; k++)
        affine_clear(&u->unit[k]);
    free(u->unit);
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
    affine_init(&own, m->affine.ratios);
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

// A word found, and the value of a margin there.
typedef struct Found {
    bool any;
    mpq_t value;
    Pick pick;
} Found;

static void found_init(Found *f, const LastStage *s) {
    *f = (Found){ 0 };
    pick_init(&f->pick, s->choices);
    mpq_init(f->value);
}

static void found_clear(Found *f) {
    mpq_clear(f->value);
    pick_clear(&f->pick);
}

// The least value of the function over the words with that answer.
static const char *minimize(Found *f, const LastStage *s, const Affine *a, size_t answer) {
    size_t head = head_read(s, a);
    if (head > s->heads)
        return "the readout mixes several heads of the last layer";
    Fractional p;
    Words words = { .answer = answer, .fixed = s->fixed, .option = s->option };
    mpz_t scale;
    mpz_init(scale);
    program_init(&p, scale, s, a, head);
    f->any = fractional_minimize(f->value, &f->pick, &p, &words);
    if (f->any) {
        mpz_mul(mpq_denref(f->value), mpq_denref(f->value), scale);
        mpq_canonicalize(f->value);
    }
    fractional_clear(&p);
    mpz_clear(scale);
    return NULL;
}

// Whether the function is <= 0 at that word.
static bool is_off(const LastStage *s, const Affine *a, const Pick *pick) {
    size_t head = head_read(s, a);
    if (head > s->heads)
        return false;
    Fractional p;
    mpz_t scale, sum;
    mpz_inits(scale, sum, NULL);
    program_init(&p, scale, s, a, head);
    choices_sum(sum, s->choices, p.numerator, pick);
    bool off = mpz_sgn(sum) <= 0;
    fractional_clear(&p);
    mpz_clears(scale, sum, NULL);
    return off;
}

// Takes over what was found, if it is less.
static void keep(mpq_t least, Pick *pick, bool *any, const Found *f, const Choices *c) {
    if (*any && mpq_cmp(f->value, least) >= 0)
        return;
    *any = true;
    mpq_set(least, f->value);
    pick_set(pick, &f->pick, c);
}

// Whether every unit that may have either sign and counts positively is off at the word: then the
// value without these units, a lower bound of the margin on all words, is attained there.
static bool is_attained(const LastStage *s, const MarginForm *m, const Units *units,
                        const Pick *pick) {
    for (size_t u = 0; u < units->count; u++)
        if (units->sign[u] == 0 && mpq_sgn(m->coefficient[u]) > 0 &&
            !is_off(s, &units->unit[u], pick))
            return false;
    return true;
}

// Minimises a margin.  A unit that may have either sign and counts c < 0 is c relu(v) = min(0, c
// v): the least of the margin is the least over the choices of one or the other for each such unit.
// One that counts c > 0 only raises the margin, and is left out.
static const char *minimize_margin(mpq_t least, Pick *pick, bool *any, const LastStage *s,
                                   const MarginForm *m, const Units *units, size_t answer) {
    const char *either = "a hidden unit of the last layer may have either sign", *why = NULL;
    size_t open[MOST_OPEN], count = 0;
    for (size_t u = 0; u < units->count; u++) {
        if (units->sign[u] != 0 || mpq_sgn(m->coefficient[u]) >= 0)
            continue;
        if (count == MOST_OPEN)
            return either;
        open[count++] = u;
    }
    for (size_t chosen = 0; chosen >> count == 0 && why == NULL; chosen++) {
        Affine y;
        Found found;
        affine_init(&y, m->affine.ratios);
        found_init(&found, s);
        for (size_t c = 0; c <= y.ratios; c++)
            mpq_set(y.f[c], m->affine.f[c]);
        for (size_t k = 0; k < count; k++)
            if (chosen >> k & 1)
                affine_add(&y, m->coefficient[open[k]], &units->unit[open[k]]);
        why = minimize(&found, s, &y, answer);
        if (why == NULL && found.any && !is_attained(s, m, units, &found.pick))
            why = either;
        if (why == NULL && found.any)
            keep(least, pick, any, &found, s->choices);
        affine_clear(&y);
        found_clear(&found);
    }
    return why;
}

// The margin of the right row over the rival one; for a sign readout of its only row.
static const char *minimize_row(mpq_t least, Pick *pick, bool *any, const LastStage *s,
                                const Units *units, size_t right, size_t rival, size_t answer) {
    const Readout *r = s->readout;
    MarginForm m = { .coefficient = vector_init(units->count) };
    mpq_t plus, minus;
    mpq_inits(plus, minus, NULL);
    mpq_set_si(plus, r->sign && answer == 0 ? -1 : 1, 1);
    mpq_set_si(minus, -1, 1);
    affine_init(&m.affine, ratio_count(s));
    add_output(&m, plus, s, units, right);
    if (!r->sign)
        add_output(&m, minus, s, units, rival);
    const char *why = minimize_margin(least, pick, any, s, &m, units, answer);
    affine_clear(&m.affine);
    vector_clear(m.coefficient, units->count);
    mpq_clears(plus, minus, NULL);
    return why;
}

const char *last_stage_margin(mpq_t least, Pick *pick, bool *any, const LastStage *s,
                              size_t answer) {
    const Readout *r = s->readout;
    Units units;
    const char *why = NULL;
    size_t right = 0;
    *any = false;
    units_init(&units, s);
    while (!r->sign && r->answers[right] != answer)
        right++;
    for (size_t rival = 0; rival < r->w.rows && why == NULL; rival++)
        if (r->sign || rival != right)
            why = minimize_row(least, pick, any, s, &units, right, rival, answer);
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
    fractional_init(&p, c);
    for (size_t choice = 0; choice < c->count; choice++)
        for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++)
            if (meant[slot])
                mpz_set_si(p.numerator[choice], mpz_get_si(p.numerator[choice]) + sign);
    mpz_set_ui(p.denominator[c->first[s->fixed] + s->option], 1);
    bool any = fractional_minimize(least, &pick, &p, words);
    fractional_clear(&p);
    pick_clear(&pick);
    return any;
}

bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer) {
    const Choices *c = s->choices;
    const StageHead *h = &s->head[head];
    Words words = { .answer = answer, .fixed = s->fixed, .option = s->option };
    bool known = true;
    *any = false;
    if (!count_meant(least, s, meant, &words, 1))
        return true;   // no words
    if (mpq_sgn(least) == 0) {
        count_meant(least, s, meant, &words, -1);
        return mpq_sgn(least) == 0;
    }
    Fractional p;
    Pick pick;
    mpz_t weight;
    pick_init(&pick, c);
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
    *any = fractional_minimize(least, &pick, &p, &words);
    fractional_clear(&p);
    mpz_clear(weight);
    pick_clear(&pick);
    return known;
}
