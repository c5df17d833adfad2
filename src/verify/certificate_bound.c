// certificate_bound.c - certificates of lower bounds on communication: cells of the matrix that are
// a fooling set, or rows and columns of a nonsingular minor.
#include "base/alloc.h"
#include "base/error.h"
#include "communication/fooling.h"
#include "verify/certificate_file.h"
#include "verify/certificate_parts.h"
#include <stdlib.h>

typedef struct Source {
    const Problem *problem;
    const Params *p;
    const Split *split;
    CommMatrix matrix;
} Source;

// false: the matrix does not fit.  Undo with comm_matrix_clear.
static bool enumerate(Source *s) {
    Split exchanged;
    Classes rows, columns;
    split_init_exchanged(&exchanged, s->split);
    bool fits = classes_entries(s->problem, s->p, s->split) <= CLASSES_MOST &&
                classes_entries(s->problem, s->p, &exchanged) <= CLASSES_MOST;
    if (fits) {
        classes_init(&rows, s->problem, s->p, s->split);
        classes_init(&columns, s->problem, s->p, &exchanged);
        fits = comm_matrix_fits(rows.count, columns.count, s->problem->task->answers(s->p));
        if (fits)
            comm_matrix_init_problem(&s->matrix, s->problem, s->p, s->split, &rows, &columns);
        classes_clear(&rows);
        classes_clear(&columns);
    }
    split_clear(&exchanged);
    return fits;
}

// The word with what Alice sees in that row, and Bob in that column.
static void write_cell(Text *out, const Source *s, size_t row, size_t column) {
    Token *word = alloc_array(s->split->length, 1, sizeof *word);
    split_write(word, s->split, s->problem, s->p, true, s->matrix.row_input[row]);
    split_write(word, s->split, s->problem, s->p, false, s->matrix.column_input[column]);
    text_add(out, "cell");
    certificate_file_word(out, s->problem->task, s->p, word, s->split->length);
    free(word);
}

static void write_fooling(Text *out, const Source *s, const FoolingSet *set) {
    require(fooling_set_check(set, &s->matrix) == NULL);
    certificate_file_begin(out);
    text_add(out, "fooling ");
    certificate_file_task(out, s->problem->task, s->p);
    text_add(out, " alice=");
    split_print(out, s->split);
    text_printf(out, " value=%zu count=%zu\n", set->value, set->count);
    for (size_t k = 0; k < set->count; k++)
        write_cell(out, s, set->cell[k].row, set->cell[k].column);
    certificate_file_end(out);
}

// The largest one found of any answer.
static void find_fooling(FoolingSet *best, const Source *s) {
    fooling_set_init(best, &s->matrix, 0);
    for (size_t value = 1; value < s->matrix.answers; value++) {
        FoolingSet set;
        fooling_set_init(&set, &s->matrix, value);
        if (set.count >= best->count) {
            FoolingSet old = *best;
            *best = set;
            set = old;
        }
        fooling_set_clear(&set);
    }
}

const char *certificate_file_bound(Text *out, const Problem *problem, const Params *p,
                                   const Split *split) {
    Source s = { .problem = problem, .p = p, .split = split };
    if (!certificate_file_knows(problem->task))
        return "no certificate file for this task yet";
    if (!enumerate(&s))
        return "no certificate file for a matrix that is too large to be enumerated yet";
    FoolingSet set;
    find_fooling(&set, &s);
    bool small = set.count <= CERTIFIED_SIDE;
    if (small)
        write_fooling(out, &s, &set);
    fooling_set_clear(&set);
    comm_matrix_clear(&s.matrix);
    return small ? NULL : "more than 2^10 cells: too many for a certificate file";
}
