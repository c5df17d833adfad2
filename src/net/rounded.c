#include "net/rounded.h"
#include "base/alloc.h"
#include <stdlib.h>

static void note(Fault *fault, const char *part, size_t layer, size_t head, const char *why) {
    if (why != NULL && fault->why == NULL)
        *fault = (Fault){
            .layer = layer, .head = head, .part = part, .query = NOWHERE, .key = NOWHERE, .why = why
        };
}

void num_matrix_init(NumMatrix *n, const Matrix *m, const ArithSpec *spec, Fault *fault,
                     const char *part, size_t layer, size_t head) {
    *n = (NumMatrix){ .rows = m->rows,
                      .columns = m->columns,
                      .entry = nums_init(spec, m->rows * m->columns),
                      .begin = alloc_array(m->rows + 1, 1, sizeof *n->begin),
                      .nonzero = alloc_array(m->rows, m->columns, sizeof *n->nonzero) };
    for (size_t i = 0; i < m->rows * m->columns; i++) {
        if (i % m->columns == 0)
            n->begin[i / m->columns + 1] = n->begin[i / m->columns];
        spec->ar->set(&n->entry[i], m->entry[i]);
        if (!spec->ar->is_zero(&n->entry[i]))
            n->nonzero[n->begin[i / m->columns + 1]++] = i % m->columns;
        note(fault, part, layer, head, spec->ar->fault ? spec->ar->fault(&n->entry[i]) : NULL);
    }
}

void num_matrix_clear(NumMatrix *n, const ArithSpec *spec) {
    free(n->begin);
    free(n->nonzero);
    nums_clear(spec, n->entry, n->rows * n->columns);
}

void num_embed(Num *x, const ArithSpec *spec, Fault *fault) {
    note(fault, "a number of the embedding", 0, 0,
         spec->ar->store ? spec->ar->store(x, spec) : NULL);
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void layer_init(Rounded *r, size_t layer) {
    const Layer *l = &r->t->layer[layer];
    NumLayer *n = &r->layer[layer];
    const ArithSpec *spec = r->spec;
    Fault *fault = &r->fault;
    n->head = alloc_array(l->heads, 1, sizeof *n->head);
    for (size_t h = 0; h < l->heads; h++) {
        const Head *from = &l->head[h];
        NumHead *to = &n->head[h];
        num_matrix_init(&to->q, &from->q, spec, fault, "a weight of Q", layer + 1, h + 1);
        num_matrix_init(&to->k, &from->k, spec, fault, "a weight of K", layer + 1, h + 1);
        num_matrix_init(&to->v, &from->v, spec, fault, "a weight of V", layer + 1, h + 1);
        num_matrix_init(&to->o, &from->o, spec, fault, "a weight of O", layer + 1, h + 1);
        r->d_k = larger(r->d_k, from->q.rows);
        r->d_v = larger(r->d_v, from->v.rows);
    }
    num_matrix_init(&n->w1, &l->mlp.w1, spec, fault, "a weight of W1", layer + 1, 0);
    num_matrix_init(&n->b1, &l->mlp.b1, spec, fault, "a weight of b1", layer + 1, 0);
    num_matrix_init(&n->w2, &l->mlp.w2, spec, fault, "a weight of W2", layer + 1, 0);
    num_matrix_init(&n->b2, &l->mlp.b2, spec, fault, "a weight of b2", layer + 1, 0);
    r->hidden = larger(r->hidden, l->mlp.w1.rows);
}

static void layer_clear(NumLayer *n, size_t heads, const ArithSpec *spec) {
    for (size_t h = 0; h < heads; h++) {
        num_matrix_clear(&n->head[h].q, spec);
        num_matrix_clear(&n->head[h].k, spec);
        num_matrix_clear(&n->head[h].v, spec);
        num_matrix_clear(&n->head[h].o, spec);
    }
    free(n->head);
    num_matrix_clear(&n->w1, spec);
    num_matrix_clear(&n->b1, spec);
    num_matrix_clear(&n->w2, spec);
    num_matrix_clear(&n->b2, spec);
}

void rounded_init(Rounded *r, const Transformer *t, const ArithSpec *spec) {
    *r = (Rounded){ .t = t, .spec = spec, .layer = alloc_array(t->layers, 1, sizeof *r->layer) };
    for (size_t l = 0; l < t->layers; l++)
        layer_init(r, l);
    num_matrix_init(&r->readout_w, &t->readout.w, spec, &r->fault, "a weight of the readout", 0, 0);
    num_matrix_init(&r->readout_b, &t->readout.b, spec, &r->fault, "the threshold of the readout",
                    0, 0);
}

void rounded_clear(Rounded *r) {
    for (size_t l = 0; l < r->t->layers; l++)
        layer_clear(&r->layer[l], r->t->layer[l].heads, r->spec);
    free(r->layer);
    num_matrix_clear(&r->readout_w, r->spec);
    num_matrix_clear(&r->readout_b, r->spec);
    *r = (Rounded){ 0 };
}

void num_apply(Num *y, const NumMatrix *m, const Num *x, const ArithSpec *spec, Num *term,
               const Num *zero) {
    for (size_t i = 0; i < m->rows; i++) {
        spec->ar->copy(&y[i], zero);
        for (size_t k = m->begin[i]; k < m->begin[i + 1]; k++) {
            size_t c = m->nonzero[k];
            spec->ar->mul(term, &m->entry[i * m->columns + c], &x[c]);
            spec->ar->add(&y[i], &y[i], term);
        }
    }
}
