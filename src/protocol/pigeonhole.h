// pigeonhole.h - two inputs of Alice's that a protocol confuses though the task does not.
//
// Where Alice sends the same on two inputs, Bob says the same; if the task's answers differ for one
// of his inputs, he is wrong on one of the two words (docs/protocol.md#corollary-1).
#pragma once
#include "protocol/protocol.h"

// What is sent on an input.
typedef struct Sent {
    const BitString *string;
    size_t input;
} Sent;

// All messages: to each of Bob's questions, on each of Alice's inputs.
typedef struct Messages {
    const Protocol *protocol;
    const Problem *problem;
    const Params *params;
    size_t alice, bob;     // inputs
    size_t questions;      // different ones
    BitString *question;   // questions
    size_t *question_of;   // bob: the question on that input of Bob's
    BitString *message;    // questions x alice
    Sent *sorted;          // questions x alice: the messages to a question, equal ones together
    size_t question_bits, message_bits, different;   // see trial.h
} Messages;

// NULL; then undo with messages_clear.  Or why there are too many, as a string that the caller
// frees: a player has over `most` inputs, there are over `most` messages, or the user asked to
// stop.
char *messages_init(Messages *m, const Protocol *protocol, const Problem *problem, const Params *p,
                    size_t most);
void messages_clear(Messages *m);

// Two words that are confused, in workspaces of the split's length.  false: there are none, if
// *complete, or none was found among the first `most` words compared.
bool pigeonhole_find(Token *word, Token *other, bool *complete, const Messages *m, size_t most);

// The same where there are too many inputs: among random inputs of Alice's, the same ones every
// time, and a few of Bob's that often tell inputs apart.  false: none was found, which says
// nothing.
bool pigeonhole_sample(Token *word, Token *other, const Protocol *protocol, const Problem *problem,
                       const Params *p);

// NULL, or why the words are no witness: they differ at a position of Bob's, what is sent differs,
// or the right answers are equal.  Runs the programs anew.
const char *pigeonhole_check(const Token *word, const Token *other, const Protocol *protocol,
                             const Problem *problem, const Params *p);
