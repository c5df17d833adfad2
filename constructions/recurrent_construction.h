// recurrent_construction.h - "there is": an explicit recurrent model that solves a task.
//
// Like a construction (construction.h), but of an Elman network, which needs no code, temperature
// or mask.  One record in one file (constructions/NAME.c) and one word in
// constructions/meson.build.
#pragma once
#include "net/recurrent.h"

// What the theorem promises about the model, in exact arithmetic.
typedef struct RecurrentPromise {
    mpq_t margin;       // the worst-case margin is exactly this
    size_t units;       // exactly
    size_t unit_bits;   // a unit's reachable values can be written in so many bits
} RecurrentPromise;
void recurrent_promise_init(RecurrentPromise *p);
void recurrent_promise_clear(RecurrentPromise *p);

typedef struct RecurrentConstruction {
    const char *name;   // the claim it proves: "dyck/recurrent"
    const char *summary;
    const char *theorem;   // where docs/ states it: "FILE.md#ANCHOR"
    const char *sizes;     // the sizes checked unless others are asked for; 0: every length
    const Task *task;
    // NULL, or why the theorem does not cover the parameters.  Needs recurrent_admits == NULL.
    const char *(*admits)(const Params *p);
    // r <- the model; undo with recurrent_clear.  Like promise, needs admits(p) == NULL.
    void (*build)(Recurrent *r, const Params *p);
    void (*promise)(RecurrentPromise *promise, const Params *p);   // init beforehand
} RecurrentConstruction;

// In the order of constructions/meson.build; ends with NULL.
extern const RecurrentConstruction *const recurrent_constructions[];
const RecurrentConstruction *recurrent_construction_find(const char *name);

// What recurrent_admits and admits say.
const char *recurrent_construction_admits(const RecurrentConstruction *c, const Params *p);
