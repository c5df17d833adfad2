// discrepancy.h - how nearly every rectangle is balanced.
//
// disc(f) = max over sets of rows R and of columns C of |#1 - #0 in R x C| / number of inputs,
// every input counting once, so repeated rows and columns as often as they occur (the uniform
// distribution). docs/communication.md#discrepancy.
#pragma once
#include "communication/comm_matrix.h"
#include <gmp.h>

enum { DISCREPANCY_ROWS = 16 };

// Exactly, over all sets of rows.  Needs answers 0 and 1, nothing excluded, and at most
// DISCREPANCY_ROWS rows.
void comm_matrix_discrepancy(mpq_t discrepancy, const CommMatrix *m);
