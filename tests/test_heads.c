// Several heads in a layer: certificates against exhaustive checks, on normal forms whose literals
// are fetched by a head each, on heads that are split or added, and on random models.
#include "agreement.h"
#include "constructions/lookup.h"
#include "math/rational.h"
#include "models.h"
#include "verify/certificate.h"
#include <stdio.h>

// A literal of term i: x_i or y_i or its negation, fetched at that temperature, plus `hotter`.
typedef struct Literal {
    bool second, positive;
    long hotter;
} Literal;

enum { MOST_LITERALS = 3 };

// Terms of as many literals each, that speak about the pairs (x_i, y_i): i = 1 .. n.
typedef struct NormalForm {
    const char *task;   // its answer is 1 iff no term is true
    size_t terms, literals;
    Literal term[2][MOST_LITERALS];   // in both, literal h reads the same variable
} NormalForm;

static const NormalForm forms[] = {
    { "equality", 2, 2, { { { 0, 1, 0 }, { 1, 0, 0 } }, { { 0, 0, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 2, { { { 0, 1, 0 }, { 1, 1, 0 } } } },
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 0, 1, 0 } } } },   // two heads alike
    { "disjointness", 1, 3, { { { 0, 1, 0 }, { 1, 1, 0 }, { 1, 1, 1 } } } },
};
enum { FORMS = sizeof forms / sizeof *forms };

// Coordinates: the address of the position, those of the literals, then BIT, SECOND, Z, what was
// fetched.
enum { BIT, SECOND, Z, FETCHED };

static void embed(Transformer *t, const NormalForm *f, const Code *code, size_t flags) {
    size_t k = code->length;
    uint64_t n = t->params.n;
    for (uint64_t i = 0; i < 2 * n; i++)
        for (Token bit = 0; bit < 2; bit++) {
            size_t row = transformer_row(t, i, bit);
            mpq_t *x = &t->embedding.entry[row * t->width];
            lookup_address(x, code, i);
            matrix_set(&t->embedding, row, flags + BIT, bit, 1);
            if (i < n)
                continue;
            matrix_set(&t->embedding, row, flags + SECOND, 1, 1);
            for (size_t h = 0; h < f->literals; h++)
                lookup_address(x + (1 + h) * k, code, f->term[0][h].second ? i : i - n);
        }
}

static void add_fetch(Transformer *t, size_t k, size_t h, long temperature, size_t flags) {
    Head *head = layer_add_head(&t->layer[0], t->width, k, 1);
    for (size_t c = 0; c < k; c++) {
        matrix_set(&head->q, c, (1 + h) * k + c, temperature, 1);
        matrix_set(&head->k, c, c, 1, 1);
    }
    matrix_set(&head->v, 0, flags + BIT, 1, 1);
    matrix_set(&head->o, flags + FETCHED + h, 0, 1, 1);
}

// With S the sum of the literals of a term, z is 0 for S <= K - 1 + 1/(4K) and 1 for S >= K - 1/4,
// the least of K literals fetched with a mass of 1 - 1/(4K) each.
static void add_terms(Transformer *t, const NormalForm *f, size_t flags) {
    long k = (long)f->literals;
    unsigned long per = 3 * f->literals - 1;
    Mlp *mlp = layer_add_mlp(&t->layer[0], t->width, 2 * f->terms);
    for (size_t u = 0; u < 2 * f->terms; u++) {
        long bias = (u % 2 ? -4 * k * k + k : -4 * k * (k - 1) - 1) - 8 * k;
        for (size_t h = 0; h < f->literals; h++) {
            bool positive = f->term[u / 2][h].positive;
            matrix_set(&mlp->w1, u, flags + FETCHED + h, positive ? 4 * k : -4 * k, per);
            bias += positive ? 0 : 4 * k;
        }
        matrix_set(&mlp->w1, u, flags + SECOND, 8 * k, per);
        matrix_set(&mlp->b1, u, 0, bias, per);
        matrix_set(&mlp->w2, flags + Z, u, u % 2 ? -1 : 1, 1);
    }
}

static void build_normal_form(Transformer *t, const NormalForm *f, const Params *p,
                              long temperature) {
    Code code;
    binary_code(&code, 2 * p->n);
    size_t flags = (1 + f->literals) * code.length;
    transformer_init(t, task_find(f->task), p, flags + FETCHED + f->literals, 2, true);
    embed(t, f, &code, flags);
    for (size_t h = 0; h < f->literals; h++)
        add_fetch(t, code.length, h, temperature + f->term[0][h].hotter, flags);
    add_terms(t, f, flags);
    Head *collect = layer_add_head(&t->layer[1], t->width, 1, 1);
    matrix_set(&collect->v, 0, flags + Z, 1, 1);
    matrix_set(&collect->o, flags + Z, 0, 1, 1);
    matrix_set(&t->readout.w, 0, flags + Z, -1, 1);
    matrix_set(&t->readout.b, 0, 0, 1, 2 * t->length);
    code_clear(&code);
}

START_TEST(normal_forms_with_a_head_per_literal_are_proved)
{
    for (size_t f = 0; f < FORMS; f++)
        for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++)
            for (uint64_t n = 1; n <= 4; n++) {
                size_t proved = 0;
                for (long temperature = 1; temperature <= 6; temperature++) {
                    Params p = params_default(n);
                    Transformer t;
                    Tally tally = { 0 };
                    p.mask = mask;
                    build_normal_form(&t, &forms[f], &p, temperature);
                    expect_agreement(&t, NULL, &tally, forms[f].task);
                    transformer_clear(&t);
                    proved += tally.decided - tally.refuted;
                }
                printf("# form %zu, %s, n = %d: %zu of 6 temperatures\n", f, mask_name(mask),
                       (int)n, proved);
            }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        normal_forms_with_a_head_per_literal_are_proved,
    };
    return HARNESS_RUN("heads", tests);
}
