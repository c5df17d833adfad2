// transformer.c - claim: a transformer answers every word of a task with some margin.
#include "checker.h"

typedef struct Work {
    mpq_t *x, *next;        // L x m
    mpq_t *q, *k, *v;       // L x rows of them
    mpq_t *mean, *hidden;   // of one position
    long *score;
} Work;

static Work *work_new(Input *in, const Model *m) {
    Work *w = keep(in, 1, sizeof *w);
    long length = m->task.length, keys = 1, values = 1, units = 1;
    for (const Layer *l = m->layer; l < m->layer + m->layers; l++) {
        units = l->w1.rows > units ? l->w1.rows : units;
        for (const Head *h = l->head; h < l->head + l->heads; h++) {
            keys = h->q.rows > keys ? h->q.rows : keys;
            values = h->v.rows > values ? h->v.rows : values;
        }
    }
    w->x = matrix_new(in, length, m->width).e;
    w->next = matrix_new(in, length, m->width).e;
    w->q = matrix_new(in, length, keys).e;
    w->k = matrix_new(in, length, keys).e;
    w->v = matrix_new(in, length, values).e;
    w->mean = matrix_new(in, values, 1).e;
    w->hidden = matrix_new(in, units, 1).e;
    w->score = keep(in, (size_t)length, sizeof *w->score);
    return w;
}

// The rows of y <- a times the rows of x.
static void apply(mpq_t *y, Matrix a, mpq_t *x, long length) {
    for (long i = 0; i < length; i++)
        for (long c = 0; c < a.rows; c++)
            row_times(y[i * a.rows + c], a, c, x + i * a.columns);
}

// mean <- sum 2^s_ij v_j / sum 2^s_ij over the positions j < sees.
static void attend(Input *in, Work *w, const Head *h, long i, long sees) {
    long keys = h->q.rows, values = h->v.rows, least = 0;
    mpq_t weight, sum;
    mpq_inits(weight, sum, NULL);
    for (long j = 0; j < sees; j++) {
        mpq_set_ui(sum, 0, 1);
        for (long c = 0; c < keys; c++)
            add_product(sum, w->q[i * keys + c], w->k[j * keys + c]);
        w->score[j] = whole_score(in, sum);
        least = j == 0 || w->score[j] < least ? w->score[j] : least;
    }
    mpq_set_ui(sum, 0, 1);
    for (long c = 0; c < values; c++)
        mpq_set_ui(w->mean[c], 0, 1);
    for (long j = 0; j < sees; j++) {
        mpq_set_ui(weight, 1, 1);
        mpq_mul_2exp(weight, weight, (mp_bitcnt_t)(w->score[j] - least));
        mpq_add(sum, sum, weight);
        for (long c = 0; c < values; c++)
            add_product(w->mean[c], weight, w->v[j * values + c]);
    }
    for (long c = 0; c < values; c++)
        mpq_div(w->mean[c], w->mean[c], sum);
    mpq_clears(weight, sum, NULL);
}

void apply_mlp(mpq_t *x, const Layer *l, mpq_t *hidden) {
    for (long u = 0; u < l->w1.rows; u++) {
        row_times(hidden[u], l->w1, u, x);
        mpq_add(hidden[u], hidden[u], l->b1.e[u]);
        if (mpq_sgn(hidden[u]) < 0)
            mpq_set_ui(hidden[u], 0, 1);
    }
    for (long c = 0; c < l->w1.columns; c++) {
        mpq_add(x[c], x[c], l->b2.e[c]);
        for (long u = 0; u < l->w1.rows; u++)
            add_product(x[c], AT(l->w2, c, u), hidden[u]);
    }
}

// Positions first .. length-1 of one layer: in the last one only the readout's.
static void apply_layer(Input *in, Work *w, const Model *m, const Layer *l, long first,
                        long length) {
    long width = m->width;
    for (long k = 0; k < length * width; k++)
        mpq_set(w->next[k], w->x[k]);
    for (const Head *h = l->head; h < l->head + l->heads; h++) {
        apply(w->q, h->q, w->x, length);
        apply(w->k, h->k, w->x, length);
        apply(w->v, h->v, w->x, length);
        for (long i = first; i < length; i++) {
            attend(in, w, h, i, m->causal ? i + 1 : length);
            for (long c = 0; c < width; c++)
                for (long a = 0; a < h->v.rows; a++)
                    add_product(w->next[i * width + c], AT(h->o, c, a), w->mean[a]);
        }
    }
    for (long i = first; i < length; i++)
        apply_mlp(w->next + i * width, l, w->hidden);
    mpq_t *old = w->x;
    w->x = w->next;
    w->next = old;
}

static void margin_of(Input *in, mpq_t margin, const Model *m, void *work, const long *word) {
    Work *w = work;
    const Task *t = &m->task;
    // Under the causal mask nobody sees what stands behind the readout.
    long length = m->causal ? m->position + 1 : t->length;
    for (long i = 0; i < length; i++)
        for (long c = 0; c < m->width; c++)
            mpq_set(w->x[i * m->width + c],
                    AT(m->embedding, m->first[i] + word[i] - token_first(t, i), c));
    for (long l = 0; l < m->layers; l++) {
        bool last = l + 1 == m->layers;
        bool one = last && m->causal;
        apply_layer(in, w, m, &m->layer[l], one ? m->position : 0, length);
    }
    readout_margin(margin, m, w->x + m->position * m->width, right_answer(t, word, t->length));
}

void check_transformer(Input *in) {
    Model m = { 0 };
    mpq_t margin;
    char task[ROOM], shown[ROOM];
    long *word = NULL;
    Task *t = &m.task;
    read_task(in, t);
    if (t->n == 0)
        reject(in, "a transformer is for words of one length");
    expect(in, " layers=");
    m.layers = read_natural(in, LAYERS_MOST);
    expect(in, " width=");
    m.width = read_natural(in, WIDTH_MOST);
    read_margin(in, margin);
    expect(in, "proof ");
    bool domains = accept(in, "domains\n");
    if (!domains)
        expect(in, "all-words\n");
    if (domains) {
        word = keep(in, (size_t)t->length, sizeof *word);
        expect(in, "word");
        if (read_word(in, t, word, 0, t->length) != t->length)
            reject(in, "the word is too short");
    }
    read_transformer(in, &m);
    if (domains)
        check_domains(in, &m, margin, word);
    else
        check_all_words(in, &m, margin, work_new(in, &m), margin_of);
    task_print(task, t);
    gmp_snprintf(shown, sizeof shown, "%Qd", margin);
    verified(in,
             "a transformer of %ld layers and width %ld answers every word of %s, with margin %s",
             m.layers, m.width, task, shown);
}
