// trial.h - a protocol on every input: what is sent, whether it follows its model, whether it is
// right.
//
// Alice's and Bob's inputs are numbered as in communication/split.h.  Alice's program runs on every
// input of hers and every question, Bob's on every word; the model is evaluated on every word too,
// and the outcomes are compared number for number.  docs/protocol.md#what-is-checked.
#pragma once
#include "base/verdict.h"
#include "protocol/pigeonhole.h"

typedef struct Trial {
    mpz_t words;
    uint64_t compared;      // words on which Bob's outcome was compared with the model's
    bool sent;              // Alice's program ran on every input of hers; then
    size_t question_bits;   //   the most bits that any question has,
    size_t message_bits;    //   any message has,
    size_t messages;        //   and how many different messages answer one question, at most
    bool agrees;            // on all of `compared`
    // Whether Bob's answer is right on every word inside the task's promise: REFUTED with a word,
    // or with two that the messages confuse; UNKNOWN with a reason.  Also REFUTED, with `agrees`
    // false, by a word on which Bob's outcome is not the model's.
    Verdict verdict;
    Token *witness;    // NULL: none
    Token *confused;   // NULL: the witness fails by itself; else docs/protocol.md#corollary-1
    size_t said;       // Bob's answer to the witness; ANSWER_NONE
    char *reason;
} Trial;

// What is too many to be enumerated.
enum { TRIAL_INPUTS_MOST = 1 << 20, TRIAL_WORDS_MOST = 1 << 20 };

// Runs all that can be enumerated, and looks for words that are confused: the messages if neither
// player has over TRIAL_INPUTS_MOST inputs and there are not over TRIAL_INPUTS_MOST messages; the
// comparison if there are at most TRIAL_WORDS_MOST words; if `hasty`, up to the first on which Bob
// is wrong.  The oracle is asked in the comparison only.  Undo with trial_clear.
void trial_init(Trial *trial, const Protocol *protocol, const Oracle *oracle,
                const Problem *problem, const Params *p, bool hasty);

// Nothing ran, for that reason.  Undo with trial_clear.
void trial_init_empty(Trial *trial, const Problem *problem, const Params *p, const char *reason);
void trial_clear(Trial *trial);
