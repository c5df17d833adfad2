#include "verify/filter.h"
#include "base/alloc.h"
#include "math/approx.h"
#include <stdlib.h>

enum { LARGEST_TABLE = 1 << 11 };   // rows of the embedding

// The entries of a matrix that are not 0, row after row.
typedef struct Sparse {
    size_t rows;
    size_t *begin;   // of each row among them; rows + 1 entries
    size_t *column;
    Approx *entry;
} Sparse;

typedef struct SparseHead {
    Sparse q, k, v, o;
} SparseHead;

typedef struct SparseLayer {
    SparseHead *head;
    Sparse w1, b1, w2, b2;
} SparseLayer;

struct Filter {
    const Transformer *t;
    bool finite;         // all weights are
    Approx *embedding;   // rows x m
    SparseLayer *layer;
    Sparse readout_w, readout_b;
    Approx *power;      // of layer 1: heads x rows x rows, see tabulate; NULL: too large
    size_t *word_row;   // of the embedding, per position
    size_t d_k, d_v, hidden;
    Approx *x, *add, *q, *k, *v, *mass, *ratio, *unit, *row, *output;
};

static Approx number(Filter *f, const mpq_t r) {
    mpq_t back;
    double mid = mpq_get_d(r);   // truncates; beyond doubles it is infinite
    if (!isfinite(mid)) {
        f->finite = false;
        return (Approx){ 0, 0 };
    }
    mpq_init(back);
    mpq_set_d(back, mid);
    bool exact = mpq_equal(back, r);
    mpq_clear(back);
    return exact ? (Approx){ mid, 0 } : approx_of(mid, fabs(mid) * 0x1p-52);
}

static void sparse_init(Filter *f, Sparse *s, const Matrix *m) {
    size_t count = matrix_nonzeros(m);
    *s = (Sparse){ .rows = m->rows,
                   .begin = alloc_array(m->rows + 1, 1, sizeof *s->begin),
                   .column = alloc_array(count, 1, sizeof *s->column),
                   .entry = alloc_array(count, 1, sizeof *s->entry) };
    count = 0;
    for (size_t i = 0; i < m->rows; i++) {
        for (size_t c = 0; c < m->columns; c++)
            if (mpq_sgn(m->entry[i * m->columns + c]) != 0) {
                s->column[count] = c;
                s->entry[count++] = number(f, m->entry[i * m->columns + c]);
            }
        s->begin[i + 1] = count;
    }
}

static void sparse_clear(Sparse *s) {
    free(s->begin);
    free(s->column);
    free(s->entry);
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void layer_init(Filter *f, SparseLayer *s, const Layer *l) {
    s->head = alloc_array(l->heads, 1, sizeof *s->head);
    for (size_t h = 0; h < l->heads; h++) {
        sparse_init(f, &s->head[h].q, &l->head[h].q);
        sparse_init(f, &s->head[h].k, &l->head[h].k);
        sparse_init(f, &s->head[h].v, &l->head[h].v);
        sparse_init(f, &s->head[h].o, &l->head[h].o);
        f->d_k = larger(f->d_k, l->head[h].q.rows);
        f->d_v = larger(f->d_v, l->head[h].v.rows);
    }
    sparse_init(f, &s->w1, &l->mlp.w1);
    sparse_init(f, &s->b1, &l->mlp.b1);
    sparse_init(f, &s->w2, &l->mlp.w2);
    sparse_init(f, &s->b2, &l->mlp.b2);
    f->hidden = larger(f->hidden, l->mlp.w1.rows);
}

static void layer_clear(SparseLayer *s, const Layer *l) {
    for (size_t h = 0; h < l->heads; h++) {
        sparse_clear(&s->head[h].q);
        sparse_clear(&s->head[h].k);
        sparse_clear(&s->head[h].v);
        sparse_clear(&s->head[h].o);
    }
    free(s->head);
    sparse_clear(&s->w1);
    sparse_clear(&s->b1);
    sparse_clear(&s->w2);
    sparse_clear(&s->b2);
}

static void workspace_init(Filter *f) {
    size_t length = f->t->length, m = f->t->width;
    f->x = alloc_array(length, m, sizeof(Approx));
    f->add = alloc_array(length, m, sizeof(Approx));
    f->q = alloc_array(f->d_k, 1, sizeof(Approx));
    f->k = alloc_array(length, f->d_k, sizeof(Approx));
    f->v = alloc_array(length, f->d_v, sizeof(Approx));
    f->mass = alloc_array(length, 1, sizeof(Approx));
    f->ratio = alloc_array(f->d_v, 1, sizeof(Approx));
    f->unit = alloc_array(f->hidden, 1, sizeof(Approx));
    f->row = alloc_array(m, 1, sizeof(Approx));
    f->word_row = alloc_array(length, 1, sizeof *f->word_row);
    f->output = alloc_array(f->t->readout.w.rows, 1, sizeof(Approx));
}

void filter_free(Filter *f) {
    Approx *const space[] = { f->x,    f->add,   f->q,    f->k,   f->v,
                              f->mass, f->ratio, f->unit, f->row, f->output };
    for (size_t l = 0; l < f->t->layers; l++)
        layer_clear(&f->layer[l], &f->t->layer[l]);
    free(f->layer);
    free(f->embedding);
    free(f->power);
    free(f->word_row);
    sparse_clear(&f->readout_w);
    sparse_clear(&f->readout_b);
    for (size_t k = 0; k < sizeof space / sizeof *space; k++)
        free(space[k]);
    free(f);
}

// y <- s x, or y <- y + s x.
static void apply(Approx *y, const Sparse *s, const Approx *x, bool add) {
    for (size_t i = 0; i < s->rows; i++) {
        ApproxSum sum = { 0, 0 };
        if (add)
            sum = (ApproxSum){ y[i].mid, y[i].rad };
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            approx_sum_add_product(&sum, s->entry[k], x[s->column[k]]);
        y[i] = approx_sum(sum);
    }
}

// y <- y + a column of numbers.
static void add_column(Approx *y, const Sparse *s) {
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = s->begin[i]; k < s->begin[i + 1]; k++)
            y[i] = approx_add(y[i], s->entry[k]);
}

static Approx score(const Approx *q, const Approx *k, size_t d_k) {
    ApproxSum sum = { 0, 0 };
    for (size_t c = 0; c < d_k; c++)
        approx_sum_add_product(&sum, q[c], k[c]);
    return approx_sum(sum);
}

// s[0 .. n-1] <- the powers of these scores, less any number near the largest.
static void raise(const Filter *f, Approx *s, size_t n) {
    double largest = -INFINITY;
    for (size_t j = 0; j < n; j++)
        largest = s[j].mid > largest ? s[j].mid : largest;
    for (size_t j = 0; j < n; j++) {
        Approx a = approx_sub(s[j], (Approx){ largest, 0 });
        s[j] = f->t->base == BASE_E ? approx_exp(a) : approx_exp2(a);
    }
}

// f->mass <- the powers of the scores of position i in that head.
static void weigh(Filter *f, size_t layer, size_t head, size_t i) {
    const SparseHead *h = &f->layer[layer].head[head];
    size_t seen = transformer_sees(f->t, i), d_k = h->q.rows, rows = f->t->embedding.rows;
    if (layer == 0 && f->power != NULL) {
        const Approx *power = f->power + (head * rows + f->word_row[i]) * rows;
        for (size_t j = 0; j < seen; j++)
            f->mass[j] = power[f->word_row[j]];
        return;
    }
    apply(f->q, &h->q, f->x + i * f->t->width, false);
    for (size_t j = 0; j < seen; j++)
        f->mass[j] = score(f->q, f->k + j * d_k, d_k);
    raise(f, f->mass, seen);
}

// f->add, row i <- + O sum_j a_ij v_j.
static void attend(Filter *f, const SparseHead *h, size_t i) {
    size_t seen = transformer_sees(f->t, i), d_v = h->v.rows;
    ApproxSum sum = { 0, 0 };
    for (size_t j = 0; j < seen; j++)
        approx_sum_add(&sum, f->mass[j]);
    for (size_t c = 0; c < d_v; c++) {
        ApproxSum numerator = { 0, 0 };
        for (size_t j = 0; j < seen; j++)
            approx_sum_add_product(&numerator, f->mass[j], f->v[j * d_v + c]);
        f->ratio[c] = approx_div(approx_sum(numerator), approx_sum(sum));
    }
    apply(f->add + i * f->t->width, &h->o, f->ratio, true);
}

// Layer 1 reads the embedding, a finite table: the powers of its scores are tabulated for every
// pair of rows, relative to the largest score that the query's row has on any row it sees.
static void tabulate(Filter *f) {
    const Transformer *t = f->t;
    size_t heads = t->layers > 0 ? t->layer[0].heads : 0, rows = t->embedding.rows;
    if (rows > LARGEST_TABLE || t->length >= 1 << 20)
        return;
    Approx *power = alloc_array(heads * rows, rows, sizeof *power);
    Approx *k = alloc_array(rows, f->d_k, sizeof *k);
    for (size_t h = 0; h < heads; h++) {
        const SparseHead *head = &f->layer[0].head[h];
        size_t d_k = head->q.rows;
        for (size_t row = 0; row < rows; row++)
            apply(k + row * d_k, &head->k, f->embedding + row * t->width, false);
        for (size_t i = 0; i < t->length; i++)
            for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
                size_t seen = t->first_row[transformer_sees(t, i)];
                Approx *s = power + (h * rows + row) * rows;
                apply(f->q, &head->q, f->embedding + row * t->width, false);
                for (size_t key = 0; key < seen; key++)
                    s[key] = score(f->q, k + key * d_k, d_k);
                raise(f, s, seen);
            }
    }
    free(k);
    f->power = power;
}

Filter *filter_new(const Transformer *t) {
    Filter *f = alloc_array(1, 1, sizeof *f);
    *f = (Filter){ .t = t, .finite = true };
    f->embedding = alloc_array(t->embedding.rows, t->width, sizeof *f->embedding);
    for (size_t k = 0; k < t->embedding.rows * t->width; k++)
        f->embedding[k] = number(f, t->embedding.entry[k]);
    f->layer = alloc_array(t->layers, 1, sizeof *f->layer);
    for (size_t l = 0; l < t->layers; l++)
        layer_init(f, &f->layer[l], &t->layer[l]);
    sparse_init(f, &f->readout_w, &t->readout.w);
    sparse_init(f, &f->readout_b, &t->readout.b);
    workspace_init(f);
    if (!f->finite) {
        filter_free(f);
        return NULL;
    }
    tabulate(f);
    return f;
}

static void run_mlp(Filter *f, const SparseLayer *s, Approx *x) {
    apply(f->unit, &s->w1, x, false);
    add_column(f->unit, &s->b1);
    for (size_t u = 0; u < s->w1.rows; u++)
        f->unit[u] = approx_relu(f->unit[u]);
    apply(x, &s->w2, f->unit, true);
    add_column(x, &s->b2);
}

static void run_layer(Filter *f, size_t l) {
    const Transformer *t = f->t;
    const SparseLayer *s = &f->layer[l];
    size_t r = t->readout.position, read = transformer_sees(t, r), m = t->width;
    bool last = l + 1 == t->layers;
    size_t first = last ? r : 0, end = last ? r + 1 : read;
    for (size_t k = 0; k < t->length * m; k++)
        f->add[k] = f->x[k];
    for (size_t h = 0; h < t->layer[l].heads; h++) {
        const SparseHead *head = &s->head[h];
        for (size_t i = 0; i < read; i++) {
            if (l > 0 || f->power == NULL)
                apply(f->k + i * head->k.rows, &head->k, f->x + i * m, false);
            apply(f->v + i * head->v.rows, &head->v, f->x + i * m, false);
        }
        for (size_t i = first; i < end; i++) {
            weigh(f, l, h, i);
            attend(f, head, i);
        }
    }
    Approx *x = f->x;
    f->x = f->add;
    f->add = x;
    for (size_t i = first; i < end && t->layer[l].has_mlp; i++)
        run_mlp(f, s, f->x + i * m);
}

// The least lead of the right row.
static Approx margin_of(const Filter *f, size_t answer) {
    const Readout *r = &f->t->readout;
    if (r->sign)
        return answer ? f->output[0] : (Approx){ -f->output[0].mid, f->output[0].rad };
    size_t right = 0;
    while (r->answers[right] != answer)
        right++;
    double least = INFINITY, most = INFINITY;
    for (size_t row = 0; row < r->w.rows; row++) {
        if (row == right)
            continue;
        Approx lead = approx_sub(f->output[right], f->output[row]);
        if (!isfinite(lead.mid) || !isfinite(lead.rad))
            return lead;
        least = fmin(least, lead.mid - lead.rad);
        most = fmin(most, lead.mid + lead.rad);
    }
    // Of ends that were rounded once each.
    return approx_of(least / 2 + most / 2,
                     (most / 2 - least / 2) + 0x1p-51 * fabs(least) + 0x1p-51 * fabs(most));
}

bool filter_run(Filter *f, const Token *word, size_t answer, double *least, double *most) {
    const Transformer *t = f->t;
    for (size_t i = 0; i < t->length; i++) {
        f->word_row[i] = transformer_row(t, i, word[i]);
        const Approx *row = f->embedding + f->word_row[i] * t->width;
        for (size_t c = 0; c < t->width; c++)
            f->x[i * t->width + c] = row[c];
    }
    for (size_t l = 0; l < t->layers; l++)
        run_layer(f, l);
    apply(f->output, &f->readout_w, f->x + t->readout.position * t->width, false);
    add_column(f->output, &f->readout_b);
    Approx margin = margin_of(f, answer);
    *least = nextafter(margin.mid - margin.rad, -INFINITY);
    *most = nextafter(margin.mid + margin.rad, INFINITY);
    return isfinite(*least) && isfinite(*most);
}
