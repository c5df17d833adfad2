#include "communication/comm_matrix.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include <stdlib.h>
#include <string.h>

bool comm_matrix_fits(size_t rows, size_t columns, size_t answers) {
    const size_t most = (size_t)1 << 26;
    size_t limbs = columns / 64 + 1, planes = log2_ceil(answers) + 1;
    return product_capped(rows, columns) <= most &&
           product_capped(rows, product_capped(limbs, planes)) <= most;
}

void comm_matrix_init(CommMatrix *m, size_t rows, size_t columns, size_t answers, bool promise) {
    require(answers >= 2 && answers <= (size_t)1 << (COMM_PLANES - 1));
    *m = (CommMatrix){
        .rows = rows, .columns = columns, .answers = answers, .planes = log2_ceil(answers)
    };
    for (size_t b = 0; b < m->planes; b++)
        bit_matrix_init(&m->plane[b], rows, columns);
    if (promise)
        bit_matrix_init(&m->excluded, rows, columns);
}

void comm_matrix_clear(CommMatrix *m) {
    for (size_t b = 0; b < m->planes; b++)
        bit_matrix_clear(&m->plane[b]);
    bit_matrix_clear(&m->excluded);
    free(m->row_input);
    free(m->column_input);
    free(m->row_members);
    free(m->column_members);
    *m = (CommMatrix){ 0 };
}

size_t comm_matrix_get(const CommMatrix *m, size_t r, size_t c) {
    size_t answer = 0;
    if (m->excluded.rows > 0 && bit_matrix_get(&m->excluded, r, c))
        return ANSWER_EXCLUDED;
    for (size_t b = 0; b < m->planes; b++)
        answer |= (size_t)bit_matrix_get(&m->plane[b], r, c) << b;
    return answer;
}

void comm_matrix_set(CommMatrix *m, size_t r, size_t c, size_t answer) {
    require(answer < m->answers || (answer == ANSWER_EXCLUDED && m->excluded.rows > 0));
    if (answer == ANSWER_EXCLUDED) {
        bit_matrix_set(&m->excluded, r, c);
        return;
    }
    for (size_t b = 0; b < m->planes; b++)
        if (answer >> b & 1)
            bit_matrix_set(&m->plane[b], r, c);
}

bool comm_matrix_is_total(const CommMatrix *m) {
    return m->excluded.rows == 0 || bit_matrix_nonzero_rows(&m->excluded) == 0;
}

void comm_matrix_init_indicator(BitMatrix *of, const CommMatrix *m, size_t value) {
    bit_matrix_init(of, m->rows, m->columns);
    uint64_t last = m->columns % 64 ? (UINT64_C(1) << m->columns % 64) - 1 : UINT64_MAX;
    for (size_t i = 0; i < m->rows * of->limbs; i++) {
        uint64_t is = i % of->limbs + 1 == of->limbs ? last : UINT64_MAX;
        for (size_t b = 0; b < m->planes; b++)
            is &= value >> b & 1 ? m->plane[b].bits[i] : ~m->plane[b].bits[i];
        if (m->excluded.rows > 0)
            is &= ~m->excluded.bits[i];
        of->bits[i] = is;
    }
}

void comm_matrix_init_transposed(CommMatrix *m, const CommMatrix *of) {
    *m = (CommMatrix){
        .rows = of->columns, .columns = of->rows, .answers = of->answers, .planes = of->planes
    };
    for (size_t b = 0; b < m->planes; b++)
        bit_matrix_init_transposed(&m->plane[b], &of->plane[b]);
    if (of->excluded.rows > 0)
        bit_matrix_init_transposed(&m->excluded, &of->excluded);
}

// Words with Alice's and Bob's inputs filled in, and the answers to them.
typedef struct Words {
    const Problem *problem;
    const Params *params;
    const Split *split;
    const Classes *rows, *columns;
    Token *word;
} Words;

static size_t answer_to(const Words *w, size_t r, size_t c) {
    split_write(w->word, w->split, w->problem, w->params, true, w->rows->first[r]);
    split_write(w->word, w->split, w->problem, w->params, false, w->columns->first[c]);
    return w->problem->task->answer(w->params, w->word);
}

// keeps[r], or keeps[c] of the columns: whether some cell is not excluded.
static void find_kept(bool *keeps_row, bool *keeps_column, const Words *w) {
    for (size_t r = 0; r < w->rows->count; r++)
        for (size_t c = 0; c < w->columns->count; c++) {
            bool kept =
                !task_has_promise(w->problem->task) || answer_to(w, r, c) != ANSWER_EXCLUDED;
            keeps_row[r] |= kept;
            keeps_column[c] |= kept;
        }
}

// input, members <- those of the classes kept; which[i] <- the i-th class kept.  Returns how many.
static size_t take_kept(size_t **input, uint64_t **members, size_t *which, const Classes *classes,
                        const bool *keeps) {
    size_t count = 0;
    *input = alloc_array(classes->count, 1, sizeof **input);
    *members = alloc_array(classes->count, 1, sizeof **members);
    for (size_t i = 0; i < classes->count; i++) {
        if (!keeps[i])
            continue;
        (*input)[count] = classes->first[i];
        (*members)[count] = classes->members[i];
        which[count++] = i;
    }
    return count;
}

void comm_matrix_init_problem(CommMatrix *m, const Problem *problem, const Params *p,
                              const Split *split, const Classes *rows, const Classes *columns) {
    require(comm_matrix_fits(rows->count, columns->count, problem->task->answers(p)));
    Words words = {
        problem, p, split, rows, columns, alloc_array(split->length, 1, sizeof(Token))
    };
    bool *keeps_row = alloc_array(rows->count, 1, sizeof *keeps_row);
    bool *keeps_column = alloc_array(columns->count, 1, sizeof *keeps_column);
    size_t *row = alloc_array(rows->count, 1, sizeof *row);
    size_t *column = alloc_array(columns->count, 1, sizeof *column);
    size_t *row_input, *column_input;
    uint64_t *row_members, *column_members;
    find_kept(keeps_row, keeps_column, &words);
    size_t kept_rows = take_kept(&row_input, &row_members, row, rows, keeps_row);
    size_t kept_columns = take_kept(&column_input, &column_members, column, columns, keeps_column);
    comm_matrix_init(m, kept_rows, kept_columns, problem->task->answers(p),
                     task_has_promise(problem->task));
    m->row_input = row_input;
    m->column_input = column_input;
    m->row_members = row_members;
    m->column_members = column_members;
    for (size_t r = 0; r < kept_rows; r++)
        for (size_t c = 0; c < kept_columns; c++)
            comm_matrix_set(m, r, c, answer_to(&words, row[r], column[c]));
    free(keeps_row);
    free(keeps_column);
    free(row);
    free(column);
    free(words.word);
}
