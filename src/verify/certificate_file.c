#include "verify/certificate_file.h"
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include "verify/certificate.h"
#include "verify/certificate_parts.h"
#include <stdlib.h>
#include <string.h>

const char *certificate_file_admits(const Effort *e) {
    if (e->arithmetic.ar != NULL && e->arithmetic.ar != &arith_exact)
        return "certificate files are for arithmetic exact only";
    return e->method == METHOD_WEIGHT_DISTRIBUTION ? "the method weight-distribution has no "
                                                     "certificate file: there is no model to write"
                                                   : NULL;
}

void certificate_file_begin(Text *out) { text_add(out, "chasm-certificate-1\nclaim "); }

void certificate_file_end(Text *out) {
    size_t lines = 1;
    for (const char *s = text_string(out); (s = strchr(s, '\n')) != NULL; s++)
        lines++;
    text_printf(out, "end %zu\n", lines);
}

void certificate_file_task(Text *out, const Task *task, const Params *p) {
    if (p->n == 0)
        text_printf(out, "%s n=all", task->name);
    else
        text_printf(out, "%s n=%llu", task->name, (unsigned long long)p->n);
    if (task == &task_index_lookup)
        text_printf(out, " alphabet=%llu", (unsigned long long)p->alphabet);
    if (task == &task_dyck)
        text_printf(out, " brackets=%llu depth=%llu", (unsigned long long)p->brackets,
                    (unsigned long long)p->depth);
}

bool certificate_file_knows(const Task *task) {
    return task == &task_equality || task == &task_disjointness || task == &task_index_lookup ||
           task == &task_dyck;
}

void certificate_file_word(Text *out, const Task *task, const Params *p, const Token *word,
                           size_t length) {
    for (size_t i = 0; i < length; i++) {
        text_add(out, " ");
        task->name_token(out, p, word[i]);
    }
    text_add(out, "\n");
}

static void write_row(Text *out, mpq_t *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_add(out, " ");
        rational_print(out, x[i]);
    }
    if (n > 0)
        text_add(out, "\n");
}

void certificate_file_matrix(Text *out, const char *name, const Matrix *m) {
    text_printf(out, "%s %zu %zu\n", name, m->rows, m->columns);
    for (size_t i = 0; i < m->rows; i++)
        write_row(out, m->entry + i * m->columns, m->columns);
}

// A matrix of one column, as one row.
void certificate_file_vector(Text *out, const char *name, const Matrix *m) {
    text_printf(out, "%s 1 %zu\n", name, m->rows * m->columns);
    write_row(out, m->entry, m->rows * m->columns);
}

// Rows in the order of the answers that they speak for.
void certificate_file_readout(Text *out, const Readout *r) {
    Matrix w, b;
    matrix_init(&w, r->w.rows, r->w.columns);
    matrix_init(&b, r->b.rows, 1);
    for (size_t row = 0; row < r->w.rows; row++) {
        size_t answer = r->sign ? 0 : r->answers[row];
        for (size_t c = 0; c < w.columns; c++)
            mpq_set(matrix_at(&w, answer, c), matrix_at(&r->w, row, c));
        mpq_set(matrix_at(&b, answer, 0), matrix_at(&r->b, row, 0));
    }
    text_printf(out, "readout %s %zu\n", r->sign ? "sign" : "argmax", r->position);
    certificate_file_matrix(out, "W", &w);
    certificate_file_vector(out, "b", &b);
    matrix_clear(&w);
    matrix_clear(&b);
}

static void write_layer(Text *out, const Layer *l, size_t width) {
    text_printf(out, "layer %zu\n", l->heads);
    for (size_t h = 0; h < l->heads; h++) {
        certificate_file_matrix(out, "Q", &l->head[h].q);
        certificate_file_matrix(out, "K", &l->head[h].k);
        certificate_file_matrix(out, "V", &l->head[h].v);
        certificate_file_matrix(out, "O", &l->head[h].o);
    }
    Mlp none = { 0 };
    const Mlp *mlp = &l->mlp;
    if (!l->has_mlp) {
        matrix_init(&none.w1, 0, width);
        matrix_init(&none.b1, 0, 1);
        matrix_init(&none.w2, width, 0);
        matrix_init(&none.b2, width, 1);
        mlp = &none;
    }
    certificate_file_matrix(out, "W1", &mlp->w1);
    certificate_file_vector(out, "b1", &mlp->b1);
    certificate_file_matrix(out, "W2", &mlp->w2);
    certificate_file_vector(out, "b2", &mlp->b2);
    matrix_clear(&none.w1);
    matrix_clear(&none.b1);
    matrix_clear(&none.w2);
    matrix_clear(&none.b2);
}

void certificate_file_model(Text *out, const Transformer *t) {
    text_printf(out, "model %s\n", mask_name(t->mask));
    certificate_file_matrix(out, "embedding", &t->embedding);
    for (size_t l = 0; l < t->layers; l++)
        write_layer(out, &t->layer[l], t->width);
    certificate_file_readout(out, &t->readout);
}

// Whether the model has the form that the checker's proof for all words at once is for.
static bool has_domain_form(const Transformer *t) {
    bool fits = t->task->domains != NULL && t->layers >= 1 && t->layers <= 2 &&
                t->readout.position + 1 == t->length;
    for (size_t l = 0; l < t->layers && fits; l++)
        fits = t->layer[l].heads <= 1 &&
               (l + 1 < t->layers || !t->layer[l].has_mlp || t->layer[l].mlp.w1.rows == 0);
    return fits;
}

static void write_claim(Text *out, const Transformer *t, const Finding *f, const char *proof) {
    certificate_file_begin(out);
    text_add(out, "transformer ");
    certificate_file_task(out, t->task, &t->params);
    text_printf(out, " layers=%zu width=%zu margin=", t->layers, t->width);
    rational_print(out, f->margin);
    text_printf(out, "\nproof %s\n", proof);
}

// Whether a certificate (certificate.h) finds the margin, exactly; then it is written.
static bool write_by_domains(Text *out, const Transformer *t, const Effort *e) {
    Effort quiet = *e;
    Finding f;
    quiet.progress = false;
    finding_init(&f);
    bool good = certificate_check(&f, t, NULL, "certificate", &quiet) == 0 && f.verdict == PROVED &&
                f.has_margin && !f.enclosed && f.witness != NULL;
    if (good) {
        Token *word = alloc_array(t->length, 1, sizeof *word);
        char *why = task_parse_word(word, t->task, &t->params, f.witness);
        require(why == NULL);
        write_claim(out, t, &f, "domains");
        text_add(out, "word");
        certificate_file_word(out, t->task, &t->params, word, t->length);
        certificate_file_model(out, t);
        certificate_file_end(out);
        free(word);
    }
    finding_clear(&f);
    return good;
}

static bool has_few_words(const Task *task, const Params *p) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, task, p);
    bool few = mpz_cmp_ui(words, CERTIFIED_WORDS) <= 0;
    mpz_clear(words);
    return few;
}

const char *certificate_file_transformer(Text *out, const Transformer *t, const Finding *f,
                                         const Effort *e) {
    require(f->verdict == PROVED);
    if (!certificate_file_knows(t->task))
        return "no certificate file for models of this task yet";
    if (t->base != BASE_2)
        return "no certificate file for base e yet";
    if (t->embedding.rows * t->width > CERTIFIED_NUMBERS)
        return "the model is too large for a certificate file: more than 2^22 numbers";
    if (has_domain_form(t) && write_by_domains(out, t, e))
        return NULL;
    if (!f->has_margin || f->enclosed || !has_few_words(t->task, &t->params))
        return "no certificate file for models of this form with more than 2^16 words yet";
    write_claim(out, t, f, "all-words");
    certificate_file_model(out, t);
    certificate_file_end(out);
    return NULL;
}
