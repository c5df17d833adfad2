// dyck.c - Dyck-(b,D): is the word of n brackets of b types well nested, at most D deep?
//
// Tokens 2 i and 2 i + 1 open and close type i.  The machine's state is the stack of open brackets,
// a number in base b; stacks of height h begin at 1 + b + .. + b^(h-1).  It gives up on a word
// whose stack is too high to be closed in time or for the depth: the last state.
#include "communication/problem.h"

enum { TYPES_MOST = 4, LONGEST = 1 << 16 };

static const char *admits(const Params *p) {
    if (p->n < 1 || p->n % 2 != 0)
        return "dyck takes words of even length n >= 2";
    if (p->n > LONGEST)
        return "dyck takes words of length 2^16 at most";
    if (p->brackets < 1 || p->brackets > TYPES_MOST)
        return "dyck has 1 to 4 types of brackets";
    return p->depth < 1 ? "dyck needs a depth of at least 1" : NULL;
}

static size_t length(const Params *p) { return p->n; }
static size_t symbols(const Params *p) { return 2 * p->brackets; }

static size_t answers(const Params *p) {
    (void)p;
    return 2;
}

static TokenRun tokens(const Params *p, size_t position) {
    (void)position;
    return (TokenRun){ .first = 0, .count = (uint32_t)(2 * p->brackets) };
}

static void name_token(Text *t, const Params *p, Token token) {
    (void)p;
    text_add_bytes(t, &"()[]{}<>"[token], 1);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_add(t, answer ? "1" : "0");
}

// Closing a bracket leaves a well-nested word iff it matches the last one that is open: walk back
// over what is closed already.
static size_t answer(const Params *p, const Token *word) {
    size_t height = 0;
    for (size_t t = 0; t < p->n; t++) {
        if (word[t] % 2 == 0) {
            if (++height > p->depth)
                return 0;
            continue;
        }
        size_t i = t, closed = 1;
        while (i > 0 && closed > 0)
            closed = word[--i] % 2 ? closed + 1 : closed - 1;
        if (closed > 0 || word[i] != word[t] - 1)
            return 0;
        height--;
    }
    return height == 0;
}

// The number of stacks less than h high: 1 + b + .. + b^(h-1).
static size_t stacks_below(const Params *p, size_t h) {
    size_t stacks = 0;
    if (p->brackets == 1)
        return h;
    for (size_t i = 0; i < h && stacks < SIZE_MAX / 8; i++)
        stacks = p->brackets * stacks + 1;
    return stacks < SIZE_MAX / 8 ? stacks : SIZE_MAX;
}

// The height that a stack can have after t tokens at most and still be emptied.
static size_t highest(const Params *p, size_t t) {
    size_t height = t < p->n - t ? t : p->n - t;
    return height < p->depth ? height : p->depth;
}

static size_t states(const Params *p, size_t t) {
    if (t == 0)
        return 1;
    size_t stacks = stacks_below(p, highest(p, t) + 1);
    return stacks == SIZE_MAX ? SIZE_MAX : stacks + 1;
}

static size_t step(const Params *p, size_t t, size_t s, size_t k) {
    size_t fail = states(p, t + 1) - 1, height = 0, type = k / 2;
    if (t > 0 && s == states(p, t) - 1)
        return fail;
    while (stacks_below(p, height + 1) <= s)
        height++;
    size_t stack = s - stacks_below(p, height);
    if (k % 2 == 0) {
        height++;
        stack = stack * p->brackets + type;
    } else if (height > 0 && stack % p->brackets == type) {
        height--;
        stack /= p->brackets;
    } else {
        return fail;
    }
    return height > highest(p, t + 1) ? fail : stacks_below(p, height) + stack;
}

static size_t machine_answer(const Params *p, size_t s) {
    (void)p;
    return s == 0;
}

static const Task task_dyck = {
    .name = "dyck",
    .summary = "1 iff the brackets are well nested, at most --depth deep",
    .words = "n brackets of --brackets types ( ) [ ] { } < >",
    .theorem = "communication.md#problems",
    .boolean = true,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .answer = answer,
};

static const Machine machine = { states, step, machine_answer };

const Problem problem_dyck = {
    .task = &task_dyck,
    .machine = &machine,
    .split = "odd-even",
};
