// recurrent_evaluate.h - an Elman network's run, as its definition in recurrent.h reads.
//
// The order of operations, for arithmetics that round: W h, each row from 0, left to right; then
// U's entry for the token is added, then b; then f.  The clamp leaves alone what lies between 0
// and 1. In an arithmetic with registers the initial state and every h_t are written to them.
#pragma once
#include "math/arith.h"
#include "net/fault.h"
#include "net/recurrent.h"

typedef struct RecurrentEvaluator RecurrentEvaluator;   // weights and workspace, in one arithmetic

// Free with recurrent_evaluator_free.  The model must outlive it; one thread uses it at a time.
RecurrentEvaluator *recurrent_evaluator_new(const Recurrent *r, const ArithSpec *spec);
void recurrent_evaluator_free(RecurrentEvaluator *e);

// h <- the initial state; h <- the next one; what the readout says of h.  false: the arithmetic has
// no number, *fault tells where, and the state is meaningless until the next start or restore.
bool recurrent_evaluator_start(RecurrentEvaluator *e, Fault *fault);
bool recurrent_evaluator_step(RecurrentEvaluator *e, Token token, Fault *fault);
bool recurrent_evaluator_read(RecurrentEvaluator *e, Fault *fault);

// All of it for a word of that length.
bool recurrent_evaluator_run(RecurrentEvaluator *e, const Token *word, size_t length, Fault *fault);

// state <- h, exactly, and back.  Need an arithmetic that does not enclose; restore needs a state
// that was saved.
void recurrent_evaluator_save(mpq_t *state, const RecurrentEvaluator *e);
void recurrent_evaluator_restore(RecurrentEvaluator *e, mpq_t *state);

// output[r] <- what row r of the readout said last, exactly, for r = 0 .. rows-1.  Needs an
// arithmetic that does not enclose.
void recurrent_evaluator_output(mpq_t *output, const RecurrentEvaluator *e);

// margin <- the margin of what was read last, for that right answer, exactly.  Needs an arithmetic
// that does not enclose.
void recurrent_evaluator_margin(mpq_t margin, const RecurrentEvaluator *e, size_t answer);
