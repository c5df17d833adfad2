// split.h - who of the two players, Alice and Bob, sees which position.
//
//     halves        Alice has the first floor(L / 2) positions
//     odd-even      Alice has positions 1, 3, ..
//     pairs         Alice has the first ceil(n / 2) pairs (problem.h), Bob the others and the query
//     query         Bob has the query, Alice everything else
//     1,3,4         Alice has these positions, counted from 1; 1..4 is 1,2,3,4
#pragma once
#include "communication/problem.h"

typedef struct Split {
    size_t length;
    bool *alice;   // length: whether Alice sees position i, from 0
} Split;

// NULL; then undo with split_clear.  Or why there is no such split, as a string that the caller
// frees: the name is unknown or not for this problem, a position does not exist or is named twice,
// or one of the two sees nothing.
char *split_init(Split *split, const Problem *problem, const Params *p, const char *name);
void split_clear(Split *split);

// Alice has the positions of the bits set in `mask`.  Needs 1 <= length < 64.
void split_init_mask(Split *split, size_t length, uint64_t mask);

// Alice has the first t positions.  Needs t <= length.
void split_init_prefix(Split *split, size_t length, size_t t);

// What Alice sees, Bob sees in the other, and the other way round.
void split_init_exchanged(Split *split, const Split *other);

bool split_equals(const Split *a, const Split *b);

// Appends Alice's positions, "1,3,4".
void split_print(Text *t, const Split *split);

// What one player can see: the product of the token counts at Alice's (or else at Bob's) positions;
// SIZE_MAX if that is no size_t.
size_t split_inputs(const Split *split, const Problem *problem, const Params *p, bool alice);

// inputs <- the same, however large.
void split_count(mpz_t inputs, const Split *split, const Problem *problem, const Params *p,
                 bool alice);

// word[i] <- the tokens of that player's input number `input`, which counts as a number whose first
// digit is at the player's first position; the other positions stay.
void split_write(Token *word, const Split *split, const Problem *problem, const Params *p,
                 bool alice, size_t input);
