// dyck.c - bounded Dyck languages: the machine's state is the stack of open brackets, a number in
// base b; stacks of height h begin at 1 + b + .. + b^(h-1).  It gives up on a word whose stack is
// too high for the depth or, where the length n is known, to be closed in time: the last state.
#include "communication/problem.h"

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
    if (p->n == 0)
        return p->depth;
    size_t height = t < p->n - t ? t : p->n - t;
    return height < p->depth ? height : p->depth;
}

static size_t states(const Params *p, size_t t) {
    if (t == 0 && p->n > 0)
        return 1;
    size_t stacks = stacks_below(p, highest(p, t) + 1);
    return stacks == SIZE_MAX ? SIZE_MAX : stacks + 1;
}

static size_t step(const Params *p, size_t t, size_t s, size_t k) {
    size_t fail = states(p, t + 1) - 1, height = p->brackets == 1 ? s : 0, type = k / 2;
    if ((t > 0 || p->n == 0) && s == states(p, t) - 1)
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

static const Machine machine = { states, step, machine_answer };

const Problem problem_dyck = {
    .task = &task_dyck,
    .machine = &machine,
    .split = "odd-even",
};
