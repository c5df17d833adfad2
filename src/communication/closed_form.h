// closed_form.h - counts of any size, where the structure of the matrix is a theorem.
//
// What holds for which problem and split, and why: docs/communication.md#closed-forms.  For
// equality and disjointness the premises of the theorem are checked by machine at the size at hand,
// from the task's product domains, without enumeration; the others are formulas proved there. Tests
// compare all of them with enumeration.
#pragma once
#include "communication/counts.h"

enum { CLOSED_FORM_BITS = 1 << 20 };   // what is counted has no more bits

// NULL, or why there is no closed form of that problem, size and split.
const char *closed_form_admits(const Problem *problem, const Params *p, const Split *split);

// Needs closed_form_admits == NULL.  Undo with counts_clear.
void closed_form_init(Counts *counts, const Problem *problem, const Params *p, const Split *split);

// A base is a 2 x 2 matrix of bits: bit 2 x + y is its entry (x, y).  Whether the task on two
// strings answers 1 iff entry (x_i, y_i) is 1 for every i, so that its matrix is the Kronecker
// power of order n: read off its n + 1 domains.
bool kronecker_base(unsigned *base, const Task *task, const Params *p);

// The determinant, 0 or +-1; for +-1 the sum of the entries of the inverse.
int base_determinant(unsigned base);
int base_inverse_sum(unsigned base);
