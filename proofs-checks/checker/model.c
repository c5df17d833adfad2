// model.c - models, their margins, and the trial of every word.
#include "checker.h"

enum { SIDE_MOST = 1 << 24, HEADS_MOST = 64, NUMBERS_MOST = 1 << 23 };

Matrix matrix_new(Input *in, long rows, long columns) {
    if (rows * columns > NUMBERS_MOST)
        reject(in, "too large for this checker");
    Matrix m = { rows, columns, keep(in, (size_t)(rows * columns), sizeof(mpq_t)) };
    for (long k = 0; k < rows * columns; k++)
        mpq_init(m.e[k]);
    return m;
}

void add_product(mpq_t sum, const mpq_t a, const mpq_t b) {
    mpq_t p;
    if (mpq_sgn(a) == 0 || mpq_sgn(b) == 0)
        return;
    mpq_init(p);
    mpq_mul(p, a, b);
    mpq_add(sum, sum, p);
    mpq_clear(p);
}

void row_times(mpq_t r, Matrix a, long i, mpq_t *x) {
    mpq_set_ui(r, 0, 1);
    for (long j = 0; j < a.columns; j++)
        add_product(r, AT(a, i, j), x[j]);
}

long whole_score(Input *in, const mpq_t s) {
    if (mpz_cmp_ui(mpq_denref(s), 1) != 0 || mpz_cmpabs_ui(mpq_numref(s), SCORE_MOST) > 0)
        reject(in, "a score is no integer, or larger than 2^14");
    return mpz_get_si(mpq_numref(s));
}

// "NAME ROWS COLUMNS", then one row per line; either may be given (else < 0).
static Matrix read_matrix(Input *in, const char *name, long rows, long columns) {
    demand(in, "%s ", name);
    long r = read_natural(in, SIDE_MOST);
    demand(in, " ");
    long c = read_natural(in, SIDE_MOST);
    need_room(in, (double)r + (double)c * (double)r);
    if ((rows >= 0 && r != rows) || (columns >= 0 && c != columns))
        reject(in, "%s does not have that shape", name);
    Matrix m = matrix_new(in, r, c);
    demand(in, "\n");
    for (long k = 0; k < r * c; k++) {
        read_rational(in, m.e[k]);
        demand(in, k % c == c - 1 ? "\n" : " ");
    }
    return m;
}

static void read_layer(Input *in, Layer *l, long width) {
    demand(in, "layer ");
    l->heads = read_natural(in, HEADS_MOST);
    demand(in, "\n");
    l->head = keep(in, (size_t)l->heads, sizeof *l->head);
    for (Head *h = l->head; h < l->head + l->heads; h++) {
        h->q = read_matrix(in, "Q", -1, width);
        h->k = read_matrix(in, "K", h->q.rows, width);
        h->v = read_matrix(in, "V", -1, width);
        h->o = read_matrix(in, "O", width, h->v.rows);
    }
    l->w1 = read_matrix(in, "W1", -1, width);
    l->b1 = read_matrix(in, "b1", 1, l->w1.rows);
    l->w2 = read_matrix(in, "W2", width, l->w1.rows);
    l->b2 = read_matrix(in, "b2", 1, width);
}

static void read_readout(Input *in, Model *m, long last) {
    bool boolean = m->task.kind != INDEX_LOOKUP;
    demand(in, "readout ");
    m->sign = boolean && skip(in, "sign ");
    if (!m->sign)
        demand(in, "argmax ");
    m->position = read_natural(in, last);
    demand(in, "\n");
    m->w = read_matrix(in, "W", m->sign ? 1 : m->task.answers, m->width);
    m->b = read_matrix(in, "b", 1, m->w.rows);
    m->out = matrix_new(in, 1, m->w.rows);
}

void read_transformer(Input *in, Model *m) {
    const Task *t = &m->task;
    long rows = 0;
    demand(in, "model ");
    m->causal = skip(in, "causal\n");
    if (!m->causal)
        demand(in, "full\n");
    m->first = keep(in, (size_t)t->length, sizeof *m->first);
    for (long i = 0; i < t->length; i++) {
        m->first[i] = rows;
        rows += token_count(t, i);
    }
    m->embedding = read_matrix(in, "embedding", rows, m->width);
    m->layer = keep(in, (size_t)m->layers, sizeof *m->layer);
    for (long l = 0; l < m->layers; l++)
        read_layer(in, &m->layer[l], m->width);
    read_readout(in, m, t->length - 1);
}

void read_recurrent(Input *in, Model *m) {
    demand(in, "model ");
    m->clamp = skip(in, "clamp\n");
    if (!m->clamp)
        demand(in, "relu\n");
    m->hidden = read_matrix(in, "W", m->width, m->width);
    m->input = read_matrix(in, "U", m->width, m->task.tokens);
    m->bias = read_matrix(in, "b", 1, m->width);
    m->initial = read_matrix(in, "initial", 1, m->width);
    read_readout(in, m, 0);
}

void margin_of_readout(mpq_t margin, const Model *m, mpq_t *y, long answer) {
    Matrix out = m->out;
    bool any = false;
    for (long a = 0; a < m->w.rows; a++) {
        row_times(out.e[a], m->w, a, y);
        mpq_add(out.e[a], out.e[a], m->b.e[a]);
    }
    for (long a = 0; a < m->w.rows; a++) {
        if (m->sign && answer == 0)
            mpq_neg(out.e[a], out.e[a]);
        else if (!m->sign && a != answer)
            mpq_sub(out.e[a], out.e[answer], out.e[a]);
        if ((m->sign || a != answer) && (!any || mpq_cmp(out.e[a], margin) < 0)) {
            mpq_set(margin, out.e[a]);
            any = true;
        }
    }
}

void read_margin(Input *in, mpq_t margin) {
    mpq_init(margin);
    demand(in, " margin=");
    read_rational(in, margin);
    if (mpq_sgn(margin) <= 0)
        reject(in, "a margin is positive");
    demand(in, "\n");
}

void check_all_words(Input *in, const Model *m, const mpq_t claimed, void *work,
                     void (*margin_of)(Input *, mpq_t, const Model *, void *, const long *)) {
    const Task *t = &m->task;
    long *word = keep(in, (size_t)t->length, sizeof *word);
    bool met = false;
    mpq_t margin;
    mpq_init(margin);
    double words = 1;
    for (long i = 0; i < t->length; i++) {
        word[i] = token_first(t, i);
        words *= (double)token_count(t, i);
    }
    if (t->length == 0 || words > 1 << 20)
        reject(in, "there are too many words to try them all");
    do {
        margin_of(in, margin, m, work, word);
        int order = mpq_cmp(margin, claimed);
        if (order < 0)
            reject(in, "a word has a smaller margin");
        met |= order == 0;
    } while (next_word(t, word));
    if (!met)
        reject(in, "no word has that margin");
}
