// counterexample.h - a search for a word that refutes a model, where nothing is proved.
//
// A few words of every answer, taken from the task's domains: first one in which every group takes
// the first option allowed, then any.  The naive evaluator judges them, so
// that what it finds is a refutation whatever the model is; that it finds none says nothing.
#pragma once
#include "verify/choices.h"

// option[g] <- the options of a word whose margin is <= 0, and *tried <- how many words were
// judged. false: none was found.  The same words for the same size; at most some hundreds, fewer
// for long ones.  Needs base 2.
bool counterexample_find(mpq_t margin, size_t *option, uint64_t *tried, const Transformer *t,
                         const Choices *c);
