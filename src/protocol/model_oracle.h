// model_oracle.h - the model that a protocol is made of: the naive evaluator on a bounded machine.
#pragma once
#include "math/arith.h"
#include "net/transformer.h"
#include "protocol/protocol.h"

typedef struct ModelOracle ModelOracle;

// When first asked, it measures the bounds on the scores over all words, one evaluation per word
// and layer.  The model must outlive it; free with model_oracle_free.  Needs a bounded arithmetic.
ModelOracle *model_oracle_new(const Transformer *model, const ArithSpec *spec);
void model_oracle_free(ModelOracle *m);

// For an Oracle: the outcome of the model on the word.  Needs less than 2^62 words.
void model_oracle_answer(Outcome *o, void *state, const Token *word);
