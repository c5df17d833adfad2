// rational_node.h - exact numbers in a JSON document.
#pragma once
#include "base/json_input.h"
#include <gmp.h>

// r <- the integer, or what the string writes (rational.h).  -1 after an error: the value is
// missing, a decimal fraction, or no number at all.
int node_rational(mpq_t r, const Node *n);
