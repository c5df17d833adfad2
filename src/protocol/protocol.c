#include "protocol/protocol.h"
#include "math/matrix.h"

void outcome_init(Outcome *o, size_t outputs) {
    *o = (Outcome){ .kind = OUTCOME_GARBLED,
                    .answer = ANSWER_NONE,
                    .outputs = outputs,
                    .output = vector_init(outputs) };
}

void outcome_clear(Outcome *o) {
    vector_clear(o->output, o->outputs);
    *o = (Outcome){ 0 };
}

bool outcomes_agree(const Outcome *a, const Outcome *b) {
    if (a->kind == OUTCOME_GARBLED || a->kind != b->kind || a->outputs != b->outputs)
        return false;
    if (a->kind == OUTCOME_FAULT)
        return true;
    bool equal = a->answer == b->answer;
    for (size_t r = 0; r < a->outputs && equal; r++)
        equal = mpq_equal(a->output[r], b->output[r]);
    return equal;
}

void protocol_view(Token *view, const Split *split, bool alice, const Token *word) {
    for (size_t i = 0; i < split->length; i++)
        view[i] = split->alice[i] == alice ? word[i] : NOT_SEEN;
}

void protocol_send(BitString *question, BitString *message, Token *view, const Protocol *protocol,
                   const Token *word) {
    bit_string_empty(question);
    bit_string_empty(message);
    if (protocol->ask != NULL) {
        protocol_view(view, protocol->split, false, word);
        protocol->ask(question, protocol->common, view);
    }
    protocol_view(view, protocol->split, true, word);
    protocol->tell(message, protocol->common, view, question);
}
