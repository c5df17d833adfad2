// instance.h - a construction made for given parameters: its code, its temperature, its model.
#pragma once
#include "constructions/construction.h"

typedef struct Instance {
    const Construction *construction;
    Params params;
    Code code;           // all 0 if the construction is codeless
    uint64_t distance;   // the least of the code; 0 with a single word, which has none
    uint64_t temperature;
    bool promised;   // base 2, and the temperature is at least the one that the theorem asks for
    Transformer model;
} Instance;

// Makes the model over the code that p names (default: the shortest) at the temperature that p
// names (default: the least).  Undo with instance_clear. -1 after an error, with *in untouched: the
// parameters are not admitted, there is no such code, or two of its words are equal.
int instance_init(Instance *in, const Construction *c, const Params *p);
// The same without a word about it: NULL, or the reason, for the caller to free.
char *instance_try(Instance *in, const Construction *c, const Params *p);
// What instance_try would return; builds no model.
char *instance_admits(const Construction *c, const Params *p);

void instance_clear(Instance *in);
