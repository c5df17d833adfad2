// counterexample.h - a search for a word that refutes a model, where nothing is proved.
//
// A few words of every answer, taken from the task's domains: first one in which every group takes
// the first option allowed, then any.  The naive evaluator judges them, so that what it finds is a
// refutation whatever the model is; that it finds none says nothing.
#pragma once
#include "net/evaluate.h"
#include "verify/choices.h"

// option[g] <- the options of a word whose margin is at most `most` <= 0, and *tried <- how many
// words were judged.  false, with nothing else changed: none was found.  The same words for the
// same size; at most some hundreds, fewer for long ones.
// Needs evaluator_admits(t, spec) == NULL, and an arithmetic that is exact or encloses.
bool counterexample_find(mpq_t most, size_t *option, uint64_t *tried, const Transformer *t,
                         const Choices *c, const ArithSpec *spec);
