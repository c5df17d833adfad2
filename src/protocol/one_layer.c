// What both players work out from the model, the machine and the split, before any word is known.
#include "protocol/one_layer.h"
#include "base/alloc.h"
#include "base/error.h"
#include "communication/bound.h"
#include "math/rational.h"
#include <stdlib.h>

enum { TABLES_MOST = 1 << 20 };

static size_t heads_of(const Transformer *t) { return t->layers ? t->layer[0].heads : 0; }

static size_t queries_of(const Transformer *t) {
    size_t r = t->readout.position;
    return t->first_row[r + 1] - t->first_row[r];
}

bool one_layer_is_small(const Transformer *model) {
    size_t per_row = product_capped(heads_of(model), queries_of(model));
    size_t numbers = product_capped(per_row, model->embedding.rows);
    return numbers <= TABLES_MOST && model->embedding.rows * model->width <= TABLES_MOST;
}

char *one_layer_admits(const Transformer *model, const ArithSpec *spec) {
    Text why = { 0 };
    if (model->layers > 1)
        text_printf(&why, "the model has %zu layers; the protocol is one of models with one layer",
                    model->layers);
    else if (spec->ar != &arith_fixed)
        text_printf(&why, "arithmetic %s: partial sums add up in fixed:P only", spec->ar->name);
    return why.length ? text_take(&why) : NULL;
}

// bits <- ceil(log2(count * largest + 1)).
static size_t bits_of_sum(size_t count, const mpz_t largest) {
    mpz_t values;
    mpz_init(values);
    mpz_mul_ui(values, largest, count);
    mpz_add_ui(values, values, 1);
    size_t bits = bits_to_tell(values);
    mpz_clear(values);
    return bits;
}

void one_layer_bits(size_t *denominator, size_t *numerator, size_t positions, long precision) {
    mpz_t most;   // 2^p - 1, then its square: a weight, and the range of w X for |X| <= 2^(p-1)
    mpz_init(most);
    mpz_setbit(most, (mp_bitcnt_t)precision);
    mpz_sub_ui(most, most, 1);
    *denominator = bits_of_sum(positions, most);
    mpz_mul(most, most, most);
    *numerator = bits_of_sum(positions, most);
    mpz_clear(most);
}

void one_layer_count(OneLayerCount *n, const Transformer *model, const ArithSpec *spec,
                     const Split *split) {
    size_t r = model->readout.position;
    require(split->length == model->length && model->layers <= 1 && spec->ar == &arith_fixed);
    *n = (OneLayerCount){ .heads = heads_of(model),
                          .width = model->width,
                          .sees = transformer_sees(model, r),
                          .queries = queries_of(model),
                          .query_bits = log2_ceil(queries_of(model)) };
    for (size_t i = 0; i < n->sees; i++)
        n->alices += split->alice[i];
    n->query = n->queries == 1 ? OWNER_BOTH : split->alice[r] ? OWNER_ALICE : OWNER_BOB;
    one_layer_bits(&n->denominator_bits, &n->numerator_bits, n->alices, spec->precision);
    n->question = n->query == OWNER_BOB ? n->query_bits : 0;
    n->message = n->heads * (n->width * n->numerator_bits + n->denominator_bits) +
                 (n->query == OWNER_ALICE ? n->query_bits : 0);
}

static mpz_t *integers_init(size_t n) {
    mpz_t *z = alloc_array(n, 1, sizeof *z);
    for (size_t i = 0; i < n; i++)
        mpz_init(z[i]);
    return z;
}

static void integers_clear(mpz_t *z, size_t n) {
    for (size_t i = 0; i < n; i++)
        mpz_clear(z[i]);
    free(z);
}

// z <- x 2^e, an integer.
static void scaled_integer(mpz_t z, const mpq_t x, long e) {
    mpq_t scaled;
    mpq_init(scaled);
    mpq_set(scaled, x);
    rational_scale(scaled, e);
    require(mpz_cmp_ui(mpq_denref(scaled), 1) == 0);
    mpz_set(z, mpq_numref(scaled));
    mpq_clear(scaled);
}

// stored: rows x m, the embedding as the machine holds it.
static void store_embedding(OneLayer *c, Num *stored) {
    const Matrix *embedding = &c->model->embedding;
    for (size_t i = 0; i < c->rows * embedding->columns; i++) {
        c->spec.ar->set(&stored[i], embedding->entry[i]);
        if (c->spec.ar->store(&stored[i], &c->spec) == NULL)
            scaled_integer(c->stream[i], stored[i].q, c->spec.fraction);
        else
            c->is_mute = true;   // X stays 0: no program reads what does not fit
    }
}

// y <- row `row` of stored, times the matrix.
static void project(mpq_t *y, const Matrix *m, const OneLayer *c, const Num *stored, size_t row) {
    size_t width = c->model->width;
    mpq_t *x = vector_init(width);
    for (size_t k = 0; k < width; k++)
        mpq_set(x[k], stored[row * width + k].q);
    matrix_apply(y, m, x);
    vector_clear(x, width);
}

// Whether a word may show both that row and token `query` at the readout's position, which sees it.
static bool is_beside(const OneLayer *c, size_t row, size_t query) {
    const size_t *first_row = c->model->first_row, r = c->model->readout.position;
    bool at_readout = row >= first_row[r] && row < first_row[r + 1];
    return at_readout ? row == first_row[r] + query : row < first_row[c->count.sees];
}

// s: queries x rows, 0 where the row is not beside the query; *most <- the largest score.
static void score(const OneLayer *c, const Head *h, const Num *stored, mpq_t *s, mpq_t most) {
    size_t r = c->model->readout.position, queries = c->count.queries, d_k = h->q.rows;
    mpq_t *query = vector_init(queries * d_k), *key = vector_init(d_k), term;
    bool any = false;
    mpq_init(term);
    for (size_t q = 0; q < queries; q++)
        project(query + q * d_k, &h->q, c, stored, c->model->first_row[r] + q);
    for (size_t row = 0; row < c->rows; row++) {
        project(key, &h->k, c, stored, row);
        for (size_t q = 0; q < queries; q++) {
            mpq_ptr to = s[q * c->rows + row];
            if (!is_beside(c, row, q))
                continue;
            for (size_t k = 0; k < d_k; k++) {
                mpq_mul(term, query[q * d_k + k], key[k]);
                mpq_add(to, to, term);
            }
            if (!any || mpq_cmp(to, most) > 0)
                mpq_set(most, to);
            any = true;
        }
    }
    mpq_clear(term);
    vector_clear(query, queries * d_k);
    vector_clear(key, d_k);
}

// The weights of that head.
static void weigh(OneLayer *c, size_t head, const Num *stored) {
    const Arith *ar = c->spec.ar;
    size_t count = c->count.queries * c->rows;
    mpq_t *s = vector_init(count), most;
    Num *weight = nums_init(&c->spec, 1);
    mpq_init(most);
    score(c, &c->model->layer[0].head[head], stored, s, most);
    for (size_t i = 0; i < count; i++) {
        if (!is_beside(c, i % c->rows, i / c->rows))
            continue;
        mpq_sub(s[i], s[i], most);
        ar->set(weight, s[i]);
        const char *why = (c->model->base == BASE_E ? ar->exp : ar->exp2)(weight, weight, &c->spec);
        require(why == NULL);
        scaled_integer(c->weight[head * count + i], weight->q, c->spec.precision);
    }
    mpq_clear(most);
    nums_clear(&c->spec, weight, 1);
    vector_clear(s, count);
}

void one_layer_init(OneLayer *c, const Transformer *model, const ArithSpec *spec,
                    const Split *split) {
    require(one_layer_is_small(model));
    *c = (OneLayer){ .model = model, .spec = *spec, .split = split, .rows = model->embedding.rows };
    one_layer_count(&c->count, model, spec, split);
    c->stream = integers_init(c->rows * model->width);
    c->weight = integers_init(c->count.heads * c->count.queries * c->rows);
    mpz_init(c->shift);
    mpz_setbit(c->shift, (mp_bitcnt_t)spec->precision);
    mpz_sub_ui(c->shift, c->shift, 1);
    mpz_mul_ui(c->shift, c->shift, c->count.alices);
    mpz_mul_2exp(c->shift, c->shift, (mp_bitcnt_t)(spec->precision - 1));
    Num *stored = nums_init(spec, c->rows * model->width);
    store_embedding(c, stored);
    for (size_t h = 0; h < c->count.heads; h++)
        weigh(c, h, stored);
    nums_clear(spec, stored, c->rows * model->width);
}

void one_layer_clear(OneLayer *c) {
    integers_clear(c->stream, c->rows * c->model->width);
    integers_clear(c->weight, c->count.heads * c->count.queries * c->rows);
    mpz_clear(c->shift);
    *c = (OneLayer){ 0 };
}
