// flat_model.h - models read back from certificates, for tests: so that what chasm-check believes
// of a forged one can be tried by chasm.
#pragma once
#include "harness.h"
#include "net/recurrent.h"
#include "net/transformer.h"

// The claim line of a certificate.
typedef struct FlatClaim {
    char kind[16];   // "transformer", "recurrent", "code", "states"
    const Task *task;
    Params params;
    size_t layers, width;
    mpq_t margin;
    size_t after, count;              // of states
    size_t words, length, distance;   // of a code
} FlatClaim;

// Undo with flat_claim_clear.  Fails the test unless the text has such a line: needs a text that
// chasm-check has verified.
void flat_claim_init(FlatClaim *c, const char *text);
void flat_claim_clear(FlatClaim *c);

// The model after it.  Undo with transformer_clear, recurrent_clear.
void flat_transformer(Transformer *t, const FlatClaim *c, const char *text);
void flat_recurrent(Recurrent *r, const FlatClaim *c, const char *text);
