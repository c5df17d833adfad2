// rows.h - the streams after layer 1, kept up to date while the word changes one token at a time.
//
// Row r = (position, token) has the outputs of tab->forms[r] at the attention ratios that it meets
// in the word at hand: with its own token at its own position, also while the word has another
// there.
#pragma once
#include "verify/tabulation.h"
#include "verify/worst.h"

// Clean outputs are integers over tab->scale of magnitude at most 2^CLEAN_BITS.
enum { CLEAN_BITS = 24 };

typedef enum RowStatus { STALE, CLEAN, UNCLEAN } RowStatus;

typedef struct Row {
    size_t position;
    RowStatus status;
    bool exact_valid;
    int64_t *clean;   // outputs times tab->scale, if CLEAN
    mpq_t *exact;     // outputs, if exact_valid
} Row;

typedef struct Rows {
    const Tabulation *tab;
    Target *target;      // NULL: unknown
    const Token *word;   // the word at hand
    size_t seen;         // the readout depends on positions 0 .. seen-1
    Row *row;
    Wide *sums;           // [row][tab->sums], for the word at hand; NULL unless tab->wide
    Wide *p, *y, *unit;   // workspace
    mpq_t *ratio;
    mpz_t sum, term;
} Rows;

// tab and word must outlive it.  Undo with rows_clear.
void rows_init(Rows *rows, const Tabulation *tab, Target *target, const Token *word);
void rows_clear(Rows *rows);

// The word at hand is another one altogether: all rows are stale.
void rows_seek(Rows *rows);

// The word at hand differs from the last one at that position, where `old` stood: updates the sums,
// and the rows that tab->affected lists for the position are stale.
void rows_change(Rows *rows, size_t position, Token old);

// The row of the token at that position.
size_t rows_at(const Rows *rows, size_t position);

// Sees to it that row r is no longer stale and returns whether it is clean.  Offers the attention
// masses of its heads, if it was stale.  Needs tab->t->layers >= 2.
bool rows_refresh(Rows *rows, size_t r, Worst *worst);

// The outputs of row r as rationals; live until the row is stale.
mpq_t *rows_exact(Rows *rows, size_t r);

// y[o] / *denominator <- the outputs of row r, denominator > 0.  Needs tab->wide.
void rows_wide(const Wide **y, Wide *denominator, Rows *rows, size_t r);

// Offers the masses that row r's heads put on what they mean.
void rows_offer_mass(Rows *rows, size_t r, Worst *worst);
