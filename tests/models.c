#include "models.h"
#include "constructions/codes/family.h"
#include "math/rational.h"
#include <string.h>

void named_code(Code *c, const char *name, uint64_t n) {
    char *why;
    int status = code_find(c, &why, name, n);
    ck_assert_msg(status == 0, "%s, n = %llu: %s", name, (unsigned long long)n, why);
    ck_assert_ptr_null(why);
    ck_assert_uint_eq(c->words, n);
}

const Construction *coded_construction(size_t i) {
    for (size_t c = 0; constructions[c] != NULL; c++)
        if (constructions[c]->seeding != NULL && constructions[c]->task->outputs == NULL &&
            i-- == 0)
            return constructions[c];
    return NULL;
}

void binary_code(Code *c, uint64_t n) {
    size_t rank = n <= 2 ? 1 : log2_ceil(n);
    code_init(c, "binary", n, rank, rank);
    for (size_t r = 0; r < rank; r++)
        c->generator[r] = UINT64_C(1) << r;
}

bool is_admitted(const Construction *c, const Params *p) {
    return c->task->outputs == NULL && c->task->admits(p) == NULL && c->admits(p) == NULL;
}

bool has_few_words(const Task *task, const Params *p) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, task, p);
    bool few = mpz_cmp_ui(words, 1 << 15) <= 0;
    mpz_clear(words);
    return few;
}

void build_binary(Transformer *t, const Construction *c, const Params *p) {
    Code code;
    binary_code(&code, p->n);
    c->build(t, p, &code, c->temperature(p, &code, 1));
    code_clear(&code);
}

void build_one_layer(Transformer *t, const char *task, const Params *p) {
    for (size_t i = 0; constructions[i] != NULL; i++) {
        const Construction *c = constructions[i];
        if (strcmp(c->task->name, task) != 0 || strstr(c->name, "/one-layer") == NULL)
            continue;
        build_binary(t, c, p);
        return;
    }
    ck_abort_msg("no construction of one layer for %s", task);
}

// Mostly zero, else a small integer or, if quotients, a small quotient.
static void fill(Matrix *m, bool quotients) {
    for (size_t k = 0; k < m->rows * m->columns; k++) {
        if (random_below(3) == 0)
            continue;
        mpq_set_si(m->entry[k], (long)random_below(5) - 2, quotients ? 1 + random_below(4) : 1);
        mpq_canonicalize(m->entry[k]);
    }
}

static void random_heads(Transformer *t, size_t layer, bool scores, bool values) {
    for (size_t h = random_below(3); h > 0; h--) {
        Head *head =
            layer_add_head(&t->layer[layer], t->width, 1 + random_below(2), 1 + random_below(2));
        if (scores) {
            fill(&head->q, false);
            fill(&head->k, false);
        }
        if (values)
            fill(&head->v, true);
        fill(&head->o, true);
    }
}

static void random_mlp(Transformer *t, size_t layer, bool quotients) {
    Mlp *mlp = layer_add_mlp(&t->layer[layer], t->width, random_below(4));
    fill(&mlp->w1, quotients);
    fill(&mlp->b1, quotients);
    fill(&mlp->w2, quotients);
    fill(&mlp->b2, quotients);
}

void random_model(Transformer *t, const Task *task, const Params *p, size_t layers) {
    // Scores of layer 2 are integers for sure if all are 0, or if layer 1 leaves integers.
    bool clean = random_below(2);
    transformer_init(t, task, p, 1 + random_below(4), layers, task->boolean && random_below(2));
    fill(&t->embedding, false);
    for (size_t l = 0; l < layers; l++) {
        random_heads(t, l, l == 0 || (l == 1 && clean), l > 0 || !clean);
        if (random_below(2))
            random_mlp(t, l, l > 0 || !clean);
    }
    if (random_below(2))   // anywhere: under the causal mask it then sees a part of the word only
        t->readout.position = random_below(t->length);
    fill(&t->readout.w, true);
    fill(&t->readout.b, true);
}

void stretch_scores(Transformer *t) {
    mpq_t stretch;
    mpq_init(stretch);
    mpq_set_ui(stretch, 4, 3);
    for (size_t l = 0; l < t->layers; l++)
        for (size_t h = 0; h < t->layer[l].heads; h++) {
            Matrix *q = &t->layer[l].head[h].q;
            for (size_t k = 0; k < q->rows * q->columns; k++)
                mpq_mul(q->entry[k], q->entry[k], stretch);
        }
    mpq_clear(stretch);
}
