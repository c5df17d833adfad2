// pair_two_layer.c - see the header, and docs/equality.md for the proofs.
//
// Coordinates of the seed: the address T_i of x_i and of y_i, then X, Y, SECOND, Z.  The end token
// has no address and carries 1 in Y, which its query in layer 2 reads.
#include "constructions/pair_two_layer.h"
#include "constructions/collect.h"
#include "task/pair.h"

enum { X = CODED_ADDRESS + 1, Y, SECOND, Z, WIDTH };

// A y_i sees, besides the keys x_l, the y_l (each 2^(-tk) times the key of the same row, its own
// exactly 1) and the end token (score 0).  The causal mask only takes some of them away.
const Distraction pair_two_layer_distraction = { .keyless = 2, .rivals = 1 };

const char *pair_two_layer_admits(const Params *p) { return pair_admits(p); }

uint64_t pair_two_layer_temperature(const Params *p, const Code *code, uint64_t distance) {
    (void)p;
    return lookup_temperature(code, distance, &pair_two_layer_distraction);
}

size_t pair_two_layer_width(const Params *p, const Code *code) {
    (void)p;
    return code->length + WIDTH - 1;
}

static void embed(Transformer *t) {
    for (Token bit = 0; bit < 2; bit++) {
        size_t x = transformer_row(t, 0, bit), y = transformer_row(t, 1, bit);
        matrix_set(&t->embedding, x, CODED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, y, CODED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, x, X, bit, 1);
        matrix_set(&t->embedding, y, Y, bit, 1);
        matrix_set(&t->embedding, y, SECOND, 1, 1);
    }
    matrix_set(&t->embedding, transformer_row(t, 2, PAIR_END), Y, 1, 1);
}

// Score t <T_i, T_l>, less tk between two positions of the second half.
static void add_fetch(Layer *layer, size_t k, uint64_t temperature) {
    Head *h = layer_add_head(layer, WIDTH, 2, 1);
    matrix_set(&h->q, 0, CODED_ADDRESS, (long)temperature, 1);
    matrix_set(&h->k, 0, CODED_ADDRESS, 1, 1);
    matrix_set(&h->q, 1, SECOND, -(long)(temperature * k), 1);
    matrix_set(&h->k, 1, SECOND, 1, 1);
    matrix_set(&h->v, 0, X, 1, 1);
    matrix_set(&h->o, X, 0, 1, 1);
}

static void add_gate(Layer *layer, const PairGate *gate) {
    Mlp *mlp = layer_add_mlp(layer, WIDTH, gate->hidden);
    for (size_t u = 0; u < gate->hidden; u++) {
        matrix_set(&mlp->w1, u, X, gate->r[u], 1);
        matrix_set(&mlp->w1, u, Y, gate->y[u], 1);
        matrix_set(&mlp->w1, u, SECOND, 4, 1);
        matrix_set(&mlp->b1, u, 0, gate->half_bias[u] - 8, 2);
        matrix_set(&mlp->w2, Z, u, gate->out[u], 1);
    }
}

// L = 2n + 1.
static void set_length(mpz_t length, const mpz_t n) {
    mpz_mul_ui(length, n, 2);
    mpz_add_ui(length, length, 1);
}

void pair_two_layer_seed(Transformer *t, const Task *task, const PairGate *gate, const Params *p,
                         const mpz_t n, size_t k, uint64_t temperature) {
    Params one = params_at(p, 1);
    mpz_t length;
    mpz_init(length);
    set_length(length, n);
    transformer_init(t, task, &one, WIDTH, 2, true);
    embed(t);
    add_fetch(&t->layer[0], k, temperature);
    add_gate(&t->layer[0], gate);
    collect_add(&t->layer[1], WIDTH, Y, Z, p->readout, length);
    matrix_set(&t->readout.w, 0, Z, -1, 1);
    collect_threshold(matrix_at(&t->readout.b, 0, 0), p->readout, length);
    mpz_clear(length);
}

void pair_two_layer_margin(mpq_t margin, const Params *p, const mpz_t n, size_t k,
                           uint64_t temperature, const mpq_t mass) {
    (void)k;
    (void)temperature;
    (void)mass;
    mpz_t length;
    mpz_init(length);
    set_length(length, n);
    collect_margin(margin, p->readout, length);
    mpz_clear(length);
}

void pair_two_layer_promise(Promise *promise, const PairGate *gate, const Params *p,
                            const Code *code, uint64_t temperature) {
    mpz_t n;
    mpz_init_set_ui(n, p->n);
    pair_two_layer_margin(promise->margin, p, n, code->length, temperature, NULL);
    mpz_clear(n);
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
