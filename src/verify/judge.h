// judge.h - the judgment on one word, by the definition, in any arithmetic.
#pragma once
#include "net/evaluate.h"
#include "verify/worst.h"

typedef struct Judge Judge;   // one thread's evaluators

// bounds: needed in a bounded arithmetic, else NULL; target NULL: unknown; filtered: where numbers
// are enclosed, words that filter.h can tell to be right are not evaluated in balls.
// Free with judge_free.
Judge *judge_new(const Transformer *t, const ArithSpec *spec, const Bounds *bounds, Target *target,
                 bool filtered);
void judge_free(Judge *j);

// Evaluates the word and offers what it finds.  In an arithmetic that encloses, at its precision
// and then at twice that, and so on up to the cap, until the sign of the margin is certain; what it
// offers depends on the word only.
void judge_word(Judge *j, const Token *word, size_t answer, Worst *worst);
