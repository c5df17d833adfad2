#include "verify/tabulation.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

enum { LARGEST_SPREAD = 1 << 14, LARGEST_LENGTH = 4096 };
static const size_t largest_table = (size_t)1 << 28;   // bytes

// The position that holds row `row` of the embedding.
static size_t position_of(const Transformer *t, size_t row) {
    size_t i = 0;
    while (t->first_row[i + 1] <= row)
        i++;
    return i;
}

// y <- the product of m with every embedding row 0 .. rows-1, as rows x m->rows numbers.
static mpq_t *project(const Transformer *t, const Matrix *m, size_t rows) {
    mpq_t *y = vector_init(rows * m->rows);
    for (size_t r = 0; r < rows; r++)
        matrix_apply(y + r * m->rows, m, t->embedding.entry + r * t->width);
    return y;
}

static void dot(mpq_t s, mpq_t *a, mpq_t *b, size_t n) {
    Matrix row = { .rows = 1, .columns = n, .entry = a };
    matrix_apply((mpq_t *)s, &row, b);
}

// The exponents of one row from its scores; those of columns not seen are -1.
static const char *row_exponents(int32_t *exponent, mpq_t *score, size_t first_unseen,
                                 size_t columns) {
    mpz_t least, spread;
    const char *why = NULL;
    mpz_inits(least, spread, NULL);
    for (size_t c = 0; c < first_unseen; c++) {
        if (mpz_cmp_ui(mpq_denref(score[c]), 1) != 0)
            why = "a score of layer 1 is no integer";
        if (c == 0 || mpz_cmp(mpq_numref(score[c]), least) < 0)
            mpz_set(least, mpq_numref(score[c]));
    }
    for (size_t c = 0; c < columns && why == NULL; c++) {
        exponent[c] = -1;
        if (c >= first_unseen)
            continue;
        mpz_sub(spread, mpq_numref(score[c]), least);
        if (mpz_cmp_ui(spread, LARGEST_SPREAD) > 0)
            why = "the scores of layer 1 lie too far apart";
        else
            exponent[c] = (int32_t)mpz_get_si(spread);
    }
    mpz_clears(least, spread, NULL);
    return why;
}

static void integer_values(HeadTable *ht, mpq_t *v, size_t n) {
    ht->value = alloc_array(n, 1, sizeof *ht->value);
    mpz_init_set_ui(ht->denominator, 1);
    for (size_t k = 0; k < n; k++)
        mpz_lcm(ht->denominator, ht->denominator, mpq_denref(v[k]));
    for (size_t k = 0; k < n; k++) {
        mpz_init(ht->value[k]);
        mpz_divexact(ht->value[k], ht->denominator, mpq_denref(v[k]));
        mpz_mul(ht->value[k], ht->value[k], mpq_numref(v[k]));
    }
}

static const char *head_init(HeadTable *ht, const Tabulation *tab, const Head *h) {
    const Transformer *t = tab->t;
    size_t d_k = h->q.rows, columns = tab->columns;
    const char *why = NULL;
    ht->d_v = h->v.rows;
    ht->exponent = alloc_array(tab->rows, columns, sizeof *ht->exponent);
    mpq_t *q = project(t, &h->q, tab->row_base + tab->rows), *k = project(t, &h->k, columns);
    mpq_t *v = project(t, &h->v, columns), *score = vector_init(columns);
    for (size_t r = 0; r < tab->rows && why == NULL; r++) {
        size_t row = tab->row_base + r;
        size_t unseen = t->first_row[transformer_sees(t, position_of(t, row))];
        for (size_t c = 0; c < unseen; c++)
            dot(score[c], q + row * d_k, k + c * d_k, d_k);
        why = row_exponents(ht->exponent + r * columns, score, unseen, columns);
    }
    integer_values(ht, v, columns * ht->d_v);
    vector_clear(q, (tab->row_base + tab->rows) * d_k);
    vector_clear(k, columns * d_k);
    vector_clear(v, columns * ht->d_v);
    vector_clear(score, columns);
    return why;
}

// ---- the affine maps ----

// to(row, column) <- sum over k of m(i, k) x_k * factor.
static void set_product(Matrix *to, size_t row, size_t column, const Matrix *m, size_t i,
                        mpq_t *x) {
    dot(matrix_at(to, row, column), m->entry + i * m->columns, x, m->columns);
}

// Column c of a matrix as a vector; free with vector_clear(.., m->rows).
static mpq_t *column_of(const Matrix *m, size_t c) {
    mpq_t *x = vector_init(m->rows);
    for (size_t i = 0; i < m->rows; i++)
        mpq_set(x[i], matrix_at(m, i, c));
    return x;
}

// The coefficients of the ratio that column c of the head's O carries, in both maps.
static void set_ratio(Forms *f, size_t input, const HeadTable *ht, const Matrix *o, size_t c,
                      const Mlp *mlp, const Matrix *projection) {
    mpq_t *x = column_of(o, c);
    for (size_t i = 0; i < o->rows; i++) {
        mpz_mul(mpq_denref(x[i]), mpq_denref(x[i]), ht->denominator);
        mpq_canonicalize(x[i]);
    }
    for (size_t u = 0; u < f->hidden; u++)
        set_product(&f->a, u, 1 + input, &mlp->w1, u, x);
    for (size_t y = 0; y < f->outputs; y++)
        set_product(&f->b, y, 1 + input, projection, y, x);
    vector_clear(x, o->rows);
}

// The coefficients of the stream at a position with embedding x, and of the hidden units.
static void set_constants(Forms *f, mpq_t *x, const Mlp *mlp, const Matrix *projection) {
    size_t m = projection->columns;
    mpq_t *sum = vector_init(m);
    for (size_t i = 0; i < m; i++) {
        mpq_set(sum[i], x[i]);
        if (f->hidden > 0 || mlp->b2.rows > 0)
            mpq_add(sum[i], sum[i], matrix_at(&mlp->b2, i, 0));
    }
    for (size_t u = 0; u < f->hidden; u++) {
        set_product(&f->a, u, 0, &mlp->w1, u, x);
        mpq_add(matrix_at(&f->a, u, 0), matrix_at(&f->a, u, 0), matrix_at(&mlp->b1, u, 0));
        mpq_t *w2 = column_of(&mlp->w2, u);
        for (size_t y = 0; y < f->outputs; y++)
            set_product(&f->b, y, 1 + f->inputs + u, projection, y, w2);
        vector_clear(w2, m);
    }
    for (size_t y = 0; y < f->outputs; y++)
        set_product(&f->b, y, 0, projection, y, sum);
    vector_clear(sum, m);
}

static void row_forms_init(Forms *f, const Tabulation *tab, size_t r, const Matrix *projection) {
    const Transformer *t = tab->t;
    const Layer *layer = t->layers > 0 ? &t->layer[0] : NULL;
    static const Mlp none = { 0 };
    const Mlp *mlp = layer != NULL && layer->has_mlp ? &layer->mlp : &none;
    forms_init(f, tab->sums - tab->heads, mlp->w1.rows, projection->rows);
    set_constants(f, t->embedding.entry + (tab->row_base + r) * t->width, mlp, projection);
    size_t input = 0;
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            set_ratio(f, input++, &tab->head[h], &layer->head[h].o, c, mlp, projection);
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
        bool readout = position_of(t, tab->row_base + r) == t->readout.position;
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
    size_t hidden = layer->has_mlp ? layer->mlp.w1.rows : 0, rows = t->readout.w.rows;
    size_t ratios = tab->sums2 - tab->heads2, skip = hidden + rows;
    Forms *f = &tab->finish;
    forms_init(f, skip + ratios, hidden, rows);
    for (size_t u = 0; u < hidden; u++) {
        mpq_set(matrix_at(&f->a, u, 0), matrix_at(&layer->mlp.b1, u, 0));
        mpq_set_ui(matrix_at(&f->a, u, 1 + u), 1, 1);
    }
    for (size_t y = 0; y < rows; y++) {
        if (layer->has_mlp)
            set_product(&f->b, y, 0, &t->readout.w, y, layer->mlp.b2.entry);
        mpq_add(matrix_at(&f->b, y, 0), matrix_at(&f->b, y, 0), matrix_at(&t->readout.b, y, 0));
        mpq_set_ui(matrix_at(&f->b, y, 1 + hidden + y), 1, 1);
    }
    for (size_t u = 0; u < hidden; u++) {
        mpq_t *w2 = column_of(&layer->mlp.w2, u);
        for (size_t y = 0; y < rows; y++)
            set_product(&f->b, y, 1 + f->inputs + u, &t->readout.w, y, w2);
        vector_clear(w2, t->width);
    }
    size_t input = 1 + skip;
    for (size_t h = 0; h < layer->heads; h++)
        for (size_t c = 0; c < layer->head[h].v.rows; c++, input++) {
            mpq_t *o = column_of(&layer->head[h].o, c);
            for (size_t u = 0; u < hidden; u++)
                set_product(&f->a, u, input, &layer->mlp.w1, u, o);
            for (size_t y = 0; y < rows; y++)
                set_product(&f->b, y, input, &t->readout.w, y, o);
            vector_clear(o, t->width);
        }
}

// ---- the machine path ----

void tabulation_homogeneous(Wide *p, const Tabulation *tab, const Wide *sums) {
    p[0] = 1;
    for (size_t h = 0, input = 1; h < tab->heads; h++) {
        const Wide *own = sums + tab->head[h].offset;
        for (size_t c = 1; c < input; c++)
            p[c] *= own[0];
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            p[input + c] = own[1 + c] * p[0];
        p[0] *= own[0];
        input += tab->head[h].d_v;
    }
}

// bound[0 .. sums-1] <- what the magnitudes of row r's sums cannot exceed: at every position the
// token that weighs most.
static void bound_sums(mpz_t *bound, const Tabulation *tab, size_t r) {
    const Transformer *t = tab->t;
    mpz_t term, largest;
    mpz_inits(term, largest, NULL);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        const int32_t *exponent = ht->exponent + r * tab->columns;
        for (size_t s = 0; s <= ht->d_v; s++) {
            mpz_ptr sum = bound[ht->offset + s];
            mpz_set_ui(sum, 0);
            for (size_t i = 0; t->first_row[i] < tab->columns; i++) {
                mpz_set_ui(largest, 0);
                for (size_t c = t->first_row[i]; c < t->first_row[i + 1]; c++) {
                    if (exponent[c] < 0)
                        continue;
                    mpz_set_ui(term, 1);
                    if (s > 0)
                        mpz_abs(term, ht->value[c * ht->d_v + s - 1]);
                    mpz_mul_2exp(term, term, (mp_bitcnt_t)exponent[c]);
                    if (mpz_cmp(term, largest) > 0)
                        mpz_set(largest, term);
                }
                mpz_add(sum, sum, largest);
            }
        }
    }
    mpz_clears(term, largest, NULL);
}

// bound of the homogeneous coordinates from that of the sums, as tabulation_homogeneous computes
// them.  Whether all of them fit.
static bool bound_homogeneous(mpz_t *p, const Tabulation *tab, mpz_t *sums) {
    size_t input = 1;
    mpz_set_ui(p[0], 1);
    for (size_t h = 0; h < tab->heads; h++) {
        mpz_t *own = sums + tab->head[h].offset;
        for (size_t c = 1; c < input; c++)
            mpz_mul(p[c], p[c], own[0]);
        for (size_t c = 0; c < tab->head[h].d_v; c++)
            mpz_mul(p[input + c], own[1 + c], p[0]);
        mpz_mul(p[0], p[0], own[0]);
        input += tab->head[h].d_v;
    }
    bool fits = true;
    for (size_t s = 0; s < tab->sums; s++)
        fits &= wide_fits(sums[s]);
    for (size_t c = 0; c < input; c++)
        fits &= wide_fits(p[c]);
    return fits;
}

static bool all_wide_forms_init(Tabulation *tab) {
    size_t inputs = 1 + tab->sums - tab->heads;
    mpz_t *sums = alloc_array(tab->sums, 1, sizeof *sums);
    mpz_t *p = alloc_array(inputs, 1, sizeof *p);
    for (size_t s = 0; s < tab->sums; s++)
        mpz_init(sums[s]);
    for (size_t c = 0; c < inputs; c++)
        mpz_init(p[c]);
    tab->wide_forms = alloc_array(tab->rows, 1, sizeof *tab->wide_forms);
    bool fits = true;
    for (size_t r = 0; r < tab->rows && fits; r++) {
        bound_sums(sums, tab, r);
        fits = bound_homogeneous(p, tab, sums) &&
               wide_forms_init(&tab->wide_forms[r], &tab->forms[r], tab->scale, p);
    }
    for (size_t s = 0; s < tab->sums; s++)
        mpz_clear(sums[s]);
    for (size_t c = 0; c < inputs; c++)
        mpz_clear(p[c]);
    free(sums);
    free(p);
    return fits;
}

static void weights_init(Tabulation *tab) {
    tab->weight = alloc_array(tab->rows * tab->columns, tab->sums, sizeof *tab->weight);
    mpz_t term;
    mpz_init(term);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        for (size_t r = 0; r < tab->rows; r++)
            for (size_t c = 0; c < tab->columns; c++) {
                int32_t exponent = ht->exponent[r * tab->columns + c];
                if (exponent < 0)
                    continue;
                Wide *to = tab->weight + (r * tab->columns + c) * tab->sums + ht->offset;
                to[0] = (Wide)1 << exponent;
                for (size_t s = 0; s < ht->d_v; s++) {
                    mpz_mul_2exp(term, ht->value[c * ht->d_v + s], (mp_bitcnt_t)exponent);
                    to[1 + s] = wide_get(term);
                }
            }
    }
    mpz_clear(term);
}

static void wide_init(Tabulation *tab) {
    mpz_t scale;
    mpz_init(scale);
    mpz_init_set_ui(tab->scale, 1);
    for (size_t r = 0; r < tab->rows; r++) {
        forms_scale(scale, &tab->forms[r]);
        mpz_lcm(tab->scale, tab->scale, scale);
    }
    mpz_clear(scale);
    tab->wide = wide_fits(tab->scale) && all_wide_forms_init(tab);
    if (tab->wide)
        weights_init(tab);
}

// ---- what depends on what ----

// Whether row r sees a difference between columns a and b.
static bool tells_apart(const Tabulation *tab, size_t r, size_t a, size_t b) {
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        const int32_t *exponent = ht->exponent + r * tab->columns;
        if (exponent[a] != exponent[b])
            return true;
        if (exponent[a] < 0)
            continue;
        for (size_t c = 0; c < ht->d_v; c++)
            if (mpz_cmp(ht->value[a * ht->d_v + c], ht->value[b * ht->d_v + c]) != 0)
                return true;
    }
    return false;
}

static bool depends(const Tabulation *tab, size_t r, size_t position) {
    const Transformer *t = tab->t;
    size_t first = t->first_row[position];
    if (first >= tab->columns || position_of(t, tab->row_base + r) == position)
        return false;
    for (size_t c = first + 1; c < t->first_row[position + 1]; c++)
        if (tells_apart(tab, r, first, c))
            return true;
    return false;
}

static void affected_init(Tabulation *tab) {
    size_t length = tab->t->length, count = 0;
    tab->affected_begin = alloc_array(length + 1, 1, sizeof *tab->affected_begin);
    tab->affected = alloc_array(length, tab->rows, sizeof *tab->affected);
    for (size_t i = 0; i < length; i++) {
        for (size_t r = 0; r < tab->rows; r++)
            if (depends(tab, r, i))
                tab->affected[count++] = r;
        tab->affected_begin[i + 1] = count;
    }
    tab->order = alloc_array(length, 1, sizeof *tab->order);
    for (size_t i = 0; i < length; i++) {   // insertion sort, later positions first among equals
        size_t effect = tab->affected_begin[i + 1] - tab->affected_begin[i], k = i;
        for (; k > 0; k--) {
            size_t before = tab->order[k - 1];
            if (tab->affected_begin[before + 1] - tab->affected_begin[before] < effect)
                break;
            tab->order[k] = before;
        }
        tab->order[k] = i;
    }
}

static const char *too_large(const Transformer *t) {
    if (t->layers > 2)
        return "it has more than two layers";
    if (t->length > LARGEST_LENGTH)
        return "its words are longer than 4096 tokens";
    size_t sums = 1;
    for (size_t h = 0; t->layers > 0 && h < t->layer[0].heads; h++)
        sums += 1 + t->layer[0].head[h].v.rows;
    size_t rows = t->first_row[t->length];
    return rows > largest_table / sizeof(Wide) / rows / sums ? "its tables would take over 256 MiB"
                                                             : NULL;
}

static void places_init(Tabulation *tab) {
    if (tab->t->layers < 2)
        return;
    const Layer *layer = &tab->t->layer[1];
    tab->heads2 = layer->heads;
    tab->place = alloc_array(layer->heads, 1, sizeof *tab->place);
    for (size_t h = 0; h < layer->heads; h++) {
        tab->place[h].d_k = layer->head[h].k.rows;
        tab->place[h].d_v = layer->head[h].v.rows;
        tab->place[h].offset = tab->sums2;
        tab->sums2 += 1 + tab->place[h].d_v;
    }
    finish_init(tab);
}

bool tabulation_init(Tabulation *tab, const Transformer *t, const char **why) {
    require(t->base == BASE_2);
    *tab = (Tabulation){ .t = t };
    *why = too_large(t);
    if (*why != NULL)
        return false;
    size_t r = t->readout.position, seen = transformer_sees(t, r);
    bool all = t->layers >= 2;
    tab->columns = t->first_row[seen];
    tab->row_base = all ? 0 : t->first_row[r];
    tab->rows = all ? tab->columns : t->first_row[r + 1] - t->first_row[r];
    tab->heads = t->layers > 0 ? t->layer[0].heads : 0;
    tab->head = alloc_array(tab->heads, 1, sizeof *tab->head);
    for (size_t h = 0; h < tab->heads && *why == NULL; h++) {
        tab->head[h].offset = tab->sums;
        *why = head_init(&tab->head[h], tab, &t->layer[0].head[h]);
        tab->sums += 1 + tab->head[h].d_v;
    }
    if (*why != NULL) {
        tabulation_clear(tab);
        return false;
    }
    places_init(tab);
    all_forms_init(tab);
    wide_init(tab);
    affected_init(tab);
    return true;
}

void tabulation_clear(Tabulation *tab) {
    for (size_t h = 0; h < tab->heads; h++) {
        HeadTable *ht = &tab->head[h];
        if (ht->value == NULL)
            continue;   // not reached
        for (size_t k = 0; k < tab->columns * ht->d_v; k++)
            mpz_clear(ht->value[k]);
        mpz_clear(ht->denominator);
        free(ht->value);
        free(ht->exponent);
    }
    free(tab->head);
    for (size_t r = 0; r < tab->rows && tab->forms != NULL; r++)
        forms_clear(&tab->forms[r]);
    for (size_t r = 0; r < tab->rows && tab->wide_forms != NULL; r++)
        wide_forms_clear(&tab->wide_forms[r]);
    if (tab->forms != NULL)
        mpz_clear(tab->scale);
    forms_clear(&tab->finish);
    free(tab->forms);
    free(tab->wide_forms);
    free(tab->weight);
    free(tab->affected_begin);
    free(tab->affected);
    free(tab->order);
    free(tab->place);
    *tab = (Tabulation){ 0 };
}
