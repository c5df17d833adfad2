// As WalkSAT does (Selman, Kautz, Cohen 1994): a position with a wrong state is chosen at random,
// and of its support the token is changed that leaves the fewest wrong states, or one at random.
#include "verify/realize.h"
#include "base/alloc.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

enum { LOOKS = 1 << 22, NOISE_PERCENT = 30 };

typedef struct Search {
    const Relaxation *r;
    const size_t *option;
    Token *word;
    bool *frozen;            // per position
    size_t *wrong, wrongs;   // positions with a wrong state
    size_t *place;           // per position: where it is among them, counted from 1; 0: nowhere
    uint64_t *seed;
    size_t looks;   // that are left
} Search;

static bool is_wrong(Search *q, size_t position) {
    const LocalState *s = &q->r->states->at[position];
    q->looks -= q->looks > 0;
    return s->state[local_state_assignment(s, q->r->t, q->word)] != q->option[position];
}

static void settle(Search *q, size_t position) {
    bool wrong = is_wrong(q, position);
    size_t at = q->place[position];
    if (wrong && at == 0) {
        q->wrong[q->wrongs++] = position;
        q->place[position] = q->wrongs;
    } else if (!wrong && at > 0) {
        size_t last = q->wrong[--q->wrongs];
        q->wrong[at - 1] = last;
        q->place[last] = at;
        q->place[position] = 0;
    }
}

static TokenRun run_of(const Search *q, size_t position) {
    const Transformer *t = q->r->t;
    return t->task->tokens(&t->params, position);
}

// How many states are wrong among those that read the position, with that token there.
static size_t count_wrong(Search *q, size_t position, Token token) {
    const Relaxation *r = q->r;
    Token old = q->word[position];
    size_t count = 0;
    q->word[position] = token;
    for (size_t k = r->first[position]; k < r->first[position + 1]; k++)
        count += is_wrong(q, r->reader[k]);
    q->word[position] = old;
    return count;
}

static void put(Search *q, size_t position, Token token) {
    const Relaxation *r = q->r;
    q->word[position] = token;
    for (size_t k = r->first[position]; k < r->first[position + 1]; k++)
        settle(q, r->reader[k]);
}

// Another token than the word's, where there is one; else that.
static Token other_token(Search *q, size_t position) {
    TokenRun run = run_of(q, position);
    if (run.count == 1)
        return q->word[position];
    uint64_t steps = 1 + (random_next(q->seed) >> 1) % (run.count - 1);
    return run.first + (Token)((q->word[position] - run.first + steps) % run.count);
}

static void step(Search *q) {
    const LocalState *s = &q->r->states->at[q->wrong[(random_next(q->seed) >> 1) % q->wrongs]];
    bool noise = (random_next(q->seed) >> 1) % 100 < NOISE_PERCENT;
    size_t best = SUPPORT_MOST, open = 0;
    long least = 0;
    Token chosen = 0;
    for (size_t k = 0; k < s->count; k++) {
        size_t position = s->position[k];
        Token token = other_token(q, position);
        if (q->frozen[position] || token == q->word[position])
            continue;
        open++;
        long change = noise ? (long)(random_next(q->seed) >> 33)
                            : (long)count_wrong(q, position, token) -
                                  (long)count_wrong(q, position, q->word[position]);
        if (best == SUPPORT_MOST || change < least) {
            best = k;
            least = change;
            chosen = token;
        }
    }
    if (open > 0)
        put(q, s->position[best], chosen);
    q->looks -= q->looks > 0;   // so that a search without a way out ends
}

static void freeze(Search *q, size_t clause) {
    const Transformer *t = q->r->t;
    Requirement requirement[REQUIREMENTS_MOST];
    if (clause == NO_CLAUSE)
        return;
    size_t count = t->task->clauses->clause(requirement, &t->params, clause);
    for (size_t k = 0; k < count; k++) {
        q->word[requirement[k].position] = requirement[k].token;
        q->frozen[requirement[k].position] = true;
    }
}

size_t realize(Token *word, const Relaxation *r, const size_t *option, size_t clause,
               uint64_t *seed) {
    size_t length = r->t->length, positions = r->states->positions;
    Search q = { .r = r,
                 .option = option,
                 .word = word,
                 .frozen = alloc_array(length, 1, sizeof *q.frozen),
                 .wrong = alloc_array(positions, 1, sizeof *q.wrong),
                 .place = alloc_array(positions, 1, sizeof *q.place),
                 .seed = seed,
                 .looks = LOOKS };
    Token *best = alloc_array(length, 1, sizeof *best);
    freeze(&q, clause);
    for (size_t i = 0; i < positions; i++)
        settle(&q, i);
    size_t fewest = q.wrongs;
    memcpy(best, word, length * sizeof *best);
    while (fewest > 0 && q.looks > 0) {
        step(&q);
        if (q.wrongs >= fewest)
            continue;
        fewest = q.wrongs;
        memcpy(best, word, length * sizeof *best);
    }
    memcpy(word, best, length * sizeof *best);
    free(best);
    free(q.frozen);
    free(q.wrong);
    free(q.place);
    return fewest;
}
