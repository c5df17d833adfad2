// readout.h - how an answer is read from a vector x of m numbers.
//
// W x + b, one number per answer, the largest wins and a tie is no answer; or, for a Boolean task,
// the sign of one number, > 0 for 1 and < 0 for 0.
#pragma once
#include "math/matrix.h"
#include "task/task.h"

typedef struct Readout {
    size_t position;   // of a transformer's stream
    bool sign;         // one row whose sign answers; else one row per answer
    Matrix w, b;       // rows x m, rows x 1
    size_t *answers;   // answers[r]: the answer that row r speaks for; NULL for a sign readout
} Readout;

// Zero, at position 0, of one row if sign, else of one row per answer, row r for answer r.  Undo
// with readout_clear.  A sign readout needs a Boolean task.
void readout_init(Readout *r, const Task *task, const Params *p, size_t width, bool sign);
void readout_init_copy(Readout *r, const Readout *from);
void readout_clear(Readout *r);
