// pair_two_layer.c - see the header, and docs/equality.md for the proofs.
//
// Coordinates: 0 .. k-1 the address T_i of x_i and of y_i, then X, Y, SECOND, Z.  The end token has
// no address and carries 1 in Y, which its query in layer 2 reads.
#include "constructions/pair_two_layer.h"
#include "base/error.h"
#include "constructions/lookup.h"
#include "math/rational.h"
#include "task/pair.h"

enum { X, Y, SECOND, Z, FLAGS };   // coordinates k + X ..

// A y_i sees, besides the keys x_l, the y_l (each 2^(-tk) times the key of the same row, its own
// exactly 1) and the end token (score 0).  The causal mask only takes some of them away.
static const Distraction distraction = { .keyless = 2, .rivals = 1 };

const char *pair_two_layer_admits(const Params *p) { return pair_admits(p); }

uint64_t pair_two_layer_temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &distraction);
}

size_t pair_two_layer_width(const Params *p, const Code *code) {
    (void)p;
    return code->length + FLAGS;
}

// The least t with 2^t >= 3 (L - 1): one bad pair then holds at least 3/4 of the mass.
static uint64_t peak(const Params *p) { return log2_ceil(3 * (pair_length(p) - 1)); }

static void embed(Transformer *t, const Params *p, const Code *code) {
    size_t k = code->length;
    for (uint64_t i = 0; i < p->n; i++)
        for (Token bit = 0; bit < 2; bit++) {
            size_t x = transformer_row(t, i, bit), y = transformer_row(t, p->n + i, bit);
            lookup_address(&t->embedding.entry[x * t->width], code, i);
            lookup_address(&t->embedding.entry[y * t->width], code, i);
            matrix_set(&t->embedding, x, k + X, bit, 1);
            matrix_set(&t->embedding, y, k + Y, bit, 1);
            matrix_set(&t->embedding, y, k + SECOND, 1, 1);
        }
    matrix_set(&t->embedding, transformer_row(t, 2 * p->n, PAIR_END), k + Y, 1, 1);
}

// Score t <T_i, T_l>, less tk between two positions of the second half.
static void add_fetch(Layer *layer, size_t m, size_t k, uint64_t temperature) {
    Head *h = layer_add_head(layer, m, k + 1, 1);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&h->q, c, c, (long)temperature, 1);
        matrix_set(&h->k, c, c, 1, 1);
    }
    matrix_set(&h->q, k, k + SECOND, -(long)(temperature * k), 1);
    matrix_set(&h->k, k, k + SECOND, 1, 1);
    matrix_set(&h->v, 0, k + X, 1, 1);
    matrix_set(&h->o, k + X, 0, 1, 1);
}

static void add_gate(Layer *layer, size_t m, size_t k, const PairGate *gate) {
    Mlp *mlp = layer_add_mlp(layer, m, gate->hidden);
    for (size_t u = 0; u < gate->hidden; u++) {
        matrix_set(&mlp->w1, u, k + X, gate->r[u], 1);
        matrix_set(&mlp->w1, u, k + Y, gate->y[u], 1);
        matrix_set(&mlp->w1, u, k + SECOND, 4, 1);
        matrix_set(&mlp->b1, u, 0, gate->half_bias[u] - 8, 2);
        matrix_set(&mlp->w2, k + Z, u, gate->out[u], 1);
    }
}

static void add_collect(Layer *layer, size_t m, size_t k, const Params *p) {
    Head *h = layer_add_head(layer, m, 1, 1);
    if (p->readout == READOUT_PEAKED) {
        matrix_set(&h->q, 0, k + Y, (long)peak(p), 1);
        matrix_set(&h->k, 0, k + Z, 1, 1);
    }
    matrix_set(&h->v, 0, k + Z, 1, 1);
    matrix_set(&h->o, k + Z, 0, 1, 1);
}

void pair_two_layer_build(Transformer *t, const Task *task, const PairGate *gate, const Params *p,
                          const Code *code, uint64_t temperature) {
    require(code->words >= p->n && temperature >= 1);
    size_t k = code->length, m = pair_two_layer_width(p, code);
    transformer_init(t, task, p, m, 2, true);
    embed(t, p, code);
    add_fetch(&t->layer[0], m, k, temperature);
    add_gate(&t->layer[0], m, k, gate);
    add_collect(&t->layer[1], m, k, p);
    matrix_set(&t->readout.w, 0, k + Z, -1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, p->readout == READOUT_PEAKED ? 2 : 2 * t->length);
}

// Uniform: 1/(2L).  Peaked: one bad pair is the worst, 2^t / (2^t + L - 1) - 1/2.
void pair_two_layer_promise(Promise *promise, const PairGate *gate, const Params *p,
                            const Code *code, uint64_t temperature) {
    size_t length = pair_length(p);
    (void)temperature;
    mpq_set_ui(promise->margin, 1, 2 * length);
    if (p->readout == READOUT_PEAKED) {
        mpq_t half;
        mpq_init(half);
        mpq_set_ui(half, 1, 2);
        mpq_set_ui(promise->margin, 1, 1);
        mpq_mul_2exp(promise->margin, promise->margin, peak(p));
        mpz_add_ui(mpq_denref(promise->margin), mpq_numref(promise->margin), length - 1);
        mpq_canonicalize(promise->margin);
        mpq_sub(promise->margin, promise->margin, half);
        mpq_clear(half);
    }
    promise->size = (Size){
        .width = pair_two_layer_width(p, code), .layers = 2, .heads = 1, .mlp = gate->hidden
    };
}

uint64_t pair_two_layer_target(const bool bad[4], const Params *p, const Token *word, size_t layer,
                               size_t head, size_t position, size_t block) {
    size_t n = p->n;
    if (head != 0)
        return 0;
    if (layer == 0) {
        size_t meant = position - n;
        bool second = position >= n && position < 2 * n;
        return second && meant / 64 == block ? UINT64_C(1) << meant % 64 : 0;
    }
    uint64_t targets = 0;
    for (size_t j = 64 * block; position == 2 * n && j < 64 * block + 64 && j < 2 * n; j++)
        if (j >= n && bad[2 * word[j - n] + word[j]])
            targets |= UINT64_C(1) << j % 64;
    return targets;
}
