// evaluate.h - the forward pass, as its definition in transformer.h reads.
//
// The naive evaluator: every number that the readout depends on, in any arithmetic: all positions
// that the readout's sees, and in the last layer only its own.  The fast ones are tested against
// it.  The order of operations is fixed, for arithmetics that round: a row times a vector starts
// from 0 and adds products left to right; a row of scores has its maximum subtracted; numerators
// and denominator are summed over the visible positions in order and divided once per coordinate,
// then O is applied; heads are added in order; the MLP adds b1 after the row product, applies relu,
// adds b2 after the row product of W2, and is added to the stream.
#pragma once
#include "math/arith.h"
#include "net/transformer.h"

// Where an evaluation ended because the arithmetic has no B^s for a score s.  Layers and heads
// count from 1; positions from 0, as in model files.
typedef struct Fault {
    size_t layer, head, query, key;
    const char *why;   // "is not an integer"
} Fault;

typedef struct Evaluator Evaluator;   // weights and workspace of one model in one arithmetic

// Free with evaluator_free.  The model must outlive it; one thread uses it at a time.
// Needs t->base == BASE_2.
Evaluator *evaluator_new(const Transformer *t, const Arith *ar);
void evaluator_free(Evaluator *e);

// Runs the model on the word of t->length tokens.  false: it ended at *fault, and what the
// functions below return is meaningless.  O(layers L (L m + m d_k + m hidden)) operations.
bool evaluator_run(Evaluator *e, const Token *word, Fault *fault);

// The score at the fault that ended the last run.
void evaluator_fault_score(mpq_t score, const Evaluator *e, const Fault *fault);

// Of the last run; all live until the next one.
const Num *evaluator_output(const Evaluator *e);   // one number per readout row
// mass <- a_ij in the layer and head (from 0), in an arithmetic without rounding.  Needs i seen by
// the readout's position (in the last layer, i that position) and j seen by i.
void evaluator_mass(mpq_t mass, const Evaluator *e, size_t layer, size_t head, size_t i, size_t j);

// margin <- the margin of the outputs for that right answer (docs/notation.md#margin).
// Needs an arithmetic without rounding.
void evaluator_margin(mpq_t margin, const Evaluator *e, size_t answer);

// margin <- the margin of the word, in exact arithmetic, from an evaluator made for it.  false if a
// score is no integer.
bool evaluate_word(mpq_t margin, const Transformer *t, const Token *word);

// margin <- the same for given outputs, one per readout row.
void readout_margin(mpq_t margin, const Readout *r, mpq_t *output, size_t answer);
