#include "verify/key_signs.h"
#include "base/alloc.h"
#include "base/error.h"
#include "task/recall.h"
#include "verify/powers.h"
#include <stdlib.h>

enum { KEY, VALUE, QUERY, PLACES };   // of the seed's word
enum { LARGEST_SCORE = 1 << 12 };

// A position and its option: the rows of the seed that it, its pair's key and its pair's value
// have.
typedef struct Spot {
    size_t place, row, key, value;
} Spot;

typedef struct Signs {
    const Transformer *seed;
    const Params *p;
    const Weights *weights;
    long bits;
    Matrix factor;     // of the unit at hand: 1 x rows, what a row's weight is multiplied with
    mpz_t low, high;   // bounds of the sum at hand
    mpz_t term[2];
    const char *why;
} Signs;

// ---- what the seed must be like ----

// Whether some row reads one of the coordinates first .. end - 1.
static bool reads(const Matrix *m, size_t first, size_t end) {
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = first; c < end; c++)
            if (mpq_sgn(matrix_at(m, r, c)) != 0)
                return true;
    return false;
}

static bool reads_address(const Matrix *m) { return reads(m, KEYED_ADDRESS, KEYED_ADDRESS + 1); }

static bool writes_address(const Matrix *m) {
    for (size_t c = 0; m->rows > 0 && c < m->columns; c++)
        if (mpq_sgn(matrix_at(m, KEYED_ADDRESS, c)) != 0)
            return true;
    return false;
}

static const char *layers_admit(const Transformer *t) {
    if (t->layers != 2 || t->layer[0].heads != 1 || t->layer[1].heads != 1 || t->layer[1].has_mlp)
        return "it has not two layers of one head, the second without an MLP";
    const Head *first = t->layer[0].head, *second = t->layer[1].head;
    const Mlp *mlp = &t->layer[0].mlp;
    bool known =
        !reads(&first->q, KEYED_KEY, KEYED_WORDS) && !reads(&first->k, KEYED_KEY, KEYED_WORDS);
    known = known && !reads_address(&first->v) && !writes_address(&first->o);
    if (t->layer[0].has_mlp)
        known = known && !reads_address(&mlp->w1) && !writes_address(&mlp->w2);
    known = known && !reads_address(&second->q) && !reads_address(&second->k);
    for (size_t r = 0; r < first->v.rows; r++)
        known = known && keyed_value_has_words(first, r);
    for (size_t r = 0; r < second->v.rows; r++)
        known = known && !keyed_value_has_words(second, r);
    return known ? NULL : "addresses are read by more than the scores of layer 1";
}

// ---- sums over a word ----

// *score <- that of a row on another, in layer 1, of words at that distance; false if it is no
// integer or is huge.
static bool score_at(int64_t *score, const Signs *s, size_t x, size_t y, uint64_t distance) {
    const Head *h = s->seed->layer[0].head;
    const size_t width = s->seed->width;
    mpq_t *query = vector_init(h->q.rows), *key = vector_init(h->q.rows), sum, inner;
    mpq_inits(sum, inner, NULL);
    mpq_set_si(inner, (long)s->weights->length - 2 * (long)distance, 1);
    matrix_apply(query, &h->q, s->seed->embedding.entry + x * width);
    matrix_apply(key, &h->k, s->seed->embedding.entry + y * width);
    for (size_t r = 0; r < h->q.rows; r++) {
        mpq_mul(query[r], query[r], key[r]);
        if (mpq_sgn(matrix_at(&h->q, r, KEYED_ADDRESS)) != 0)
            mpq_mul(query[r], query[r], inner);
        mpq_add(sum, sum, query[r]);
    }
    bool small =
        mpz_cmp_ui(mpq_denref(sum), 1) == 0 && mpz_cmpabs_ui(mpq_numref(sum), LARGEST_SCORE) <= 0;
    *score = small ? mpz_get_si(mpq_numref(sum)) : 0;
    mpq_clears(sum, inner, NULL);
    vector_clear(query, h->q.rows);
    vector_clear(key, h->q.rows);
    return small;
}

// Sets term[0] <= 2^c weight factor <= term[1] for one position that has the row, c the same for
// all.
static void set_term(Signs *s, const Spot *spot, size_t row, uint64_t distance) {
    int64_t score;
    if (!score_at(&score, s, spot->row, row, distance))
        s->why = "a score of layer 1 is no integer, or is huge";
    mpz_srcptr factor = mpq_numref(s->factor.entry[row]);
    power_bounds(s->term[0], s->term[1], s->seed->base, score + LARGEST_SCORE, 1, s->bits);
    if (mpz_sgn(factor) < 0)
        mpz_swap(s->term[0], s->term[1]);
    mpz_mul(s->term[0], s->term[0], factor);
    mpz_mul(s->term[1], s->term[1], factor);
}

static void add_seen(Signs *s, const Spot *spot, size_t row) {
    set_term(s, spot, row, 0);
    mpz_add(s->low, s->low, s->term[0]);
    mpz_add(s->high, s->high, s->term[1]);
}

// Adds `count` positions of which any may be seen, each with any of the rows first .. end - 1.
static void add_others(Signs *s, const Spot *spot, size_t first, size_t end, uint64_t distance,
                       const mpz_t count) {
    mpz_t least, most;
    mpz_inits(least, most, NULL);
    for (size_t row = first; row < end; row++) {
        set_term(s, spot, row, distance);
        if (mpz_cmp(s->term[0], least) < 0)
            mpz_set(least, s->term[0]);
        if (mpz_cmp(s->term[1], most) > 0)
            mpz_set(most, s->term[1]);
    }
    mpz_addmul(s->low, least, count);
    mpz_addmul(s->high, most, count);
    mpz_clears(least, most, NULL);
}

// All pairs, or all but the spot's; at a query, which has no address, distances do not count.
static void add_pairs(Signs *s, const Spot *spot) {
    const size_t *first = s->seed->first_row;
    for (size_t c = spot->place == QUERY ? 0 : 1; c < s->weights->count; c++)
        for (size_t place = KEY; place <= VALUE; place++)
            add_others(s, spot, first[place], first[place + 1], s->weights->weight[c],
                       s->weights->words[c]);
}

// Whether the unit with those factors keeps its sign on all words with the spot.
static bool keeps_sign(Signs *s, const Spot *spot) {
    const size_t *first = s->seed->first_row;
    mpz_t queries, one;
    mpz_init_set_ui(queries, recall_queries(s->p) - (spot->place == QUERY));
    mpz_init_set_ui(one, 1);
    mpz_set_ui(s->low, 0);
    mpz_set_ui(s->high, 0);
    if (spot->place == QUERY)
        add_seen(s, spot, spot->row);
    else
        add_seen(s, spot, spot->key);
    if (spot->place == VALUE)
        add_seen(s, spot, spot->value);
    else if (spot->place == KEY)
        add_others(s, spot, first[VALUE], first[VALUE + 1], 0, one);
    add_pairs(s, spot);
    add_others(s, spot, first[QUERY], first[QUERY + 1], 0, queries);
    mpz_clears(queries, one, NULL);
    return mpz_sgn(s->low) >= 0 || mpz_sgn(s->high) <= 0;
}

// ---- units ----

// x <- what unit u has before relu from the seed's row alone.
static void set_own(mpq_t x, const Signs *s, size_t u, size_t row) {
    const Mlp *mlp = &s->seed->layer[0].mlp;
    mpq_t term;
    mpq_init(term);
    mpq_set(x, matrix_at(&mlp->b1, u, 0));
    for (size_t c = 0; c < s->seed->width; c++) {
        mpq_mul(term, matrix_at(&mlp->w1, u, c), matrix_at(&s->seed->embedding, row, c));
        mpq_add(x, x, term);
    }
    mpq_clear(term);
}

// factor[row] <- a positive number times what unit u has at the spot if that row gets all the mass.
static void set_factors(Signs *s, size_t u, const Spot *spot) {
    const Head *h = s->seed->layer[0].head;
    const Mlp *mlp = &s->seed->layer[0].mlp;
    mpq_t own, term, *value = vector_init(h->v.rows);
    mpz_t common;
    mpz_init_set_ui(common, 1);
    mpq_inits(own, term, NULL);
    set_own(own, s, u, spot->row);
    for (size_t row = 0; row < s->factor.columns; row++) {
        mpq_ptr factor = s->factor.entry[row];
        mpq_set(factor, own);
        matrix_apply(value, &h->v, s->seed->embedding.entry + row * s->seed->width);
        for (size_t r = 0; r < h->v.rows; r++)
            for (size_t c = 0; c < KEYED_WORDS; c++) {
                mpq_mul(term, matrix_at(&mlp->w1, u, c), matrix_at(&h->o, c, r));
                mpq_mul(term, term, value[r]);
                mpq_add(factor, factor, term);
            }
        mpz_lcm(common, common, mpq_denref(factor));
    }
    for (size_t row = 0; row < s->factor.columns; row++) {
        mpq_set_z(term, common);
        mpq_mul(s->factor.entry[row], s->factor.entry[row], term);
    }
    mpq_clears(own, term, NULL);
    mpz_clear(common);
    vector_clear(value, h->v.rows);
}

static void check_spot(Signs *s, const Spot *spot) {
    for (size_t u = 0; u < s->seed->layer[0].mlp.w1.rows && s->why == NULL; u++) {
        set_factors(s, u, spot);
        if (!keeps_sign(s, spot) && s->why == NULL)
            s->why = "a hidden unit of layer 1 is not shown to keep its sign";
    }
}

static void check_spots(Signs *s) {
    const size_t *first = s->seed->first_row;
    for (size_t sign = 0; sign < 2; sign++) {
        size_t key = first[KEY] + sign;
        check_spot(s, &(Spot){ .place = KEY, .row = key, .key = key });
        check_spot(s, &(Spot){ .place = QUERY, .row = first[QUERY] + sign });
        for (size_t v = first[VALUE]; v < first[VALUE + 1]; v++)
            check_spot(s, &(Spot){ .place = VALUE, .row = v, .key = key, .value = v });
    }
}

const char *key_signs_check(const Transformer *seed, const Params *p, const Weights *weights,
                            long bits) {
    Signs s = { .seed = seed, .p = p, .weights = weights, .bits = bits };
    s.why = layers_admit(seed);
    if (s.why != NULL)
        return s.why;
    matrix_init(&s.factor, 1, seed->embedding.rows);
    mpz_inits(s.low, s.high, s.term[0], s.term[1], NULL);
    if (seed->layer[0].has_mlp)
        check_spots(&s);
    mpz_clears(s.low, s.high, s.term[0], s.term[1], NULL);
    matrix_clear(&s.factor);
    return s.why;
}
