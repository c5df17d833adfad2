// tabulation.h - what is true of a model on every word, computed once.
//
// Layer 1 reads the embedding, a finite table: its scores, powers 2^s and values are tabulated for
// every (query, token) x (key, token).  What follows at a position, up to the next softmax, is an
// affine map, a relu and an affine map of the attention ratios (forms.h): one such map per row. The
// tables are read by all threads; fast.h walks the words with them.
//
// A *row* is a (position, token) pair whose stream layer 1 must deliver, a *column* one that it
// reads: rows row_base .. row_base + rows - 1 and 0 .. columns - 1 of the embedding.
#pragma once
#include "net/transformer.h"
#include "verify/forms.h"

// One head of layer 1.  Row i gives column j the weight 2^exponent and U_c the term 2^exponent v_c.
typedef struct HeadTable {
    size_t d_v;
    int32_t *exponent;   // rows x columns: s_ij less the least of row i; -1: not seen
    mpz_t *value;        // columns x d_v: V x_j, times `denominator`
    mpz_t denominator;
    size_t offset;   // where the head's (D, U_1 ..) stand in a vector of sums
} HeadTable;

// Where the second layer finds its numbers among the outputs of a row's forms.  Every row has the
// keys and values; the rows of the readout's position also have the queries and the rest.
typedef struct HeadPlace {
    size_t d_k, d_v, key, value, query;
    size_t offset;   // of (D, U_1 ..) in a vector of the second layer's sums
} HeadPlace;

typedef struct Tabulation {
    const Transformer *t;
    size_t columns, row_base, rows;
    size_t heads, sums;   // of layer 1: sums = sum over heads of 1 + d_v
    HeadTable *head;
    Forms *forms;             // per row: (U/D of all heads) -> outputs
    size_t outputs;           // of a row at the readout's position; others may have fewer
    bool wide;                // the machine path below is proved free of overflow
    mpz_t scale;              // outputs of wide forms are integers over scale * P_0
    WideForms *wide_forms;    // per row; NULL unless wide
    Wide *weight;             // [row][column][sums]: (2^e, 2^e v_1, ..) per head; NULL unless wide
    size_t *affected_begin;   // rows whose sums depend on which token position j holds are
    size_t *affected;       //   affected[affected_begin[j] .. affected_begin[j+1] - 1], j's own not
    size_t *order;          // the positions, those that affect least first: for walk_init
    size_t heads2, sums2;   // of layer 2; 0 if there is none
    HeadPlace *place;
    size_t rest;    // first of the outputs that skip attention in layer 2
    Forms finish;   // (rest, U/D of layer 2's heads) -> the readout
} Tabulation;

// false, and tab empty, if the model is one for the naive evaluator only; *why (a constant) says
// why: more than two layers, scores that are no integers or lie too far apart, tables beyond 256
// MiB. Undo with tabulation_clear.  The model must outlive it.  Needs t->base == BASE_2.
bool tabulation_init(Tabulation *tab, const Transformer *t, const char **why);
void tabulation_clear(Tabulation *tab);

// The same without what is quadratic in the rows: no exponents, no machine path, no dependencies;
// only t, columns, row_base, rows, heads, sums, the heads' values, the forms, the places and
// finish. Needs tabulation_outline_admits(t) == NULL.  Undo with tabulation_clear.
const char *tabulation_outline_admits(const Transformer *t);   // or the reason, a constant
void tabulation_outline(Tabulation *tab, const Transformer *t);

// p[0] <- the product of all D_h, p[1 + c] <- U_c times the D of the other heads, for sums
// (D, U_1 ..) per head: the homogeneous coordinates of the ratios.
void tabulation_homogeneous(Wide *p, const Tabulation *tab, const Wide *sums);
