// reed_solomon.h - what the families built on Reed-Solomon codes share.
#pragma once
#include "math/field.h"

// value[degree * n + i] <- the i-th point, 0, 1, alpha, alpha^2, .., to that degree; 0^0 = 1.  For
// degree < terms, i < n.  The caller frees it.
uint32_t *reed_solomon_values(const Field *f, uint64_t n, uint64_t terms);
