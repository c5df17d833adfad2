// proof.h - the worst margin of a model over all its words, given what layer 1 leaves of them.
//
// Options of the readout's group one by one: each fixes the readout's own row, and with it the
// weights of the last layer; the worst over all of them is the model's
// (docs/certificate.md#theorem-1). The model is dense, or a coded model reduced to classes of
// indices (docs/symmetry.md#theorem-1).
#pragma once
#include "verify/clean_states.h"
#include "verify/finding.h"
#include "verify/index_classes.h"
#include "verify/last_stage.h"
#include "verify/mixture.h"

enum { LARGEST_CONFIRMED = 256 };   // tokens of a word that the naive evaluator confirms

typedef struct Proof {
    const Transformer *t;          // of a coded model the seed
    const IndexClasses *classes;   // NULL: a dense model
    Target *target;                // NULL: unknown
    Choices choices;
    KnownWords *known;   // NULL: the picks of choices are words
    size_t position;     // of the readout, in the words of `choices`
    size_t *row;         // per slot: its row of the embedding
    Tabulation tab;
    CleanStates clean;        // of two layers
    Projection *projection;   // of a dense model of one layer, per head
    bool enclosed;            // arithmetic of enclosures, in which weights have
    long bits;                //   so many bits; 0 in exact arithmetic, where they need none
    Least least;              // margin, so far
    bool mass_known, has_mass;
    mpq_t mass;   // least, of the last layer
} Proof;

// Everything for t but tab, clean and projection, which must be there before proof_judge.  t and
// classes must outlive it.  Undo with proof_clear, which leaves those three alone.
// Needs an arithmetic that is exact or one of enclosures.
void proof_init(Proof *p, const Transformer *t, const IndexClasses *classes, Target *target,
                const ArithSpec *spec);
void proof_clear(Proof *p);

// Looks for the worst word in which the readout's group takes one of its first `options` options;
// where weights are enclosed, with twice as many bits until the sign of the margin is certain, up
// to the cap.  NULL, or why it cannot be told.
const char *proof_judge(Proof *p, size_t options, long cap);

// The arithmetic in which words are evaluated to be compared with p->least.
ArithSpec proof_arithmetic(const Proof *p);

// Fills in verdict, margin and attention, and what both kinds of models have in common, from
// p->least; `why` is why that is not the least margin of all words (taken over; NULL: it is).
// Whether there is a word to show.
bool proof_conclude(Finding *f, const Proof *p, const ArithSpec *spec, char *why);

// Needs of the naive evaluator that it finds p->least.value on that word; or an enclosure that
// agrees with the bound of all words' margins and with that of this word's.
void proof_confirm(const Finding *f, const Proof *p, const Transformer *t, const Token *word);

// The reason for having no verdict, where there is a margin.  Needs the witness.
void proof_explain(Finding *f, const Proof *p);
