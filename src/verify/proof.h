// proof.h - the worst margin of a model over all its words, given what layer 1 leaves of them.
//
// Options of the readout's group one by one: each fixes the readout's own row, and with it the
// weights of the last layer; the worst over all of them is the model's
// (docs/certificate.md#theorem-1). The model is dense, or a coded model reduced to classes of
// indices (docs/symmetry.md#theorem-1).
#pragma once
#include "verify/classes.h"
#include "verify/clean_states.h"
#include "verify/finding.h"
#include "verify/mixture.h"

typedef struct Proof {
    const Transformer *t;     // of a coded model the seed
    const Classes *classes;   // NULL: a dense model
    Target *target;           // NULL: unknown
    Choices choices;
    size_t position;   // of the readout, in the words of `choices`
    size_t *row;       // per slot: its row of the embedding
    Tabulation tab;
    CleanStates clean;        // of two layers
    Projection *projection;   // of a dense model of one layer, per head
    bool any;
    mpq_t margin;   // the least so far
    Pick pick;      // a word that attains it
    bool mass_known, has_mass;
    mpq_t mass;   // least, of the last layer
} Proof;

// Everything for t but tab, clean and projection, which must be there before proof_judge.  t and
// classes must outlive it.  Undo with proof_clear, which leaves those three alone.
void proof_init(Proof *p, const Transformer *t, const Classes *classes, Target *target);
void proof_clear(Proof *p);

// Looks for the worst word in which the readout's group takes one of its first `options` options.
// NULL, or why it cannot be told.
const char *proof_judge(Proof *p, size_t options);

// Fills in verdict, margin and attention, and what both kinds of models have in common; false if
// there is no margin, for the reason `why` (taken over; NULL: none).
bool proof_conclude(Finding *f, const Proof *p, char *why);
