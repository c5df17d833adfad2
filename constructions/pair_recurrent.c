#include "constructions/pair_recurrent.h"

enum { LARGEST = 1 << 12 };

const char *pair_recurrent_admits(const Params *p) {
    return p->n <= LARGEST ? NULL : "a recurrent model on two strings takes at most n = 2^12";
}

// note = 4 note + flag + [y] + (x or 1 - x) - 2, where [y] says that the token is the bad pair's y:
// 1 for the bad pair behind the flag, else 0 or less; if the note is 1 already, at least 1.
static void add_note(Recurrent *r, size_t unit, unsigned bad, size_t n) {
    bool x = bad >> 1 & 1;
    matrix_set(&r->w, unit, unit, 4, 1);
    matrix_set(&r->w, unit, n, 1, 1);
    matrix_set(&r->w, unit, n - 1, x ? 1 : -1, 1);
    matrix_set(&r->u, unit, bad & 1, 1, 1);
    matrix_set(&r->b, unit, 0, x ? -2 : -1, 1);
    matrix_set(&r->readout.w, 0, unit, -1, 1);
}

void pair_recurrent_build(Recurrent *r, const Task *task, const Params *p, const unsigned *bad,
                          size_t notes) {
    size_t n = p->n;
    recurrent_init(r, task, p, n + 1 + notes, ACTIVATION_CLAMP, true);
    matrix_set(&r->u, 0, 1, 1, 1);
    for (size_t i = 1; i < n; i++)
        matrix_set(&r->w, i, i - 1, 1, 1);
    matrix_set(&r->w, n, n - 1, 1, 1);
    matrix_set(&r->w, n, n, 1, 1);
    for (size_t k = 0; k < notes; k++)
        add_note(r, n + 1 + k, bad[k], n);
    matrix_set(&r->initial, 0, 0, 1, 1);
    matrix_set(&r->readout.b, 0, 0, 1, 2);
}

void pair_recurrent_promise(RecurrentPromise *promise, const Params *p, size_t notes) {
    mpq_set_ui(promise->margin, 1, 2);
    promise->units = p->n + 1 + notes;
    promise->unit_bits = 1;
}
