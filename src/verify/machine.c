#include "verify/machine.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include "verify/machine_grid.h"
#include "verify/machine_kernel.h"
#include <stdlib.h>

enum { MOST_STATES = 4096 };

static void mark_columns(bool *marks, const NumMatrix *m) {
    for (size_t k = 0; k < m->begin[m->rows]; k++)
        marks[m->nonzero[k]] = true;
}

static void mark_rows(bool *marks, const NumMatrix *m) {
    for (size_t i = 0; i < m->rows; i++)
        marks[i] = marks[i] || m->begin[i + 1] > m->begin[i];
}

// What an MLP writes to.
static void mark_mlp_rows(const Machine *m, bool *marks, const NumLayer *n) {
    mark_rows(marks, &n->w2);
    for (size_t c = 0; c < n->b2.rows; c++)
        marks[c] = marks[c] || !m->spec->ar->is_zero(&n->b2.entry[c]);
}

static void mark(Machine *m) {
    const Transformer *t = m->t;
    const NumLayer *first = &m->model.layer[0];
    for (size_t h = 0; h < t->layer[0].heads; h++)
        mark_rows(m->written, &first->head[h].o);
    mark_columns(m->needed_last, &m->model.readout_w);
    if (t->layers == 2) {
        const NumLayer *last = &m->model.layer[1];
        for (size_t h = 0; h < t->layer[1].heads; h++) {
            mark_columns(m->needed_last, &last->head[h].q);
            mark_columns(m->needed, &last->head[h].k);
            mark_columns(m->needed, &last->head[h].v);
        }
        for (size_t h = 0; h < t->layer[1].heads; h++)
            mark_rows(m->needed_last, &last->head[h].o);
        mark_columns(m->needed_last, &last->w1);
        mark_mlp_rows(m, m->needed_last, last);
    }
    if (t->layer[0].has_mlp) {
        mark_columns(m->read, &first->w1);
        mark_mlp_rows(m, m->read, first);
    }
    for (size_t c = 0; c < t->width; c++) {
        m->needed_last[c] = m->needed_last[c] || m->needed[c];
        m->read[c] = m->read[c] || m->needed_last[c];
    }
}

// Every number of the embedding must be one of the machine's.
static bool embedding_is_faulty(const Machine *m, Fault *fault) {
    const Arith *ar = m->spec->ar;
    const Matrix *e = &m->t->embedding;
    Num *x = nums_init(m->spec, 1);
    for (size_t k = 0; k < e->rows * e->columns && fault->why == NULL; k++) {
        ar->set(x, e->entry[k]);
        const char *why = ar->fault ? ar->fault(x) : ar->store(x, m->spec);
        if (why != NULL)
            *fault = (Fault){
                .part = "a number of the embedding", .query = NOWHERE, .key = NOWHERE, .why = why
            };
    }
    nums_clear(m->spec, x, 1);
    return fault->why != NULL;
}

static size_t slot_of_row(const Machine *m, size_t row) {
    size_t s = 0;
    while (m->slot_row[s] != row)
        s++;
    return s;
}

static size_t position_of_row(const Transformer *t, size_t row) {
    size_t i = 0;
    while (t->first_row[i + 1] <= row)
        i++;
    return i;
}

// Whether every position that another one sees has one key.
static bool keys_are_settled(const Machine *m, const MachineHead *h) {
    const Transformer *t = m->t;
    size_t read = transformer_sees(t, t->readout.position);
    for (size_t j = 0; j < read; j++) {
        bool seen =
            t->layers == 2 ? t->mask == MASK_FULL || j + 1 < read : j != t->readout.position;
        if (seen && !h->one_key[j])
            return false;
    }
    return true;
}

// The bounds of the positions' scores in layer 1: the largest of the rows at each.
static void measure(Machine *m, size_t head) {
    const Transformer *t = m->t;
    size_t last = t->readout.position, first = t->layers == 2 ? 0 : last;
    size_t end = t->layers == 2 ? transformer_sees(t, last) : last + 1;
    Lane lane[LANES];
    mpq_t largest[LANES];
    for (size_t i = 0; i < LANES; i++)
        mpq_init(largest[i]);
    size_t row = t->first_row[first], position = first;
    while (row < t->first_row[end] && !interrupted()) {
        size_t lanes = 0;
        for (; lanes < LANES && row < t->first_row[end]; row++) {
            while (t->first_row[position + 1] <= row)
                position++;
            lane[lanes++] = (Lane){ .position = position, .row = row };
        }
        machine_head_largest(largest, &m->head[head], lane, lanes);
        for (size_t i = 0; i < lanes; i++)
            bounds_raise(&m->bounds, bounds_index(&m->bounds, 0, head, lane[i].position),
                         largest[i]);
    }
    for (size_t i = 0; i < LANES; i++)
        mpq_clear(largest[i]);
}

static const char *make_heads(Machine *m, bool naive, Fault *fault, size_t *slot) {
    const char *why = NULL;
    size_t row;
    for (size_t h = 0; h < m->t->layer[0].heads && why == NULL; h++) {
        why = machine_head_init(&m->head[h], &m->model, h, naive, fault, &row);
        if (fault->why != NULL) {
            *slot = slot_of_row(m, row);
            fault->query = (long)position_of_row(m->t, row);
        }
        if (why != NULL)
            break;
        m->heads++;
        if (!keys_are_settled(m, &m->head[h]))
            why = "the scores of layer 1 depend on the tokens that are seen";
        else if (m->spec->ar->bounded)
            measure(m, h);
    }
    return why;
}

const char *machine_init(Machine *m, const Transformer *t, const ArithSpec *spec, unsigned jobs,
                         bool naive, Fault *fault, size_t *slot) {
    *m = (Machine){ .t = t,
                    .spec = spec,
                    .jobs = jobs,
                    .needed = alloc_array(t->width, 1, sizeof *m->needed),
                    .needed_last = alloc_array(t->width, 1, sizeof *m->needed_last),
                    .written = alloc_array(t->width, 1, sizeof *m->written),
                    .read = alloc_array(t->width, 1, sizeof *m->read) };
    *fault = (Fault){ 0 };
    *slot = SIZE_MAX;
    choices_init(&m->choices, t->task, &t->params);
    bounds_init(&m->bounds, t);
    rounded_init(&m->model, t, spec);
    m->slot_row = alloc_array(m->choices.slots, 1, sizeof *m->slot_row);
    for (size_t choice = 0, g = 0; choice < m->choices.count; choice++) {
        while (m->choices.first[g + 1] <= choice)
            g++;
        for (size_t s = m->choices.slot[choice]; s < m->choices.slot[choice + 1]; s++)
            m->slot_row[s] = transformer_row(
                t, m->choices.group[g].position[s - m->choices.slot[choice]], m->choices.token[s]);
    }
    if (t->layers < 1 || t->layers > 2)
        return "certificates of machines need one layer or two";
    m->head = alloc_array(t->layer[0].heads, 1, sizeof *m->head);
    if (embedding_is_faulty(m, fault))
        return "a weight is no number of the machine";
    *fault = m->model.fault;
    if (fault->why != NULL)
        return "a weight is no number of the machine";
    mark(m);
    return make_heads(m, naive, fault, slot);
}

void machine_clear(Machine *m) {
    while (m->heads > 0)
        machine_head_clear(&m->head[--m->heads]);
    free(m->head);
    rounded_clear(&m->model);
    bounds_clear(&m->bounds);
    choices_clear(&m->choices);
    free(m->slot_row);
    free(m->needed);
    free(m->needed_last);
    free(m->written);
    free(m->read);
    *m = (Machine){ 0 };
}

void machine_embed(Num *x, const Machine *m, size_t row) {
    Fault none = { 0 };
    for (size_t c = 0; c < m->t->width; c++) {
        m->spec->ar->set(&x[c], m->t->embedding.entry[row * m->t->width + c]);
        num_embed(&x[c], m->spec, &none);
    }
}

size_t states_number(States *s, const Machine *m, const Num *x) {
    size_t width = m->t->width;
    for (size_t k = 0; k < s->count; k++) {
        size_t c = 0;
        while (c < width && nums_equal(&s->x[k * width + c], &x[c], m->spec))
            c++;
        if (c == width)
            return k;
    }
    if (s->count == MOST_STATES)
        return SIZE_MAX;
    if (s->count == s->capacity) {
        size_t capacity = 2 * s->capacity + 8;
        Num *grown = nums_init(m->spec, capacity * width);
        for (size_t k = 0; k < s->count * width; k++)
            m->spec->ar->copy(&grown[k], &s->x[k]);
        nums_clear(m->spec, s->x, s->capacity * width);
        s->x = grown;
        s->capacity = capacity;
    }
    for (size_t c = 0; c < width; c++)
        m->spec->ar->copy(&s->x[s->count * width + c], &x[c]);
    return s->count++;
}

void states_clear(States *s, const Machine *m) {
    nums_clear(m->spec, s->x, s->capacity * m->t->width);
    free(s->slot);
    *s = (States){ 0 };
}
