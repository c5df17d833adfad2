// A coded model by classes of distances = by its embedding table: margin, attention, inputs; and
// the witness, written out, attains the margin.
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "models.h"
#include "net/evaluate.h"
#include "seeds.h"
#include "verify/certificate.h"
#include "verify/class_certificate.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Effort effort = { .jobs = 2 };

static void expect_same(const Finding *a, const Finding *b, const char *what) {
    ck_assert_msg(a->verdict == b->verdict, "%s: verdicts differ", what);
    ck_assert_msg(mpq_equal(a->margin, b->margin), "%s: margins differ", what);
    ck_assert_msg(mpz_cmp(a->inputs, b->inputs) == 0, "%s: inputs differ", what);
    ck_assert_msg(a->length == b->length, "%s: lengths differ", what);
    ck_assert_msg(a->attentions == b->attentions, "%s: attentions differ", what);
    for (size_t l = 0; l < a->attentions; l++)
        ck_assert_msg(mpq_equal(a->attention[l], b->attention[l]), "%s: attention of layer %zu",
                      what, l + 1);
    ck_assert_msg(memcmp(&a->size, &b->size, sizeof a->size) == 0, "%s: sizes differ", what);
}

static void expect_attained(const Transformer *t, const Finding *f) {
    Token *word = alloc_array(t->length, 1, sizeof *word);
    mpq_t margin;
    mpq_init(margin);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, f->witness));
    ck_assert(evaluate_word(margin, t, word));
    ck_assert(mpq_equal(margin, f->margin));
    mpq_clear(margin);
    free(word);
}

// A bound of the margin decides as the margin does, and a refuted model errs on the witness.
static void expect_bounded(const Transformer *t, const Finding *f, const Finding *all,
                           const char *what) {
    Token *word = alloc_array(t->length, 1, sizeof *word);
    mpq_t margin;
    mpq_init(margin);
    ck_assert_msg(f->verdict == all->verdict, "%s: verdicts differ", what);
    ck_assert_msg(!f->has_margin || mpq_cmp(f->margin, all->margin) <= 0, "%s: no bound", what);
    ck_assert_ptr_null(task_parse_word(word, t->task, &t->params, f->witness));
    ck_assert(evaluate_word(margin, t, word));
    ck_assert_msg((mpq_sgn(margin) <= 0) == (f->verdict == REFUTED), "%s: the witness", what);
    mpq_clear(margin);
    free(word);
}

// By classes, and by the other check of the expanded model; whether classes decide it.
static bool compare(const Case *k, Target *target, bool exhaustively, const char *what) {
    Transformer t;
    Finding classes, all;
    finding_init(&all);
    coded_expand(&t, &k->seed, &k->params, &k->code);
    case_judge(&classes, k, target, &effort);
    int status = exhaustively ? exhaustive_check(&all, &t, target, what, &effort)
                              : certificate_check(&all, &t, target, what, &effort);
    bool decided = classes.verdict != UNKNOWN;
    ck_assert_msg(decided || classes.reason != NULL, "%s: no reason", what);
    ck_assert_msg(!decided || (status == 0 && all.has_margin), "%s: decided what has no margin: %s",
                  what, all.reason ? all.reason : "no reason");
    if (decided && classes.has_margin && !classes.enclosed) {
        expect_same(&classes, &all, what);
        if (t.length <= 129)
            expect_attained(&t, &classes);
    } else if (decided) {
        expect_bounded(&t, &classes, &all, what);
    }
    finding_clear(&classes);
    finding_clear(&all);
    transformer_clear(&t);
    return decided;
}

START_TEST(words_are_copies_of_those_of_size_1)
{
    for (size_t k = 0; tasks[k] != NULL; k++)
        for (uint64_t n = 1; n <= 5; n++) {
            const Task *task = tasks[k];
            Params p = params_default(n), one = params_default(1);
            mpz_t length, size;
            p.alphabet = one.alphabet = 3;
            if (task->ending == ENDS_OTHERWISE)
                continue;
            mpz_init_set_ui(size, n);
            mpz_init(length);
            size_t places = task->length(&one) - 1, last = places * n;
            bool indexed = task->ending == ENDS_WITH_INDEX;
            coded_length(length, task, &p, size);
            ck_assert_uint_eq(task->length(&p), mpz_get_ui(length));
            ck_assert_uint_eq(task->length(&p), last + 1);
            ck_assert_uint_eq(task->domains->groups(&one), 2);
            ck_assert_uint_eq(task->domains->groups(&p), n + 1);
            for (size_t i = 0; i < last; i++) {
                TokenRun of_n = task->tokens(&p, i), of_1 = task->tokens(&one, i / n);
                ck_assert(of_n.first == of_1.first && of_n.count == of_1.count);
            }
            TokenRun of_n = task->tokens(&p, last), of_1 = task->tokens(&one, places);
            ck_assert_uint_eq(of_n.first, of_1.first);
            ck_assert_uint_eq(of_n.count, indexed ? n : of_1.count);
            for (size_t g = 0; g <= n; g++) {   // index g has the g-th of every place
                Group of_n_words, of_1_words;
                task->domains->group(&of_n_words, &p, g);
                task->domains->group(&of_1_words, &one, g < n ? 0 : 1);
                ck_assert_uint_eq(of_n_words.positions, of_1_words.positions);
                ck_assert(of_n_words.options == (g == n && indexed ? n : of_1_words.options));
                for (size_t j = 0; j < of_n_words.positions; j++)
                    ck_assert_uint_eq(of_n_words.position[j], g < n ? j * n + g : last);
            }
            mpz_clears(length, size, NULL);
        }
}
END_TEST

START_TEST(classes_agree_with_the_table_for_every_linear_code)
{
    static const struct {
        const char *code;
        uint64_t n;
    } codes[] = { { "binary:1", 2 },    { "binary:4", 16 },      { "hadamard:8", 8 },
                  { "bch:16,7", 128 },  { "reed-muller:3", 16 }, { "lexicode:10,4", 32 },
                  { "bch:16,7", 32 },   { "golay", 256 },        { "bch:16,7+repeat:2", 64 },
                  { "bch:32,11", 1024 } };
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            for (int variant = 0; variant < 4; variant++) {
                if (constructions[c]->seeding == NULL || (codes[i].n == 1024 && variant != (int)c))
                    continue;
                Case k;
                case_init(&k, constructions[c], codes[i].code, codes[i].n, variant, 0);
                ck_assert_msg(compare(&k, constructions[c]->target, false, codes[i].code),
                              "%s over %s is undecided", constructions[c]->name, codes[i].code);
                case_clear(&k);
            }
}
END_TEST

START_TEST(classes_agree_with_trying_every_word)
{
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (uint64_t n = 2; n <= 8; n *= 2)
            for (int variant = 0; variant < 4; variant++) {
                if (constructions[c]->seeding == NULL)
                    continue;
                Case k;
                case_init(&k, constructions[c], "binary", n, variant, 0);
                ck_assert(compare(&k, constructions[c]->target, true, constructions[c]->name));
                case_clear(&k);
            }
}
END_TEST

// How many mutants of a seed classes decide, how many not; and how many are no seeds.
typedef struct Tally {
    size_t decided, undecided, refused;
} Tally;

// One weight of the seed more or less by 1, or by a very small number, anywhere.
static void mutate_matrix(Case *k, Matrix *m, Tally *tally) {
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    for (size_t e = 0; e < m->rows * m->columns; e++)
        for (int mutation = 0; mutation < 3; mutation++) {
            mpq_set(old, m->entry[e]);
            mpq_set_si(by, mutation == 1 ? -1 : 1, 1);
            if (mutation == 2)
                mpq_div_2exp(by, by, 20);
            mpq_add(m->entry[e], m->entry[e], by);
            if (coded_admits(&k->seed) != NULL)
                tally->refused++;
            else if (compare(k, NULL, true, "mutant"))
                tally->decided++;
            else
                tally->undecided++;
            mpq_set(m->entry[e], old);
        }
    mpq_clears(old, by, NULL);
}

START_TEST(mutants_of_seeds_are_judged_as_every_word_is_or_left_undecided)
{
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (int variant = 0; variant < 2; variant++) {
            Case k;
            Tally tally = { 0 };
            if (constructions[c]->seeding == NULL)
                continue;
            case_init(&k, constructions[c], "binary", 4, variant, 0);
            mutate_matrix(&k, &k.seed.embedding, &tally);
            mutate_matrix(&k, &k.seed.readout.w, &tally);
            mutate_matrix(&k, &k.seed.readout.b, &tally);
            for (size_t l = 0; l < k.seed.layers; l++) {
                Head *head = &k.seed.layer[l].head[0];
                mutate_matrix(&k, &head->q, &tally);
                mutate_matrix(&k, &head->k, &tally);
                mutate_matrix(&k, &head->v, &tally);
                mutate_matrix(&k, &head->o, &tally);
                mutate_matrix(&k, &k.seed.layer[l].mlp.w1, &tally);
                mutate_matrix(&k, &k.seed.layer[l].mlp.b1, &tally);
                mutate_matrix(&k, &k.seed.layer[l].mlp.w2, &tally);
                mutate_matrix(&k, &k.seed.layer[l].mlp.b2, &tally);
            }
            printf("# %s: %zu mutants decided, %zu undecided, %zu refused\n",
                   constructions[c]->name, tally.decided, tally.undecided, tally.refused);
            ck_assert_uint_gt(tally.decided, tally.undecided);
            case_clear(&k);
        }
}
END_TEST

// Whether classes know no more than a bound of the margin.
static bool is_bounded(const Case *k) {
    Finding f;
    case_judge(&f, k, NULL, &effort);
    bool bounded = f.has_margin && f.enclosed;
    finding_clear(&f);
    return bounded;
}

START_TEST(random_seeds_are_judged_as_every_word_is_or_left_undecided)
{
    Tally tally = { 0 };
    size_t bounded = 0;
    for (size_t round = 0; round < scaled(600); round++) {
        const Task *task = tasks[round % 3];
        Case k;
        case_init_random(&k, task);
        if (compare(&k, NULL, true, task->name))
            tally.decided++;
        else
            tally.undecided++;
        bounded += is_bounded(&k);
        case_clear(&k);
    }
    printf("# random seeds: %zu decided, %zu undecided, of %zu only a bound is known\n",
           tally.decided, tally.undecided, bounded);
    ck_assert_uint_gt(bounded, 0);
    ck_assert_uint_gt(tally.decided, tally.undecided / 4);
}
END_TEST

// What classes say of the seed when one entry is 1 instead; NULL: they decide.
static char *reason_with(Case *k, Matrix *m, size_t i, size_t j) {
    Finding f;
    mpq_t old;
    mpq_init(old);
    mpq_set(old, matrix_at(m, i, j));
    matrix_set(m, i, j, 1, 1);
    case_judge(&f, k, NULL, &effort);
    ck_assert((f.verdict == UNKNOWN) == (f.reason != NULL) && (f.reason == NULL) == f.has_margin);
    char *reason = f.reason ? alloc_string(f.reason) : NULL;
    finding_clear(&f);
    mpq_set(matrix_at(m, i, j), old);
    mpq_clear(old);
    return reason;
}

static void expect_refused(Case *k, Matrix *m, size_t i, size_t j, const char *reason) {
    char *said = reason_with(k, m, i, j);
    ck_assert_msg(said != NULL && strstr(said, reason) != NULL, "%s: %s", reason,
                  said ? said : "decided");
    free(said);
}

START_TEST(seeds_that_read_the_address_otherwise_are_refused)
{
    Case k;
    case_init(&k, construction_find("equality/two-layer"), "binary", 8, 0, 0);
    Layer *first = &k.seed.layer[0], *second = &k.seed.layer[1];
    expect_refused(&k, &first->head[0].q, 0, 1, "the address is mixed");
    expect_refused(&k, &first->head[0].k, 0, 2, "the address is mixed");
    expect_refused(&k, &first->head[0].q, 1, CODED_ADDRESS, "the address is compared");
    expect_refused(&k, &first->head[0].k, 1, CODED_ADDRESS, "the address is compared");
    expect_refused(&k, &first->head[0].v, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &first->mlp.w1, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &second->head[0].q, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &second->head[0].k, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &second->head[0].v, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &k.seed.readout.w, 0, CODED_ADDRESS, "the address is read");
    expect_refused(&k, &first->head[0].o, CODED_ADDRESS, 0, "the address is written");
    expect_refused(&k, &first->mlp.w2, CODED_ADDRESS, 0, "the address is written");
    expect_refused(&k, &first->mlp.b2, CODED_ADDRESS, 0, "the address is written");
    expect_refused(&k, &second->head[0].o, CODED_ADDRESS, 0, "the address is written");
    expect_refused(&k, &k.seed.embedding, k.seed.embedding.rows - 1, CODED_ADDRESS,
                   "an address without an index");
    k.seed.readout.position = 1;
    expect_refused(&k, &k.seed.readout.b, 0, 0, "not read at the last position");
    case_clear(&k);
}
END_TEST

// Every position averages -1 at the x_l and 2 at the y_l that it sees; a clean bit tells whether
// that is positive.
static void set_majority(Transformer *t, const Params *one) {
    enum { VALUE = 1, MEAN, BIT, WIDTH };
    transformer_init(t, &task_equality, one, WIDTH, 2, true);
    for (size_t row = 0; row < 4; row++) {
        matrix_set(&t->embedding, row, CODED_ADDRESS, 1, 1);
        matrix_set(&t->embedding, row, VALUE, row < 2 ? -1 : 2, 1);
    }
    Head *mean = layer_add_head(&t->layer[0], WIDTH, 1, 1);
    matrix_set(&mean->v, 0, VALUE, 1, 1);
    matrix_set(&mean->o, MEAN, 0, 1, 1);
    Mlp *mlp = layer_add_mlp(&t->layer[0], WIDTH, 2);   // relu(mean + 1/8) - relu(mean)
    for (size_t u = 0; u < 2; u++) {
        matrix_set(&mlp->w1, u, MEAN, 1, 1);
        matrix_set(&mlp->b1, u, 0, 1 - (long)u, 8);
        matrix_set(&mlp->w2, BIT, u, 1 - 2 * (long)u, 1);
    }
    Head *collect = layer_add_head(&t->layer[1], WIDTH, 1, 1);
    matrix_set(&collect->v, 0, BIT, 1, 1);
    matrix_set(&collect->o, BIT, 0, 1, 1);
    matrix_set(&t->readout.w, 0, BIT, 1, 1);
}

START_TEST(what_only_some_indices_see_is_not_relied_upon)
{
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        Case k;
        Params one = params_default(1);
        case_init_code(&k, "binary", 8, mask);
        one.mask = mask;
        set_majority(&k.seed, &one);
        // The first y_i sees one y and all x, the last one all: only the full mask makes them
        // alike.
        ck_assert(compare(&k, NULL, false, "majority") == (mask == MASK_FULL));
        Transformer t;
        Finding f;
        coded_expand(&t, &k.seed, &k.params, &k.code);
        finding_init(&f);
        ck_assert_int_eq(certificate_check(&f, &t, NULL, "majority", &effort), 0);
        ck_assert_int_ne(f.verdict, UNKNOWN);
        finding_clear(&f);
        transformer_clear(&t);
        case_clear(&k);
    }
}
END_TEST

// Refuted by classes and by the table alike, with a word on which the naive evaluator errs too.
static void expect_failure(Case *k, const char *what) {
    Transformer t;
    Finding f;
    ck_assert(compare(k, NULL, false, what));
    case_judge(&f, k, NULL, &effort);
    ck_assert_msg(f.verdict == REFUTED && mpq_sgn(f.margin) <= 0, "%s holds", what);
    coded_expand(&t, &k->seed, &k->params, &k->code);
    expect_attained(&t, &f);
    finding_clear(&f);
    transformer_clear(&t);
}

START_TEST(wrong_models_are_refuted_with_a_word_that_shows_it)
{
    for (int variant = 0; variant < 4; variant++) {
        Case k;
        case_init(&k, construction_find("index-lookup/one-layer"), "binary", 32, variant, 1);
        expect_failure(&k, "a temperature that is too small");
        case_clear(&k);
        for (int up = 0; up < 2; up++) {
            case_init(&k, construction_find("equality/two-layer"), "hadamard:32", 32, variant, 0);
            // Past the margin of unequal pairs, past that of equal ones.
            mpq_set_si(k.seed.readout.b.entry[0], up ? 9 : -1, up ? 10 : 1000);
            mpq_canonicalize(k.seed.readout.b.entry[0]);
            expect_failure(&k, "a threshold that is moved");
            case_clear(&k);
        }
    }
}
END_TEST

START_TEST(a_flipped_word_is_no_linear_code_and_has_another_margin)
{
    const Construction *c = construction_find("index-lookup/one-layer");
    Case k;
    Code flipped;
    Transformer t;
    Finding by_classes, by_table;
    case_init(&k, c, "bch:16,7", 64, 0, 0);
    code_init(&flipped, "flipped", 64, k.code.length, 0);
    for (uint64_t i = 0; i < 64; i++)
        code_word(&flipped.table[i], &k.code, i);
    flipped.table[17] ^= 1;
    ck_assert(!flipped.linear);
    finding_init(&by_table);
    case_judge(&by_classes, &k, NULL, &effort);
    coded_expand(&t, &k.seed, &k.params, &flipped);
    ck_assert_int_eq(certificate_check(&by_table, &t, NULL, "flipped", &effort), 0);
    ck_assert(by_table.has_margin && !mpq_equal(by_table.margin, by_classes.margin));
    transformer_clear(&t);
    finding_clear(&by_classes);
    finding_clear(&by_table);
    code_clear(&flipped);
    case_clear(&k);
}
END_TEST

START_TEST(two_words_swapped_have_the_same_distances_and_margin)
{
    for (size_t c = 0; constructions[c] != NULL; c++) {
        Case k;
        Code swapped;
        Transformer t;
        Finding by_classes, by_table;
        if (constructions[c]->seeding == NULL)
            continue;
        case_init(&k, constructions[c], "bch:16,7", 64, 0, 0);
        code_init(&swapped, "swapped", 64, k.code.length, 0);
        for (uint64_t i = 0; i < 64; i++)
            code_word(&swapped.table[i], &k.code, i == 5 ? 41 : i == 41 ? 5 : i);
        finding_init(&by_table);
        case_judge(&by_classes, &k, NULL, &effort);
        coded_expand(&t, &k.seed, &k.params, &swapped);
        ck_assert_int_eq(certificate_check(&by_table, &t, NULL, "swapped", &effort), 0);
        ck_assert(by_table.has_margin && mpq_equal(by_table.margin, by_classes.margin));
        transformer_clear(&t);
        finding_clear(&by_classes);
        finding_clear(&by_table);
        code_clear(&swapped);
        case_clear(&k);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        words_are_copies_of_those_of_size_1,
        classes_agree_with_the_table_for_every_linear_code,
        classes_agree_with_trying_every_word,
        mutants_of_seeds_are_judged_as_every_word_is_or_left_undecided,
        random_seeds_are_judged_as_every_word_is_or_left_undecided,
        seeds_that_read_the_address_otherwise_are_refused,
        what_only_some_indices_see_is_not_relied_upon,
        wrong_models_are_refuted_with_a_word_that_shows_it,
        a_flipped_word_is_no_linear_code_and_has_another_margin,
        two_words_swapped_have_the_same_distances_and_margin,
    };
    return HARNESS_RUN("symmetry", tests);
}
