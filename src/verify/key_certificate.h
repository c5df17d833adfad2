// key_certificate.h - the worst margin of a keyed model for recall, for thousands of pairs and 2^16
// keys, by the distances of the keys' words from the one asked for (docs/recall.md#theorem-2).
#pragma once
#include "math/weights.h"
#include "net/keyed.h"
#include "verify/effort.h"
#include "verify/finding.h"

// Judges the model that keyed_expand makes of the seed over the linear code for p; fills in f as
// certificate_check does, but for attention.  UNKNOWN, with the reason, where it cannot be told.
// -1 after an error: the arithmetic cannot evaluate the model.
// Needs keyed_admits(seed) == NULL; the weights of the code, which has a word for every key and no
// more; and an arithmetic that is exact or one of enclosures.
int key_certificate_check(Finding *f, const Transformer *seed, const Params *p,
                          const Weights *weights, const Code *code, const char *name,
                          const Effort *e);
