// The affine maps of a tabulation: what follows layer 1's attention at every row, and layer 2's at
// the readout's position.
#include "base/alloc.h"
#include "verify/tabulation_parts.h"

// to(row, column) <- sum over k of m(i, k) x_k * factor.
static void set_product(Matrix *to, size_t row, size_t column, const Matrix *m, size_t i,
                        mpq_t *x) {
    tabulation_dot(matrix_at(to, row, column), m->entry + i * m->columns, x, m->columns);
}

// Column c of a matrix as a vector; free with vector_clear(.., m->rows).
static mpq_t *column_of(const Matrix *m, size_t c) {
    mpq_t *x = vector_init(m->rows);
    for (size_t i = 0; i < m->rows; i++)
        mpq_set(x[i], matrix_at(m, i, c));
    return x;
}

// The coefficients of input `input`, which column c of a head's O over the denominator carries.
static void set_ratio(Forms *f, size_t input, const Matrix *o, size_t c, const mpz_t denominator,
                      const Mlp *mlp, const Matrix *projection) {
    mpq_t *x = column_of(o, c);
    for (size_t i = 0; i < o->rows; i++) {
        mpz_mul(mpq_denref(x[i]), mpq_denref(x[i]), denominator);
        mpq_canonicalize(x[i]);
    }
    for (size_t u = 0; u < f->hidden; u++)
        set_product(&f->a, u, 1 + input, &mlp->w1, u, x);
    for (size_t y = 0; y < f->outputs; y++)
        set_product(&f->b, y, 1 + input, projection, y, x);
    vector_clear(x, o->rows);
}

// The coefficients of the hidden units in the outputs, and of b2.
static void set_mlp_outputs(Forms *f, const Mlp *mlp, const Matrix *projection) {
    for (size_t u = 0; u < f->hidden; u++) {
        mpq_t *w2 = column_of(&mlp->w2, u);
        for (size_t y = 0; y < f->outputs; y++)
            set_product(&f->b, y, 1 + f->inputs + u, projection, y, w2);
        vector_clear(w2, mlp->w2.rows);
    }
    for (size_t y = 0; y < f->outputs && mlp->b2.rows > 0; y++)
        set_product(&f->b, y, 0, projection, y, mlp->b2.entry);
}

static void add_product(mpq_ptr to, const Matrix *m, size_t i, mpq_t *x) {
    mpq_t product;
    mpq_init(product);
    tabulation_dot(product, m->entry + i * m->columns, x, m->columns);
    mpq_add(to, to, product);
    mpq_clear(product);
}

// What layer l has for an MLP; one without units or bias if it has none.
static const Mlp *mlp_of(const Transformer *t, size_t l) {
    static const Mlp none = { 0 };
    return l < t->layers && t->layer[l].has_mlp ? &t->layer[l].mlp : &none;
}

static void row_forms_init(Forms *f, const Tabulation *tab, size_t r, const Matrix *projection) {
    const Transformer *t = tab->t;
    const Mlp *mlp = mlp_of(t, 0);
    mpq_t *x = t->embedding.entry + (tab->row_base + r) * t->width;
    forms_init(f, tab->sums - tab->heads, mlp->w1.rows, projection->rows);
    set_mlp_outputs(f, mlp, projection);
    for (size_t y = 0; y < f->outputs; y++)
        add_product(matrix_at(&f->b, y, 0), projection, y, x);
    for (size_t u = 0; u < f->hidden; u++) {
        mpq_set(matrix_at(&f->a, u, 0), matrix_at(&mlp->b1, u, 0));
        add_product(matrix_at(&f->a, u, 0), &mlp->w1, u, x);
    }
    size_t input = 0;
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            set_ratio(f, input++, &t->layer[0].head[h].o, c, tab->head[h].denominator, mlp,
                      projection);
}

// Appends the rows of m to the projection.
static void stack(Matrix *projection, const Matrix *m) {
    Matrix old = *projection;
    size_t n = old.rows * old.columns;
    matrix_init(projection, old.rows + m->rows, m->columns);
    for (size_t k = 0; k < n; k++)
        mpq_set(projection->entry[k], old.entry[k]);
    for (size_t k = 0; k < m->rows * m->columns; k++)
        mpq_set(projection->entry[n + k], m->entry[k]);
    matrix_clear(&old);
}

// What later steps read of a row, in the order that the HeadPlaces and `rest` say.
static void projection_init(Matrix *projection, Tabulation *tab, bool readout) {
    const Transformer *t = tab->t;
    matrix_init(projection, 0, t->width);
    if (t->layers < 2) {
        stack(projection, &t->readout.w);
        return;
    }
    const Layer *layer = &t->layer[1];
    for (size_t h = 0; h < layer->heads; h++) {
        tab->place[h].key = projection->rows;
        stack(projection, &layer->head[h].k);
        tab->place[h].value = projection->rows;
        stack(projection, &layer->head[h].v);
    }
    if (!readout)
        return;
    for (size_t h = 0; h < layer->heads; h++) {
        tab->place[h].query = projection->rows;
        stack(projection, &layer->head[h].q);
    }
    tab->rest = projection->rows;
    if (layer->has_mlp)
        stack(projection, &layer->mlp.w1);
    stack(projection, &t->readout.w);
}

static void all_forms_init(Tabulation *tab) {
    const Transformer *t = tab->t;
    Matrix of_others, of_readout;
    projection_init(&of_others, tab, false);
    projection_init(&of_readout, tab, true);
    tab->outputs = of_readout.rows;
    tab->forms = alloc_array(tab->rows, 1, sizeof *tab->forms);
    for (size_t r = 0; r < tab->rows; r++) {
        bool readout = tabulation_position(t, tab->row_base + r) == t->readout.position;
        row_forms_init(&tab->forms[r], tab, r, readout ? &of_readout : &of_others);
        if (t->layers >= 2)
            continue;
        for (size_t y = 0; y < of_readout.rows; y++) {   // the readout itself: add its b
            mpq_ptr constant = matrix_at(&tab->forms[r].b, y, 0);
            mpq_add(constant, constant, matrix_at(&t->readout.b, y, 0));
        }
    }
    matrix_clear(&of_others);
    matrix_clear(&of_readout);
}

// Layer 2 at the readout's position: inputs are the rest (W1 x, then w x) and the ratios.
static void finish_init(Tabulation *tab) {
    const Transformer *t = tab->t;
    const Layer *layer = &t->layer[1];
    const Mlp *mlp = mlp_of(t, 1);
    size_t hidden = mlp->w1.rows, rows = t->readout.w.rows, skip = hidden + rows;
    Forms *f = &tab->finish;
    forms_init(f, skip + tab->sums2 - tab->heads2, hidden, rows);
    set_mlp_outputs(f, mlp, &t->readout.w);
    for (size_t u = 0; u < hidden; u++) {
        mpq_set(matrix_at(&f->a, u, 0), matrix_at(&mlp->b1, u, 0));
        mpq_set_ui(matrix_at(&f->a, u, 1 + u), 1, 1);
    }
    for (size_t y = 0; y < rows; y++) {
        mpq_add(matrix_at(&f->b, y, 0), matrix_at(&f->b, y, 0), matrix_at(&t->readout.b, y, 0));
        mpq_set_ui(matrix_at(&f->b, y, 1 + hidden + y), 1, 1);
    }
    mpz_t one;
    mpz_init_set_ui(one, 1);
    for (size_t h = 0, input = skip; h < layer->heads; h++)
        for (size_t c = 0; c < layer->head[h].v.rows; c++)
            set_ratio(f, input++, &layer->head[h].o, c, one, mlp, &t->readout.w);
    mpz_clear(one);
}

static void places_init(Tabulation *tab) {
    const Layer *layer = &tab->t->layer[1];
    tab->heads2 = layer->heads;
    tab->place = alloc_array(layer->heads, 1, sizeof *tab->place);
    for (size_t h = 0; h < layer->heads; h++) {
        tab->place[h].d_k = layer->head[h].k.rows;
        tab->place[h].d_v = layer->head[h].v.rows;
        tab->place[h].offset = tab->sums2;
        tab->sums2 += 1 + tab->place[h].d_v;
    }
}

void tabulate_forms(Tabulation *tab) {
    if (tab->t->layers >= 2) {
        places_init(tab);
        finish_init(tab);
    }
    all_forms_init(tab);
}
