// counts.h - everything that is counted of one communication matrix.
//
// Each count is a Bound: an interval with its reason.  Enumeration builds the matrix and has every
// certificate judged by its own check before it is believed; closed_form.h knows some matrices of
// any size.  What the counts are, docs/communication.md says.
#pragma once
#include "communication/bound.h"
#include "communication/split.h"

typedef enum CountKind {
    COUNT_DISTINCT_ROWS,
    COUNT_DISTINCT_COLUMNS,
    COUNT_ROW_MESSAGES,   // chromatic numbers; the two above if nothing is excluded
    COUNT_COLUMN_MESSAGES,
    COUNT_ONE_WAY_ALICE,   // bits: ceil(log2 messages)
    COUNT_ONE_WAY_BOB,
    COUNT_RANK_Q,
    COUNT_RANK_Q_COMPLEMENT,
    COUNT_RANK_GF2,
    COUNT_FOOLING_1,
    COUNT_FOOLING_0,
    COUNT_DETERMINISTIC,   // bits
    COUNT_COVER_1,
    COUNT_COVER_0,
    COUNT_STATE_BITS,   // ceil(log2 of the most states after any number of tokens)
    COUNT_KINDS
} CountKind;

typedef struct Counts {
    mpz_t rows, columns;   // inputs of Alice, of Bob
    mpz_t excluded;        // words; -1: not counted
    Bound bound[COUNT_KINDS];
    bool has_discrepancy;
    mpq_t discrepancy;   // exact
    size_t *states;      // length + 1 exact numbers, or NULL: see classes.h
    size_t lengths;      // length + 1
} Counts;

// What to count: everything; or what takes no matrix, that is distinct rows, columns and states.
typedef enum Extent { EXTENT_ALL, EXTENT_ROWS } Extent;

// By enumeration.  NULL; then undo with counts_clear.  Or the reason why the matrix does not fit
// into memory, how large it is, and what can be counted without it, as a string that the caller
// frees. EXTENT_ROWS needs a problem without promise.
char *counts_init(Counts *counts, const Problem *problem, const Params *p, const Split *split,
                  Extent extent);

// Nothing attempted but the numbers of inputs.  Undo with counts_clear.
void counts_init_empty(Counts *counts, const Problem *problem, const Params *p, const Split *split);
void counts_clear(Counts *counts);

// Fills in the numbers of states, if they can be enumerated.
void counts_take_states(Counts *counts, const Problem *problem, const Params *p);

// D from the numbers of messages (docs/communication.md#deterministic), given that every protocol
// has more than 2^(leaf_bits - 1) leaves, and how many answers occur.
void counts_bound_deterministic(Counts *counts, size_t leaf_bits, size_t answers);

// Whether a search hit its cap.
bool counts_are_capped(const Counts *counts);
