// fault.h - where an evaluation ended because the arithmetic has no number for what was to be
// computed.
#pragma once
#include "base/text.h"

// Layers and heads count from 1, 0 meaning none; positions from 0, as in model files.
enum { NOWHERE = -1 };
typedef struct Fault {
    size_t layer, head;
    const char *part;   // "the score"
    long query, key;    // positions, or NOWHERE
    const char *why;    // "is not an integer"; NULL: no fault
} Fault;

// Appends "layer 1, head 2: the score of position 3 on position 4 overflows".
void fault_print(Text *t, const Fault *f);
