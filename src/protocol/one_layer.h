// one_layer.h - the protocol of a one-layer transformer in fixed:P (docs/protocol.md#theorem-1).
//
// Between registers the machine is exact, so the sums over positions that attention takes fall into
// Alice's part and Bob's.  With w_j the integer weight of position j for the token at the readout's
// position r, and X_j = 2^F x_j the integers of its stream, she sends per head
//
//     Z = sum of w_j,   U_c = sum of w_j X_jc for c < m       over her positions j that r sees
//
// in b_Z = ceil(log2(a (2^p - 1) + 1)) and b_U = ceil(log2(a (2^p - 1)^2 + 1)) bits, a the number
// of these positions.  Bob adds his own and goes on as the model does.  Who lacks the token at r,
// and needs it, is sent that first: Alice by a question of Bob's, Bob at the head of her message.
#pragma once
#include "math/arith.h"
#include "net/transformer.h"
#include "protocol/protocol.h"

// Who has the token at the readout's position; both if there is one such token only.
typedef enum Owner { OWNER_BOTH, OWNER_ALICE, OWNER_BOB } Owner;

// What is sent, counted (docs/protocol.md#theorem-1).
typedef struct OneLayerCount {
    size_t heads, width;   // H, m
    size_t sees;           // the readout's position r sees the positions 0 .. sees-1
    size_t alices;         // a
    Owner query;
    size_t queries, query_bits;                // tokens at r, ceil(log2) of that
    size_t denominator_bits, numerator_bits;   // b_Z, b_U
    size_t question, message;                  // bits of Bob's question, of Alice's message
} OneLayerCount;

// b_Z and b_U for the sums over so many positions in fixed:precision.
void one_layer_bits(size_t *denominator, size_t *numerator, size_t positions, long precision);

// NULL, or why there is no such protocol: more than one layer, or an arithmetic that is not fixed.
// A string that the caller frees.
char *one_layer_admits(const Transformer *model, const ArithSpec *spec);

// Needs one_layer_admits == NULL and a split of the model's length.
void one_layer_count(OneLayerCount *n, const Transformer *model, const ArithSpec *spec,
                     const Split *split);

// What both players know.
typedef struct OneLayer {
    const Transformer *model;
    ArithSpec spec;
    const Split *split;
    OneLayerCount count;
    size_t rows;     // of the embedding
    bool is_mute;    // a number of the embedding overflows, so there is no answer to any word
    mpz_t *stream;   // rows x m: X
    mpz_t *weight;   // heads x queries x rows: w for a token at r and a row of the embedding
    mpz_t shift;     // a (2^p - 1) 2^(p-1), what makes U_c + shift >= 0
} OneLayer;

// Whether the players' tables have at most 2^20 numbers.
bool one_layer_is_small(const Transformer *model);

// The model and the split must outlive it.  Undo with one_layer_clear.
// Needs what one_layer_count needs, and one_layer_is_small.
void one_layer_init(OneLayer *c, const Transformer *model, const ArithSpec *spec,
                    const Split *split);
void one_layer_clear(OneLayer *c);

// The programs.  The protocol lives as long as c.
Protocol one_layer_protocol(const OneLayer *c);
