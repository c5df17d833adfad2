// random_model.h - random transformers, and whether two are the same.
#pragma once
#include "net/recurrent.h"
#include "net/transformer.h"

// t <- a random small model of a random task of at most 5 tokens: any number of layers, heads and
// units from 0 to 3, with any rational weights.  Undo with transformer_clear.
void random_any_model(Transformer *t);

// The same with small weights, base 2 and integer scores on every word: scores read integer
// coordinates of the stream that no layer writes to.
void random_exact_model(Transformer *t);

// Whether the models are the same, params.readout, temperature and code aside.
bool models_equal(const Transformer *a, const Transformer *b);

// r <- a random recurrent model of one of the tasks, small in every respect.  Undo with
// recurrent_clear.
void random_recurrent(Recurrent *r);
