// A table for each t, from the end to the beginning: for every state s after t tokens and every
// choice a of Alice's remaining tokens, the class of the map from Bob's remaining tokens to the
// answer.  At a position of Alice's the class is one of the table after; at one of Bob's two
// entries are in one class iff, for each of his tokens, the entries after it are.
#include "communication/classes.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

// One table: entry s * choices + a.
typedef struct Level {
    size_t states, choices, classes;
    uint32_t *of;
} Level;

// Classes while they are found: open addressing.
typedef struct Found {
    uint32_t *slot;   // capacity: class + 1, 0 if free
    size_t *entry;    // of each class, its first entry
    size_t capacity, count, room;
} Found;

static size_t choices_from(const Problem *problem, const Params *p, const Split *split, size_t t) {
    size_t choices = 1;
    for (size_t i = t; i < split->length; i++)
        if (split->alice[i])
            choices = product_capped(choices, problem->task->tokens(p, i).count);
    return choices;
}

size_t classes_entries(const Problem *problem, const Params *p, const Split *split) {
    size_t most = 0, choices = 1;
    for (size_t t = split->length + 1; t-- > 0;) {
        if (t < split->length && split->alice[t])
            choices = product_capped(choices, problem->task->tokens(p, t).count);
        size_t entries = product_capped(problem_states(problem, p, t), choices);
        most = entries > most ? entries : most;
        if (most > CLASSES_MOST)
            break;
    }
    return most;
}

static void found_clear(Found *f) {
    free(f->slot);
    free(f->entry);
    *f = (Found){ 0 };
}

// The tables of two neighbouring t, and what leads from one to the other.
typedef struct Step {
    const Problem *problem;
    const Params *params;
    size_t t, tokens;
    const Level *next;
    size_t choices;   // of this level
} Step;

// The class of the entry (s, a) of this level after Bob's token number k.
static uint32_t after(const Step *step, size_t entry, size_t k) {
    size_t s = entry / step->choices, a = entry % step->choices;
    return step->next
        ->of[problem_step(step->problem, step->params, step->t, s, k) * step->choices + a];
}

static uint64_t hash_of(const Step *step, size_t entry) {
    uint64_t h = 0;
    for (size_t k = 0; k < step->tokens; k++) {
        h = (h ^ after(step, entry, k)) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

static bool are_equal(const Step *step, size_t a, size_t b) {
    for (size_t k = 0; k < step->tokens; k++)
        if (after(step, a, k) != after(step, b, k))
            return false;
    return true;
}

static void put(Found *f, const Step *step, uint32_t class) {
    size_t i = hash_of(step, f->entry[class]) & (f->capacity - 1);
    while (f->slot[i] != 0)
        i = (i + 1) & (f->capacity - 1);
    f->slot[i] = class + 1;
}

static void grow(Found *f, const Step *step) {
    size_t capacity = f->capacity ? 2 * f->capacity : 64;
    size_t *entry = alloc_array(capacity / 2, 1, sizeof *entry);
    if (f->count > 0)
        memcpy(entry, f->entry, f->count * sizeof *entry);
    Found larger = { .slot = alloc_array(capacity, 1, sizeof *larger.slot),
                     .entry = entry,
                     .capacity = capacity,
                     .count = f->count };
    for (uint32_t class = 0; class < f->count; class ++)
        put(&larger, step, class);
    found_clear(f);
    *f = larger;
}

static uint32_t class_of(Found *f, const Step *step, size_t entry) {
    if (2 * f->count >= f->capacity)
        grow(f, step);
    size_t i = hash_of(step, entry) & (f->capacity - 1);
    for (; f->slot[i] != 0; i = (i + 1) & (f->capacity - 1))
        if (are_equal(step, f->entry[f->slot[i] - 1], entry))
            return f->slot[i] - 1;
    f->entry[f->count] = entry;
    f->slot[i] = (uint32_t)++f->count;
    return (uint32_t)f->count - 1;
}

static Level level_alloc(size_t states, size_t choices) {
    return (Level){ .states = states,
                    .choices = choices,
                    .of = alloc_array(states, choices, sizeof(uint32_t)) };
}

// After all tokens the answers are the classes.
static Level last_level(const Problem *problem, const Params *p, const Split *split) {
    size_t answers = problem->task->answers(p);
    Level last = level_alloc(problem_states(problem, p, split->length), 1);
    last.classes = answers + 1;
    for (size_t s = 0; s < last.states; s++) {
        size_t answer = problem_answer(problem, p, s);
        last.of[s] = (uint32_t)(answer == ANSWER_EXCLUDED ? answers : answer);
    }
    return last;
}

// The level before: position t is Alice's.
static void choose_token(Level *level, const Step *step) {
    const Level *next = step->next;
    for (size_t s = 0; s < level->states; s++)
        for (size_t k = 0; k < step->tokens; k++) {
            size_t to = problem_step(step->problem, step->params, step->t, s, k);
            memcpy(level->of + s * level->choices + k * next->choices,
                   next->of + to * next->choices, next->choices * sizeof *level->of);
        }
    level->classes = next->classes;
}

// The level before: position t is Bob's.  States not reached (NULL: all are) get class 0.
static void await_token(Level *level, const Step *step, const bool *reached) {
    Found found = { 0 };
    for (size_t e = 0; e < level->states * level->choices; e++)
        if (reached == NULL || reached[e / level->choices])
            level->of[e] = class_of(&found, step, e);
    level->classes = found.count;
    found_clear(&found);
}

static Level level_before(const Problem *problem, const Params *p, const Split *split, size_t t,
                          const Level *next, const bool *reached) {
    Level level = level_alloc(problem_states(problem, p, t), choices_from(problem, p, split, t));
    Step step = { .problem = problem,
                  .params = p,
                  .t = t,
                  .tokens = problem->task->tokens(p, t).count,
                  .next = next,
                  .choices = level.choices };
    if (split->alice[t])
        choose_token(&level, &step);
    else
        await_token(&level, &step, reached);
    return level;
}

// The table at t = 0, with classes numbered as they appear.
static void take_classes(Classes *c, Level *first) {
    size_t most = first->classes > first->choices ? first->classes : first->choices;
    uint32_t *number = alloc_array(most, 1, sizeof *number);   // + 1
    *c = (Classes){ .inputs = first->choices,
                    .of = first->of,
                    .first = alloc_array(first->choices, 1, sizeof *c->first),
                    .members = alloc_array(first->choices, 1, sizeof *c->members) };
    for (size_t a = 0; a < c->inputs; a++) {
        uint32_t *known = &number[c->of[a]];
        if (*known == 0) {
            c->first[c->count] = a;
            *known = (uint32_t)++c->count;
        }
        c->of[a] = *known - 1;
        c->members[c->of[a]]++;
    }
    free(number);
}

void classes_init(Classes *c, const Problem *problem, const Params *p, const Split *split) {
    require(classes_entries(problem, p, split) <= CLASSES_MOST);
    Level level = last_level(problem, p, split);
    for (size_t t = split->length; t-- > 0;) {
        Level before = level_before(problem, p, split, t, &level, NULL);
        free(level.of);
        level = before;
    }
    take_classes(c, &level);
}

void classes_clear(Classes *c) {
    free(c->of);
    free(c->first);
    free(c->members);
    *c = (Classes){ 0 };
}

// reached[t] (t = 0 .. length) <- which states some word leads to after t tokens.
static bool **find_reached(const Problem *problem, const Params *p, size_t length) {
    bool **reached = alloc_array(length + 1, 1, sizeof *reached);
    for (size_t t = 0; t <= length; t++)
        reached[t] = alloc_array(problem_states(problem, p, t), 1, sizeof *reached[t]);
    reached[0][0] = true;
    for (size_t t = 0; t < length; t++)
        for (size_t s = 0; s < problem_states(problem, p, t); s++)
            for (size_t k = 0; reached[t][s] && k < problem->task->tokens(p, t).count; k++)
                reached[t + 1][problem_step(problem, p, t, s, k)] = true;
    return reached;
}

// How many classes the states reached are in.
static size_t count_reached(const Level *level, const bool *reached) {
    bool *seen = alloc_array(level->classes, 1, sizeof *seen);
    size_t count = 0;
    for (size_t s = 0; s < level->states; s++) {
        if (!reached[s] || seen[level->of[s]])
            continue;
        seen[level->of[s]] = true;
        count++;
    }
    free(seen);
    return count;
}

void count_states(size_t *states, const Problem *problem, const Params *p) {
    size_t length = problem->task->length(p);
    Split bob;
    split_init_prefix(&bob, length, 0);
    require(!task_has_promise(problem->task) && classes_entries(problem, p, &bob) <= CLASSES_MOST);
    bool **reached = find_reached(problem, p, length);
    Level level = last_level(problem, p, &bob);
    states[length] = count_reached(&level, reached[length]);
    for (size_t t = length; t-- > 0;) {
        Level before = level_before(problem, p, &bob, t, &level, reached[t]);
        free(level.of);
        level = before;
        states[t] = count_reached(&level, reached[t]);
    }
    free(level.of);
    for (size_t t = 0; t <= length; t++)
        free(reached[t]);
    free(reached);
    split_clear(&bob);
}
