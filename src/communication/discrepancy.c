#include "communication/discrepancy.h"
#include "base/error.h"
#include <stdint.h>

static uint64_t members(const uint64_t *of, size_t i) { return of == NULL ? 1 : of[i]; }

// For a set of rows the best columns are those with more 1s, or those with more 0s.
static uint64_t best_columns(const CommMatrix *m, uint32_t rows) {
    int64_t above = 0, below = 0;
    for (size_t c = 0; c < m->columns; c++) {
        int64_t sum = 0;
        for (size_t r = 0; r < m->rows; r++)
            if (rows >> r & 1)
                sum +=
                    (comm_matrix_get(m, r, c) == 1 ? 1 : -1) * (int64_t)members(m->row_members, r);
        sum *= (int64_t)members(m->column_members, c);
        *(sum > 0 ? &above : &below) += sum;
    }
    return above > -below ? (uint64_t)above : (uint64_t)-below;
}

void comm_matrix_discrepancy(mpq_t discrepancy, const CommMatrix *m) {
    require(m->answers == 2 && comm_matrix_is_total(m) && m->rows <= DISCREPANCY_ROWS);
    uint64_t best = 0, rows = 0, columns = 0;
    for (uint32_t set = 1; set < UINT32_C(1) << m->rows; set++) {
        uint64_t imbalance = best_columns(m, set);
        best = imbalance > best ? imbalance : best;
    }
    for (size_t r = 0; r < m->rows; r++)
        rows += members(m->row_members, r);
    for (size_t c = 0; c < m->columns; c++)
        columns += members(m->column_members, c);
    require(rows <= UINT32_MAX && columns <= INT32_MAX);   // so no sum above overflowed
    mpq_set_ui(discrepancy, best, rows * columns);
    mpq_canonicalize(discrepancy);
}
