// compile.h - any deterministic finite automaton as an Elman network (docs/recurrent.md#theorem-3).
#pragma once
#include "net/recurrent.h"
#include "task/automaton.h"

// r <- the network of a->states * a->symbols clamp units, one per state and last symbol, that
// answers 1 iff the automaton accepts, with margin 1/2.  Undo with recurrent_clear.  Token i of the
// Boolean task is symbol i of the automaton.
void automaton_compile(Recurrent *r, const Automaton *a, const Task *task, const Params *p);

// The units of that network; LARGEST_COMPILED of them at most.
enum { LARGEST_COMPILED = 1 << 11 };
