// family.h - a family of codes, and how a code is named and found.
//
// A family is one record in one file (constructions/codes/NAME.c) and one word in
// constructions/meson.build.  Names: docs/codes.md#names.
#pragma once
#include "base/text.h"
#include "math/code.h"
#include "math/weights.h"

// Caps: no code is longer, no table of words larger.
#define CODE_LONGEST ((size_t)1 << 16)
#define CODE_TABLE_BYTES ((size_t)1 << 31)

// No code of which only the weights are known is longer.
#define CODE_LONGEST_WEIGHED ((size_t)1 << 20)

// What a name says behind "family:", and how many words are wanted.
enum { CODE_VALUES = 16 };
typedef struct CodeParams {
    uint64_t n;                    // at least 1
    size_t count;                  // how many values are given
    uint64_t value[CODE_VALUES];   // those given; value[i] = 0 for i >= count
} CodeParams;

typedef struct CodeFamily {
    const char *name;      // "bch"
    const char *summary;   // one line
    const char *syntax;    // "bch[:LENGTH,RANK]"
    const char *example;   // a name of one of its codes, with n <= 2^12 words: "bch:32,11"
    const char *theorem;   // where docs/ states it: "codes.md#bch"
    size_t least, most;    // how many values a name may give
    // Makes c the code, with all its words (a family whose size is free: with p->n) and its full
    // name.  -1 and a reason added to why, c untouched, if there is none.
    // Values left out are chosen for p->n words.  Undo with code_clear.
    int (*build)(Code *c, Text *why, const CodeParams *p);
    // Makes w the weight distribution of such a code, of any size, by a formula; p->n is not looked
    // at, and values left out are chosen for 2^rank words.  Errors as build.  Undo with
    // weights_clear.  NULL: no formula is known.
    int (*weights)(Weights *w, Text *why, const CodeParams *p, size_t rank);
} CodeFamily;

// The families, in the order of constructions/meson.build; ends with NULL.
extern const CodeFamily *const code_families[];
const CodeFamily *code_family_find(const char *name);

// Modifiers, which a name appends with '+': "+shorten:2".  Ends with NULL.
typedef struct CodeModifier {
    const char *name;      // "shorten"
    const char *summary;   // one line
    const char *syntax;    // "+shorten:S"
    const char *theorem;   // "codes.md#shorten"
    // Changes c with that value (0 if none is given).  -1 and a reason added to why, c untouched.
    int (*apply)(Code *c, Text *why, uint64_t value);
    // The same of a weight distribution; NULL: it does not follow from that of c.
    int (*apply_weights)(Weights *w, Text *why, uint64_t value);
    bool has_value;
} CodeModifier;
extern const CodeModifier *const code_modifiers[];

// Makes c the code of that name with n words; name NULL: the shortest the catalogue reaches with
// <T_i, T_j> <= k/4 for all i != j (docs/codes.md#default).  Undo with code_clear.
// Of a code with more words the first n are taken; c->linear iff these are a group, as they are
// for n = 2^r and any linear family.  c->name is the full name, values left out filled in.
// -1, and c untouched, if there is none; *why (freed by the caller) says why; otherwise *why =
// NULL. Takes milliseconds for n up to 2^16; the default was checked (code_facts) where that takes
// no longer than about 2^31 pairs of words.
int code_find(Code *c, char **why, const char *name, uint64_t n);

// Makes w the weight distribution of the linear code of that name, which has 2^rank words: by its
// family's formula, or, where there is none, counted from all words (weights_count).  name NULL:
// the default for 2^rank words where that is linear and can be counted, else the shortest
// reed-solomon-simplex code with <T_i, T_j> <= k/4.  weights_admit(w) == NULL.
// -1 and *why as code_find.  Undo with weights_clear.
int code_weights_find(Weights *w, char **why, const char *name, size_t rank, Hamming how);
