#include "verify/enumeration.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include <stdlib.h>
#include <string.h>

enum { POLL = 1 << 12 };

// The word at hand.
typedef struct Cursor {
    const Recurrent *r;
    size_t length;
    Token *word;
    size_t *state;   // length + 1: after each token; NULL: not kept
} Cursor;

static void cursor_init(Cursor *c, const Recurrent *r, bool states) {
    *c = (Cursor){ .r = r, .length = r->task->length(&r->params) };
    c->word = alloc_array(c->length, 1, sizeof *c->word);
    if (states)
        c->state = alloc_array(c->length + 1, 1, sizeof *c->state);
    for (size_t t = 0; t < c->length; t++)
        c->word[t] = r->task->tokens(&r->params, t).first;
}

static void cursor_clear(Cursor *c) {
    free(c->word);
    free(c->state);
}

// The next word; the first position that changed, or the length if this was the last word.
static size_t cursor_step(Cursor *c) {
    for (size_t t = c->length; t-- > 0;) {
        TokenRun run = c->r->task->tokens(&c->r->params, t);
        if (c->word[t] - run.first + 1 < run.count) {
            c->word[t]++;
            return t;
        }
        c->word[t] = run.first;
    }
    return c->length;
}

// The states after the tokens from that position on; false: there are too many.
static bool follow(Cursor *c, StateSpace *s, size_t from) {
    for (size_t t = from; t < c->length; t++)
        if (!state_space_step(s, &c->state[t + 1], c->state[t], c->word[t]))
            return false;
    return true;
}

static Token *word_copy(const Cursor *c) {
    Token *word = alloc_array(c->length, 1, sizeof *word);
    memcpy(word, c->word, c->length * sizeof *word);
    return word;
}

// The margin of the word at hand, NULL: the machine has no answer.
static void offer(Enumeration *x, const Cursor *c, mpq_srcptr margin) {
    if (margin == NULL && !x->faulty) {
        x->faulty = true;
        x->first_faulty = word_copy(c);
    } else if (margin != NULL && (!x->any || mpq_cmp(margin, x->margin) < 0)) {
        x->any = true;
        mpq_set(x->margin, margin);
        free(x->worst);
        x->worst = word_copy(c);
    }
}

// Which pairs of a state and a right answer were judged: the first word with one speaks for all.
typedef struct Judged {
    bool *seen;
    size_t states, answers;
} Judged;

static bool is_new(Judged *j, const StateSpace *s, size_t state, size_t answer) {
    if (state >= j->states) {
        size_t states = 2 * (state_space_count(s) + 1);
        bool *grown = alloc_array(states, j->answers, sizeof *grown);
        if (j->seen != NULL)
            memcpy(grown, j->seen, j->states * j->answers * sizeof *grown);
        free(j->seen);
        *j = (Judged){ .seen = grown, .states = states, .answers = j->answers };
    }
    bool seen = j->seen[state * j->answers + answer];
    j->seen[state * j->answers + answer] = true;
    return !seen;
}

static uint64_t count_words(const Recurrent *r) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, r->task, &r->params);
    require(r->params.n >= 1 && mpz_sizeinbase(words, 2) <= 63);
    uint64_t total = mpz_get_ui(words);
    mpz_clear(words);
    return total;
}

// Whether to go on after some words; counts the word at hand, which has that answer.
static bool goes_on(Enumeration *x, Progress *progress, uint64_t total, size_t answer) {
    ++*(answer == ANSWER_EXCLUDED ? &x->excluded : &x->words);
    if ((x->words + x->excluded) % POLL != 0)
        return true;
    progress_update(progress, x->words + x->excluded, total);
    if (interrupted())
        x->why = "interrupted";
    return x->why == NULL;
}

void enumeration_init(Enumeration *x, StateSpace *s, const Recurrent *r, const char *name) {
    uint64_t total = count_words(r);
    Judged judged = { .answers = r->task->answers(&r->params) };
    Progress progress;
    Cursor c;
    mpq_t margin;
    *x = (Enumeration){ 0 };
    mpq_inits(margin, x->margin, NULL);
    cursor_init(&c, r, true);
    progress_start(&progress, name, name != NULL);
    c.state[0] = state_space_initial(s);
    for (size_t from = 0; x->why == NULL; from = cursor_step(&c)) {
        if (from == c.length)
            break;
        if (!follow(&c, s, from)) {
            x->why = STATES_EXCEEDED;
            break;
        }
        size_t state = c.state[c.length], answer = r->task->answer(&r->params, c.word);
        if (answer != ANSWER_EXCLUDED && is_new(&judged, s, state, answer))
            offer(x, &c, state_space_margin(margin, s, state, answer) ? margin : NULL);
        if (!goes_on(x, &progress, total, answer))
            break;
    }
    x->complete = x->words + x->excluded == total;
    progress_end(&progress);
    free(judged.seen);
    cursor_clear(&c);
    mpq_clear(margin);
}

void enumeration_init_naive(Enumeration *x, const Recurrent *r, const ArithSpec *spec,
                            const char *name) {
    uint64_t total = count_words(r);
    RecurrentEvaluator *e = recurrent_evaluator_new(r, spec);
    Progress progress;
    Cursor c;
    Fault fault;
    mpq_t margin;
    *x = (Enumeration){ 0 };
    mpq_inits(margin, x->margin, NULL);
    cursor_init(&c, r, false);
    progress_start(&progress, name, name != NULL);
    size_t answer;
    do {
        answer = r->task->answer(&r->params, c.word);
        if (answer == ANSWER_EXCLUDED)
            continue;
        bool runs = recurrent_evaluator_run(e, c.word, c.length, &fault);
        if (runs)
            recurrent_evaluator_margin(margin, e, answer);
        offer(x, &c, runs ? margin : NULL);
    } while (goes_on(x, &progress, total, answer) && cursor_step(&c) < c.length);
    x->complete = x->words + x->excluded == total;
    progress_end(&progress);
    recurrent_evaluator_free(e);
    cursor_clear(&c);
    mpq_clear(margin);
}

void enumeration_clear(Enumeration *x) {
    mpq_clear(x->margin);
    free(x->worst);
    free(x->first_faulty);
    *x = (Enumeration){ 0 };
}
