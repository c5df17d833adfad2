#include "seeds.h"
#include "constructions/lookup.h"
#include "models.h"
#include "net/coded.h"

static void count_weights(Case *k) {
    char *why;
    ck_assert(k->code.linear);
    ck_assert_int_eq(weights_count(&k->weights, &why, &k->code, (Hamming){ .jobs = 1 }), 0);
    ck_assert_ptr_null(weights_admit(&k->weights));
}

void case_init_code(Case *k, const char *code, uint64_t n, Mask mask) {
    *k = (Case){ .params = params_default(n) };
    k->params.mask = mask;
    named_code(&k->code, code, n);
    count_weights(k);
}

void case_init(Case *k, const Construction *c, const char *code, uint64_t n, int variant,
               uint64_t temperature) {
    char *why;
    mpz_t size;
    *k = (Case){ .params = params_default(n) };
    named_code(&k->code, code, n);
    k->params.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
    k->params.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
    k->params.alphabet = variant & 2 ? 3 : 2;
    ck_assert(k->code.linear);
    ck_assert_int_eq(weights_count(&k->weights, &why, &k->code, (Hamming){ .jobs = 1 }), 0);
    ck_assert_ptr_null(weights_admit(&k->weights));
    if (temperature == 0)
        temperature = lookup_weights_temperature(&k->weights, c->seeding->distraction);
    mpz_init_set_ui(size, n);
    c->seeding->seed(&k->seed, &k->params, size, k->code.length, temperature);
    mpz_clear(size);
}

void case_clear(Case *k) {
    transformer_clear(&k->seed);
    weights_clear(&k->weights);
    code_clear(&k->code);
}

void case_judge(Finding *f, const Case *k, Target *target, const Effort *e) {
    finding_init(f);
    ck_assert_int_eq(class_certificate_check(f, &k->seed, &k->weights, &k->code, target, "seed", e),
                     0);
}

// ---- random seeds ----

static void clear_column(Matrix *m) {
    for (size_t row = 0; row < m->rows; row++)
        mpq_set_ui(matrix_at(m, row, CODED_ADDRESS), 0, 1);
}

static void clear_row(Matrix *m) {
    for (size_t c = 0; c < m->columns && m->rows > 0; c++)
        mpq_set_ui(matrix_at(m, CODED_ADDRESS, c), 0, 1);
}

// Row 0 of both reads the address only, or none does.
static void restrict_scores(Head *h) {
    clear_column(&h->q);
    clear_column(&h->k);
    if (random_below(4) == 0)
        return;
    for (size_t c = 0; c < h->q.columns; c++) {
        mpq_set_si(matrix_at(&h->q, 0, c), c == CODED_ADDRESS ? 1 + (long)random_below(3) : 0, 1);
        mpq_set_si(matrix_at(&h->k, 0, c), c == CODED_ADDRESS ? 1 - 2 * (long)random_below(2) : 0,
                   1);
    }
}

// Makes a random model of size 1 a seed: what must not read or write the address does not.
static void make_seed(Transformer *t) {
    t->readout.position = t->length - 1;
    clear_column(&t->readout.w);
    for (size_t l = 0; l < t->layers; l++) {
        for (size_t h = 0; h < t->layer[l].heads; h++) {
            Head *head = &t->layer[l].head[h];
            clear_column(&head->v);
            clear_row(&head->o);
            if (l == 0) {
                restrict_scores(head);
            } else {
                clear_column(&head->q);
                clear_column(&head->k);
            }
        }
        clear_column(&t->layer[l].mlp.w1);
        clear_row(&t->layer[l].mlp.w2);
        clear_row(&t->layer[l].mlp.b2);
    }
    size_t last =
        transformer_row(t, t->length - 1, t->task->tokens(&t->params, t->length - 1).first);
    if (t->task->ending == ENDS_ALIKE)
        mpq_set_ui(matrix_at(&t->embedding, last, CODED_ADDRESS), 0, 1);
    ck_assert_ptr_null(coded_admits(t));
}

void case_init_random(Case *k, const Task *task) {
    static const char *const codes[] = { "binary", "hadamard", "binary+repeat:2" };
    Params one = params_default(1);
    const char *code = codes[random_below(3)];
    uint64_t n = 2 + 2 * random_below(2);
    case_init_code(k, code, n, random_below(2) ? MASK_FULL : MASK_CAUSAL);
    one.mask = k->params.mask;
    one.alphabet = k->params.alphabet = 2 + random_below(2);
    random_model(&k->seed, task, &one, random_below(3));
    make_seed(&k->seed);
}
