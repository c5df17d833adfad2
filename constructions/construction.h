// construction.h - "there is": an explicit model that solves a task, with what its theorem
// promises.
//
// A construction is one record in one file (constructions/NAME.c) and one word in
// constructions/meson.build.
#pragma once
#include "constructions/lookup.h"
#include "math/code.h"
#include "net/coded.h"

// What the theorem promises about the model for given parameters.
typedef struct Promise {
    mpq_t margin;    // the worst-case margin is exactly this
    bool is_bound;   // or at least this
    Size size;       // exactly; parameters are not promised and 0
} Promise;
void promise_init(Promise *p);
void promise_clear(Promise *p);

// A construction that is one coded model for every code and size (net/coded.h): its seed for n
// positions with words of length k, n beyond a machine word as well.  p->n is not looked at.
typedef struct Seeding {
    void (*seed)(Transformer *t, const Params *p, const mpz_t n, size_t k, uint64_t temperature);
    const Distraction *distraction;   // of the heads that fetch by the code
    // margin <- what the theorem promises, where the least mass on a key meant is `mass`.
    void (*margin)(mpq_t margin, const Params *p, const mpz_t n, size_t k, uint64_t temperature,
                   const mpq_t mass);
} Seeding;

// t <- the model over the code at that temperature, expanded from its seed: what `build` is then.
void seeding_expand(Transformer *t, const Seeding *s, const Params *p, const Code *code,
                    uint64_t temperature);

typedef struct Construction {
    const char *name;   // the claim it proves: "equality/two-layer"
    const char *summary;
    const char *theorem;   // where docs/ states it: "FILE.md#ANCHOR"
    const char *sizes;     // the sizes checked unless others are asked for: "1..8"
    const Task *task;
    bool codeless;   // reads no code, no temperature (which is 0) and no kind of readout
    // NULL, or why the theorem does not cover the parameters.  Needs task->admits(p) == NULL.
    const char *(*admits)(const Params *p);
    uint64_t (*words)(const Params *p);   // of the code that it needs; NULL: n
    // The least scale t >= 1 of the scores of layer 1 for which the theorem's inequality holds.
    // Needs admits(p) == NULL, as many words, and their least distance, at least 1 (with a single
    // word of no meaning); the functions below need the same of the code.
    uint64_t (*temperature)(const Params *p, const Code *code, uint64_t distance);
    // m, the width of that model.
    size_t (*width)(const Params *p, const Code *code);
    // t <- the model over the code at that temperature.  Undo with transformer_clear.
    void (*build)(Transformer *t, const Params *p, const Code *code, uint64_t temperature);
    // What the theorem promises of that model at the least temperature or above; init beforehand.
    void (*promise)(Promise *promise, const Params *p, const Code *code, uint64_t temperature);
    Target *target;   // what the heads are meant to attend to; NULL: to nothing in particular
    const Seeding *seeding;   // NULL: it is no coded model
    // For recall: the seed (net/keyed.h) that build expands; NULL: there is none.
    void (*keyed)(Transformer *seed, const Params *p, const Code *code, uint64_t temperature);
} Construction;

// How many words of a code it needs.
uint64_t construction_words(const Construction *c, const Params *p);

// The constructions, in the order of constructions/meson.build; ends with NULL.
extern const Construction *const constructions[];
const Construction *construction_find(const char *name);
