#include "task/sample.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

enum { CHANGES_TRIED = 1 << 10 };

void sampler_init(Sampler *s, const Task *task, const Params *params, uint64_t *random) {
    require(task->admits(params) == NULL);
    *s = (Sampler){ .task = task, .params = *params, .random = random };
    s->length = task->length(params);
    for (size_t k = 0; k < 2; k++)
        s->word[k] = alloc_array(s->length, 1, sizeof *s->word[k]);
}

void sampler_clear(Sampler *s) {
    free(s->word[0]);
    free(s->word[1]);
    *s = (Sampler){ 0 };
}

static void draw_uniform(Token *word, const Sampler *s) {
    for (size_t i = 0; i < s->length; i++) {
        TokenRun run = s->task->tokens(&s->params, i);
        word[i] = run.first;
        if (run.count > 1)
            word[i] += (Token)random_uniform(s->random, run.count);
    }
}

// Whether the word has that answer, and all its outputs lie inside the promise.
static bool has_answer(const Sampler *s, const Token *word, size_t answer) {
    Params p = s->params;
    if (s->task->answer(&p, word) != answer)
        return false;
    for (p.output = 0; task_has_promise(s->task) && p.output < task_outputs(s->task, &p);
         p.output++)
        if (s->task->answer(&p, word) == ANSWER_EXCLUDED)
            return false;
    return true;
}

// A word with that answer: uniform ones, steered to the answer if the task can, until one has it.
static bool draw(Token *word, const Sampler *s, size_t answer) {
    for (size_t tries = 0; tries < SAMPLE_TRIES && !interrupted(); tries++) {
        draw_uniform(word, s);
        if (s->task->steer != NULL)
            s->task->steer(word, &s->params, answer, s->random);
        if (has_answer(s, word, answer))
            return true;
    }
    return false;
}

// Another token at one position, both uniform; false if the position can hold no other.
static bool change(Token *word, const Sampler *s) {
    size_t i = random_uniform(s->random, s->length);
    TokenRun run = s->task->tokens(&s->params, i);
    if (run.count < 2)
        return false;
    Token other = run.first + (Token)random_uniform(s->random, run.count - 1);
    word[i] = other < word[i] ? other : other + 1;
    return true;
}

// word[0] <- word[1] with one token changed so that the answer is 0; false if none of the changes
// tried does that.
static bool draw_near_miss(Sampler *s) {
    for (size_t tries = 0; tries < CHANGES_TRIED; tries++) {
        memcpy(s->word[0], s->word[1], s->length * sizeof *s->word[0]);
        if (change(s->word[0], s) && s->task->answer(&s->params, s->word[0]) == 0)
            return true;
    }
    return false;
}

static bool draw_pair(size_t *answer, Sampler *s) {
    *answer = 1;
    if (!draw(s->word[1], s, 1))
        return false;
    *answer = 0;
    s->near_miss = random_uniform(s->random, 2) == 1 && draw_near_miss(s);
    if (!s->near_miss && !draw(s->word[0], s, 0))
        return false;
    s->next = random_uniform(s->random, 2);
    s->left = 2;
    return true;
}

static bool next_of_pair(Labelled *e, size_t *answer, Sampler *s) {
    if (s->left == 0 && !draw_pair(answer, s))
        return false;
    *e = (Labelled){ .word = s->word[s->next],
                     .answer = s->task->answer(&s->params, s->word[s->next]),
                     .near_miss = s->next == 0 && s->near_miss };
    s->next = 1 - s->next;
    s->left--;
    return true;
}

bool sampler_next(Labelled *e, size_t *answer, Sampler *s) {
    if (s->task->boolean)
        return next_of_pair(e, answer, s);
    size_t outputs = task_outputs(s->task, &s->params);
    s->params.output = outputs > 1 ? random_uniform(s->random, outputs) : 0;
    *answer = random_uniform(s->random, s->task->answers(&s->params));
    if (!draw(s->word[0], s, *answer))
        return false;
    *e = (Labelled){ .word = s->word[0],
                     .answer = s->task->answer(&s->params, s->word[0]),
                     .output = s->params.output };
    return true;
}
