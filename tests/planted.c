#include "planted.h"
#include "models.h"

static void widen_matrix(Matrix *m, size_t rows, size_t columns) {
    Matrix wide;
    matrix_init(&wide, m->rows + rows, m->columns + columns);
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = 0; j < m->columns; j++)
            mpq_set(matrix_at(&wide, i, j), matrix_at(m, i, j));
    matrix_clear(m);
    *m = wide;
}

// One more coordinate, the last one, of which nobody knows.
static void widen(Transformer *t) {
    t->width++;
    widen_matrix(&t->embedding, 0, 1);
    widen_matrix(&t->readout.w, 0, 1);
    for (Layer *l = t->layer; l < t->layer + t->layers; l++) {
        for (Head *h = l->head; h < l->head + l->heads; h++) {
            widen_matrix(&h->q, 0, 1);
            widen_matrix(&h->k, 0, 1);
            widen_matrix(&h->v, 0, 1);
            widen_matrix(&h->o, 1, 0);
        }
        if (!l->has_mlp)
            continue;
        widen_matrix(&l->mlp.w1, 0, 1);
        widen_matrix(&l->mlp.w2, 1, 0);
        widen_matrix(&l->mlp.b2, 1, 0);
    }
}

void plant_single_error(Transformer *t, uint64_t n, uint64_t w, bool own_head) {
    Params p = params_default(n);
    p.readout = READOUT_UNIFORM;
    build_binary(t, construction_find("equality/two-layer"), &p);
    size_t z = t->width - 1, s = t->width;
    widen(t);
    for (uint64_t i = 0; i < n; i++)
        matrix_set(&t->embedding, transformer_row(t, n + i, 1), s, w >> i & 1 ? 1 : -1, 1);
    Layer *last = &t->layer[1];
    Head *h = &last->head[0];
    if (own_head) {
        h = layer_add_head(last, t->width, 1, 1);
    } else {
        widen_matrix(&h->v, 1, 0);
        widen_matrix(&h->o, 0, 1);
    }
    matrix_set(&h->v, h->v.rows - 1, s, 1, 1);
    matrix_set(&h->o, s, h->o.columns - 1, 1, 1);
    Mlp *mlp = layer_add_mlp(last, t->width, 1);
    long ones = __builtin_popcountll(w), length = (long)t->length;
    matrix_set(&mlp->w1, 0, s, 2 * length, 1);
    matrix_set(&mlp->b1, 0, 0, 1 - 2 * ones, 1);
    matrix_set(&mlp->w2, z, 0, 1, 1);
}
