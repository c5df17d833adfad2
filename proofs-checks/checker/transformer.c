// transformer.c - claim: a transformer answers every word of a task with some margin.
#include "checker.h"

typedef struct Work {
    mpq_t *x, *next;   // L x m
    mpq_t *mean, *hidden, *query, *key;
    long *score;
} Work;

static Work *work_new(Input *in, const Model *m) {
    Work *w = keep(in, 1, sizeof *w);
    long length = m->task.length, most = 1;
    for (const Layer *l = m->layer; l < m->layer + m->layers; l++) {
        most = l->w1.rows > most ? l->w1.rows : most;
        for (const Head *h = l->head; h < l->head + l->heads; h++)
            most = h->q.rows + h->v.rows > most ? h->q.rows + h->v.rows : most;
    }
    w->x = matrix_new(in, length, m->width).e;
    w->next = matrix_new(in, length, m->width).e;
    w->mean = matrix_new(in, 4, most).e;
    w->hidden = w->mean + most;
    w->query = w->hidden + most;
    w->key = w->query + most;
    w->score = keep(in, (size_t)length, sizeof *w->score);
    return w;
}

static void apply(mpq_t *y, Matrix a, mpq_t *x) {
    for (long c = 0; c < a.rows; c++)
        row_times(y[c], a, c, x);
}

// next_i <- next_i + O sum 2^s_ij V x_j / sum 2^s_ij over the positions j < sees.
static void attend(Input *in, Work *w, const Head *h, long i, long sees) {
    long width = h->o.rows, least = 0;
    mpq_t weight, sum;
    mpq_inits(weight, sum, NULL);
    apply(w->query, h->q, w->x + i * width);
    for (long j = 0; j < sees; j++) {
        apply(w->key, h->k, w->x + j * width);
        mpq_set_ui(sum, 0, 1);
        for (long c = 0; c < h->q.rows; c++)
            add_product(sum, w->query[c], w->key[c]);
        w->score[j] = whole_score(in, sum);
        least = j == 0 || w->score[j] < least ? w->score[j] : least;
    }
    mpq_set_ui(sum, 0, 1);
    for (long c = 0; c < h->v.rows; c++)
        mpq_set_ui(w->mean[c], 0, 1);
    for (long j = 0; j < sees; j++) {
        apply(w->key, h->v, w->x + j * width);
        mpq_set_ui(weight, 1, 1);
        mpq_mul_2exp(weight, weight, (mp_bitcnt_t)(w->score[j] - least));
        mpq_add(sum, sum, weight);
        for (long c = 0; c < h->v.rows; c++)
            add_product(w->mean[c], weight, w->key[c]);
    }
    for (long c = 0; c < h->v.rows; c++)
        mpq_div(w->mean[c], w->mean[c], sum);
    for (long c = 0; c < width; c++)
        for (long a = 0; a < h->v.rows; a++)
            add_product(w->next[i * width + c], AT(h->o, c, a), w->mean[a]);
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

// In the last layer nobody reads another position than the readout's.
static void apply_layer(Input *in, Work *w, const Model *m, long layer, long length) {
    const Layer *l = &m->layer[layer];
    for (long k = 0; k < length * m->width; k++)
        mpq_set(w->next[k], w->x[k]);
    for (long i = 0; i < length; i++) {
        if (layer + 1 == m->layers && i != m->position)
            continue;
        for (const Head *h = l->head; h < l->head + l->heads; h++)
            attend(in, w, h, i, m->causal ? i + 1 : length);
        apply_mlp(w->next + i * m->width, l, w->hidden);
    }
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
    for (long l = 0; l < m->layers; l++)
        apply_layer(in, w, m, l, length);
    margin_of_readout(margin, m, w->x + m->position * m->width, right_answer(t, word, t->length));
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
    demand(in, " layers=");
    m.layers = read_natural(in, LAYERS_MOST);
    demand(in, " width=");
    m.width = read_natural(in, WIDTH_MOST);
    read_margin(in, margin);
    demand(in, "proof ");
    bool domains = skip(in, "domains\n");
    if (!domains)
        demand(in, "all-words\n");
    if (domains) {
        word = keep(in, (size_t)t->length, sizeof *word);
        demand(in, "word");
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
    verified(in, "a transformer (layers %ld, width %ld) answers every word of %s, with margin %s",
             m.layers, m.width, task, shown);
}
