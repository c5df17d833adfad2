// problem.h - tasks as functions of an input that two players share.
//
// A problem is a task (task/task.h) together with what counting needs.  Tasks that no model is
// built for yet live here, without product domains; their words are those of
// docs/communication.md#problems.
//
// The words of a size are read by a machine: after t tokens it is in one of states(p, t) states,
// numbered from 0, and the state after all tokens tells the answer.  The machine need not be
// minimal, and some of its states may not be reached.  For a task that is endless, n = 0 stands for
// the words of every length: the machine is then the same after any number of tokens, and its state
// tells the answer to what was read.
#pragma once
#include "task/task.h"

typedef struct Machine {
    size_t (*states)(const Params *p, size_t t);   // 1 for t = 0; may need 0 <= t <= length
    // The state after token number k (from 0) of position t's run, in state s after t tokens.
    size_t (*step)(const Params *p, size_t t, size_t s, size_t k);
    size_t (*answer)(const Params *p, size_t s);   // in state s after all tokens
} Machine;

// Which positions make the pairs 1 .. n (positions from 1): none, i and n + i, or 2i - 1 and 2i.
typedef enum Pairs { PAIRS_NONE, PAIRS_APART, PAIRS_ADJACENT } Pairs;

typedef enum Query { QUERY_NONE, QUERY_LAST, QUERY_FIRST } Query;

typedef struct Problem {
    const Task *task;
    const Machine *machine;   // NULL: the states are the prefixes
    const char *split;        // the usual one, for communication/split.h
    Query query;              // the token that asks for one of several answers
    Pairs pairs;
} Problem;

extern const Problem problem_equality, problem_disjointness, problem_inner_product,
    problem_greater_than, problem_index_lookup, problem_index_lookup_front, problem_dyck,
    problem_nearest_neighbor, problem_recall;

// The problem of params.automaton, which nobody names on a command line.
extern const Problem problem_automaton;

// Those above but the last, in that order; ends with NULL.
extern const Problem *const problems[];

// The problem whose task has that name, NULL if there is none.
const Problem *problem_find(const char *name);

// Its machine.  The number of states is SIZE_MAX if it is no size_t.
size_t problem_states(const Problem *problem, const Params *p, size_t t);
size_t problem_step(const Problem *problem, const Params *p, size_t t, size_t s, size_t k);
size_t problem_answer(const Problem *problem, const Params *p, size_t s);

// a * b and a^e, SIZE_MAX if that is no size_t.
size_t product_capped(size_t a, size_t b);
size_t power_capped(size_t a, size_t e);
