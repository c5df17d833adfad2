#include "verify/exploration.h"
#include "base/interrupt.h"
#include <stdlib.h>

enum { POLL = 1 << 10 };
#define SUFFIX_PAIRS_MOST ((size_t)1 << 18)
#define COLLISIONS_TRIED 256

void collision_clear(Collision *c) {
    free(c->prefix[0]);
    free(c->prefix[1]);
    free(c->suffix);
    *c = (Collision){ 0 };
}

// What is explored.
typedef struct Ground {
    const Problem *problem;
    const Params *p;
    size_t length;   // of the words; 0: of all words there are
} Ground;

static TokenRun tokens_at(const Ground *g, size_t t) { return g->problem->task->tokens(g->p, t); }

static bool ends_word(const Ground *g, const StatePair *pair) {
    return g->length == 0 || pair->t == g->length;
}

static bool goes_on(const Ground *g, const StatePair *pair) {
    return g->length == 0 || pair->t < g->length;
}

// The pair after token number k of its position; the new state of machine a is known.
static StatePair after(const Ground *g, const StatePairs *pairs, size_t from, size_t a,
                       uint32_t k) {
    const StatePair *pair = &pairs->pair[from];
    return (StatePair){ .t = g->length == 0 ? 0 : pair->t + 1,
                        .a = a,
                        .b = problem_step(g->problem, g->p, pair->t, pair->b, k),
                        .parent = from,
                        .token = tokens_at(g, pair->t).first + k };
}

static void judge(Exploration *x, StateSpace *s, const Ground *g, size_t index) {
    const StatePair *pair = &x->pairs.pair[index];
    size_t answer = problem_answer(g->problem, g->p, pair->b);
    if (answer == ANSWER_EXCLUDED)
        return;
    mpq_t margin;
    mpq_init(margin);
    x->judged++;
    if (!state_space_margin(margin, s, pair->a, answer)) {
        x->first_faulty = x->faulty ? x->first_faulty : index;
        x->faulty = true;
    } else if (!x->any || mpq_cmp(margin, x->margin) < 0) {
        x->any = true;
        x->worst = index;
        mpq_set(x->margin, margin);
    }
    mpq_clear(margin);
}

// false: there are too many states.
static bool expand(Exploration *x, StateSpace *s, const Ground *g, size_t index) {
    TokenRun run = tokens_at(g, x->pairs.pair[index].t);
    for (uint32_t k = 0; k < run.count; k++) {
        size_t a;
        if (!state_space_step(s, &a, x->pairs.pair[index].a, run.first + k))
            return false;
        state_pairs_add(&x->pairs, after(g, &x->pairs, index, a, k));
    }
    return true;
}

// Whether the task's machine numbers its states: else they would wrap.
static bool are_numbered(const Ground *g) {
    for (size_t t = 0; t <= g->length; t++)
        if (problem_states(g->problem, g->p, t) == SIZE_MAX)
            return false;
    return true;
}

static void explore(Exploration *x, StateSpace *s, const Ground *g) {
    if (!are_numbered(g))
        x->why = "the task's machine has more states than can be numbered";
    state_pairs_add(&x->pairs,
                    (StatePair){ .a = state_space_initial(s), .parent = (size_t)NO_PAIR });
    for (size_t i = 0; i < x->pairs.count && x->why == NULL; i++) {
        if (ends_word(g, &x->pairs.pair[i]))
            judge(x, s, g, i);
        if (i % POLL == 0 && interrupted())
            x->why = "interrupted";
        else if (x->pairs.count > PAIRS_MOST)
            x->why = "more than 2^23 pairs of states of the model and the task";
        else if (goes_on(g, &x->pairs.pair[i]) && !expand(x, s, g, i))
            x->why = STATES_EXCEEDED;
    }
    x->complete = x->why == NULL;
}

// The suffix after which the answers to two states of the task's machine differ, all after t
// tokens; false if there is none, or it takes too long to find.
static bool find_suffix(Collision *c, const Ground *g, size_t t, size_t one, size_t other) {
    StatePairs pairs = { 0 };
    bool found = false;
    state_pairs_add(&pairs, (StatePair){ .t = t, .a = one, .b = other, .parent = (size_t)NO_PAIR });
    for (size_t i = 0; i < pairs.count && pairs.count <= SUFFIX_PAIRS_MOST && !found; i++) {
        StatePair pair = pairs.pair[i];
        found = ends_word(g, &pair) && answers_differ(problem_answer(g->problem, g->p, pair.a),
                                                      problem_answer(g->problem, g->p, pair.b));
        if (found)
            c->suffix = state_pairs_way(&c->suffix_length, &pairs, i);
        for (uint32_t k = 0; !found && goes_on(g, &pair) && k < tokens_at(g, pair.t).count; k++) {
            size_t a = problem_step(g->problem, g->p, pair.t, pair.a, k);
            state_pairs_add(&pairs, after(g, &pairs, i, a, k));
        }
    }
    state_pairs_clear(&pairs);
    return found;
}

// Whether the model cannot tell the two pairs apart although the task must.
static bool collide(Exploration *x, const Ground *g, size_t one, size_t other) {
    const StatePair *a = &x->pairs.pair[one], *b = &x->pairs.pair[other];
    if (a->b == b->b || !find_suffix(&x->collision, g, a->t, a->b, b->b))
        return false;
    x->collision.prefix[0] = state_pairs_way(&x->collision.length[0], &x->pairs, one);
    x->collision.prefix[1] = state_pairs_way(&x->collision.length[1], &x->pairs, other);
    return true;
}

// The first pair with the same time and model state as a later one whose right answers differ.
static void find_collision(Exploration *x, const Ground *g) {
    StatePairs first = {
        0
    };   // per time and model state, in `parent`, the first pair that has them
    size_t tried = 0;
    for (size_t i = 0; i < x->pairs.count && !x->collides && tried < COLLISIONS_TRIED; i++) {
        StatePair key = { .t = x->pairs.pair[i].t, .a = x->pairs.pair[i].a, .parent = i };
        size_t before = first.count, at = state_pairs_add(&first, key);
        if (first.count > before || key.a == STATE_FAULT)
            continue;
        tried++;
        x->collides = collide(x, g, first.pair[at].parent, i);
    }
    state_pairs_clear(&first);
}

void exploration_init(Exploration *x, StateSpace *s, const Problem *problem, const Params *p) {
    Ground g = { .problem = problem, .p = p };
    *x = (Exploration){ 0 };
    mpq_init(x->margin);
    if (p->n > 0)
        g.length = problem->task->length(p);
    explore(x, s, &g);
    if (!x->complete || x->faulty || !x->any || mpq_sgn(x->margin) <= 0)
        find_collision(x, &g);
}

void exploration_clear(Exploration *x) {
    mpq_clear(x->margin);
    state_pairs_clear(&x->pairs);
    collision_clear(&x->collision);
    *x = (Exploration){ 0 };
}
