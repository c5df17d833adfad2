// pair_problems.c - the problems on two strings x_1 .. x_n y_1 .. y_n #: what their machines share.
//
// After x_1 .. x_t, t <= n, the state is that string, read as a binary number; after y_1 .. y_j too
// it is x_(j+1) .. x_n and a flag: flag 2^(n-j) + string.  The two tasks without models, inner
// product and greater-than, are controls: their matrices are known in every respect.
#include "communication/problem.h"
#include "task/pair.h"

// How the flag goes on from the pair (x_i, y_i); flag 0 in the beginning.
typedef size_t (*Next)(size_t flag, size_t x, size_t y);

static size_t states(const Params *p, size_t t, size_t flags) {
    if (t <= p->n)
        return power_capped(2, t);
    return t > 2 * p->n ? flags : product_capped(flags, power_capped(2, 2 * p->n - t));
}

static size_t step(const Params *p, size_t t, size_t s, size_t k, Next next) {
    if (t < p->n)
        return 2 * s + k;
    if (t == 2 * p->n)
        return s;                 // the end token
    size_t bits = 2 * p->n - t;   // of x that are left
    size_t x = s >> (bits - 1) & 1, rest = s & (((size_t)1 << (bits - 1)) - 1);
    return next(s >> bits, x, k) << (bits - 1) | rest;
}

static size_t states_of_two_flags(const Params *p, size_t t) { return states(p, t, 2); }
static size_t states_of_three_flags(const Params *p, size_t t) { return states(p, t, 3); }

static size_t is_zero(const Params *p, size_t s) {
    (void)p;
    return s == 0;
}

static size_t is_one(const Params *p, size_t s) {
    (void)p;
    return s == 1;
}

static size_t next_unequal(size_t flag, size_t x, size_t y) { return flag | (x ^ y); }
static size_t next_common(size_t flag, size_t x, size_t y) { return flag | (x & y); }
static size_t next_parity(size_t flag, size_t x, size_t y) { return flag ^ (x & y); }

// Flag 1: x is greater, 2: y is greater, 0: equal so far.
static size_t next_order(size_t flag, size_t x, size_t y) {
    if (flag != 0 || x == y)
        return flag;
    return x > y ? 1 : 2;
}

static size_t step_equality(const Params *p, size_t t, size_t s, size_t k) {
    return step(p, t, s, k, next_unequal);
}

static size_t step_disjointness(const Params *p, size_t t, size_t s, size_t k) {
    return step(p, t, s, k, next_common);
}

static size_t step_inner_product(const Params *p, size_t t, size_t s, size_t k) {
    return step(p, t, s, k, next_parity);
}

static size_t step_greater_than(const Params *p, size_t t, size_t s, size_t k) {
    return step(p, t, s, k, next_order);
}

static size_t inner_product(const Params *p, const Token *word) {
    size_t parity = 0;
    for (size_t i = 0; i < p->n; i++)
        parity ^= word[i] & word[p->n + i];
    return parity;
}

static size_t greater_than(const Params *p, const Token *word) {
    for (size_t i = 0; i < p->n; i++)
        if (word[i] != word[p->n + i])
            return word[i] > word[p->n + i];
    return 0;
}

static const Task task_inner_product = {
    .name = "inner-product",
    .summary = "the parity of the number of 1s that x and y have in common",
    .words = "x_1 .. x_n y_1 .. y_n in 0 1, then #",
    .theorem = "communication.md#problems",
    .boolean = true,
    .admits = pair_admits,
    .length = pair_length,
    .symbols = pair_symbols,
    .answers = pair_answers,
    .tokens = pair_tokens,
    .name_token = pair_name_token,
    .name_answer = pair_name_answer,
    .answer = inner_product,
};

static const Task task_greater_than = {
    .name = "greater-than",
    .summary = "1 iff x > y, as binary numbers, x_1 most significant",
    .words = "x_1 .. x_n y_1 .. y_n in 0 1, then #",
    .theorem = "communication.md#problems",
    .boolean = true,
    .admits = pair_admits,
    .length = pair_length,
    .symbols = pair_symbols,
    .answers = pair_answers,
    .tokens = pair_tokens,
    .name_token = pair_name_token,
    .name_answer = pair_name_answer,
    .answer = greater_than,
};

static const Machine machine_equality = { states_of_two_flags, step_equality, is_zero };
static const Machine machine_disjointness = { states_of_two_flags, step_disjointness, is_zero };
static const Machine machine_inner_product = { states_of_two_flags, step_inner_product, is_one };
static const Machine machine_greater_than = { states_of_three_flags, step_greater_than, is_one };

const Problem problem_equality = {
    .task = &task_equality,
    .machine = &machine_equality,
    .split = "halves",
    .pairs = PAIRS_APART,
};

const Problem problem_disjointness = {
    .task = &task_disjointness,
    .machine = &machine_disjointness,
    .split = "halves",
    .pairs = PAIRS_APART,
};

const Problem problem_inner_product = {
    .task = &task_inner_product,
    .machine = &machine_inner_product,
    .split = "halves",
    .pairs = PAIRS_APART,
};

const Problem problem_greater_than = {
    .task = &task_greater_than,
    .machine = &machine_greater_than,
    .split = "halves",
    .pairs = PAIRS_APART,
};
