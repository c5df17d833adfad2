#include "flat_model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The number behind "KEY=" in the first lines; SIZE_MAX for "all".
static size_t number(const char *text, const char *key) {
    char needle[32];
    snprintf(needle, sizeof needle, " %s=", key);
    const char *at = strstr(text, needle);
    if (at == NULL)
        return 0;
    return strncmp(at + strlen(needle), "all", 3) == 0 ? 0
                                                       : strtoull(at + strlen(needle), NULL, 10);
}

void flat_claim_init(FlatClaim *c, const char *text) {
    char name[32] = "", margin[4096] = "0";
    *c = (FlatClaim){ .params = params_default(number(text, "n")) };
    ck_assert_int_eq(sscanf(text, "chasm-certificate-1\nclaim %15s %31s", c->kind, name), 2);
    c->task = task_find(name);
    if (number(text, "alphabet"))
        c->params.alphabet = number(text, "alphabet");
    if (number(text, "brackets"))
        c->params.brackets = number(text, "brackets");
    if (number(text, "depth"))
        c->params.depth = number(text, "depth");
    c->layers = number(text, "layers");
    c->width = number(text, "width");
    c->after = number(text, "after");
    c->count = number(text, "count");
    c->words = number(text, "words") ? number(text, "words") : 0;
    c->length = number(text, "length");
    c->distance = number(text, "distance");
    const char *at = strstr(text, " margin=");
    if (at != NULL)
        ck_assert_int_eq(sscanf(at, " margin=%4095s", margin), 1);
    mpq_init(c->margin);
    ck_assert_int_eq(mpq_set_str(c->margin, margin, 10), 0);
}

void flat_claim_clear(FlatClaim *c) { mpq_clear(c->margin); }

// Words of the text, one after the other.
typedef struct Words {
    char *text, *state;
} Words;

static void words_init(Words *w, const char *text) {
    const char *model = strstr(text, "\nmodel ");
    ck_assert_ptr_nonnull(model);
    *w = (Words){ .text = strdup(model) };
    ck_assert_str_eq(strtok_r(w->text, " \n", &w->state), "model");
}

static const char *next(Words *w) {
    const char *word = strtok_r(NULL, " \n", &w->state);
    ck_assert_ptr_nonnull(word);
    return word;
}

// m <- the matrix of that name, in the other shape if it is a vector.  Undo with matrix_clear.
static void read_matrix(Matrix *m, Words *w, const char *name, bool vector) {
    ck_assert_str_eq(next(w), name);
    size_t rows = strtoull(next(w), NULL, 10), columns = strtoull(next(w), NULL, 10);
    matrix_clear(m);
    matrix_init(m, vector ? columns : rows, vector ? rows : columns);
    for (size_t k = 0; k < rows * columns; k++)
        ck_assert_int_eq(mpq_set_str(m->entry[k], next(w), 10), 0);
}

static void read_layer(Layer *l, Words *w, size_t width) {
    ck_assert_str_eq(next(w), "layer");
    for (size_t heads = strtoull(next(w), NULL, 10); heads > 0; heads--) {
        Head *h = layer_add_head(l, width, 1, 1);
        read_matrix(&h->q, w, "Q", false);
        read_matrix(&h->k, w, "K", false);
        read_matrix(&h->v, w, "V", false);
        read_matrix(&h->o, w, "O", false);
    }
    Mlp *mlp = layer_add_mlp(l, width, 1);
    read_matrix(&mlp->w1, w, "W1", false);
    read_matrix(&mlp->b1, w, "b1", true);
    read_matrix(&mlp->w2, w, "W2", false);
    read_matrix(&mlp->b2, w, "b2", true);
}

static bool is_sign(const char *text) { return strstr(text, "\nreadout sign ") != NULL; }

static void read_readout(Readout *r, Words *w) {
    ck_assert_str_eq(next(w), "readout");
    next(w);
    r->position = strtoull(next(w), NULL, 10);
    read_matrix(&r->w, w, "W", false);
    read_matrix(&r->b, w, "b", true);
}

void flat_transformer(Transformer *t, const FlatClaim *c, const char *text) {
    Words w;
    words_init(&w, text);
    transformer_init(t, c->task, &c->params, c->width, c->layers, is_sign(text));
    t->base = BASE_2;
    t->mask = strcmp(next(&w), "causal") == 0 ? MASK_CAUSAL : MASK_FULL;
    read_matrix(&t->embedding, &w, "embedding", false);
    for (size_t l = 0; l < t->layers; l++)
        read_layer(&t->layer[l], &w, t->width);
    read_readout(&t->readout, &w);
    free(w.text);
}

void flat_recurrent(Recurrent *r, const FlatClaim *c, const char *text) {
    Words w;
    words_init(&w, text);
    Activation a = strcmp(next(&w), "clamp") == 0 ? ACTIVATION_CLAMP : ACTIVATION_RELU;
    recurrent_init(r, c->task, &c->params, c->width, a, is_sign(text));
    read_matrix(&r->w, &w, "W", false);
    read_matrix(&r->u, &w, "U", false);
    read_matrix(&r->b, &w, "b", true);
    read_matrix(&r->initial, &w, "initial", true);
    read_readout(&r->readout, &w);
    free(w.text);
}
