// model_write.c - docs/model-file.md, written as a stream: one line per row.
#include "math/rational.h"
#include "net/model_file.h"
#include "task/automaton.h"
#include "task/normal_form.h"
#include "task/recall.h"

// Integers up to here are the same number in every JSON reader; larger ones are strings.
enum { INTEGER_BITS = 53 };

typedef struct Writer {
    FILE *out;
    const Task *task;
    const Params *params;
    const Transformer *t;   // NULL: another kind of model is written
    Text text;              // of one number or name
} Writer;

static void write_number(Writer *w, const mpq_t r) {
    bool integer =
        mpz_cmp_ui(mpq_denref(r), 1) == 0 && mpz_sizeinbase(mpq_numref(r), 2) <= INTEGER_BITS;
    w->text.length = 0;
    rational_print(&w->text, r);
    fprintf(w->out, integer ? "%s" : "\"%s\"", text_string(&w->text));
}

// The numbers of one row on one line.
static void write_numbers(Writer *w, mpq_t *x, size_t n) {
    fputs("[", w->out);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", w->out);
        write_number(w, x[i]);
    }
    fputs("]", w->out);
}

static void write_matrix(Writer *w, const char *indent, const char *key, const Matrix *m) {
    fprintf(w->out, "%s\"%s\": [", indent, key);
    for (size_t i = 0; i < m->rows; i++) {
        fprintf(w->out, "%s\n%s  ", i ? "," : "", indent);
        write_numbers(w, m->entry + i * m->columns, m->columns);
    }
    if (m->rows > 0)
        fprintf(w->out, "\n%s", indent);
    fputs("]", w->out);
}

// A matrix of one column, or one row, on one line.
static void write_vector(Writer *w, const char *indent, const char *key, const Matrix *m) {
    fprintf(w->out, "%s\"%s\": ", indent, key);
    write_numbers(w, m->entry, m->rows * m->columns);
}

// What stands in w->text, as a JSON string.
static void write_name(Writer *w) {
    fputc('"', w->out);
    for (const char *s = text_string(&w->text); *s; s++) {
        if ((unsigned char)*s < ' ')
            fprintf(w->out, "\\u%04x", (unsigned)*s);
        else
            fprintf(w->out, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    }
    fputc('"', w->out);
}

static void write_token(Writer *w, Token token) {
    w->text.length = 0;
    w->task->name_token(&w->text, w->params, token);
    write_name(w);
}

// s as a JSON string.
static void write_string(Writer *w, const char *s) {
    w->text.length = 0;
    text_add(&w->text, s);
    write_name(w);
}

static void write_automaton(Writer *w, const Automaton *a) {
    const char *between = "";
    fputs("  \"automaton\": {\n    \"states\": [", w->out);
    for (size_t s = 0; s < a->states; s++) {
        fputs(s ? ", " : "", w->out);
        write_string(w, a->state[s]);
    }
    fputs("],\n    \"start\": ", w->out);
    write_string(w, a->state[a->start]);
    fputs(",\n    \"accepting\": [", w->out);
    for (size_t s = 0; s < a->states; s++)
        if (a->accepting[s]) {
            fputs(between, w->out);
            write_string(w, a->state[s]);
            between = ", ";
        }
    fputs("],\n    \"transitions\": [", w->out);
    for (size_t k = 0; k < a->states * a->symbols; k++) {
        fputs(k % a->symbols ? ", " : k ? "],\n      [" : "\n      [", w->out);
        write_string(w, a->state[a->next[k]]);
    }
    fputs("]\n    ]\n  },\n", w->out);
}

static void write_formula(Writer *w, const Formula *f) {
    uint64_t n = w->params->n;
    int32_t literal[LITERALS_MOST];
    size_t clauses = formula_clauses(f, n);
    fprintf(w->out, "  \"formula\": {\n    \"kind\": \"%s\",\n    \"clauses\": [",
            f->conjunctive ? "cnf" : "dnf");
    for (size_t c = 0; c < clauses; c++) {
        size_t count = formula_clause(literal, f, n, c);
        fputs(c ? ",\n      [" : "\n      [", w->out);
        for (size_t k = 0; k < count; k++)
            fprintf(w->out, "%s%ld", k ? ", " : "", (long)literal[k]);
        fputs("]", w->out);
    }
    fputs(clauses ? "\n    ]\n  },\n" : "]\n  },\n", w->out);
}

static void write_head_of_file(Writer *w, const char *kind) {
    fprintf(w->out,
            "{\n  \"format\": \"chasm-model-1\",\n  \"kind\": \"%s\",\n"
            "  \"task\": \"%s\",\n  \"n\": %llu,\n",
            kind, w->task->name, (unsigned long long)w->params->n);
    if (w->task->nests)
        fprintf(w->out, "  \"depth\": %llu,\n", (unsigned long long)w->params->depth);
    if (w->task->dimension != NULL)
        fprintf(w->out, "  \"dimension\": %zu,\n", w->task->dimension(w->params));
    if (w->task->recalls)
        fprintf(w->out, "  \"keys\": %zu,\n  \"queries\": %zu,\n", recall_keys(w->params),
                recall_queries(w->params));
    fputs("  \"alphabet\": [", w->out);
    for (Token token = 0; token < w->task->symbols(w->params); token++) {
        fputs(token ? ", " : "", w->out);
        write_token(w, token);
    }
    fputs("],\n", w->out);
    if (w->task == &task_automaton)
        write_automaton(w, w->params->automaton);
    if (w->task->has_formula)
        write_formula(w, normal_form_formula(w->params));
}

static void write_choices(Writer *w) {
    const Transformer *t = w->t;
    fprintf(w->out, "  \"base\": \"%s\",\n  \"mask\": \"%s\",\n  \"width\": %zu,\n",
            t->base == BASE_2 ? "2" : "e", mask_name(t->mask), t->width);
}

static void write_embedding(Writer *w) {
    const Transformer *t = w->t;
    fputs("  \"embedding\": [", w->out);
    for (size_t i = 0; i < t->length; i++) {
        TokenRun run = t->task->tokens(&t->params, i);
        fputs(i ? ",\n    {" : "\n    {", w->out);
        for (uint32_t k = 0; k < run.count; k++) {
            fputs(k ? ",\n      " : "\n      ", w->out);
            write_token(w, run.first + k);
            fputs(": ", w->out);
            write_numbers(w, t->embedding.entry + (t->first_row[i] + k) * t->width, t->width);
        }
        fputs("\n    }", w->out);
    }
    fputs("\n  ],\n", w->out);
}

static void write_heads(Writer *w, const Layer *l) {
    fputs("      \"heads\": [", w->out);
    for (size_t h = 0; h < l->heads; h++) {
        fputs(h ? ",\n        {\n" : "\n        {\n", w->out);
        write_matrix(w, "          ", "Q", &l->head[h].q);
        fputs(",\n", w->out);
        write_matrix(w, "          ", "K", &l->head[h].k);
        fputs(",\n", w->out);
        write_matrix(w, "          ", "V", &l->head[h].v);
        fputs(",\n", w->out);
        write_matrix(w, "          ", "O", &l->head[h].o);
        fputs("\n        }", w->out);
    }
    fputs(l->heads ? "\n      ],\n" : "],\n", w->out);
}

static void write_mlp(Writer *w, const Layer *l) {
    if (!l->has_mlp) {
        fputs("      \"mlp\": null", w->out);
        return;
    }
    fputs("      \"mlp\": {\n", w->out);
    write_matrix(w, "        ", "W1", &l->mlp.w1);
    fputs(",\n", w->out);
    write_vector(w, "        ", "b1", &l->mlp.b1);
    fputs(",\n", w->out);
    write_matrix(w, "        ", "W2", &l->mlp.w2);
    fputs(",\n", w->out);
    write_vector(w, "        ", "b2", &l->mlp.b2);
    fputs("\n      }", w->out);
}

static void write_layers(Writer *w) {
    fputs("  \"layers\": [", w->out);
    for (size_t l = 0; l < w->t->layers; l++) {
        fputs(l ? ",\n    {\n" : "\n    {\n", w->out);
        write_heads(w, &w->t->layer[l]);
        write_mlp(w, &w->t->layer[l]);
        fputs("\n    }", w->out);
    }
    fputs(w->t->layers ? "\n  ],\n" : "],\n", w->out);
}

static void write_answers(Writer *w, const Readout *r) {
    fputs("      \"symbols\": [", w->out);
    for (size_t row = 0; row < r->w.rows; row++) {
        fputs(row ? ", " : "", w->out);
        w->text.length = 0;
        w->task->name_answer(&w->text, w->params, r->answers[row]);
        write_name(w);
    }
    fputs("]", w->out);
}

static void write_readout(Writer *w, const Readout *r) {
    fputs("\n    {\n", w->out);
    if (w->t != NULL)
        fprintf(w->out, "      \"position\": %zu,\n", r->position);
    fprintf(w->out, "      \"kind\": \"%s\",\n", r->sign ? "sign" : "argmax");
    if (r->sign) {
        write_vector(w, "      ", "w", &r->w);
        fputs(",\n      \"b\": ", w->out);
        write_number(w, r->b.entry[0]);
    } else {
        write_matrix(w, "      ", "W", &r->w);
        fputs(",\n", w->out);
        write_vector(w, "      ", "b", &r->b);
        fputs(",\n", w->out);
        write_answers(w, r);
    }
    fputs("\n    }", w->out);
}

// The first, and the others.
static void write_readouts(Writer *w, const Readout *first, const Readout *further, size_t count) {
    fputs("  \"readout\": [", w->out);
    write_readout(w, first);
    for (size_t o = 1; o < count; o++) {
        fputs(",", w->out);
        write_readout(w, &further[o - 1]);
    }
    fputs("\n  ]\n}\n", w->out);
}

void transformer_write(FILE *out, const Transformer *t) {
    Writer w = { .out = out, .task = t->task, .params = &t->params, .t = t };
    write_head_of_file(&w, "transformer");
    write_choices(&w);
    write_embedding(&w);
    write_layers(&w);
    write_readouts(&w, &t->readout, t->further, t->outputs);
    text_clear(&w.text);
}

void recurrent_write(FILE *out, const Recurrent *r) {
    Writer w = { .out = out, .task = r->task, .params = &r->params };
    write_head_of_file(&w, "recurrent");
    fprintf(out, "  \"width\": %zu,\n  \"activation\": \"%s\",\n", r->width,
            activation_name(r->activation));
    write_matrix(&w, "  ", "W", &r->w);
    fputs(",\n", out);
    write_matrix(&w, "  ", "U", &r->u);
    fputs(",\n", out);
    write_vector(&w, "  ", "b", &r->b);
    fputs(",\n", out);
    write_vector(&w, "  ", "initial", &r->initial);
    fputs(",\n", out);
    write_readouts(&w, &r->readout, NULL, 1);
    text_clear(&w.text);
}
