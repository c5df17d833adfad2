// domains.c - all words of a task at once: docs/certificate.md, lemmas 1 and 2 and theorem 1, for
// models of at most two layers of one head each, read at the last position.
//
// A slot is a position with its own token and its partner's: y_i for x_i, x_i for y_i, and no
// partner (one choice) for any other position.  After layer 1 the stream of a slot must be the same
// in all words, but for coordinates that nobody reads on.
#include "checker.h"
#include <stdlib.h>

enum { BITS = 62 };
#define TERMS_MOST 0x1p30
typedef __int128 Wide;

static Matrix product(Input *in, Matrix a, Matrix b) {
    Matrix c = matrix_new(in, a.rows, b.columns);
    for (long i = 0; i < a.rows; i++)
        for (long j = 0; j < b.columns; j++)
            for (long k = 0; k < a.columns; k++)
                add_product(AT(c, i, j), AT(a, i, k), AT(b, k, j));
    return c;
}

// The matrix a times each row of x.
static Matrix images(Input *in, Matrix a, Matrix x) {
    Matrix y = matrix_new(in, x.rows, a.rows);
    for (long i = 0; i < x.rows; i++)
        for (long c = 0; c < a.rows; c++)
            row_times(AT(y, i, c), a, c, &AT(x, i, 0));
    return y;
}

// y_ij = e_ij / scale, |e_ij| < 2^bits.
typedef struct Whole {
    int64_t *e, scale;
} Whole;

static Whole whole(Input *in, Matrix y, size_t bits) {
    Whole w = { .e = keep(in, (size_t)(y.rows * y.columns), sizeof *w.e) };
    mpz_t scale, z;
    mpz_init_set_ui(scale, 1);
    mpz_init(z);
    for (long k = 0; k < y.rows * y.columns; k++)
        mpz_lcm(scale, scale, mpq_denref(y.e[k]));
    bool small = mpz_sizeinbase(scale, 2) <= bits;
    for (long k = 0; k < y.rows * y.columns && small; k++) {
        mpz_divexact(z, scale, mpq_denref(y.e[k]));
        mpz_mul(z, z, mpq_numref(y.e[k]));
        small = mpz_sizeinbase(z, 2) <= bits;
        w.e[k] = mpz_get_si(z);
    }
    if (!small)
        reject(in, "numbers of layer 1 are large, or have large denominators");
    w.scale = mpz_get_si(scale);
    return w;
}

// s = sum q k over the head's rows, of the streams in x; products of 2^12 entries stay below 2^60.
typedef struct Scores {
    long rows;
    Whole q, k;
} Scores;

static Scores scores_new(Input *in, const Head *h, Matrix x) {
    if (h->q.rows > 1 << 12)
        reject(in, "a head has too many rows");
    return (Scores){ h->q.rows, whole(in, images(in, h->q, x), 24),
                     whole(in, images(in, h->k, x), 24) };
}

static int64_t score(Input *in, const Scores *s, long i, long j) {
    int64_t sum = 0, scale = s->q.scale * s->k.scale;
    for (long c = 0; c < s->rows; c++)
        sum += s->q.e[i * s->rows + c] * s->k.e[j * s->rows + c];
    if (scale != 1 && sum % scale != 0)
        reject(in, "a score is no integer");
    return scale == 1 ? sum : sum / scale;
}

typedef struct Proof {
    Input *in;
    const Model *m;
    Task t;
    long *slot;      // of position i with its first token and its partner's
    Matrix stream;   // per slot: what layer 1 leaves, or the embedding
    // Of the last layer, seen from the last position with one of its tokens:
    Head head;
    mpq_t *b2;
    Scores scores;
    Matrix value;   // per slot: V times the stream
    long *score;    // per slot, less the smallest
    long own;       // that slot
    mpq_t *term;    // per slot: of the sum at hand
} Proof;

static long partner(const Task *t, long i) {
    bool paired = (t->kind == EQUALITY || t->kind == DISJOINTNESS) && i < 2 * t->n;
    return paired ? (i + t->n) % (2 * t->n) : -1;
}

static long partner_count(const Task *t, long i) {
    return partner(t, i) < 0 ? 1 : token_count(t, partner(t, i));
}

static long slot_at(const Proof *p, long i, long token, long other) {
    return p->slot[i] + token * partner_count(&p->t, i) + other;
}

// A layer's head, or one that does nothing.
static Head only_head(Input *in, const Layer *l, long width) {
    if (l->heads > 1)
        reject(in, "this proof is for layers of one head");
    return l->heads ? l->head[0]
                    : (Head){ .q = matrix_new(in, 0, width),
                              .k = matrix_new(in, 0, width),
                              .v = matrix_new(in, 0, width),
                              .o = matrix_new(in, width, 0) };
}

// ---- layer 1 ----

typedef struct First {
    const Layer *layer;
    Head head;
    Matrix a;              // W1 O, units x d_v
    Scores scores;         // of rows of the embedding
    Whole unit;            // per row A_0 of each unit, then sum A_c v_c of each unit
    int64_t *low, *high;   // per row bounds of its weight over 2^62, the largest being 1
} First;

static void first_init(First *f, const Proof *p) {
    Input *in = p->in;
    const Model *m = p->m;
    const Layer *l = &m->layer[0];
    *f = (First){ .layer = l, .head = only_head(in, l, m->width) };
    long units = l->w1.rows, rows = m->embedding.rows;
    f->a = product(in, l->w1, f->head.o);
    if (rows > 1 << 21)
        reject(in, "layer 1 is too large");
    f->scores = scores_new(in, &f->head, m->embedding);
    Matrix own = images(in, l->w1, m->embedding), both = matrix_new(in, rows, 2 * units);
    Matrix value = images(in, product(in, f->a, f->head.v), m->embedding);
    for (long r = 0; r < rows; r++)
        for (long u = 0; u < units; u++) {
            mpq_add(AT(both, r, u), AT(own, r, u), l->b1.e[u]);
            mpq_set(AT(both, r, units + u), AT(value, r, u));
        }
    f->unit = whole(in, both, 41);
    f->low = keep(in, (size_t)rows, sizeof *f->low);
    f->high = keep(in, (size_t)rows, sizeof *f->high);
}

// The weights of all rows at positions below `sees`, for the query of that row.
static void weigh(First *f, Input *in, long row, long rows) {
    int64_t largest = INT64_MIN;
    for (long r = 0; r < rows; r++) {
        f->low[r] = score(in, &f->scores, row, r);
        largest = f->low[r] > largest ? f->low[r] : largest;
    }
    for (long r = 0; r < rows; r++) {
        int64_t below = largest - f->low[r];
        f->low[r] = below <= BITS ? INT64_C(1) << (BITS - below) : 0;
        f->high[r] = below <= BITS ? f->low[r] : 1;
    }
}

// Bounds of weight times value: |value| < 2^42, so sums of 2^21 of them stay below 2^125.
static Wide term_low(const First *f, long r, int64_t v) {
    return (Wide)(v < 0 ? f->high[r] : f->low[r]) * v;
}
static Wide term_high(const First *f, long r, int64_t v) {
    return (Wide)(v < 0 ? f->low[r] : f->high[r]) * v;
}

// on[unit * others + other]: whether the unit is on in all words in which position i has that token
// and its partner that other one; rejects unless it is on in all of them, or off in all.
static void unit_signs(bool *on, First *f, const Proof *p, long i, long token) {
    const Model *m = p->m;
    long sees = m->causal ? i + 1 : p->t.length, units = f->a.rows, own = m->first[i] + token;
    long mate = partner(&p->t, i), others = partner_count(&p->t, i);
    weigh(f, p->in, own, sees < p->t.length ? m->first[sees] : m->embedding.rows);
    for (long u = 0; u < units; u++) {
        const int64_t *unit = f->unit.e + u, *value = unit + units;
        int64_t zero = unit[own * 2 * units], v = zero + value[own * 2 * units];
        Wide low = term_low(f, own, v), high = term_high(f, own, v);
        for (long j = 0; j < sees; j++) {
            if (j == i || j == mate)
                continue;
            Wide least = 0, most = 0;
            for (long r = m->first[j]; r < m->first[j] + token_count(&p->t, j); r++) {
                v = zero + value[r * 2 * units];
                Wide a = term_low(f, r, v), b = term_high(f, r, v);
                least = r == m->first[j] || a < least ? a : least;
                most = r == m->first[j] || b > most ? b : most;
            }
            low += least;
            high += most;
        }
        for (long o = 0; o < others; o++) {
            long r = mate >= 0 ? m->first[mate] + o : 0;
            bool seen = mate >= 0 && mate < sees;
            v = seen ? zero + value[r * 2 * units] : 0;
            Wide least = low + (seen ? term_low(f, r, v) : 0),
                 most = high + (seen ? term_high(f, r, v) : 0);
            if (least < 0 && most > 0)
                reject(p->in, "hidden unit %ld may have either sign at position %ld", u, i);
            on[u * others + o] = most > 0;
        }
    }
}

static void require_zero(const Proof *p, Matrix a, Matrix b, long i) {
    Matrix c = product(p->in, a, b);
    for (long k = 0; k < c.rows * c.columns; k++)
        if (mpq_sgn(c.e[k]) != 0)
            reject(p->in, "what is read of position %ld is not the same in all words", i);
}

// What layer 2 reads of position i must not depend on the head's mean: its coefficients are
// O + W2 (units that are on) A.
static void require_clean(const Proof *p, const First *f, const bool *on, long others, long i) {
    const Model *m = p->m;
    Matrix c = matrix_new(p->in, m->width, f->head.v.rows);
    for (long w = 0; w < m->width; w++)
        for (long d = 0; d < f->head.v.rows; d++) {
            mpq_set(AT(c, w, d), AT(f->head.o, w, d));
            for (long u = 0; u < f->a.rows; u++)
                if (on[u * others])
                    add_product(AT(c, w, d), AT(f->layer->w2, w, u), AT(f->a, u, d));
        }
    require_zero(p, p->head.k, c, i);
    require_zero(p, p->head.v, c, i);
    if (i + 1 == p->t.length) {
        require_zero(p, p->head.q, c, i);
        require_zero(p, m->w, c, i);
    }
}

static bool same_units(const bool *a, const bool *b, long units, long others) {
    for (long u = 0; u < units; u++)
        if (a[u * others] != b[u])
            return false;
    return true;
}

static void clean_streams(Proof *p) {
    First f;
    const Model *m = p->m;
    first_init(&f, p);
    long units = f.a.rows, most = 1;
    for (long i = 0; i < p->t.length; i++)
        most = partner_count(&p->t, i) > most ? partner_count(&p->t, i) : most;
    bool *on = keep(p->in, (size_t)(units * most), 1), *before = keep(p->in, (size_t)units, 1);
    mpq_t *hidden = matrix_new(p->in, units, 1).e;
    for (long i = 0; i < p->t.length; i++)
        for (long token = 0; token < token_count(&p->t, i); token++) {
            long others = partner_count(&p->t, i), own = m->first[i] + token;
            unit_signs(on, &f, p, i, token);
            for (long o = 0; o < others; o++) {
                mpq_t *x = &AT(p->stream, slot_at(p, i, token, o), 0);
                // the same coefficients as before need no second look
                if ((i == 0 && token == 0 && o == 0) || i + 1 == p->t.length ||
                    !same_units(on + o, before, units, others))
                    require_clean(p, &f, on + o, others, i);
                for (long u = 0; u < units; u++) {
                    before[u] = on[u * others + o];
                    row_times(hidden[u], f.layer->w1, u, &AT(m->embedding, own, 0));
                    mpq_add(hidden[u], hidden[u], f.layer->b1.e[u]);
                }
                for (long c = 0; c < m->width; c++) {
                    mpq_add(x[c], AT(m->embedding, own, c), f.layer->b2.e[c]);
                    for (long u = 0; u < units; u++)
                        if (before[u])
                            add_product(x[c], AT(f.layer->w2, c, u), hidden[u]);
                }
            }
        }
}

// ---- the last layer, from the last position ----

// least <- the least sum over positions of term over the words with that answer.
static void least_pairs(mpq_t least, const Proof *p, long answer) {
    long n = p->t.n;
    mpq_t sum, group, best[2], change;
    bool has_change = false;
    mpq_inits(sum, group, best[0], best[1], change, NULL);
    mpq_set(least, p->term[p->own]);
    for (long i = 0; i < n; i++) {
        bool any[2] = { false, false };
        for (long o = 0; o < 4; o++) {
            long x = o >> 1, y = o & 1, bad = p->t.kind == EQUALITY ? x != y : x && y;
            mpq_add(sum, p->term[slot_at(p, i, x, y)], p->term[slot_at(p, n + i, y, x)]);
            if (!any[bad] || mpq_cmp(sum, best[bad]) < 0)
                mpq_set(best[bad], sum);
            any[bad] = true;
        }
        mpq_set(group, best[answer != 1 && mpq_cmp(best[1], best[0]) < 0]);
        mpq_add(least, least, group);
        mpq_sub(group, best[1], group);   // what it costs more if this pair is bad
        if (!has_change || mpq_cmp(group, change) < 0)
            mpq_set(change, group);
        has_change = true;
    }
    if (answer == 0)
        mpq_add(least, least, change);
    mpq_clears(sum, group, best[0], best[1], change, NULL);
}

static void least_lookup(mpq_t least, const Proof *p, long answer) {
    long query = p->own - p->slot[p->t.n];
    mpq_set(least, p->term[p->own]);
    for (long i = 0; i < p->t.n; i++) {
        long best = slot_at(p, i, i == query ? answer : 0, 0);
        for (long s = 0; s < p->t.alphabet && i != query; s++)
            if (mpq_cmp(p->term[slot_at(p, i, s, 0)], p->term[best]) < 0)
                best = slot_at(p, i, s, 0);
        mpq_add(least, least, p->term[best]);
    }
}

// The margin of the right row over the rival's (of a sign's only row: rival < 0), which is an
// affine function of the head's mean, is at least the claimed one in all words whose answer that
// is.
static void check_margin(const Proof *p, mpq_t *x, long right, long rival, const mpq_t claimed) {
    const Model *m = p->m;
    long d = p->value.columns;
    Matrix w = matrix_new(p->in, 1, m->width), f = matrix_new(p->in, 1, d + 1);
    mpq_t one;
    mpq_init(one);
    mpq_set_si(one, rival < 0 && right == 0 ? -1 : 1, 1);
    mpq_neg(f.e[d], claimed);
    for (long row = 0; row < m->w.rows; row++) {
        if (rival >= 0 && row != right && row != rival)
            continue;
        if (row == rival)
            mpq_set_si(one, -1, 1);
        else if (rival >= 0)
            mpq_set_si(one, 1, 1);
        add_product(f.e[d], one, m->b.e[row]);
        for (long c = 0; c < m->width; c++)
            add_product(w.e[c], one, AT(m->w, row, c));
    }
    for (long c = 0; c < m->width; c++) {
        add_product(f.e[d], w.e[c], x[c]);
        add_product(f.e[d], w.e[c], p->b2[c]);
        for (long k = 0; k < d; k++)
            add_product(f.e[k], w.e[c], AT(p->head.o, c, k));
    }
    for (long s = 0; s < p->stream.rows; s++) {
        mpq_set(p->term[s], f.e[d]);
        for (long c = 0; c < d; c++)
            add_product(p->term[s], f.e[c], AT(p->value, s, c));
        mpq_mul_2exp(p->term[s], p->term[s], (mp_bitcnt_t)p->score[s]);
    }
    (p->t.kind == INDEX_LOOKUP ? least_lookup : least_pairs)(one, p, right);
    if (mpq_sgn(one) < 0)
        reject(p->in, "some word of answer %ld has a smaller margin", right);
    mpq_clear(one);
    for (long k = 0; k <= d; k++)
        mpq_clear(f.e[k]);
}

// The margin of the word is the one claimed, computed forward from the clean streams.
static void check_word(const Proof *p, const long *word, mpq_t *x, const mpq_t claimed) {
    long d = p->value.columns;
    mpq_t *mean = matrix_new(p->in, d, 1).e, *y = matrix_new(p->in, p->m->width, 1).e, w, sum;
    mpq_inits(w, sum, NULL);
    for (long i = 0; i < p->t.length; i++) {
        long mate = partner(&p->t, i);
        long s = slot_at(p, i, word[i] - token_first(&p->t, i), mate < 0 ? 0 : word[mate]);
        mpq_set_ui(w, 1, 1);
        mpq_mul_2exp(w, w, (mp_bitcnt_t)p->score[s]);
        mpq_add(sum, sum, w);
        for (long c = 0; c < d; c++)
            add_product(mean[c], w, AT(p->value, s, c));
    }
    for (long c = 0; c < d; c++)
        mpq_div(mean[c], mean[c], sum);
    for (long c = 0; c < p->m->width; c++) {
        mpq_add(y[c], x[c], p->b2[c]);
        for (long k = 0; k < d; k++)
            add_product(y[c], AT(p->head.o, c, k), mean[k]);
    }
    margin_of_readout(sum, p->m, y, right_answer(&p->t, word, p->t.length));
    if (!mpq_equal(sum, claimed))
        reject(p->in, "the word has another margin");
}

// One token of the last position, by its slot.
static void check_own(Proof *p, const mpq_t claimed, const long *word) {
    const Model *m = p->m;
    mpq_t *x = &AT(p->stream, p->own, 0);
    long least = 0, last = p->slot[p->t.length - 1];
    for (long k = 0; k < p->stream.rows; k++) {
        if (k >= last && k != p->own)
            continue;   // not in the same word
        p->score[k] = score(p->in, &p->scores, p->own, k);
        if (labs(p->score[k]) > SCORE_MOST)
            reject(p->in, "a score is larger than 2^14");
        least = k == 0 || p->score[k] < least ? p->score[k] : least;
    }
    for (long k = 0; k < p->stream.rows; k++)
        p->score[k] = k >= last && k != p->own ? 0 : p->score[k] - least;
    for (long right = 0; right < p->t.answers; right++)
        for (long rival = m->sign ? -1 : 0; rival < (m->sign ? 0 : p->t.answers); rival++)
            if (rival != right)
                check_margin(p, x, right, rival, claimed);
    if (p->own == last + word[p->t.length - 1] - token_first(&p->t, p->t.length - 1))
        check_word(p, word, x, claimed);
}

void check_domains(Input *in, const Model *m, const mpq_t claimed, const long *word) {
    Proof p = { .in = in, .m = m, .t = m->task };
    long slots = 0;
    if (p.t.kind == DYCK || m->layers < 1 || m->layers > 2 || m->position + 1 != p.t.length ||
        m->layer[m->layers - 1].w1.rows > 0)
        reject(in, "this proof is for equality, disjointness, index lookup; one or two layers, "
                   "the last without an MLP; and a readout at the last position");
    p.slot = keep(in, (size_t)p.t.length, sizeof *p.slot);
    for (long i = 0; i < p.t.length; i++) {
        p.slot[i] = slots;
        slots += token_count(&p.t, i) * partner_count(&p.t, i);
    }
    if ((double)p.t.answers * (double)p.t.answers * (double)slots *
            (double)token_count(&p.t, p.t.length - 1) >
        TERMS_MOST)
        reject(in, "too large for this checker");
    const Layer *last = &m->layer[m->layers - 1];
    p.head = only_head(in, last, m->width);
    p.b2 = last->b2.e;
    p.stream = matrix_new(in, slots, m->width);
    for (long i = 0; i < p.t.length && m->layers < 2; i++)
        for (long k = 0; k < token_count(&p.t, i); k++)
            for (long o = 0; o < partner_count(&p.t, i); o++)
                for (long c = 0; c < m->width; c++)
                    mpq_set(AT(p.stream, slot_at(&p, i, k, o), c),
                            AT(m->embedding, m->first[i] + k, c));
    if (m->layers == 2)
        clean_streams(&p);
    p.scores = scores_new(in, &p.head, p.stream);
    p.value = images(in, p.head.v, p.stream);
    p.score = keep(in, (size_t)slots, sizeof *p.score);
    p.term = matrix_new(in, slots, 1).e;
    for (p.own = p.slot[p.t.length - 1]; p.own < slots; p.own++)
        check_own(&p, claimed, word);
}
