// players.c - the programs of Alice and Bob for one_layer.h.
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include "net/margin.h"
#include "protocol/one_layer.h"
#include <stdlib.h>

// Partial sums of all heads.
typedef struct Sums {
    size_t heads, width;
    mpz_t *numerator;     // heads x m: U
    mpz_t *denominator;   // heads: Z
} Sums;

static void sums_init(Sums *s, const OneLayer *c) {
    *s = (Sums){ .heads = c->count.heads,
                 .width = c->model->width,
                 .numerator = alloc_array(c->count.heads, c->model->width, sizeof *s->numerator),
                 .denominator = alloc_array(c->count.heads, 1, sizeof *s->denominator) };
    for (size_t i = 0; i < s->heads * s->width; i++)
        mpz_init(s->numerator[i]);
    for (size_t h = 0; h < s->heads; h++)
        mpz_init(s->denominator[h]);
}

static void sums_clear(Sums *s) {
    for (size_t i = 0; i < s->heads * s->width; i++)
        mpz_clear(s->numerator[i]);
    for (size_t h = 0; h < s->heads; h++)
        mpz_clear(s->denominator[h]);
    free(s->numerator);
    free(s->denominator);
}

// s <- s + what the player's tokens contribute, for that token at the readout's position.
static void add_own(Sums *s, const OneLayer *c, const Token *word, bool alice, size_t query) {
    for (size_t i = 0; i < c->count.sees; i++) {
        if (c->split->alice[i] != alice)
            continue;
        require(word[i] != NOT_SEEN);
        size_t row = transformer_row(c->model, i, word[i]);
        for (size_t h = 0; h < s->heads; h++) {
            mpz_srcptr w = c->weight[(h * c->count.queries + query) * c->rows + row];
            mpz_add(s->denominator[h], s->denominator[h], w);
            for (size_t k = 0; k < s->width; k++)
                mpz_addmul(s->numerator[h * s->width + k], w, c->stream[row * s->width + k]);
        }
    }
}

// The number of the token at the readout's position, of a player who has it; 0 if there is one.
static size_t own_query(const OneLayer *c, const Token *word) {
    size_t r = c->model->readout.position;
    if (c->count.query == OWNER_BOTH)
        return 0;
    require(word[r] != NOT_SEEN);
    return transformer_row(c->model, r, word[r]) - c->model->first_row[r];
}

static void write_query(BitString *s, const OneLayer *c, size_t query) {
    mpz_t z;
    mpz_init_set_ui(z, query);
    bit_string_write(s, z, c->count.query_bits);
    mpz_clear(z);
}

static bool read_query(size_t *query, const BitString *s, size_t *at, const OneLayer *c) {
    mpz_t z;
    mpz_init(z);
    bool read = bit_string_read(z, s, at, c->count.query_bits);
    *query = mpz_get_ui(z);
    mpz_clear(z);
    return read && *query < c->count.queries;
}

static void ask(BitString *question, const void *common, const Token *bob) {
    write_query(question, common, own_query(common, bob));
}

static void write_sums(BitString *message, const OneLayer *c, const Sums *s) {
    mpz_t shifted;
    mpz_init(shifted);
    for (size_t h = 0; h < s->heads; h++) {
        bit_string_write(message, s->denominator[h], c->count.denominator_bits);
        for (size_t k = 0; k < s->width; k++) {
            mpz_add(shifted, s->numerator[h * s->width + k], c->shift);
            bit_string_write(message, shifted, c->count.numerator_bits);
        }
    }
    mpz_clear(shifted);
}

static bool read_sums(Sums *s, const OneLayer *c, const BitString *message, size_t *at) {
    bool read = true;
    for (size_t h = 0; h < s->heads && read; h++) {
        read = bit_string_read(s->denominator[h], message, at, c->count.denominator_bits);
        for (size_t k = 0; k < s->width && read; k++) {
            mpz_ptr u = s->numerator[h * s->width + k];
            read = bit_string_read(u, message, at, c->count.numerator_bits);
            mpz_sub(u, u, c->shift);
        }
    }
    return read;
}

static void tell(BitString *message, const void *common, const Token *alice,
                 const BitString *question) {
    const OneLayer *c = common;
    size_t query, at = 0;
    if (c->count.query == OWNER_BOB) {
        bool read = read_query(&query, question, &at, c);
        require(read);
    } else {
        query = own_query(c, alice);
    }
    if (c->count.query == OWNER_ALICE)
        write_query(message, c, query);
    Sums s;
    sums_init(&s, c);
    add_own(&s, c, alice, true, query);
    write_sums(message, c, &s);
    sums_clear(&s);
}

// Writes x to the stream; false: some number overflows.
static bool store(mpq_t *x, const OneLayer *c) {
    bool fits = true;
    Num *n = nums_init(&c->spec, 1);
    for (size_t k = 0; k < c->model->width && fits; k++) {
        mpq_set(n->q, x[k]);
        fits = c->spec.ar->store(n, &c->spec) == NULL;
        mpq_set(x[k], n->q);
    }
    nums_clear(&c->spec, n, 1);
    return fits;
}

// x <- x + O V U/Z.  Needs Z > 0.
static void add_head(mpq_t *x, const OneLayer *c, const Sums *s, size_t head) {
    const Head *h = &c->model->layer[0].head[head];
    size_t width = s->width;
    mpq_t *mean = vector_init(width), *value = vector_init(h->v.rows), *row = vector_init(width);
    for (size_t k = 0; k < width; k++) {
        mpz_set(mpq_numref(mean[k]), s->numerator[head * width + k]);
        mpz_set(mpq_denref(mean[k]), s->denominator[head]);
        mpq_canonicalize(mean[k]);
        rational_scale(mean[k], -c->spec.fraction);
    }
    matrix_apply(value, &h->v, mean);
    matrix_apply(row, &h->o, value);
    for (size_t k = 0; k < width; k++)
        mpq_add(x[k], x[k], row[k]);
    vector_clear(mean, width);
    vector_clear(value, h->v.rows);
    vector_clear(row, width);
}

static void add_mlp(mpq_t *x, const Mlp *mlp, size_t width) {
    mpq_t *unit = vector_init(mlp->w1.rows), *row = vector_init(width);
    matrix_apply(unit, &mlp->w1, x);
    for (size_t u = 0; u < mlp->w1.rows; u++) {
        mpq_add(unit[u], unit[u], mlp->b1.entry[u]);
        if (mpq_sgn(unit[u]) < 0)
            mpq_set_ui(unit[u], 0, 1);
    }
    matrix_apply(row, &mlp->w2, unit);
    for (size_t k = 0; k < width; k++) {
        mpq_add(x[k], x[k], row[k]);
        mpq_add(x[k], x[k], mlp->b2.entry[k]);
    }
    vector_clear(unit, mlp->w1.rows);
    vector_clear(row, width);
}

// x <- the stream at the readout's position after the layer.  false: a fault.
static bool run_layer(mpq_t *x, const OneLayer *c, const Sums *s) {
    if (c->model->layers == 0)
        return true;
    const Layer *layer = &c->model->layer[0];
    for (size_t h = 0; h < s->heads; h++) {
        if (mpz_sgn(s->denominator[h]) == 0)
            return false;
        add_head(x, c, s, h);
    }
    if (!store(x, c))
        return false;
    if (!layer->has_mlp)
        return true;
    add_mlp(x, &layer->mlp, c->model->width);
    return store(x, c);
}

// What the model says, given the sums over all positions.
static void finish(Outcome *o, const OneLayer *c, const Sums *s, size_t query) {
    const Transformer *t = c->model;
    const Readout *readout = &t->readout;
    size_t row = t->first_row[readout->position] + query;
    mpq_t *x = vector_init(t->width);
    for (size_t k = 0; k < t->width; k++)
        mpq_set(x[k], t->embedding.entry[row * t->width + k]);
    bool ran = !c->is_mute && store(x, c) && run_layer(x, c, s);
    o->kind = ran ? OUTCOME_NUMBERS : OUTCOME_FAULT;
    if (ran) {
        matrix_apply(o->output, &readout->w, x);
        for (size_t r = 0; r < readout->w.rows; r++)
            mpq_add(o->output[r], o->output[r], readout->b.entry[r]);
        o->answer = readout_answer(readout, o->output);
    }
    vector_clear(x, t->width);
}

static void answer(Outcome *o, const void *common, const Token *bob, const BitString *message) {
    const OneLayer *c = common;
    size_t at = 0, query = 0;
    bool read = true;
    Sums s;
    sums_init(&s, c);
    if (c->count.query == OWNER_ALICE)
        read = read_query(&query, message, &at, c);
    else
        query = own_query(c, bob);
    o->kind = OUTCOME_GARBLED;
    if (read && read_sums(&s, c, message, &at) && at == message->length) {
        add_own(&s, c, bob, false, query);
        finish(o, c, &s, query);
    }
    sums_clear(&s);
}

Protocol one_layer_protocol(const OneLayer *c) {
    return (Protocol){ .common = c,
                       .split = c->split,
                       .outputs = c->model->readout.w.rows,
                       .ask = c->count.query == OWNER_BOB ? ask : NULL,
                       .tell = tell,
                       .answer = answer };
}
