// machine_head.h - one head of layer 1 on a machine: weights and weighted sums of rows whose scores
// are the same on all words.
//
// A *lane* is an embedding row at a position; it sees positions 0 .. seen-1, where only its own row
// matters for the scores if all tokens of every other position have one key.  Sums run over the
// positions in the machine's order; what stands where is given by the numbers of values.
#pragma once
#include "net/bounds.h"
#include "net/rounded.h"

enum { SUM_OVERRIDES = 8 };

// A sum over the positions of weight times value: position j has the value number value[j], or the
// override's.
typedef struct Sum {
    const uint16_t *value;
    size_t overrides;
    struct {
        size_t position;
        uint16_t value;
    } override[SUM_OVERRIDES];
} Sum;

typedef struct Lane {
    size_t position, row;
    const Num *bound;   // of a bounded arithmetic: what the scores have subtracted
    size_t sums;
    Sum *sum;
    Fault fault;   // why != NULL: the machine has no weights for the row, and nothing below
    Num *denominator;
    Num *numerator;   // one per sum; not looked at for faults
} Lane;

typedef struct MachineHead {
    const Rounded *model;
    size_t index;   // of the head in layer 1
    size_t rows;    // of the embedding
    size_t d_k, d_v;
    size_t values;            // different ones
    Num *palette;             // the values by number; number 0 is 0
    uint16_t *value;          // rows x d_v: their numbers
    bool *one_key;            // per position: all its tokens have one key
    Num *q, *k;               // rows x d_k, unless fast
    bool fast;                // sums by hardware floats (machine_kernel.h):
    float *fast_q, *fast_k;   // rows x d_k
    float *column_k;          // L x d_k: of each position's first row
    unsigned score_bits;      // 0: scores do not round
    unsigned sum_bits;
    size_t reach;     // differences of scores are 0 .. reach
    double *term;     // values x (reach + 1): weight times value; row 0: the weight itself
    double largest;   // of sums
} MachineHead;

// NULL, or why not; then empty.  A fault of projecting a row, which hits every word that has the
// row, goes to *fault, its row to *faulty_row, and it is empty too.  naive: not fast.
// Undo with machine_head_clear.
const char *machine_head_init(MachineHead *h, const Rounded *model, size_t index, bool naive,
                              Fault *fault, size_t *faulty_row);
void machine_head_clear(MachineHead *h);

// Whether two rows have the same query and the same key.
bool machine_head_alike(const MachineHead *h, size_t a, size_t b);

// The following take at most LANES lanes (machine_kernel.h), at any positions.  They need one_key
// at every position that a lane sees but its own.

// largest[i] <- the largest score of lane i, in a bounded arithmetic, unless its fault is set.
void machine_head_largest(mpq_t *largest, const MachineHead *h, Lane *lane, size_t lanes);

// Fills in denominators and numerators, unless a fault is set.
void machine_head_sum(const MachineHead *h, Lane *lane, size_t lanes);
