// Unit (s, x) is 1 iff the automaton is in state s and the last symbol was x; before the first
// symbol unit (start, 0) is.  So exactly one unit is 1.  The sum over the units (r, .) with
// next(r, x) = s says whether x leads to s; with 1 added for the symbol x and 1 subtracted, the
// clamp is their conjunction.
#include "constructions/compile.h"
#include "base/error.h"

void automaton_compile(Recurrent *r, const Automaton *a, const Task *task, const Params *p) {
    size_t units = a->states * a->symbols;
    require(task->symbols(p) == a->symbols && units <= LARGEST_COMPILED);
    recurrent_init(r, task, p, units, ACTIVATION_CLAMP, true);
    for (size_t from = 0; from < a->states; from++)
        for (size_t x = 0; x < a->symbols; x++) {
            size_t to = a->next[from * a->symbols + x];
            for (size_t last = 0; last < a->symbols; last++)
                matrix_set(&r->w, to * a->symbols + x, from * a->symbols + last, 1, 1);
        }
    for (size_t unit = 0; unit < units; unit++) {
        matrix_set(&r->u, unit, unit % a->symbols, 1, 1);
        matrix_set(&r->b, unit, 0, -1, 1);
        if (a->accepting[unit / a->symbols])
            matrix_set(&r->readout.w, 0, unit, 1, 1);
    }
    matrix_set(&r->initial, a->start * a->symbols, 0, 1, 1);
    matrix_set(&r->readout.b, 0, 0, -1, 2);
}
