// key_signs.h - the hidden units of layer 1 of a model for recall over a linear code, for any
// number of pairs and keys, from its seed (net/keyed.h) and the weights of the code's words.
#pragma once
#include "math/weights.h"
#include "net/keyed.h"

// NULL, if every hidden unit of layer 1 keeps its sign, at every position, on all words in which
// the position's pair, or query, has a given option; else why that is not shown.  p: the parameters
// of the model; bits: of the weights in base e.  docs/recall.md#lemma-1 is what is checked. Needs
// keyed_admits(seed) == NULL and weights_admit(weights) == NULL.
const char *key_signs_check(const Transformer *seed, const Params *p, const Weights *weights,
                            long bits);
