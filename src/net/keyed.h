// keyed.h - a transformer for recall that tells its pairs and its keys apart by one code: one model
// for every number of pairs, keys and queries, and every code.
//
// The *seed* is a model of recall for one pair, the two keys + and -, which are its words of length
// 1, and one query.  Its coordinates 0 .. KEYED_WORDS - 1 hold words: in the embedding
// KEYED_ADDRESS that of a pair's place, the others that of a key.  Over a code T_0, T_1, .. of
// words of length k it stands for the model of n pairs and K keys in which
//
//     word coordinate w becomes the coordinates k w .. k w + k - 1, any other c becomes
//     c + KEYED_WORDS (k - 1);
//     pair j has the rows of the embedding that the seed's has, ADDRESS times the signs of T_j, and
//     key i those of key +, the other word coordinates times the signs of T_i;
//     rows of Q, K, V, W1 and columns of O, W2 that meet word coordinates become k, one for each
//     coordinate of a word (docs/recall.md#seed).
#pragma once
#include "math/code.h"
#include "net/transformer.h"

// Coordinates of a seed: of a place; of a key, or its query; and for what layer 1 fetches, and what
// its MLP makes of that.
enum { KEYED_ADDRESS, KEYED_KEY, KEYED_FETCHED, KEYED_COPY, KEYED_WORDS };

// The parameters of a seed for these: one pair, two keys, one query.
Params keyed_params(const Params *p);

// NULL, or why the transformer is no seed: a row or column that meets word coordinates meets
// others, but for what W1 reads; or a key's row of the embedding is not the other's with its word
// turned, or a value's has a key's word, or a query's an address.
const char *keyed_admits(const Transformer *seed);

// t <- the model over the first words of the code, for the parameters p.  key[i]: the number of the
// code word of key i; NULL: i.  Undo with transformer_clear.
// Needs keyed_admits(seed) == NULL, and code words for all pairs and keys.
void keyed_expand(Transformer *t, const Transformer *seed, const Params *p, const Code *code,
                  const uint64_t *key);

// Whether hidden unit u, or row r of V, of the seed meets word coordinates.
bool keyed_unit_has_words(const Mlp *mlp, size_t u);
bool keyed_value_has_words(const Head *h, size_t r);
