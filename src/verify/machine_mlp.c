#include "verify/machine_mlp.h"
#include "base/alloc.h"
#include "verify/machine_grid.h"
#include "verify/machine_program.h"
#include <stdlib.h>

enum { BUDGET = 1 << 13 };

// The stream as nodes of a program.
typedef struct Trace {
    const Machine *m;
    Program *p;
    size_t *x, *unit;   // m, hidden: nodes
    size_t zero;
    Num *work;   // one number
} Trace;

// Whether all of the node's enclosure is numbers that may stand where they are written.
static bool is_safe(const Trace *t, size_t node, bool stored) {
    const ArithSpec *spec = t->m->spec;
    const Num *ends[2] = { program_least(t->p, node), program_most(t->p, node) };
    for (size_t k = 0; k < 2; k++) {
        spec->ar->copy(t->work, ends[k]);
        if (spec->ar->fault != NULL && spec->ar->fault(t->work) != NULL)
            return false;
        if (stored && spec->ar->store != NULL && spec->ar->store(t->work, spec) != NULL)
            return false;
    }
    return true;
}

// Row i of the matrix times the nodes, plus its bias.
static size_t trace_row(Trace *t, const NumMatrix *w, const NumMatrix *b, size_t i,
                        const size_t *x) {
    size_t sum = t->zero;
    for (size_t k = w->begin[i]; k < w->begin[i + 1]; k++) {
        size_t c = w->nonzero[k];
        size_t weight = program_constant(t->p, &w->entry[i * w->columns + c]);
        sum = program_add(t->p, sum, program_mul(t->p, weight, x[c]));
    }
    return program_add(t->p, sum, program_constant(t->p, &b->entry[i]));
}

static const char *trace_mlp(Trace *t) {
    const Machine *m = t->m;
    const NumLayer *n = &m->model.layer[0];
    for (size_t u = 0; u < n->w1.rows; u++) {
        t->unit[u] = trace_row(t, &n->w1, &n->b1, u, t->x);
        if (!is_safe(t, t->unit[u], false))
            return "a hidden unit may overflow";
        t->unit[u] = program_relu(t->p, t->unit[u]);
    }
    for (size_t c = 0; c < m->t->width; c++) {
        if (!m->read[c])
            continue;
        t->x[c] = program_add(t->p, t->x[c], trace_row(t, &n->w2, &n->b2, c, t->unit));
        if (!is_safe(t, t->x[c], true))
            return "the stream may overflow";
        t->x[c] = program_store(t->p, t->x[c]);
    }
    return NULL;
}

static void trace_init(Trace *t, const Machine *m, const Num *least, const Num *most) {
    *t = (Trace){ .m = m,
                  .p = program_new(m->spec),
                  .x = alloc_array(m->t->width, 1, sizeof *t->x),
                  .unit = alloc_array(m->model.hidden, 1, sizeof *t->unit),
                  .work = nums_init(m->spec, 1) };
    t->zero = program_constant(t->p, t->work);
    for (size_t c = 0; c < m->t->width; c++) {
        if (!m->read[c])
            continue;
        t->x[c] = nums_equal(&least[c], &most[c], m->spec)
                      ? program_constant(t->p, &least[c])
                      : program_input(t->p, &least[c], &most[c]);
    }
}

static void trace_clear(Trace *t) {
    program_free(t->p);
    free(t->x);
    free(t->unit);
    nums_clear(t->m->spec, t->work, 1);
}

const char *machine_mlp(Num *x, const Machine *m, const Num *least, const Num *most, bool last) {
    Trace t;
    const bool *needed = last ? m->needed_last : m->needed;
    size_t *output = alloc_array(m->t->width, 1, sizeof *output), outputs = 0;
    Num *value = nums_init(m->spec, m->t->width);
    trace_init(&t, m, least, most);
    const char *why = m->t->layer[0].has_mlp ? trace_mlp(&t) : NULL;
    for (size_t c = 0; c < m->t->width; c++)
        if (needed[c])
            output[outputs++] = t.x[c];
    if (why == NULL && !program_is_constant(t.p, value, output, outputs, BUDGET))
        why = "the stream after layer 1 is not shown to be a function of the group's tokens";
    for (size_t c = 0, k = 0; c < m->t->width; c++)
        if (needed[c])
            m->spec->ar->copy(&x[c], &value[k++]);
    trace_clear(&t);
    free(output);
    nums_clear(m->spec, value, m->t->width);
    return why;
}
