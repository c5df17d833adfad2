// worst.h - the worst of what a check has seen: least margin, least attention, first fault.
//
// Ties go to the word that comes first in the order of token numbers, so that the result depends
// neither on the order of the walk nor on how threads share it.
#pragma once
#include "net/evaluate.h"
#include "verify/wide.h"

// Some of the words: how many, and the first.
typedef struct Some {
    uint64_t count;
    Token *first;
} Some;

typedef struct Worst {
    size_t length, layers;
    uint64_t inputs;               // how many words were judged, faults included
    uint64_t excluded;             // how many words outside the task's promise were passed over
    bool any;                      // some word has a margin
    mpq_t margin;                  // the least; where margins are enclosed, the least lower bound
    Wide numerator, denominator;   // the same where is_wide
    bool is_wide;
    Token *word;            // the first word that attains it
    bool *attended;         // per layer: some position was meant on some word
    mpq_t *mass;            // per layer: the least mass on what was meant
    Wide (*wide_mass)[2];   // per layer: the same as numerator, denominator; 0, 0 where not Wide
    Some faulty;            // words that have no margin
    Some failing;           // where margins are enclosed: words whose margin is certainly <= 0,
    Some undecided;         //   and words of which neither that nor the contrary is certain
} Worst;

void worst_init(Worst *w, size_t length, size_t layers);
void worst_clear(Worst *w);

// The margin of that word.
void worst_offer(Worst *w, const mpq_t margin, const Token *word);
// The same for numerator / denominator, denominator > 0; fast where it is not worse.
void worst_offer_wide(Worst *w, Wide numerator, Wide denominator, const Token *word);

// A mass in that layer; the same for numerator / denominator, denominator > 0.
void worst_offer_mass(Worst *w, size_t layer, const mpq_t mass);
void worst_offer_mass_wide(Worst *w, size_t layer, Wide numerator, Wide denominator);

// The masses in every layer of the evaluator's last run on the word.
void worst_offer_attention(Worst *w, const Evaluator *e, const Transformer *t, Target *target,
                           const Token *word);

// Adds a word of that length to some.
void worst_note(Some *some, const Token *word, size_t length);

// w <- the worst of both.
void worst_merge(Worst *w, const Worst *other);
