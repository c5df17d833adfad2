// Words come one after another, most of them a token apart.  What depends on tokens that stayed is
// kept: a stream after layer 1 until a token changes that it depends on, the keys, values, scores
// and powers of the last layer until their streams change.  What is kept is a function of the
// word's tokens alone, and so is the answer, whichever words came before.
#include "verify/filter.h"
#include "base/alloc.h"
#include "verify/sparse.h"
#include <stdlib.h>
#include <string.h>

static const double largest_table = 1 << 26;   // bytes, per thread

// One head's numbers on the word at hand.
typedef struct HeadState {
    Approx *query;         // of the last row
    Approx *key, *value;   // L x d_k, L x d_v
    Approx *score;         // of the last row, per position that it sees
    double largest;        // what its powers are relative to
    Approx *share;         // L x (1 + d_v): power, power times value, as summands
    Approx *ratio;         // d_v
} HeadState;

struct Filter {
    const Transformer *t;
    size_t read;         // the readout depends on positions 0 .. read-1
    Approx *embedding;   // rows x m
    SparseLayer *layer;
    Sparse readout_w, readout_b;
    // Layer 1 reads the embedding, a finite table: [row][key's row][1 + d_v] per head, as `share`,
    // relative to the largest score on any row that `row` sees.  NULL: too large.
    Approx **table;
    bool *depends;      // [j][i]: whether x_i after layer 1 depends on the token at j != i
    bool any;           // there was a word before:
    Token *word;        // it, then the one at hand
    size_t *row;        // of the embedding, per position
    Approx **x;         // the streams after 0, 1, .. layers, each L x m
    HeadState **head;   // per layer and head
    size_t *changed;    // positions of the stream at hand that are not what they were, ascending,
    size_t *next;       //   and of the next stream
    size_t changes;     // how many
    Approx *unit, *output;
};

// ---- what is fixed with the model ----

static Approx score(const Approx *q, const Approx *k, size_t d_k) {
    ApproxSum sum = { 0, 0 };
    for (size_t c = 0; c < d_k; c++)
        approx_sum_add_product(&sum, q[c], k[c]);
    return approx_sum(sum);
}

static double largest_mid(const Approx *s, size_t n) {
    double largest = -INFINITY;
    for (size_t j = 0; j < n; j++)
        largest = s[j].mid > largest ? s[j].mid : largest;
    return largest;
}

// B^(s - largest).
static Approx power_of(const Filter *f, Approx s, double largest) {
    Approx a = approx_sub(s, (Approx){ largest, 0 });
    return f->t->base == BASE_E ? approx_exp(a) : approx_exp2(a);
}

// share <- what a position adds to a row's sums.
static void set_share(Approx *share, const Filter *f, Approx power, const Approx *value,
                      size_t d_v) {
    double n = (double)f->t->length;
    share[0] = approx_summand(power, n);
    for (size_t c = 0; c < d_v; c++)
        share[1 + c] = approx_summand(approx_mul(power, value[c]), n);
}

static Approx *tabulate_head(const Filter *f, const SparseHead *head) {
    const Transformer *t = f->t;
    size_t rows = t->embedding.rows, d_k = head->q.rows, d_v = head->v.rows;
    Approx *table = alloc_array(rows * rows, 1 + d_v, sizeof *table);
    Approx *q = alloc_array(d_k, 1, sizeof *q), *k = alloc_array(rows, d_k, sizeof *k);
    Approx *value = alloc_array(rows, d_v, sizeof *value), *s = alloc_array(rows, 1, sizeof *s);
    for (size_t row = 0; row < rows; row++) {
        sparse_apply(k + row * d_k, &head->k, f->embedding + row * t->width);
        sparse_apply(value + row * d_v, &head->v, f->embedding + row * t->width);
    }
    for (size_t i = 0; i < t->length; i++)
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            size_t seen = t->first_row[transformer_sees(t, i)];
            sparse_apply(q, &head->q, f->embedding + row * t->width);
            for (size_t key = 0; key < seen; key++)
                s[key] = score(q, k + key * d_k, d_k);
            double largest = largest_mid(s, seen);
            for (size_t key = 0; key < seen; key++)
                set_share(table + (row * rows + key) * (1 + d_v), f, power_of(f, s[key], largest),
                          value + key * d_v, d_v);
        }
    free(q);
    free(k);
    free(value);
    free(s);
    return table;
}

// Whether some row of position i has different shares of j's tokens.
static bool tells_tokens_apart(const Filter *f, size_t i, size_t j) {
    const Transformer *t = f->t;
    size_t first = t->first_row[j], rows = t->embedding.rows;
    if (j >= transformer_sees(t, i))
        return false;
    for (size_t h = 0; h < f->layer[0].heads; h++) {
        size_t width = 1 + f->layer[0].head[h].v.rows;
        for (size_t row = t->first_row[i]; row < t->first_row[i + 1]; row++) {
            const Approx *share = f->table[h] + row * rows * width;
            for (size_t c = first + 1; c < t->first_row[j + 1]; c++)
                if (memcmp(share + c * width, share + first * width, width * sizeof *share) != 0)
                    return true;
        }
    }
    return false;
}

static void tabulate(Filter *f) {
    const Transformer *t = f->t;
    double rows = (double)t->embedding.rows, numbers = 0;
    for (size_t h = 0; t->layers > 0 && h < f->layer[0].heads; h++)
        numbers += rows * rows * (1 + (double)f->layer[0].head[h].v.rows);
    if (t->layers == 0 || numbers * sizeof(Approx) > largest_table)
        return;
    f->table = alloc_array(f->layer[0].heads, 1, sizeof *f->table);
    for (size_t h = 0; h < f->layer[0].heads; h++)
        f->table[h] = tabulate_head(f, &f->layer[0].head[h]);
    f->depends = alloc_array(t->length, t->length, sizeof *f->depends);
    for (size_t j = 0; j < t->length; j++)
        for (size_t i = 0; i < t->length; i++)
            f->depends[j * t->length + i] = i != j && tells_tokens_apart(f, i, j);
}

static void states_init(Filter *f) {
    const Transformer *t = f->t;
    size_t length = t->length, hidden = 0;
    f->x = alloc_array(t->layers + 1, 1, sizeof *f->x);
    f->head = alloc_array(t->layers, 1, sizeof *f->head);
    for (size_t l = 0; l <= t->layers; l++)
        f->x[l] = alloc_array(length, t->width, sizeof(Approx));
    for (size_t l = 0; l < t->layers; l++) {
        const SparseLayer *s = &f->layer[l];
        f->head[l] = alloc_array(s->heads, 1, sizeof(HeadState));
        hidden = s->w1.rows > hidden ? s->w1.rows : hidden;
        for (size_t h = 0; h < s->heads; h++) {
            size_t d_k = s->head[h].q.rows, d_v = s->head[h].v.rows;
            f->head[l][h] = (HeadState){ .query = alloc_array(d_k, 1, sizeof(Approx)),
                                         .key = alloc_array(length, d_k, sizeof(Approx)),
                                         .value = alloc_array(length, d_v, sizeof(Approx)),
                                         .score = alloc_array(length, 1, sizeof(Approx)),
                                         .share = alloc_array(length, 1 + d_v, sizeof(Approx)),
                                         .ratio = alloc_array(d_v, 1, sizeof(Approx)) };
        }
    }
    f->unit = alloc_array(hidden, 1, sizeof(Approx));
    f->output = alloc_array(t->readout.w.rows, 1, sizeof(Approx));
    f->word = alloc_array(length, 1, sizeof *f->word);
    f->row = alloc_array(length, 1, sizeof *f->row);
    f->changed = alloc_array(length, 1, sizeof *f->changed);
    f->next = alloc_array(length, 1, sizeof *f->next);
}

static void states_clear(Filter *f) {
    for (size_t l = 0; l < f->t->layers; l++) {
        for (size_t h = 0; h < f->layer[l].heads; h++) {
            HeadState *s = &f->head[l][h];
            Approx *const space[] = { s->query, s->key, s->value, s->score, s->share, s->ratio };
            for (size_t k = 0; k < sizeof space / sizeof *space; k++)
                free(space[k]);
        }
        free(f->head[l]);
    }
    for (size_t l = 0; l <= f->t->layers; l++)
        free(f->x[l]);
    free(f->x);
    free(f->head);
    free(f->unit);
    free(f->output);
    free(f->word);
    free(f->row);
    free(f->changed);
    free(f->next);
}

// Whether all sums are of fewer than 2^20 numbers.
static bool has_short_sums(const Transformer *t) {
    size_t longest = t->length > t->width ? t->length : t->width;
    for (size_t l = 0; l < t->layers; l++) {
        size_t hidden = t->layer[l].mlp.w1.rows;
        longest = hidden > longest ? hidden : longest;
        for (size_t h = 0; h < t->layer[l].heads; h++) {
            const Head *head = &t->layer[l].head[h];
            longest = head->q.rows > longest ? head->q.rows : longest;
            longest = head->v.rows > longest ? head->v.rows : longest;
        }
    }
    return longest + 2 < 1 << 20;
}

Filter *filter_new(const Transformer *t) {
    bool finite = true;
    if (!has_short_sums(t))
        return NULL;
    Filter *f = alloc_array(1, 1, sizeof *f);
    *f = (Filter){ .t = t, .read = transformer_sees(t, t->readout.position) };
    f->embedding = alloc_array(t->embedding.rows, t->width, sizeof *f->embedding);
    for (size_t k = 0; k < t->embedding.rows * t->width; k++)
        f->embedding[k] = approx_of_rational(t->embedding.entry[k], &finite);
    f->layer = alloc_array(t->layers, 1, sizeof *f->layer);
    for (size_t l = 0; l < t->layers; l++)
        sparse_layer_init(&f->layer[l], &t->layer[l], &finite);
    sparse_init(&f->readout_w, &t->readout.w, &finite);
    sparse_init(&f->readout_b, &t->readout.b, &finite);
    states_init(f);
    if (!finite) {
        filter_free(f);
        return NULL;
    }
    tabulate(f);
    return f;
}

void filter_free(Filter *f) {
    states_clear(f);
    for (size_t h = 0; f->table != NULL && h < f->layer[0].heads; h++)
        free(f->table[h]);
    for (size_t l = 0; l < f->t->layers; l++)
        sparse_layer_clear(&f->layer[l]);
    free(f->layer);
    free(f->table);
    free(f->depends);
    free(f->embedding);
    sparse_clear(&f->readout_w);
    sparse_clear(&f->readout_b);
    free(f);
}

// ---- a word ----

// The keys and values of the positions that changed.
static void refresh_keys(Filter *f, size_t l, size_t h) {
    const SparseHead *head = &f->layer[l].head[h];
    HeadState *s = &f->head[l][h];
    for (size_t k = 0; k < f->changes; k++) {
        size_t j = f->changed[k];
        sparse_apply(s->key + j * head->k.rows, &head->k, f->x[l] + j * f->t->width);
        sparse_apply(s->value + j * head->v.rows, &head->v, f->x[l] + j * f->t->width);
    }
}

// The shares of row i.  kept: they are that row's already but for positions that changed.
static void weigh(Filter *f, size_t l, size_t h, size_t i, bool kept) {
    const SparseHead *head = &f->layer[l].head[h];
    HeadState *s = &f->head[l][h];
    size_t seen = transformer_sees(f->t, i), d_k = head->q.rows, d_v = head->v.rows;
    size_t count = kept ? f->changes : seen;
    if (!kept)
        sparse_apply(s->query, &head->q, f->x[l] + i * f->t->width);
    for (size_t k = 0; k < count; k++) {
        size_t j = kept ? f->changed[k] : k;
        s->score[j] = score(s->query, s->key + j * d_k, d_k);
    }
    double largest = largest_mid(s->score, seen);
    kept &= largest == s->largest;
    s->largest = largest;
    count = kept ? f->changes : seen;
    for (size_t k = 0; k < count; k++) {
        size_t j = kept ? f->changed[k] : k;
        set_share(s->share + j * (1 + d_v), f, power_of(f, s->score[j], largest),
                  s->value + j * d_v, d_v);
    }
}

// Component c of the shares of the n positions, added up.  table: of row i in layer 1, or NULL.
static Approx total(const Filter *f, const HeadState *s, const Approx *table, size_t n,
                    size_t width, size_t c) {
    ApproxSum sum = { 0, 0 };
    if (table != NULL)
        for (size_t j = 0; j < n; j++)
            approx_sum_add_summand(&sum, table[f->row[j] * width + c]);
    else
        for (size_t j = 0; j < n; j++)
            approx_sum_add_summand(&sum, s->share[j * width + c]);
    return approx_sum(sum);
}

// x <- x + O sum_j a_ij v_j.
static void attend(Filter *f, size_t l, size_t h, size_t i, Approx *x) {
    const SparseHead *head = &f->layer[l].head[h];
    HeadState *s = &f->head[l][h];
    size_t seen = transformer_sees(f->t, i), width = 1 + head->v.rows;
    bool tabulated = l == 0 && f->table != NULL;
    const Approx *table = tabulated ? f->table[h] + f->row[i] * f->t->embedding.rows * width : NULL;
    Approx denominator = total(f, s, table, seen, width, 0);
    for (size_t c = 1; c < width; c++)
        s->ratio[c - 1] = approx_div(total(f, s, table, seen, width, c), denominator);
    sparse_add(x, &head->o, s->ratio);
}

static void run_mlp(Filter *f, const SparseLayer *s, Approx *x) {
    sparse_apply(f->unit, &s->w1, x);
    sparse_add_column(f->unit, &s->b1);
    for (size_t u = 0; u < s->w1.rows; u++)
        f->unit[u] = approx_relu(f->unit[u]);
    sparse_add(x, &s->w2, f->unit);
    sparse_add_column(x, &s->b2);
}

// Row i of the stream after layer l.  own: row i of the stream before it changed too.
static void run_row(Filter *f, size_t l, size_t i, bool own) {
    const Transformer *t = f->t;
    const SparseLayer *s = &f->layer[l];
    Approx *x = f->x[l + 1] + i * t->width;
    memcpy(x, f->x[l] + i * t->width, t->width * sizeof *x);
    for (size_t h = 0; h < s->heads; h++) {
        if (l > 0 || f->table == NULL)
            weigh(f, l, h, i, l + 1 == t->layers && !own);
        attend(f, l, h, i, x);
    }
    if (s->has_mlp)
        run_mlp(f, s, x);
}

// Whether row i of the stream after layer l is not what it was; *own: because row i before it is.
static bool is_stale(const Filter *f, size_t l, size_t i, bool *own) {
    bool stale = false;
    *own = false;
    for (size_t k = 0; k < f->changes; k++) {
        size_t j = f->changed[k];
        *own |= j == i;
        stale |= l > 0 || f->table == NULL ? j < transformer_sees(f->t, i)
                                           : f->depends[j * f->t->length + i];
    }
    return stale || *own;
}

static void run_layer(Filter *f, size_t l) {
    bool last = l + 1 == f->t->layers;
    size_t first = last ? f->t->readout.position : 0, end = last ? first + 1 : f->read, count = 0;
    for (size_t h = 0; h < f->layer[l].heads && (l > 0 || f->table == NULL); h++)
        refresh_keys(f, l, h);
    for (size_t i = first; i < end; i++) {
        bool own;
        if (!is_stale(f, l, i, &own))
            continue;
        run_row(f, l, i, own);
        f->next[count++] = i;
    }
    size_t *next = f->next;
    f->next = f->changed;
    f->changed = next;
    f->changes = count;
}

static void take_word(Filter *f, const Token *word) {
    const Transformer *t = f->t;
    f->changes = 0;
    for (size_t i = 0; i < f->read; i++) {
        if (f->any && word[i] == f->word[i])
            continue;
        f->word[i] = word[i];
        f->row[i] = transformer_row(t, i, word[i]);
        memcpy(f->x[0] + i * t->width, f->embedding + f->row[i] * t->width,
               t->width * sizeof(Approx));
        f->changed[f->changes++] = i;
    }
    f->any = true;
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
    take_word(f, word);
    for (size_t l = 0; l < t->layers; l++)
        run_layer(f, l);
    sparse_apply(f->output, &f->readout_w, f->x[t->layers] + t->readout.position * t->width);
    sparse_add_column(f->output, &f->readout_b);
    Approx margin = margin_of(f, answer);
    *least = nextafter(margin.mid - margin.rad, -INFINITY);
    *most = nextafter(margin.mid + margin.rad, INFINITY);
    return isfinite(*least) && isfinite(*most);
}
