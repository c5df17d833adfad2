// last_stage.h - the last attention of a model and what follows it, as linear-fractional programs.
//
// At the readout's position, for one option of its group: every slot has a weight and a value in
// every head, fixed numbers, the weight perhaps known within bounds only; what follows is an affine
// map, a relu and an affine map of the heads' ratios. Where each hidden unit keeps its sign over
// all words and only one head's ratios matter, every output is a fraction (F_0 D + sum F_c U_c) / D
// (docs/certificate.md#theorem-1).
#pragma once
#include "verify/forms.h"
#include "verify/fractional.h"
#include "verify/stage_head.h"

typedef struct LastStage {
    const Choices *choices;
    const Readout *readout;
    size_t fixed, option;   // the readout's group and its option
    const Forms *forms;     // inputs: `rests` numbers, then the ratios of all heads
    size_t rests;
    mpq_t *rest;
    size_t heads;
    StageHead *head;
    bool enclosed;   // a lower bound of the margin will do; else it is exact
} LastStage;

// The least margin found on some words.
typedef struct Found {
    size_t groups;
    bool any;          // there are such words
    mpq_t least;       // no margin is less; the least itself unless enclosed
    size_t *option;    // of the word where it was found
    bool fails;        // some word's margin is <= 0 for certain
    size_t *failing;   // the options of such a word
} Found;

// No words.  Undo with found_clear.
void found_init(Found *f, const Choices *c);
void found_clear(Found *f);

// Adds the words of the other.
void found_merge(Found *f, const Found *other);

// Adds the words with that right answer.  NULL, or why their margins cannot be told.
const char *last_stage_margin(Found *least, const LastStage *s, size_t answer);

// The least mass of the head on the meant choices' slots, over the words with that answer; meant[s]
// for slot s.  *any: whether these words mean anything.  false: some do, some do not.
// Needs an exact head.
bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer);
