// coded.h - a transformer that tells its positions apart by a code: one model for every code.
//
// The *seed* is a transformer of its task's size 1, and coordinate 0 of its stream is the
// *address*. Over a code of n words of length k it stands for the model of size n in which
//
//     the address becomes the coordinates 0 .. k-1, any other coordinate c becomes k - 1 + c;
//     index i has the rows of the embedding that index 0 has, the address times the signs T_i;
//     a row of Q and K that reads the address becomes k rows, row c reading coordinate c.
//
// So it reads addresses by their inner products <T_i, T_l> only (docs/symmetry.md#coded-model).
#pragma once
#include "math/code.h"
#include "net/transformer.h"

enum { CODED_ADDRESS = 0 };   // the coordinate

// NULL, or why the transformer is no seed: in layer 1 a row of Q reads the address together with
// something else, or the same row of K does not; or anything but these reads or writes the address;
// or the readout is not at the last position; or that has an address although it has no index.
const char *coded_admits(const Transformer *seed);

// t <- the model over the first n = p->n words of the code.  Undo with transformer_clear.
// Needs coded_admits(seed) == NULL, and p as for the seed but for the size.
void coded_expand(Transformer *t, const Transformer *seed, const Params *p, const Code *code);

// What the scores of head h of layer 1 are made of: row x of the seed, at index i, scores
// rest + inner <T_i, T_l> on row y at index l.
void coded_score(mpq_t rest, mpq_t inner, const Transformer *seed, size_t h, size_t x, size_t y);

// The size of the model over n words of length k, but for the parameters, which go to *parameters.
Size coded_size(mpz_t parameters, const Transformer *seed, const mpz_t n, size_t k);

// length <- the tokens of the task's words of size n.  Needs task->ending != ENDS_OTHERWISE.
void coded_length(mpz_t length, const Task *task, const Params *p, const mpz_t n);
