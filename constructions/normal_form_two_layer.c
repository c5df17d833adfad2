// normal_form_two_layer.c - docs/normal-form.md#theorem-1.
//
// Coordinates: 0 .. c-1 the address of a variable; then, for each of k literals of a clause, the
// address of its variable (QUERY); then X, the variable's bit; END; Z, the clause's bit; FETCHED,
// k bits; and k + 1 that tell how many of the clause's literals need a 1 (ONES).
#include "base/alloc.h"
#include "constructions/collect.h"
#include "constructions/construction.h"
#include "task/normal_form.h"
#include <stdlib.h>

typedef struct Shape {
    size_t code, k;   // length of a word, heads
    size_t x, end, z, fetched, ones, width;
} Shape;

// Where the coordinates begin.  A formula without literals has one head all the same.
static Shape shape_of(const Params *p, const Code *code) {
    size_t longest = formula_longest(normal_form_formula(p), p->n);
    Shape s = { .code = code->length, .k = longest > 0 ? longest : 1 };
    s.x = (1 + s.k) * s.code;
    s.end = s.x + 1;
    s.z = s.end + 1;
    s.fetched = s.z + 1;
    s.ones = s.fetched + s.k;
    s.width = s.ones + s.k + 1;
    return s;
}

static const char *admits(const Params *p) {
    (void)p;
    return NULL;
}

static size_t width(const Params *p, const Code *code) { return shape_of(p, code).width; }

// A query sees, besides the variables' keys, positions without one (score 0); the causal mask only
// takes some of them away.
static uint64_t temperature(const Params *p, const Code *code, uint64_t distance) {
    Distraction d = { .keyless = task_normal_form.length(p) - p->n };
    return lookup_temperature_of(code, distance, &d, shape_of(p, code).k);
}

// What is embedded where.
typedef struct Embedding {
    Transformer *t;
    const Shape *shape;
    const Code *code;
    uint64_t *word;   // workspace
} Embedding;

// Coordinates `first` .. of the row <- T_i.
static void set_address(const Embedding *e, size_t row, size_t first, uint64_t i) {
    code_word(e->word, e->code, i);
    for (size_t c = 0; c < e->code->length; c++)
        matrix_set(&e->t->embedding, row, first + c, code_sign(e->word, c), 1);
}

// Makes that row stand for the clause: literals that are missing repeat the last one, and a clause
// without any, which decides every word, has its bit from the start.
static void embed_clause(const Embedding *e, const Requirement *r, size_t count, size_t row) {
    const Shape *s = e->shape;
    size_t ones = 0;
    for (size_t h = 0; h < s->k && count > 0; h++) {
        const Requirement *one = &r[h < count ? h : count - 1];
        set_address(e, row, (1 + h) * s->code, one->position);
        ones += one->token;
    }
    matrix_set(&e->t->embedding, row, count > 0 ? s->ones + ones : s->z, 1, 1);
}

static void embed(const Embedding *e, const Params *p) {
    const Clauses *clauses = task_normal_form.clauses;
    Transformer *t = e->t;
    Requirement r[REQUIREMENTS_MOST];
    for (size_t i = 0; i < p->n; i++)
        for (Token bit = 0; bit < 2; bit++) {
            set_address(e, transformer_row(t, i, bit), 0, i);
            matrix_set(&t->embedding, transformer_row(t, i, bit), e->shape->x, bit, 1);
        }
    matrix_set(&t->embedding, t->first_row[t->length - 1], e->shape->end, 1, 1);
    for (size_t c = 0; c < clauses->count(p); c++) {
        size_t place = normal_form_place(p, c), count = clauses->clause(r, p, c);
        for (size_t row = t->first_row[place]; row < t->first_row[place + 1]; row++)
            embed_clause(e, r, count, row);
    }
}

// Head h scores t <T_i, T_l> for the variable i that literal h names.
static void add_fetch(Layer *layer, const Shape *s, size_t h, uint64_t temperature) {
    Head *head = layer_add_head(layer, s->width, s->code, 1);
    for (size_t c = 0; c < s->code; c++) {
        matrix_set(&head->q, c, (1 + h) * s->code + c, (long)temperature, 1);
        matrix_set(&head->k, c, c, 1, 1);
    }
    matrix_set(&head->v, 0, s->x, 1, 1);
    matrix_set(&head->o, s->fetched + h, 0, 1, 1);
}

// z = c(v), where v counts the literals that are as required, less k - 1: units 2j and 2j + 1 are
// relu(2v - 1/2) and relu(2v - 3/2) where the first j require a 1, and off elsewhere.
static void add_gate(Layer *layer, const Shape *s) {
    Mlp *mlp = layer_add_mlp(layer, s->width, 2 * (s->k + 1));
    for (size_t u = 0; u < 2 * (s->k + 1); u++) {
        size_t ones = u / 2;
        long twice = 4 * (long)(s->k - ones) - 4 * ((long)s->k - 1) - (u % 2 == 0 ? 1 : 3);
        for (size_t h = 0; h < s->k; h++)
            matrix_set(&mlp->w1, u, s->fetched + h, h < ones ? 2 : -2, 1);
        matrix_set(&mlp->w1, u, s->ones + ones, 2, 1);
        matrix_set(&mlp->b1, u, 0, twice - 4, 2);
        matrix_set(&mlp->w2, s->z, u, u % 2 == 0 ? 1 : -1, 1);
    }
}

static void build(Transformer *t, const Params *p, const Code *code, uint64_t temperature) {
    Shape s = shape_of(p, code);
    Embedding e = {
        .t = t, .shape = &s, .code = code, .word = alloc_array(code->limbs, 1, sizeof *e.word)
    };
    mpz_t length;
    transformer_init(t, &task_normal_form, p, s.width, 2, true);
    mpz_init_set_ui(length, t->length);
    embed(&e, p);
    free(e.word);
    for (size_t h = 0; h < s.k; h++)
        add_fetch(&t->layer[0], &s, h, temperature);
    add_gate(&t->layer[0], &s);
    collect_add(&t->layer[1], s.width, s.end, s.z, p->readout, length);
    bool cnf = normal_form_formula(p)->conjunctive;
    matrix_set(&t->readout.w, 0, s.z, cnf ? -1 : 1, 1);
    mpq_ptr threshold = matrix_at(&t->readout.b, 0, 0);
    collect_threshold(threshold, p->readout, length);
    if (!cnf)
        mpq_neg(threshold, threshold);
    mpz_clear(length);
}

// The worst word has a single clause that decides it; of a formula from a file only a search would
// tell whether there is such a word.
static void promise(Promise *promise, const Params *p, const Code *code, uint64_t temperature) {
    (void)temperature;
    Shape s = shape_of(p, code);
    const Formula *f = normal_form_formula(p);
    mpz_t length;
    mpz_init_set_ui(length, task_normal_form.length(p));
    promise->is_bound = f->kind == FORMULA_LISTED;
    if (f->kind != FORMULA_LISTED && formula_clauses(f, p->n) == 0)
        collect_threshold(promise->margin, p->readout, length);
    else
        collect_margin(promise->margin, p->readout, length);
    mpz_clear(length);
    promise->size = (Size){ .width = s.width, .layers = 2, .heads = s.k, .mlp = 2 * (s.k + 1) };
}

// Layer 1: head h of a clause's position means the variable of its literal h.  Layer 2: the end
// token means the clauses that decide the word.
static uint64_t target(const Params *p, const Token *word, size_t layer, size_t head,
                       size_t position, size_t block) {
    Requirement r[REQUIREMENTS_MOST];
    const Clauses *clauses = task_normal_form.clauses;
    size_t count = clauses->count(p), first = normal_form_place(p, 0);
    if (layer == 0) {
        if (position < first || position - first >= count)
            return 0;
        size_t literals = clauses->clause(r, p, position - first);
        if (literals == 0)
            return 0;
        size_t meant = r[head < literals ? head : literals - 1].position;
        return meant / 64 == block ? UINT64_C(1) << meant % 64 : 0;
    }
    uint64_t targets = 0;
    for (size_t c = 0; position + 1 == task_normal_form.length(p) && c < count; c++) {
        size_t literals = clauses->clause(r, p, c), k = 0;
        while (k < literals && word[r[k].position] == r[k].token)
            k++;
        if (k == literals && (first + c) / 64 == block)
            targets |= UINT64_C(1) << (first + c) % 64;
    }
    return targets;
}

const Construction construction_normal_form_two_layer = {
    .name = "normal-form/two-layer",
    .summary = "fetch each clause's variables, tell whether it decides, carry that to the end",
    .theorem = "normal-form.md#theorem-1",
    .sizes = "1..10",
    .task = &task_normal_form,
    .admits = admits,
    .temperature = temperature,
    .width = width,
    .build = build,
    .promise = promise,
    .target = target,
};
