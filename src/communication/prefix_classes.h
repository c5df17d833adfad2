// prefix_classes.h - prefixes that some suffix tells apart: the states of the least machine
// (docs/recurrent.md#theorem-2).
//
// Two prefixes of t tokens are in one class iff every suffix that makes words of them has the same
// right answer behind both.  The numbers in closed form, for every size; classes.h and
// prefix_classes_endless count them.
#pragma once
#include "communication/problem.h"
#include <gmp.h>

// Whether the numbers of that task are known in closed form.
bool prefix_classes_known(const Task *task);

// count <- the classes of prefixes of t tokens, for words of the size; for n = 0 (every length) the
// classes of all prefixes, whatever t.  Needs prefix_classes_known and t <= the length.
void prefix_classes_count(mpz_t count, const Task *task, const Params *p, size_t t);

// The t for which that is largest.
size_t prefix_classes_widest(const Task *task, const Params *p);

// The bits that a state needs at least: ceil(log2) of the largest number of classes.
size_t prefix_classes_bits(const Task *task, const Params *p);

// The bits that the state of any recurrent model of the task needs at least, for words of the size:
// prefix_classes_bits or, of a promise problem, a bound from below (docs/recurrent.md#theorem-6).
// 0: nothing is known.
size_t prefix_bits_least(const Problem *problem, const Params *p);

// The classes for words of every length, counted: the states of the problem's machine that are
// reached and told apart.  Needs n = 0 and an endless task, whose machine has at most
// PREFIX_STATES_MOST states S.  Takes S^2 bytes.
enum { PREFIX_STATES_MOST = 1 << 12 };
size_t prefix_classes_endless(const Problem *problem, const Params *p);
