#include "net/coded.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

static bool reads_address(const Matrix *m, size_t row) {
    return mpq_sgn(matrix_at(m, row, CODED_ADDRESS)) != 0;
}

static bool reads_more(const Matrix *m, size_t row) {
    for (size_t c = 0; c < m->columns; c++)
        if (c != CODED_ADDRESS && mpq_sgn(matrix_at(m, row, c)) != 0)
            return true;
    return false;
}

static bool any_reads_address(const Matrix *m) {
    for (size_t row = 0; row < m->rows; row++)
        if (reads_address(m, row))
            return true;
    return false;
}

static bool writes_address(const Matrix *m) {
    for (size_t c = 0; c < m->columns && m->rows > 0; c++)
        if (mpq_sgn(matrix_at(m, CODED_ADDRESS, c)) != 0)
            return true;
    return false;
}

// ---- what a seed is ----

static const char *scores_admit(const Head *h) {
    for (size_t row = 0; row < h->q.rows; row++) {
        if (reads_address(&h->q, row) != reads_address(&h->k, row))
            return "the address is compared with something else";
        if (reads_address(&h->q, row) && (reads_more(&h->q, row) || reads_more(&h->k, row)))
            return "the address is mixed with something else";
    }
    return NULL;
}

static const char *layer_admits(const Layer *l, bool first) {
    bool reads = l->has_mlp && any_reads_address(&l->mlp.w1);
    bool writes = l->has_mlp && (writes_address(&l->mlp.w2) || writes_address(&l->mlp.b2));
    for (size_t h = 0; h < l->heads; h++) {
        const Head *head = &l->head[h];
        const char *why = first ? scores_admit(head) : NULL;
        if (why != NULL)
            return why;
        reads |= any_reads_address(&head->v);
        reads |= !first && (any_reads_address(&head->q) || any_reads_address(&head->k));
        writes |= writes_address(&head->o);
    }
    return writes  ? "the address is written to"
           : reads ? "the address is read by more than the scores of layer 1"
                   : NULL;
}

// Whether the last position carries an address of its own although it has no index.
static bool has_stray_address(const Transformer *seed) {
    for (size_t row = seed->first_row[seed->length - 1]; row < seed->embedding.rows; row++)
        if (seed->task->ending == ENDS_ALIKE && reads_address(&seed->embedding, row))
            return true;
    return false;
}

const char *coded_admits(const Transformer *seed) {
    if (seed->task->ending == ENDS_OTHERWISE || seed->params.n != 1)
        return "its words are no copies of those of size 1";
    if (seed->outputs > 1 || seed->readout.position != seed->length - 1)
        return "the answer is not read at the last position";
    const char *why =
        has_stray_address(seed) ? "the last position has an address without an index" : NULL;
    for (size_t l = 0; l < seed->layers && why == NULL; l++)
        why = layer_admits(&seed->layer[l], l == 0);
    if (why == NULL && any_reads_address(&seed->readout.w))
        why = "the address is read by more than the scores of layer 1";
    return why;
}

// ---- the model over a code ----

// The coordinate that one of the seed's becomes; the address becomes the k before that of 1.
static size_t coordinate(size_t c, size_t k) { return k - 1 + c; }

// to <- from with its columns where the model has them; what reads the address becomes k rows.
static void spread_columns(Matrix *to, const Matrix *from, size_t k) {
    size_t rows = 0, next = 0;
    for (size_t row = 0; row < from->rows; row++)
        rows += reads_address(from, row) ? k : 1;
    matrix_clear(to);
    matrix_init(to, rows, coordinate(from->columns, k));
    for (size_t row = 0; row < from->rows; row++) {
        if (reads_address(from, row))
            for (size_t c = 0; c < k; c++)
                mpq_set(matrix_at(to, next++, c), matrix_at(from, row, CODED_ADDRESS));
        else {
            for (size_t c = CODED_ADDRESS + 1; c < from->columns; c++)
                mpq_set(matrix_at(to, next, coordinate(c, k)), matrix_at(from, row, c));
            next++;
        }
    }
}

// to <- from with its rows where the model has them.
static void spread_rows(Matrix *to, const Matrix *from, size_t k) {
    matrix_clear(to);
    matrix_init(to, coordinate(from->rows, k), from->columns);
    for (size_t row = CODED_ADDRESS + 1; row < from->rows; row++)
        for (size_t c = 0; c < from->columns; c++)
            mpq_set(matrix_at(to, coordinate(row, k), c), matrix_at(from, row, c));
}

static void copy_matrix(Matrix *to, const Matrix *from) {
    matrix_clear(to);
    matrix_init_copy(to, from);
}

static void expand_layer(Layer *to, const Layer *from, size_t k) {
    for (size_t h = 0; h < from->heads; h++) {
        Head *head = layer_add_head(to, 0, 0, 0);
        spread_columns(&head->q, &from->head[h].q, k);
        spread_columns(&head->k, &from->head[h].k, k);
        spread_columns(&head->v, &from->head[h].v, k);
        spread_rows(&head->o, &from->head[h].o, k);
    }
    if (!from->has_mlp)
        return;
    Mlp *mlp = layer_add_mlp(to, 0, 0);
    spread_columns(&mlp->w1, &from->mlp.w1, k);
    copy_matrix(&mlp->b1, &from->mlp.b1);
    spread_rows(&mlp->w2, &from->mlp.w2, k);
    spread_rows(&mlp->b2, &from->mlp.b2, k);
}

// The seed's row and the index that belong to the n-th model's token number `offset` there.
static size_t origin(uint64_t *index, const Transformer *seed, uint64_t n, size_t position,
                     size_t offset) {
    size_t place = position / n;
    *index = position % n;
    if (place < seed->length - 1)
        return seed->first_row[place] + offset;
    bool indexed = seed->task->ending == ENDS_WITH_INDEX;
    *index = indexed ? offset : 0;
    return seed->first_row[seed->length - 1] + (indexed ? 0 : offset);
}

static void expand_row(mpq_t *x, const mpq_t *from, size_t columns, const uint64_t *word,
                       size_t k) {
    for (size_t c = 0; c < k; c++) {
        mpq_set(x[c], from[CODED_ADDRESS]);
        if (code_sign(word, c) < 0)
            mpq_neg(x[c], x[c]);
    }
    for (size_t c = CODED_ADDRESS + 1; c < columns; c++)
        mpq_set(x[coordinate(c, k)], from[c]);
}

static void expand_embedding(Transformer *t, const Transformer *seed, const Code *code) {
    uint64_t *word = alloc_array(code->limbs, 1, sizeof *word);
    for (size_t i = 0; i < t->length; i++)
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            uint64_t index;
            size_t from = origin(&index, seed, t->params.n, i, row - t->first_row[i]);
            code_word(word, code, index);
            expand_row(t->embedding.entry + row * t->width,
                       (const mpq_t *)(uintptr_t)(seed->embedding.entry + from * seed->width),
                       seed->width, word, code->length);
        }
    free(word);
}

void coded_expand(Transformer *t, const Transformer *seed, const Params *p, const Code *code) {
    require(coded_admits(seed) == NULL && code->words >= p->n);
    size_t k = code->length;
    transformer_init(t, seed->task, p, coordinate(seed->width, k), seed->layers,
                     seed->readout.sign);
    t->base = seed->base;
    expand_embedding(t, seed, code);
    for (size_t l = 0; l < seed->layers; l++)
        expand_layer(&t->layer[l], &seed->layer[l], k);
    spread_columns(&t->readout.w, &seed->readout.w, k);
    copy_matrix(&t->readout.b, &seed->readout.b);
}

// ---- what can be said without expanding it ----

void coded_score(mpq_t rest, mpq_t inner, const Transformer *seed, size_t h, size_t x, size_t y) {
    const Head *head = &seed->layer[0].head[h];
    mpq_t *query = vector_init(head->q.rows), *key = vector_init(head->k.rows);
    matrix_apply(query, &head->q, seed->embedding.entry + x * seed->width);
    matrix_apply(key, &head->k, seed->embedding.entry + y * seed->width);
    mpq_set_ui(rest, 0, 1);
    mpq_set_ui(inner, 0, 1);
    for (size_t row = 0; row < head->q.rows; row++) {
        mpq_ptr sum = reads_address(&head->q, row) ? inner : rest;
        mpq_mul(query[row], query[row], key[row]);
        mpq_add(sum, sum, query[row]);
    }
    vector_clear(query, head->q.rows);
    vector_clear(key, head->k.rows);
}

// How many numbers of the matrix are not 0, those in the address counting k times.
static size_t nonzeros(const Matrix *m, size_t k) {
    size_t count = matrix_nonzeros(m);
    for (size_t row = 0; row < m->rows; row++)
        count += reads_address(m, row) ? k - 1 : 0;
    return count;
}

static bool is_copied(const Transformer *seed, size_t row) {
    return row < seed->first_row[seed->length - 1] || seed->task->ending == ENDS_WITH_INDEX;
}

Size coded_size(mpz_t parameters, const Transformer *seed, const mpz_t n, size_t k) {
    Size s = transformer_size(seed);
    size_t once = s.parameters - matrix_nonzeros(&seed->embedding), copied = 0;
    for (size_t row = 0; row < seed->embedding.rows; row++) {
        Matrix one = { .rows = 1,
                       .columns = seed->width,
                       .entry = seed->embedding.entry + row * seed->width };
        *(is_copied(seed, row) ? &copied : &once) += nonzeros(&one, k);
    }
    for (size_t h = 0; seed->layers > 0 && h < seed->layer[0].heads; h++) {
        const Head *head = &seed->layer[0].head[h];
        once += nonzeros(&head->q, k) - matrix_nonzeros(&head->q);
        once += nonzeros(&head->k, k) - matrix_nonzeros(&head->k);
    }
    mpz_mul_ui(parameters, n, copied);
    mpz_add_ui(parameters, parameters, once);
    s.width = coordinate(seed->width, k);
    s.parameters = 0;
    return s;
}

void coded_length(mpz_t length, const Task *task, const Params *p, const mpz_t n) {
    Params one = params_at(p, 1);
    require(task->ending != ENDS_OTHERWISE);
    mpz_mul_ui(length, n, task->length(&one) - 1);
    mpz_add_ui(length, length, 1);
}
