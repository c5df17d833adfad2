// last_stage.h - the last attention of a model and what follows it, as linear-fractional programs.
//
// At the readout's position, for one option of its group: every slot has a weight and a value in
// every head, fixed numbers, the weight perhaps known within bounds only; what follows is an affine
// map, a relu and an affine map of the heads' ratios.  Each margin is bounded below by the programs
// of the heads one by one, and above by its value at the words found; branching on the groups of
// one member in which these words differ brings the two together (docs/certificate.md#theorem-1).
#pragma once
#include "verify/forms.h"
#include "verify/fractional.h"
#include "verify/stage_head.h"

// Of a stage whose picks need not be words (relaxation.h): words that were found, and picks of
// which words are wanted, because the bound is attained there.
enum { WANT_MOST = 16 };
typedef struct KnownWords {
    size_t count;
    Pick *pick;
    size_t *answer;
    size_t wanted;
    Pick want[WANT_MOST];
    size_t turns;   // how often a pick was wanted
} KnownWords;

// None, with room for `most`.  Undo with known_words_clear.
void known_words_init(KnownWords *k, size_t most);
void known_words_clear(KnownWords *k);

typedef struct LastStage {
    const Choices *choices;
    KnownWords *known;   // NULL: every pick is a word
    const Readout *readout;
    Pin pin;              // the readout's group and its option
    const Forms *forms;   // inputs: `rests` numbers, then the ratios of all heads
    size_t rests;
    mpq_t *rest;
    size_t heads;
    StageHead *head;
} LastStage;

// What is known of the least margin over some words, after a search of them in branches.
typedef struct Least {
    bool any;          // whether there are such words; if not, nothing else is meaningful
    size_t word;       // of known words: which of them is the following
    Pick pick;         // the word met whose margin
    mpq_t value;       //   is at most that least number, and is that if weights are exact
    mpq_t limit;       // the least that is shown of the margin of a word met: the same, if exact
    bool cut;          // there are branches that were not searched to their end,
    mpq_t bound;       //   where the margin is at least that
    size_t branches;   // that may still be made
} Least;

// No words.  Undo with least_clear.
void least_init(Least *l, const Choices *c);
void least_clear(Least *l);

// bound <- what no margin is below; the least margin, if that is l->value and weights are exact.
void least_bound(mpq_t bound, const Least *l);

// Whether the sign of the least margin is not known.
bool least_is_open(const Least *l);

// Adds the words with that right answer.  NULL, or why there is no telling.
const char *last_stage_margin(Least *l, const LastStage *s, size_t answer);

// The least mass of the head on the meant choices' slots, over the words with that answer; meant[s]
// for slot s.  *any: whether these words mean anything.  false: some do, some do not.
// Needs an exact head.
bool last_stage_mass(mpq_t least, bool *any, const LastStage *s, size_t head, const bool *meant,
                     size_t answer);
