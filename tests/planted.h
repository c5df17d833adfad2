// planted.h - a model with an error planted in it, for tests.
#pragma once
#include "net/transformer.h"
#include <stdbool.h>

// Equality, but for x = y = the bits of w, counted as unequal: the last coordinate of y_i is 1 or
// -1 if it is 1, as w_i is 1 or not, and # reads its mean S / L, by a head or by the one that there
// is. S is the number of ones of w if y = w, and less for other y: a unit of layer 2 is on only
// there.
void plant_single_error(Transformer *t, uint64_t n, uint64_t w, bool own_head);
