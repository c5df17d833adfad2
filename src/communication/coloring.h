// coloring.h - the messages that a first player needs: a chromatic number.
//
// Two rows conflict if they differ in a cell that is excluded in neither.  Rows with one message
// must not conflict, and a colouring of the rows without conflict is a set of messages.  Where
// nothing is excluded all (distinct) rows conflict.  docs/communication.md#promise.
#pragma once
#include "communication/comm_matrix.h"

enum { COLORING_ROWS = 2048, COLORING_STEPS = 200000000 };

typedef struct Coloring {
    size_t rows, lower, upper;   // of the chromatic number
    size_t *color;               // rows: below `upper`
    size_t *clique;              // of `clique_size` rows that conflict pairwise
    size_t clique_size;
    bool capped;   // the search for fewer colours hit its cap
} Coloring;

// A colouring and a clique, found greedily; where they leave a gap, fewer colours are searched for,
// in COLORING_STEPS steps at most (a row looked at).  lower > clique_size only if the search proved
// it.  Needs at most COLORING_ROWS rows unless nothing is excluded.  Undo with coloring_clear.
void coloring_init(Coloring *coloring, const CommMatrix *m);
void coloring_clear(Coloring *coloring);

// NULL, or what is wrong with the colouring or the clique.
const char *coloring_check(const Coloring *coloring, const CommMatrix *m);
