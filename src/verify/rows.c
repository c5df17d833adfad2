#include "verify/rows.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

static const int64_t clean_limit = INT64_C(1) << CLEAN_BITS;

void rows_init(Rows *rows, const Tabulation *tab, Target *target, const Token *word) {
    const Transformer *t = tab->t;
    require(target == NULL || t->length <= 64);
    *rows = (Rows){ .tab = tab,
                    .target = target,
                    .word = word,
                    .seen = transformer_sees(t, t->readout.position),
                    .row = alloc_array(tab->rows, 1, sizeof *rows->row),
                    .p = alloc_array(1 + tab->sums, 1, sizeof *rows->p),
                    .y = alloc_array(tab->outputs, 1, sizeof *rows->y),
                    .ratio = vector_init(tab->sums) };
    size_t hidden = 0, position = 0;
    for (size_t r = 0; r < tab->rows; r++) {
        while (t->first_row[position + 1] <= r + tab->row_base)
            position++;
        rows->row[r] = (Row){ .position = position,
                              .clean = alloc_array(tab->outputs, 1, sizeof *rows->row->clean),
                              .exact = vector_init(tab->outputs) };
        hidden = tab->forms[r].hidden > hidden ? tab->forms[r].hidden : hidden;
    }
    rows->unit = alloc_array(hidden, 1, sizeof *rows->unit);
    if (tab->wide)
        rows->sums = alloc_array(tab->rows, tab->sums, sizeof *rows->sums);
    mpz_inits(rows->sum, rows->term, NULL);
}

void rows_clear(Rows *rows) {
    for (size_t r = 0; r < rows->tab->rows; r++) {
        free(rows->row[r].clean);
        vector_clear(rows->row[r].exact, rows->tab->outputs);
    }
    free(rows->row);
    free(rows->sums);
    free(rows->p);
    free(rows->y);
    free(rows->unit);
    vector_clear(rows->ratio, rows->tab->sums);
    mpz_clears(rows->sum, rows->term, NULL);
    *rows = (Rows){ 0 };
}

static size_t column_at(const Rows *rows, size_t position) {
    const Transformer *t = rows->tab->t;
    TokenRun run = t->task->tokens(&t->params, position);
    return t->first_row[position] + (rows->word[position] - run.first);
}

size_t rows_at(const Rows *rows, size_t position) {
    return column_at(rows, position) - rows->tab->row_base;
}

// The column that row r reads at position j.
static size_t column_for(const Rows *rows, size_t r, size_t j) {
    return j == rows->row[r].position ? r + rows->tab->row_base : column_at(rows, j);
}

void rows_seek(Rows *rows) {
    const Tabulation *tab = rows->tab;
    for (size_t r = 0; r < tab->rows; r++) {
        rows->row[r].status = STALE;
        rows->row[r].exact_valid = false;
        if (!tab->wide)
            continue;
        Wide *sums = rows->sums + r * tab->sums;
        memset(sums, 0, tab->sums * sizeof *sums);
        for (size_t j = 0; j < rows->seen; j++) {
            const Wide *weight =
                tab->weight + (r * tab->columns + column_for(rows, r, j)) * tab->sums;
            for (size_t s = 0; s < tab->sums; s++)
                sums[s] += weight[s];
        }
    }
}

void rows_change(Rows *rows, size_t position, Token old) {
    const Tabulation *tab = rows->tab;
    if (position >= rows->seen)
        return;
    size_t to = column_at(rows, position), from = to + old - rows->word[position];
    for (size_t k = tab->affected_begin[position]; k < tab->affected_begin[position + 1]; k++) {
        size_t r = tab->affected[k];
        rows->row[r].status = STALE;
        rows->row[r].exact_valid = false;
        if (!tab->wide)
            continue;
        Wide *sums = rows->sums + r * tab->sums;
        const Wide *weight = tab->weight + r * tab->columns * tab->sums;
        for (size_t s = 0; s < tab->sums; s++)
            sums[s] += weight[to * tab->sums + s] - weight[from * tab->sums + s];
    }
}

// rows->sum <- the head's D (s = 0) or U_s at row r, from the tables, in GMP; of the positions in
// the set only.
static void sum_exactly(Rows *rows, const HeadTable *ht, size_t r, size_t s, uint64_t positions,
                        bool all) {
    mpz_set_ui(rows->sum, 0);
    for (size_t j = 0; j < rows->seen; j++) {
        if (!all && !(positions >> j & 1))
            continue;
        size_t column = column_for(rows, r, j);
        int32_t exponent = ht->exponent[r * rows->tab->columns + column];
        if (exponent < 0)
            continue;
        if (s == 0)
            mpz_set_ui(rows->term, 1);
        else
            mpz_set(rows->term, ht->value[column * ht->d_v + s - 1]);
        mpz_mul_2exp(rows->term, rows->term, (mp_bitcnt_t)exponent);
        mpz_add(rows->sum, rows->sum, rows->term);
    }
}

mpq_t *rows_exact(Rows *rows, size_t r) {
    Row *row = &rows->row[r];
    if (row->exact_valid)
        return row->exact;
    size_t input = 0;
    mpz_t denominator;
    mpz_init(denominator);
    for (size_t h = 0; h < rows->tab->heads; h++) {
        const HeadTable *ht = &rows->tab->head[h];
        sum_exactly(rows, ht, r, 0, 0, true);
        mpz_set(denominator, rows->sum);
        for (size_t c = 0; c < ht->d_v; c++, input++) {
            sum_exactly(rows, ht, r, 1 + c, 0, true);
            mpz_set(mpq_numref(rows->ratio[input]), rows->sum);
            mpz_set(mpq_denref(rows->ratio[input]), denominator);
            mpq_canonicalize(rows->ratio[input]);
        }
    }
    mpz_clear(denominator);
    forms_eval(row->exact, &rows->tab->forms[r], rows->ratio);
    row->exact_valid = true;
    return row->exact;
}

void rows_wide(const Wide **y, Wide *denominator, Rows *rows, size_t r) {
    const Tabulation *tab = rows->tab;
    require(tab->wide);
    tabulation_homogeneous(rows->p, tab, rows->sums + r * tab->sums);
    wide_forms_eval(rows->y, &tab->wide_forms[r], rows->p, rows->unit);
    *y = rows->y;
    *denominator = rows->p[0] * tab->wide_forms[r].scale;
}

static bool clean_from_wide(Rows *rows, size_t r) {
    const Wide *y;
    Wide denominator;
    rows_wide(&y, &denominator, rows, r);
    Wide p0 = rows->p[0];   // y / p0 is the output times the scale
    for (size_t o = 0; o < rows->tab->forms[r].outputs; o++) {
        Wide quotient = y[o] / p0;
        if (quotient * p0 != y[o] || quotient > clean_limit || quotient < -clean_limit)
            return false;
        rows->row[r].clean[o] = (int64_t)quotient;
    }
    return true;
}

static bool clean_from_exact(Rows *rows, size_t r) {
    mpq_t *exact = rows_exact(rows, r);
    for (size_t o = 0; o < rows->tab->forms[r].outputs; o++) {
        mpz_mul(rows->term, mpq_numref(exact[o]), rows->tab->scale);
        if (!mpz_divisible_p(rows->term, mpq_denref(exact[o])))
            return false;
        mpz_divexact(rows->term, rows->term, mpq_denref(exact[o]));
        if (mpz_cmpabs_ui(rows->term, (unsigned long)clean_limit) > 0)
            return false;
        rows->row[r].clean[o] = mpz_get_si(rows->term);
    }
    return true;
}

bool rows_refresh(Rows *rows, size_t r, Worst *worst) {
    Row *row = &rows->row[r];
    if (row->status != STALE)
        return row->status == CLEAN;
    bool clean = rows->tab->wide ? clean_from_wide(rows, r) : clean_from_exact(rows, r);
    row->status = clean ? CLEAN : UNCLEAN;
    rows_offer_mass(rows, r, worst);
    return clean;
}

static void offer_mass_exactly(Rows *rows, const HeadTable *ht, size_t r, uint64_t target,
                               Worst *worst) {
    mpq_t mass, total;
    mpq_inits(mass, total, NULL);
    sum_exactly(rows, ht, r, 0, target, false);
    mpq_set_z(mass, rows->sum);
    sum_exactly(rows, ht, r, 0, 0, true);
    mpq_set_z(total, rows->sum);
    mpq_div(mass, mass, total);
    worst_offer_mass(worst, 0, mass);
    mpq_clears(mass, total, NULL);
}

void rows_offer_mass(Rows *rows, size_t r, Worst *worst) {
    const Tabulation *tab = rows->tab;
    for (size_t h = 0; rows->target != NULL && h < tab->heads; h++) {
        uint64_t target = rows->target(&tab->t->params, rows->word, 0, h, rows->row[r].position, 0);
        if (target == 0)
            continue;
        if (!tab->wide) {
            offer_mass_exactly(rows, &tab->head[h], r, target, worst);
            continue;
        }
        Wide mass = 0;
        size_t offset = tab->head[h].offset;
        for (uint64_t left = target; left; left &= left - 1) {
            size_t column = column_for(rows, r, (size_t)__builtin_ctzll(left));
            mass += tab->weight[(r * tab->columns + column) * tab->sums + offset];
        }
        worst_offer_mass_wide(worst, 0, mass, rows->sums[r * tab->sums + offset]);
    }
}
