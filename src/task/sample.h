// sample.h - labelled words of a task, one after the other, from a seed (docs/sample.md).
//
// Of a Boolean task words come in pairs, one of each answer, in either order with equal chance; of
// any other task the answer at a uniform output of every word is uniform among the answers.  Memory
// is that of two words.
#pragma once
#include "task/task.h"

typedef struct Labelled {
    const Token *word;   // lives until the next call
    size_t answer;       // what the task says of the word, of one with several outputs at `output`
    uint64_t output;
    bool near_miss;   // a word of answer 0 that is one of answer 1 but for one token
} Labelled;

typedef struct Sampler {
    const Task *task;
    Params params;
    uint64_t *random;   // borrowed: the generator's state
    size_t length;
    Token *word[2];   // of a Boolean task by answer
    bool near_miss;   // is word[0]
    size_t left;      // of the pair, that are still to be given
    size_t next;      // of them, the answer of the next
} Sampler;

// Needs task->admits(params) == NULL.  Undo with sampler_clear.
void sampler_init(Sampler *s, const Task *task, const Params *params, uint64_t *random);
void sampler_clear(Sampler *s);

// *e <- the next example.  false: a word of some answer was not found in SAMPLE_TRIES attempts, or
// the user interrupted; *answer <- that answer.
enum { SAMPLE_TRIES = 1 << 20 };
bool sampler_next(Labelled *e, size_t *answer, Sampler *s);
