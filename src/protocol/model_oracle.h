// model_oracle.h - the model that a protocol is made of, evaluated as its definition reads: a
// transformer on a bounded machine, or a recurrent model.
#pragma once
#include "math/arith.h"
#include "net/recurrent_evaluate.h"
#include "net/transformer.h"
#include "protocol/protocol.h"

typedef struct ModelOracle ModelOracle;

// When first asked, it measures the bounds on the scores over all words, one evaluation per word
// and layer.  The model must outlive it; free with model_oracle_free.  Needs a bounded arithmetic.
ModelOracle *model_oracle_new(const Transformer *model, const ArithSpec *spec);
void model_oracle_free(ModelOracle *m);

// For an Oracle: the outcome of the model on the word.  Needs less than 2^62 words.
void model_oracle_answer(Outcome *o, void *state, const Token *word);

// The same of a recurrent model, from its first token on, for words of that length.
typedef struct RecurrentOracle {
    const Recurrent *model;
    RecurrentEvaluator *evaluator;
    size_t length;
} RecurrentOracle;

// The model must outlive it; undo with recurrent_oracle_clear.  Needs an arithmetic that does not
// enclose.
void recurrent_oracle_init(RecurrentOracle *r, const Recurrent *model, const ArithSpec *spec,
                           size_t length);
void recurrent_oracle_clear(RecurrentOracle *r);

// For an Oracle.
void recurrent_oracle_answer(Outcome *o, void *state, const Token *word);
