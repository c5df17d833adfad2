// protocol.h - protocols as programs of two players, Alice and Bob, who share the tokens of a word.
//
// Bob may send a question, Alice sends a message, Bob answers; both know `common` beforehand.  A
// program is given a word in which the other player's tokens read NOT_SEEN, and what it was sent:
// nothing else passes between the two (docs/protocol.md#players).  A protocol made of a model is to
// give the model's own outcome on every word; trial.h finds out.
#pragma once
#include "communication/split.h"
#include "net/margin.h"
#include "protocol/bit_string.h"

#define NOT_SEEN UINT32_MAX

// What a model or a player says of a word.
typedef struct Outcome {
    enum {
        OUTCOME_NUMBERS,   // one number per output, and the answer that they make
        OUTCOME_FAULT,     // the machine has no number for what is to be computed
        OUTCOME_GARBLED    // Bob cannot make sense of the message
    } kind;
    size_t answer;   // ANSWER_NONE (net/margin.h): none wins
    size_t outputs;
    mpq_t *output;
} Outcome;

// Undo with outcome_clear.
void outcome_init(Outcome *o, size_t outputs);
void outcome_clear(Outcome *o);

// Whether they are the same, number for number; a garbled one is like no other.
bool outcomes_agree(const Outcome *a, const Outcome *b);

typedef struct Protocol {
    const void *common;
    const Split *split;
    size_t outputs;
    // Bob's question.  NULL: he asks nothing, and the protocol is one-way.
    void (*ask)(BitString *question, const void *common, const Token *bob);
    // Alice's message; question is empty if there is none.
    void (*tell)(BitString *message, const void *common, const Token *alice,
                 const BitString *question);
    // Bob's answer.
    void (*answer)(Outcome *o, const void *common, const Token *bob, const BitString *message);
} Protocol;

// The model that a protocol is made of.
typedef struct Oracle {
    void *state;
    void (*answer)(Outcome *o, void *state, const Token *word);
} Oracle;

// view[0 .. length-1] <- what Alice (or else Bob) sees of the word.
void protocol_view(Token *view, const Split *split, bool alice, const Token *word);

// What is sent on that word.  Both are emptied first.  view: workspace of the split's length.
void protocol_send(BitString *question, BitString *message, Token *view, const Protocol *protocol,
                   const Token *word);
