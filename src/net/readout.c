#include "net/readout.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void readout_init(Readout *r, const Task *task, const Params *p, size_t width, bool sign) {
    require(!sign || task->boolean);
    size_t rows = sign ? 1 : task->answers(p);
    *r = (Readout){ .sign = sign };
    matrix_init(&r->w, rows, width);
    matrix_init(&r->b, rows, 1);
    if (sign)
        return;
    r->answers = alloc_array(rows, 1, sizeof *r->answers);
    for (size_t row = 0; row < rows; row++)
        r->answers[row] = row;
}

void readout_init_copy(Readout *r, const Readout *from) {
    size_t rows = from->w.rows;
    *r = *from;
    matrix_init_copy(&r->w, &from->w);
    matrix_init_copy(&r->b, &from->b);
    if (from->answers == NULL)
        return;
    r->answers = alloc_array(rows, 1, sizeof *r->answers);
    memcpy(r->answers, from->answers, rows * sizeof *r->answers);
}

void readout_clear(Readout *r) {
    matrix_clear(&r->w);
    matrix_clear(&r->b);
    free(r->answers);
    *r = (Readout){ 0 };
}
