#include "net/transformer.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void transformer_init(Transformer *t, const Task *task, const Params *p, size_t width,
                      size_t layers, bool sign) {
    require(task->admits(p) == NULL && width >= 1 && p->output == 0);
    *t = (Transformer){ .task = task,
                        .params = *p,
                        .mask = p->mask,
                        .length = task->length(p),
                        .width = width,
                        .layers = layers,
                        .outputs = task_outputs(task, p) };
    t->params.code = NULL;
    t->first_row = alloc_array(t->length + 1, 1, sizeof *t->first_row);
    for (size_t i = 0; i < t->length; i++)
        t->first_row[i + 1] = t->first_row[i] + task->tokens(p, i).count;
    matrix_init(&t->embedding, t->first_row[t->length], width);
    t->layer = alloc_array(layers, 1, sizeof *t->layer);
    t->further = alloc_array(t->outputs - 1, 1, sizeof *t->further);
    for (size_t o = 0; o < t->outputs; o++) {
        Readout *r = transformer_readout(t, o);
        Params at = *p;
        at.output = o;
        readout_init(r, task, p, width, sign);
        r->position = task_output_position(task, &at);
    }
}

Readout *transformer_readout(Transformer *t, size_t output) {
    require(output < t->outputs);
    return output == 0 ? &t->readout : &t->further[output - 1];
}

Transformer transformer_at(const Transformer *t, size_t output) {
    Transformer at = *t;
    at.readout = *transformer_readout(&at, output);
    at.params.output = output;
    at.outputs = 1;
    at.further = NULL;
    return at;
}

static void layer_clear(Layer *l) {
    for (size_t h = 0; h < l->heads; h++) {
        matrix_clear(&l->head[h].q);
        matrix_clear(&l->head[h].k);
        matrix_clear(&l->head[h].v);
        matrix_clear(&l->head[h].o);
    }
    free(l->head);
    matrix_clear(&l->mlp.w1);
    matrix_clear(&l->mlp.b1);
    matrix_clear(&l->mlp.w2);
    matrix_clear(&l->mlp.b2);
}

void transformer_clear(Transformer *t) {
    for (size_t i = 0; i < t->layers; i++)
        layer_clear(&t->layer[i]);
    free(t->layer);
    free(t->first_row);
    matrix_clear(&t->embedding);
    for (size_t o = 0; o < t->outputs; o++)
        readout_clear(transformer_readout(t, o));
    free(t->further);
    *t = (Transformer){ 0 };
}

static void layer_init_copy(Layer *l, const Layer *from) {
    *l = (Layer){ .heads = from->heads,
                  .head = alloc_array(from->heads, 1, sizeof *l->head),
                  .has_mlp = from->has_mlp };
    for (size_t h = 0; h < l->heads; h++) {
        matrix_init_copy(&l->head[h].q, &from->head[h].q);
        matrix_init_copy(&l->head[h].k, &from->head[h].k);
        matrix_init_copy(&l->head[h].v, &from->head[h].v);
        matrix_init_copy(&l->head[h].o, &from->head[h].o);
    }
    matrix_init_copy(&l->mlp.w1, &from->mlp.w1);
    matrix_init_copy(&l->mlp.b1, &from->mlp.b1);
    matrix_init_copy(&l->mlp.w2, &from->mlp.w2);
    matrix_init_copy(&l->mlp.b2, &from->mlp.b2);
}

void transformer_init_copy(Transformer *t, const Transformer *from) {
    *t = *from;
    t->first_row = alloc_array(t->length + 1, 1, sizeof *t->first_row);
    memcpy(t->first_row, from->first_row, (t->length + 1) * sizeof *t->first_row);
    matrix_init_copy(&t->embedding, &from->embedding);
    t->layer = alloc_array(t->layers, 1, sizeof *t->layer);
    for (size_t l = 0; l < t->layers; l++)
        layer_init_copy(&t->layer[l], &from->layer[l]);
    readout_init_copy(&t->readout, &from->readout);
    t->further = alloc_array(t->outputs - 1, 1, sizeof *t->further);
    for (size_t o = 1; o < t->outputs; o++)
        readout_init_copy(&t->further[o - 1], &from->further[o - 1]);
}

Head *layer_add_head(Layer *l, size_t width, size_t d_k, size_t d_v) {
    Head *heads = realloc(l->head, (l->heads + 1) * sizeof *heads);
    if (heads == NULL)
        die("out of memory: %zu heads", l->heads + 1);
    l->head = heads;
    Head *h = &l->head[l->heads++];
    matrix_init(&h->q, d_k, width);
    matrix_init(&h->k, d_k, width);
    matrix_init(&h->v, d_v, width);
    matrix_init(&h->o, width, d_v);
    return h;
}

Mlp *layer_add_mlp(Layer *l, size_t width, size_t hidden) {
    require(!l->has_mlp);
    l->has_mlp = true;
    matrix_init(&l->mlp.w1, hidden, width);
    matrix_init(&l->mlp.b1, hidden, 1);
    matrix_init(&l->mlp.w2, width, hidden);
    matrix_init(&l->mlp.b2, width, 1);
    return &l->mlp;
}

size_t transformer_row(const Transformer *t, size_t position, Token token) {
    TokenRun run = t->task->tokens(&t->params, position);
    require(token >= run.first && token - run.first < run.count);
    return t->first_row[position] + (token - run.first);
}

size_t transformer_sees(const Transformer *t, size_t i) {
    return t->mask == MASK_CAUSAL ? i + 1 : t->length;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

Size transformer_size(const Transformer *t) {
    Size s = { .width = t->width, .layers = t->layers };
    s.parameters = matrix_nonzeros(&t->embedding) + matrix_nonzeros(&t->readout.w) +
                   matrix_nonzeros(&t->readout.b);
    for (size_t o = 1; o < t->outputs; o++)
        s.parameters +=
            matrix_nonzeros(&t->further[o - 1].w) + matrix_nonzeros(&t->further[o - 1].b);
    for (const Layer *l = t->layer; l < t->layer + t->layers; l++) {
        s.heads = larger(s.heads, l->heads);
        for (size_t i = 0; i < l->heads; i++) {
            const Head *h = &l->head[i];
            s.parameters += matrix_nonzeros(&h->q) + matrix_nonzeros(&h->k) +
                            matrix_nonzeros(&h->v) + matrix_nonzeros(&h->o);
        }
        s.mlp = larger(s.mlp, l->mlp.w1.rows);
        s.parameters += matrix_nonzeros(&l->mlp.w1) + matrix_nonzeros(&l->mlp.b1) +
                        matrix_nonzeros(&l->mlp.w2) + matrix_nonzeros(&l->mlp.b2);
    }
    return s;
}
