// Random inputs of Alice's; where two messages are equal, Bob's input is looked for among those
// that copy a word of hers, or have one token that is not the first of its position.
#include "base/alloc.h"
#include "base/interrupt.h"
#include "protocol/pigeonhole.h"
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 1 << 14, TOKENS_MOST = 1 << 24, PROBES = 8 };

typedef struct Sampler {
    const Protocol *protocol;
    const Problem *problem;
    const Params *params;
    size_t length, samples;
    uint64_t state;       // of the generator: xorshift64
    Token *word;          // samples x length: Alice's tokens; Bob's are the probe's
    BitString *message;   // samples
    Sent *sorted;         // samples
} Sampler;

static uint64_t next(Sampler *s) {
    s->state ^= s->state << 13;
    s->state ^= s->state >> 7;
    s->state ^= s->state << 17;
    return s->state;
}

static Token random_token(Sampler *s, size_t position) {
    TokenRun run = s->problem->task->tokens(s->params, position);
    return run.first + (Token)(next(s) % run.count);
}

static int compare_sent(const void *a, const void *b) {
    const Sent *x = a, *y = b;
    return bit_string_compare(x->string, y->string);
}

// The words of all samples with Bob's tokens of one probe, what Alice sends on them, and its order.
static void draw(Sampler *s) {
    BitString question = { 0 };
    Token *view = alloc_array(s->length, 1, sizeof *view);
    for (size_t k = 0; k < s->samples; k++) {
        Token *word = s->word + k * s->length;
        for (size_t i = 0; i < s->length; i++)
            word[i] = s->protocol->split->alice[i] || k == 0 ? random_token(s, i) : s->word[i];
        protocol_send(&question, &s->message[k], view, s->protocol, word);
        s->sorted[k] = (Sent){ .string = &s->message[k], .input = k };
    }
    qsort(s->sorted, s->samples, sizeof *s->sorted, compare_sent);
    free(view);
    bit_string_clear(&question);
}

// Whether the two words, with Bob's tokens made equal to those of `word`, are a witness.
static bool is_witness(const Sampler *s, const Token *word, Token *other) {
    for (size_t i = 0; i < s->length; i++)
        if (!s->protocol->split->alice[i])
            other[i] = word[i];
    return answers_differ(s->problem->task->answer(s->params, word),
                          s->problem->task->answer(s->params, other)) &&
           pigeonhole_check(word, other, s->protocol, s->problem, s->params) == NULL;
}

// Bob's tokens <- Alice's, in order, where they may stand there.
static void copy_alice(const Sampler *s, Token *word) {
    const bool *alice = s->protocol->split->alice;
    size_t from = 0;
    for (size_t i = 0; i < s->length; i++) {
        TokenRun run = s->problem->task->tokens(s->params, i);
        while (from < s->length && !alice[from])
            from++;
        if (alice[i] || from == s->length)
            continue;
        bool fits = word[from] >= run.first && word[from] - run.first < run.count;
        word[i] = fits ? word[from] : run.first;
        from++;
    }
}

// Bob's tokens <- the first ones; then one after another the next token at one position.
static bool try_single_tokens(const Sampler *s, Token *word, Token *other) {
    const bool *alice = s->protocol->split->alice;
    for (size_t i = 0; i < s->length; i++)
        if (!alice[i])
            word[i] = s->problem->task->tokens(s->params, i).first;
    for (size_t i = 0; i < s->length && !interrupted(); i++) {
        TokenRun run = s->problem->task->tokens(s->params, i);
        if (alice[i] || run.count == 1)
            continue;
        word[i] = run.first + 1;
        if (is_witness(s, word, other))
            return true;
        word[i] = run.first;
    }
    return false;
}

static bool try_pair(const Sampler *s, Token *word, Token *other, size_t x, size_t y) {
    size_t size = s->length * sizeof *word;
    memcpy(word, s->word + x * s->length, size);
    memcpy(other, s->word + y * s->length, size);
    if (memcmp(word, other, size) == 0)
        return false;
    if (is_witness(s, word, other))
        return true;
    copy_alice(s, word);
    return is_witness(s, word, other) || try_single_tokens(s, word, other);
}

bool pigeonhole_sample(Token *word, Token *other, const Protocol *protocol, const Problem *problem,
                       const Params *p) {
    size_t length = protocol->split->length, probes = protocol->ask ? PROBES : 1;
    Sampler s = { .protocol = protocol,
                  .problem = problem,
                  .params = p,
                  .length = length,
                  .samples = TOKENS_MOST / length < SAMPLES ? TOKENS_MOST / length : SAMPLES,
                  .state = UINT64_C(0x9e3779b97f4a7c15) };
    s.word = alloc_array(s.samples, length, sizeof *s.word);
    s.message = alloc_array(s.samples, 1, sizeof *s.message);
    s.sorted = alloc_array(s.samples, 1, sizeof *s.sorted);
    bool found = false;
    for (size_t probe = 0; probe < probes && !found && !interrupted(); probe++) {
        draw(&s);
        for (size_t k = 1; k < s.samples && !found && !interrupted(); k++)
            found = compare_sent(&s.sorted[k - 1], &s.sorted[k]) == 0 &&
                    try_pair(&s, word, other, s.sorted[k - 1].input, s.sorted[k].input);
    }
    for (size_t k = 0; k < s.samples; k++)
        bit_string_clear(&s.message[k]);
    free(s.word);
    free(s.message);
    free(s.sorted);
    return found;
}
