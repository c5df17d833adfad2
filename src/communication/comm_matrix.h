// comm_matrix.h - the communication matrix of a problem and a split, each row and each column once.
//
// Cell (r, c) is the answer to Alice's input number row_input[r] and Bob's number column_input[c],
// or excluded.  Rows differ pairwise, and so do columns; one that is excluded altogether is left
// out. None of the counts of docs/communication.md but the discrepancy depends on how often a row
// or column is repeated.
//
// Packed: bit b of the answers is a matrix of bits, and so is what is excluded, if anything may be.
#pragma once
#include "communication/bit_matrix.h"
#include "communication/classes.h"

enum { COMM_PLANES = 25 };

// Whether a matrix of that shape is built: it has at most 2^26 cells, and takes at most 2^26
// machine words.
bool comm_matrix_fits(size_t rows, size_t columns, size_t answers);

typedef struct CommMatrix {
    size_t rows, columns, answers;
    size_t planes;                            // bits of an answer
    BitMatrix plane[COMM_PLANES];             // planes
    BitMatrix excluded;                       // no rows: nothing is excluded
    size_t *row_input, *column_input;         // rows, columns; NULL if made by comm_matrix_init
    uint64_t *row_members, *column_members;   // how many inputs have that row; NULL likewise
} CommMatrix;

// All answers 0; cells may be excluded if `promise`.  Undo with comm_matrix_clear.
// Needs 2 <= answers <= 2^24.
void comm_matrix_init(CommMatrix *m, size_t rows, size_t columns, size_t answers, bool promise);
void comm_matrix_clear(CommMatrix *m);

// The matrix of the problem, given the classes of Alice's inputs under the split and under the
// exchanged split.  Needs comm_matrix_fits.  Undo with comm_matrix_clear.
void comm_matrix_init_problem(CommMatrix *m, const Problem *problem, const Params *p,
                              const Split *split, const Classes *rows, const Classes *columns);

// The cell's answer, ANSWER_EXCLUDED if excluded.
size_t comm_matrix_get(const CommMatrix *m, size_t r, size_t c);

// A cell not set before.
void comm_matrix_set(CommMatrix *m, size_t r, size_t c, size_t answer);

// of(r,c) <- whether the answer is that value; is excluded.  Undo with bit_matrix_clear.
void comm_matrix_init_indicator(BitMatrix *of, const CommMatrix *m, size_t value);
bool comm_matrix_is_total(const CommMatrix *m);

// Rows become columns; without inputs and members.  Undo with comm_matrix_clear.
void comm_matrix_init_transposed(CommMatrix *m, const CommMatrix *of);
