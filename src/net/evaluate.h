// evaluate.h - the forward pass, as its definition in transformer.h reads.
//
// The naive evaluator: every number that the readout depends on, in any arithmetic: all positions
// that the readout's sees, and in the last layer only its own.  The fast ones are tested against
// it.  The order of operations is fixed, for arithmetics that round: a row times a vector starts
// from 0 and adds products left to right; a row of scores has its maximum subtracted; numerators
// and denominator are summed over the visible positions in order and divided once per coordinate,
// then O is applied; heads are added in order; the MLP adds b1 after the row product, applies relu,
// adds b2 after the row product of W2, and is added to the stream; the readout adds b last.
#pragma once
#include "math/arith.h"
#include "net/bounds.h"
#include "net/fault.h"
#include "net/transformer.h"

typedef struct Evaluator Evaluator;   // weights and workspace of one model in one arithmetic

// NULL, or why the arithmetic cannot evaluate the model.
const char *evaluator_admits(const Transformer *t, const ArithSpec *spec);

// Free with evaluator_free.  The model must outlive it; one thread uses it at a time.
// Needs evaluator_admits(t, spec) == NULL.
Evaluator *evaluator_new(const Transformer *t, const ArithSpec *spec);
void evaluator_free(Evaluator *e);

// Runs the model on the word of t->length tokens.  false: it ended at *fault, and what the
// functions below return is meaningless.  O(layers L (L m + m d_k + m hidden)) operations.
// Needs evaluator_set_bounds if the arithmetic is bounded.
bool evaluator_run(Evaluator *e, const Token *word, Fault *fault);

// Raises the bounds of a layer (from 0) to the scores on that word; those of the earlier layers
// count as they are.  A word that has no scores there changes nothing.
// Needs evaluator_set_bounds and a bounded arithmetic, whose numbers are exact.
void evaluator_measure(Evaluator *e, const Token *word, size_t layer, Bounds *b);

// The bounds that runs use; they must outlive the runs.  Needs bounds for the same model.
void evaluator_set_bounds(Evaluator *e, const Bounds *b);

// To find out what rounding costs where: runs keep their sums over positions, of weights and of
// weighted values, in 2^14 bits, and round each once, at its end.  Needs a float arithmetic.
void evaluator_widen_sums(Evaluator *e);

// The score at the fault that ended the last run.  Needs an exact arithmetic and fault->key.
void evaluator_fault_score(mpq_t score, const Evaluator *e, const Fault *fault);

// Of the last run; all live until the next one.
const Num *evaluator_output(const Evaluator *e);   // one number per readout row
// mass <- a_ij in the layer and head (from 0), in an exact arithmetic.  Needs i seen by the
// readout's position (in the last layer, i that position) and j seen by i.
void evaluator_mass(mpq_t mass, const Evaluator *e, size_t layer, size_t head, size_t i, size_t j);

// margin <- the margin of the outputs for that right answer (docs/notation.md#margin), exactly.
// Needs an arithmetic that does not enclose.
void evaluator_margin(mpq_t margin, const Evaluator *e, size_t answer);

// least <= the margin <= most.  false, and nothing said: the outputs are not enclosed.
bool evaluator_margin_ends(mpq_t least, mpq_t most, const Evaluator *e, size_t answer);

// margin <- the margin of the word, in exact arithmetic, from an evaluator made for it.  false if a
// score is no integer.  Needs a word inside the task's promise.
bool evaluate_word(mpq_t margin, const Transformer *t, const Token *word);
