#include "net/keyed.h"
#include "base/alloc.h"
#include "base/error.h"
#include "task/recall.h"
#include <stdlib.h>

// ---- what a seed is ----

Params keyed_params(const Params *p) {
    Params one = params_at(p, 1);
    one.keys = 2;
    one.queries = 1;
    one.output = 0;
    return one;
}

static bool is_zero(const Matrix *m, size_t row, size_t column) {
    return mpq_sgn(matrix_at(m, row, column)) == 0;
}

// Whether some entry of the row, or column, in word coordinates, or in the others, is not 0.
static bool row_meets(const Matrix *m, size_t row, bool words) {
    for (size_t c = words ? 0 : KEYED_WORDS; c < (words ? KEYED_WORDS : m->columns); c++)
        if (!is_zero(m, row, c))
            return true;
    return false;
}

static bool column_meets(const Matrix *m, size_t column, bool words) {
    for (size_t r = words ? 0 : KEYED_WORDS; r < (words ? KEYED_WORDS : m->rows); r++)
        if (!is_zero(m, r, column))
            return true;
    return false;
}

static bool score_has_words(const Head *h, size_t row) {
    return row_meets(&h->q, row, true) || row_meets(&h->k, row, true);
}

bool keyed_value_has_words(const Head *h, size_t r) {
    return row_meets(&h->v, r, true) || column_meets(&h->o, r, true);
}

bool keyed_unit_has_words(const Mlp *mlp, size_t u) {
    return row_meets(&mlp->w1, u, true) || column_meets(&mlp->w2, u, true);
}

static bool head_mixes(const Head *h) {
    bool mixes = false;
    for (size_t r = 0; r < h->q.rows; r++)
        mixes |=
            score_has_words(h, r) && (row_meets(&h->q, r, false) || row_meets(&h->k, r, false));
    for (size_t r = 0; r < h->v.rows; r++)
        mixes |= keyed_value_has_words(h, r) &&
                 (row_meets(&h->v, r, false) || column_meets(&h->o, r, false));
    return mixes;
}

static bool mlp_mixes(const Mlp *mlp) {
    bool mixes = column_meets(&mlp->b2, 0, true);
    for (size_t u = 0; u < mlp->w1.rows; u++)
        mixes |= keyed_unit_has_words(mlp, u) && column_meets(&mlp->w2, u, false);
    return mixes;
}

// Whether y is x with the word of its key turned.
static bool is_turned(const Transformer *t, size_t x, size_t y) {
    bool turned = true;
    mpq_t minus;
    mpq_init(minus);
    for (size_t c = 0; c < t->width; c++) {
        mpq_srcptr a = matrix_at(&t->embedding, x, c);
        mpq_neg(minus, a);
        bool of_key = c >= KEYED_KEY && c < KEYED_WORDS;
        turned &= mpq_equal(of_key ? minus : a, matrix_at(&t->embedding, y, c)) != 0;
    }
    mpq_clear(minus);
    return turned;
}

static const char *embedding_admits(const Transformer *t) {
    const Matrix *e = &t->embedding;
    if (!is_turned(t, t->first_row[0], t->first_row[0] + 1) ||
        !is_turned(t, t->first_row[2], t->first_row[2] + 1))
        return "its keys are not told apart by their words alone";
    for (size_t row = t->first_row[1]; row < t->first_row[2]; row++)
        for (size_t c = KEYED_KEY; c < KEYED_WORDS; c++)
            if (!is_zero(e, row, c))
                return "a value carries a key's word";
    return is_zero(e, t->first_row[2], KEYED_ADDRESS) ? NULL : "a query has an address";
}

const char *keyed_admits(const Transformer *t) {
    const Params *p = &t->params;
    bool small = t->task == &task_recall && p->n == 1 && p->keys == 2 && t->length == 3;
    if (!small || t->width < KEYED_WORDS)
        return "it is no model of recall for one pair, two keys and one query";
    const char *why = embedding_admits(t);
    bool mixes = false;
    for (const Layer *l = t->layer; l < t->layer + t->layers; l++) {
        for (size_t h = 0; h < l->heads; h++)
            mixes |= head_mixes(&l->head[h]);
        mixes |= l->has_mlp && mlp_mixes(&l->mlp);
    }
    for (size_t r = 0; r < t->readout.w.rows; r++)
        mixes |= row_meets(&t->readout.w, r, true);
    return why == NULL && mixes ? "words are mixed with other numbers" : why;
}

// ---- the model over a code ----

static size_t coordinate(size_t c, size_t k) {
    return c < KEYED_WORDS ? c * k : c + KEYED_WORDS * (k - 1);
}

// How many copies of a row or column there are.
static size_t copies(const bool *words, size_t r, size_t k) {
    return words != NULL && words[r] ? k : 1;
}

// to <- from, whose rows, or, if `across`, columns, read or write the stream: those with words
// (NULL: none has) k times, the c-th copy meeting the c-th coordinate of each word.
static void spread(Matrix *to, const Matrix *from, const bool *words, size_t k, bool across) {
    size_t count = across ? from->columns : from->rows, total = 0, next = 0;
    size_t stream = across ? from->rows : from->columns, width = coordinate(stream, k);
    for (size_t r = 0; r < count; r++)
        total += copies(words, r, k);
    matrix_clear(to);
    matrix_init(to, across ? width : total, across ? total : width);
    for (size_t r = 0; r < count; r++)
        for (size_t c = 0; c < copies(words, r, k); c++, next++)
            for (size_t x = 0; x < stream; x++) {
                size_t at = coordinate(x, k) + (x < KEYED_WORDS ? c : 0);
                mpq_set(across ? matrix_at(to, at, next) : matrix_at(to, next, at),
                        across ? matrix_at(from, x, r) : matrix_at(from, r, x));
            }
}

static void expand_head(Layer *to, const Head *from, size_t k) {
    Head *h = layer_add_head(to, 0, 0, 0);
    bool *scores = alloc_array(from->q.rows, 1, sizeof *scores);
    bool *values = alloc_array(from->v.rows, 1, sizeof *values);
    for (size_t r = 0; r < from->q.rows; r++)
        scores[r] = score_has_words(from, r);
    for (size_t r = 0; r < from->v.rows; r++)
        values[r] = keyed_value_has_words(from, r);
    spread(&h->q, &from->q, scores, k, false);
    spread(&h->k, &from->k, scores, k, false);
    spread(&h->v, &from->v, values, k, false);
    spread(&h->o, &from->o, values, k, true);
    free(scores);
    free(values);
}

static void expand_mlp(Layer *to, const Mlp *from, size_t k) {
    size_t hidden = from->w1.rows, total = 0, next = 0;
    bool *units = alloc_array(hidden, 1, sizeof *units);
    for (size_t u = 0; u < hidden; u++) {
        units[u] = keyed_unit_has_words(from, u);
        total += copies(units, u, k);
    }
    Mlp *mlp = layer_add_mlp(to, 0, total);
    spread(&mlp->w1, &from->w1, units, k, false);
    spread(&mlp->w2, &from->w2, units, k, true);
    spread(&mlp->b2, &from->b2, NULL, k, true);
    for (size_t u = 0; u < hidden; u++)
        for (size_t c = 0; c < copies(units, u, k); c++)
            mpq_set(matrix_at(&mlp->b1, next++, 0), matrix_at(&from->b1, u, 0));
    free(units);
}

// x <- the seed's row with each word coordinate times the signs of a word.
static void expand_row(mpq_t *x, const Transformer *seed, size_t row, uint64_t *const word[2],
                       size_t k) {
    for (size_t c = 0; c < seed->width; c++)
        for (size_t i = 0; i < (c < KEYED_WORDS ? k : 1); i++) {
            mpq_ptr to = x[coordinate(c, k) + i];
            mpq_set(to, matrix_at(&seed->embedding, row, c));
            if (c < KEYED_WORDS && code_sign(word[c != KEYED_ADDRESS], i) < 0)
                mpq_neg(to, to);
        }
}

static void expand_embedding(Transformer *t, const Transformer *seed, const Code *code,
                             const uint64_t *key) {
    const Params *p = &t->params;
    uint64_t *scratch = alloc_array(2, code->limbs, sizeof *scratch);
    uint64_t *const word[2] = { scratch, scratch + code->limbs };   // of the address, of the key
    for (size_t i = 0; i < t->length; i++)
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            bool query = i >= 2 * p->n, value = !query && i % 2 == 1;
            size_t token = row - t->first_row[i], place = query ? 2 : i % 2;
            uint64_t of_key = value ? 0 : key ? key[token] : token;
            code_word(word[0], code, query ? 0 : i / 2);
            code_word(word[1], code, of_key);
            expand_row(t->embedding.entry + row * t->width, seed,
                       seed->first_row[place] + (value ? token : 0), word, code->length);
        }
    free(scratch);
}

void keyed_expand(Transformer *t, const Transformer *seed, const Params *p, const Code *code,
                  const uint64_t *key) {
    require(keyed_admits(seed) == NULL && code->words >= p->n);
    require(key != NULL || code->words >= recall_keys(p));
    size_t k = code->length;
    transformer_init(t, &task_recall, p, coordinate(seed->width, k), seed->layers,
                     seed->readout.sign);
    t->base = seed->base;
    expand_embedding(t, seed, code, key);
    for (size_t l = 0; l < seed->layers; l++) {
        for (size_t h = 0; h < seed->layer[l].heads; h++)
            expand_head(&t->layer[l], &seed->layer[l].head[h], k);
        if (seed->layer[l].has_mlp)
            expand_mlp(&t->layer[l], &seed->layer[l].mlp, k);
    }
    for (size_t o = 0; o < t->outputs; o++) {
        Readout *r = transformer_readout(t, o);
        spread(&r->w, &seed->readout.w, NULL, k, false);
        for (size_t row = 0; row < r->b.rows; row++)
            mpq_set(r->b.entry[row], seed->readout.b.entry[row]);
    }
}
