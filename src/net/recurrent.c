#include "net/recurrent.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

enum { SOME_LENGTH = 2 };   // for the parameters other than n

const char *activation_name(Activation a) { return a == ACTIVATION_RELU ? "relu" : "clamp"; }

const char *recurrent_admits(const Task *task, const Params *p) {
    Params some = *p;
    if (task->outputs != NULL)
        return "recurrent models are read after the last token only, and the task is not";
    if (p->n > 0)
        return task->admits(p);
    if (!task->endless)
        return "the task has a size n >= 1: there are no words of every length";
    some.n = SOME_LENGTH;
    return task->admits(&some);
}

static void own_automaton(Recurrent *r, const Automaton *from) {
    r->automaton = NULL;
    if (from != NULL) {
        r->automaton = alloc_array(1, 1, sizeof *r->automaton);
        automaton_init_copy(r->automaton, from);
    }
    r->params.automaton = r->automaton;
}

void recurrent_init(Recurrent *r, const Task *task, const Params *p, size_t width,
                    Activation activation, bool sign) {
    require(recurrent_admits(task, p) == NULL && width >= 1);
    *r = (Recurrent){ .task = task, .params = *p, .width = width, .activation = activation };
    r->params.code = NULL;
    own_automaton(r, p->automaton);
    matrix_init(&r->w, width, width);
    matrix_init(&r->u, width, task->symbols(p));
    matrix_init(&r->b, width, 1);
    matrix_init(&r->initial, width, 1);
    readout_init(&r->readout, task, p, width, sign);
}

void recurrent_clear(Recurrent *r) {
    matrix_clear(&r->w);
    matrix_clear(&r->u);
    matrix_clear(&r->b);
    matrix_clear(&r->initial);
    readout_clear(&r->readout);
    if (r->automaton != NULL)
        automaton_clear(r->automaton);
    free(r->automaton);
    *r = (Recurrent){ 0 };
}

void recurrent_init_copy(Recurrent *r, const Recurrent *from) {
    *r = *from;
    own_automaton(r, from->automaton);
    matrix_init_copy(&r->w, &from->w);
    matrix_init_copy(&r->u, &from->u);
    matrix_init_copy(&r->b, &from->b);
    matrix_init_copy(&r->initial, &from->initial);
    readout_init_copy(&r->readout, &from->readout);
}

size_t recurrent_parameters(const Recurrent *r) {
    return matrix_nonzeros(&r->w) + matrix_nonzeros(&r->u) + matrix_nonzeros(&r->b) +
           matrix_nonzeros(&r->initial) + matrix_nonzeros(&r->readout.w) +
           matrix_nonzeros(&r->readout.b);
}
