// filter.h - which words are right for certain, told fast, in doubles with bounds on their errors.
//
// The same forward pass over the reals as in balls, with 53 bits and no more; a word that it cannot
// tell goes to balls.  What it says of a word depends on the word only, but it is fast if words
// that follow each other differ in few tokens.  docs/arithmetic.md#filter has the proof.
#pragma once
#include "net/transformer.h"

typedef struct Filter Filter;

// NULL: some weight is beyond doubles, or sums are longer than the proof admits.  The model must
// outlive it; one thread uses it at a time. Free with filter_free.
Filter *filter_new(const Transformer *t);
void filter_free(Filter *f);

// *least <= the word's margin <= *most, finite, for that right answer.  false: nothing is known.
bool filter_run(Filter *f, const Token *word, size_t answer, double *least, double *most);
