#include "verify/last_stage.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

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
        mpz_add(least, least, low);
        mpz_add(most, most, high);
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

// y <- factor times output o, added; units already resolved: unit[u] is the unit, or 0.
static void add_output(Affine *y, const mpq_t factor, const LastStage *s, Affine *unit, size_t o) {
    const Forms *f = s->forms;
    Affine own;
    mpq_t coefficient;
    mpq_init(coefficient);
    affine_init(&own, y->ratios);
    affine_from_row(&own, s, &f->b, o);
    affine_add(y, factor, &own);
    for (size_t u = 0; u < f->hidden; u++) {
        mpq_mul(coefficient, factor, matrix_at(&f->b, o, 1 + f->inputs + u));
        affine_add(y, coefficient, &unit[u]);
    }
    affine_clear(&own);
    mpq_clear(coefficient);
}

// unit[u] <- the hidden unit as an affine function; false if one may have either sign.
static bool resolve_units(Affine *unit, const LastStage *s) {
    for (size_t u = 0; u < s->forms->hidden; u++) {
        affine_from_row(&unit[u], s, &s->forms->a, u);
        int sign = sign_of(s, &unit[u]);
        if (sign == 0)
            return false;
        for (size_t c = 0; c <= unit[u].ratios && sign < 0; c++)
            mpq_set_ui(unit[u].f[c], 0, 1);
    }
    return true;
}

// Minimises the function; least and option are replaced if it gets lower.
static const char *minimize(mpq_t least, size_t *option, bool *any, const LastStage *s,
                            const Affine *a, size_t answer) {
    size_t head = head_read(s, a);
    if (head > s->heads)
        return "the readout mixes several heads of the last layer";
    Fractional p;
    Words words = { .answer = answer, .fixed = s->fixed, .option = s->option };
    size_t *found = alloc_array(s->choices->groups, 1, sizeof *found);
    mpz_t scale;
    mpq_t value;
    mpz_init(scale);
    mpq_init(value);
    program_init(&p, scale, s, a, head);
    if (fractional_minimize(value, found, &p, &words)) {
        mpz_mul(mpq_denref(value), mpq_denref(value), scale);
        mpq_canonicalize(value);
        if (!*any || mpq_cmp(value, least) < 0) {
            mpq_set(least, value);
            for (size_t g = 0; g < s->choices->groups; g++)
                option[g] = found[g];
        }
        *any = true;
    }
    fractional_clear(&p);
    mpz_clear(scale);
    mpq_clear(value);
    free(found);
    return NULL;
}

static const char *minimize_rows(mpq_t least, size_t *option, bool *any, const LastStage *s,
                                 Affine *unit, size_t answer) {
    const Readout *r = s->readout;
    const char *why = NULL;
    size_t right = 0;
    mpq_t plus, minus;
    mpq_inits(plus, minus, NULL);
    mpq_set_si(plus, r->sign && answer == 0 ? -1 : 1, 1);
    mpq_set_si(minus, -1, 1);
    while (!r->sign && r->answers[right] != answer)
        right++;
    for (size_t rival = 0; rival < r->w.rows && why == NULL; rival++) {
        if (!r->sign && rival == right)
            continue;
        Affine y;
        affine_init(&y, ratio_count(s));
        add_output(&y, plus, s, unit, right);
        if (!r->sign)
            add_output(&y, minus, s, unit, rival);
        why = minimize(least, option, any, s, &y, answer);
        affine_clear(&y);
    }
    mpq_clears(plus, minus, NULL);
    return why;
}

const char *last_stage_margin(mpq_t least, size_t *option, bool *any, const LastStage *s,
                              size_t answer) {
    size_t hidden = s->forms->hidden;
    Affine *unit = alloc_array(hidden, 1, sizeof *unit);
    const char *why = "a hidden unit of the last layer may have either sign";
    *any = false;
    for (size_t u = 0; u < hidden; u++)
        affine_init(&unit[u], ratio_count(s));
    if (resolve_units(unit, s))
        why = minimize_rows(least, option, any, s, unit, answer);
    for (size_t u = 0; u < hidden; u++)
        affine_clear(&unit[u]);
    free(unit);
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
    mpz_set_ui(p.denominator[c->first[s->fixed] + s->option], 1);
    bool any = fractional_minimize(least, option, &p, words);
    fractional_clear(&p);
    free(option);
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
