// nearest.h - "did you mean": the names most like a mistyped one.
#pragma once
#include "base/text.h"

// The least number of insertions, deletions, replacements and swaps of neighbours that turn a into
// b.  O(|a| |b|).
size_t edit_distance(const char *a, const char *b);

// Collects candidates, then tells the nearest ones.
typedef struct Nearest {
    const char *word;
    size_t distance;   // of the names found so far
    Text names;        // "'equality' or 'disjointness'"
    size_t count;
} Nearest;

// Undo with nearest_clear or nearest_tell.  The word must outlive it.
void nearest_init(Nearest *n, const char *word);
void nearest_clear(Nearest *n);
void nearest_add(Nearest *n, const char *name);   // a name added before changes nothing

// Appends "; did you mean 'equality'?" if some name is near, and clears n.
void nearest_tell(Text *t, Nearest *n);
