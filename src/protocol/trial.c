#include "protocol/trial.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include <stdlib.h>
#include <string.h>

enum { COMPARED_MOST = 1 << 26 };   // words, in search of two that are confused

static Token *copy_word(const Token *word, size_t length) {
    Token *copy = alloc_array(length, 1, sizeof *copy);
    memcpy(copy, word, length * sizeof *copy);
    return copy;
}

// What one comparison needs.
typedef struct Comparison {
    const Protocol *protocol;
    const Oracle *oracle;
    const Messages *messages;
    Token *word, *view;
    Outcome said, model;   // by Bob, by the model
} Comparison;

// The outcomes on the word of these inputs, and the word.
static void hear(Comparison *c, size_t x, size_t y) {
    const Messages *m = c->messages;
    const Split *split = c->protocol->split;
    split_write(c->word, split, m->problem, m->params, true, x);
    split_write(c->word, split, m->problem, m->params, false, y);
    protocol_view(c->view, split, false, c->word);
    c->protocol->answer(&c->said, c->protocol->common, c->view,
                        &m->message[m->question_of[y] * m->alice + x]);
    c->oracle->answer(&c->model, c->oracle->state, c->word);
}

// Outside the task's promise nothing is wrong.
static bool is_right(const Comparison *c) {
    size_t answer = c->messages->problem->task->answer(c->messages->params, c->word);
    return answer == ANSWER_EXCLUDED ||
           (c->said.kind == OUTCOME_NUMBERS && c->said.answer == answer);
}

static void set_witness(Trial *trial, const Comparison *c) {
    size_t length = c->protocol->split->length;
    free(trial->witness);
    trial->witness = copy_word(c->word, length);
    trial->said = c->said.kind == OUTCOME_NUMBERS ? c->said.answer : ANSWER_NONE;
}

// Every word, up to the first on which Bob does not follow the model or, if hasty, is wrong.
static void compare_all(Trial *trial, Comparison *c, bool hasty) {
    const Messages *m = c->messages;
    uint64_t total = mpz_get_ui(trial->words);
    Progress progress;
    progress_start(&progress, "comparing", true);
    trial->verdict = PROVED;
    bool goes_on = true;
    for (size_t x = 0; x < m->alice && goes_on && !interrupted(); x++) {
        progress_update(&progress, trial->compared, total);
        for (size_t y = 0; y < m->bob && goes_on; y++) {
            hear(c, x, y);
            trial->compared++;
            trial->agrees = outcomes_agree(&c->said, &c->model);
            bool fails = !trial->agrees || !is_right(c);
            if (!trial->agrees || (trial->verdict == PROVED && fails))
                set_witness(trial, c);
            if (fails)
                trial->verdict = REFUTED;
            goes_on = trial->agrees && !(hasty && fails);
        }
    }
    progress_end(&progress);
    if (trial->verdict == PROVED && trial->compared < total) {
        trial->verdict = UNKNOWN;
        trial->reason = alloc_string("interrupted");
    }
}

// The two words, which are confused, take the place of a single witness.
static void set_confused(Trial *trial, const Protocol *protocol, const Token *word,
                         const Token *other) {
    size_t length = protocol->split->length;
    BitString question = { 0 }, message = { 0 };
    Token *view = alloc_array(length, 1, sizeof *view);
    Outcome said;
    outcome_init(&said, protocol->outputs);
    protocol_send(&question, &message, view, protocol, word);
    protocol_view(view, protocol->split, false, word);
    protocol->answer(&said, protocol->common, view, &message);
    free(trial->witness);
    free(trial->reason);
    trial->witness = copy_word(word, length);
    trial->confused = copy_word(other, length);
    trial->said = said.kind == OUTCOME_NUMBERS ? said.answer : ANSWER_NONE;
    trial->reason = NULL;
    trial->verdict = REFUTED;
    outcome_clear(&said);
    free(view);
    bit_string_clear(&question);
    bit_string_clear(&message);
}

// Looks for two words that are confused; returns whether there are none.
static bool confuse(Trial *trial, Comparison *c) {
    const Messages *m = c->messages;
    Token *other = alloc_array(c->protocol->split->length, 1, sizeof *other);
    bool complete = false;
    if (pigeonhole_find(c->word, other, &complete, m, COMPARED_MOST)) {
        require(pigeonhole_check(c->word, other, c->protocol, m->problem, m->params) == NULL);
        set_confused(trial, c->protocol, c->word, other);
    }
    free(other);
    return complete;
}

static void run_messages(Trial *trial, const Messages *m, const Oracle *oracle, bool hasty) {
    const Protocol *protocol = m->protocol;
    size_t length = protocol->split->length;
    Comparison c = { .protocol = protocol, .oracle = oracle, .messages = m };
    c.word = alloc_array(length, 1, sizeof *c.word);
    c.view = alloc_array(length, 1, sizeof *c.view);
    outcome_init(&c.said, protocol->outputs);
    outcome_init(&c.model, protocol->outputs);
    trial->sent = true;
    trial->question_bits = m->question_bits;
    trial->message_bits = m->message_bits;
    trial->messages = m->different;
    bool few = mpz_cmp_ui(trial->words, TRIAL_WORDS_MOST) <= 0;
    if (few)
        compare_all(trial, &c, hasty);
    bool complete = false;
    if (trial->agrees && trial->verdict != PROVED && !hasty && !interrupted())
        complete = confuse(trial, &c);
    if (trial->verdict == UNKNOWN && trial->reason == NULL) {
        Text why = { 0 };
        text_printf(&why, "over %d words are too many to compare, and %s messages confuse words",
                    TRIAL_WORDS_MOST, complete ? "no" : "none of the first");
        trial->reason = text_take(&why);
    }
    outcome_clear(&c.said);
    outcome_clear(&c.model);
    free(c.word);
    free(c.view);
}

void trial_init_empty(Trial *trial, const Problem *problem, const Params *p, const char *reason) {
    *trial = (Trial){ .verdict = UNKNOWN,
                      .agrees = true,
                      .said = ANSWER_NONE,
                      .reason = reason ? alloc_string(reason) : NULL };
    mpz_init(trial->words);
    task_count_words(trial->words, problem->task, p);
}

void trial_init(Trial *trial, const Protocol *protocol, const Oracle *oracle,
                const Problem *problem, const Params *p, bool hasty) {
    Messages m;
    trial_init_empty(trial, problem, p, NULL);
    trial->reason = messages_init(&m, protocol, problem, p, TRIAL_INPUTS_MOST);
    if (trial->reason == NULL) {
        run_messages(trial, &m, oracle, hasty);
        messages_clear(&m);
        return;
    }
    Token *word = alloc_array(protocol->split->length, 2, sizeof *word);
    Token *other = word + protocol->split->length;
    if (!interrupted() && pigeonhole_sample(word, other, protocol, problem, p))
        set_confused(trial, protocol, word, other);
    free(word);
}

void trial_clear(Trial *trial) {
    mpz_clear(trial->words);
    free(trial->witness);
    free(trial->confused);
    free(trial->reason);
    *trial = (Trial){ 0 };
}
