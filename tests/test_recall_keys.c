// Seeds of recall, what they stand for, and certificates by the distances of keys' words.
#include "agreement.h"
#include "models.h"
#include "net/keyed.h"
#include "verify/check.h"
#include "verify/key_certificate.h"
#include <string.h>

static Params sized(uint64_t n, uint64_t keys, uint64_t values, uint64_t queries) {
    Params p = params_default(n);
    p.keys = keys;
    p.alphabet = values;
    p.queries = queries;
    return p;
}

START_TEST(a_seed_that_mixes_words_with_other_numbers_is_none)
{
    Params p = sized(2, 4, 2, 2);
    Transformer seed;
    Code code;
    named_code(&code, "binary", 4);
    construction_find("recall/two-layer")->keyed(&seed, &p, &code, 3);
    ck_assert_ptr_null(keyed_admits(&seed));
    mpq_t *spoiled[] = { &seed.layer[0].head->q.entry[KEYED_WORDS],
                         &seed.layer[1].head->v.entry[KEYED_COPY],
                         &seed.layer[0].mlp.b2.entry[KEYED_COPY],
                         &seed.readout.w.entry[KEYED_KEY],
                         &seed.embedding.entry[KEYED_KEY],
                         &seed.embedding.entry[2 * seed.width + KEYED_KEY],
                         &seed.embedding.entry[4 * seed.width + KEYED_ADDRESS] };
    for (size_t k = 0; k < sizeof spoiled / sizeof *spoiled; k++) {
        mpq_t old;
        mpq_init(old);
        mpq_set(old, *spoiled[k]);
        mpq_set_si(*spoiled[k], 5, 1);
        ck_assert_msg(keyed_admits(&seed) != NULL, "spoiled %zu", k);
        mpq_set(*spoiled[k], old);
        mpq_clear(old);
    }
    ck_assert_ptr_null(keyed_admits(&seed));
    transformer_clear(&seed);
    code_clear(&code);
}
END_TEST

// A seed over a linear code, and what it stands for.
typedef struct Keyed {
    Params p;
    Code code;
    Weights weights;
    Transformer seed;
} Keyed;

static void keyed_init(Keyed *k, const char *code, uint64_t n, uint64_t keys, Mask mask) {
    char *why;
    k->p = sized(n, keys, 2, 2);
    k->p.mask = mask;
    named_code(&k->code, code, keys);
    const Construction *c = construction_find("recall/two-layer");
    const Hamming how = { .kernel = KERNEL_AUTO, .jobs = 1 };
    ck_assert_int_eq(weights_count(&k->weights, &why, &k->code, how), 0);
    uint64_t least = c->temperature(&k->p, &k->code, weights_distance(&k->weights));
    c->keyed(&k->seed, &k->p, &k->code, least);
}

static void keyed_clear(Keyed *k) {
    transformer_clear(&k->seed);
    weights_clear(&k->weights);
    code_clear(&k->code);
}

static void check_keys(Finding *f, const Keyed *k, const Effort *e) {
    finding_init(f);
    ck_assert_int_eq(key_certificate_check(f, &k->seed, &k->p, &k->weights, &k->code, "recall", e),
                     0);
}

// By distances, and by the table of the model that the seed stands for: the same, if the first
// tells; whether it does.
static bool compare(const Keyed *k, const Effort *e, size_t *refuted) {
    Finding f, table;
    Transformer t;
    check_keys(&f, k, e);
    bool told = f.verdict != UNKNOWN;
    keyed_expand(&t, &k->seed, &k->p, &k->code, NULL);
    finding_init(&table);
    ck_assert_int_eq(check_model(&table, &t, NULL, "recall", e), 0);
    if (told && table.verdict != UNKNOWN) {
        ck_assert_int_eq(f.verdict, table.verdict);
        ck_assert(f.has_margin == table.has_margin);
        ck_assert(!f.has_margin || f.enclosed || mpq_equal(f.margin, table.margin));
        ck_assert(!f.has_margin || mpz_cmp(f.inputs, table.inputs) == 0);
        ck_assert(!f.has_margin || mpz_cmp(f.excluded, table.excluded) == 0);
        ck_assert_uint_eq(f.size.parameters, table.size.parameters);
        ck_assert_uint_eq(f.size.mlp, table.size.mlp);
        ck_assert_uint_eq(f.length, table.length);
    }
    *refuted += told && f.verdict == REFUTED;
    if (f.verdict == REFUTED && e->arithmetic.ar == NULL) {
        Transformer at = transformer_at(&t, f.output - 1);
        ck_assert(witness_fails(&at, "exact", f.witness));
    }
    transformer_clear(&t);
    finding_clear(&table);
    finding_clear(&f);
    return told;
}

START_TEST(distances_of_keys_tell_what_the_table_and_enumeration_tell)
{
    static const struct {
        const char *code;
        uint64_t n, keys;
        Method method;
    } cases[] = {
        { "binary", 2, 2, METHOD_EXHAUSTIVE },        { "binary", 2, 4, METHOD_EXHAUSTIVE },
        { "hadamard", 3, 4, METHOD_EXHAUSTIVE },      { "hadamard", 4, 4, METHOD_CERTIFICATE },
        { "reed-muller", 3, 16, METHOD_CERTIFICATE },
    };
    size_t refuted = 0;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        Keyed k;
        keyed_init(&k, cases[i / 2].code, cases[i / 2].n, cases[i / 2].keys,
                   i % 2 ? MASK_FULL : MASK_CAUSAL);
        const Effort effort = { .jobs = 2, .method = cases[i / 2].method };
        Effort enclosed = { .jobs = 2,
                            .method = METHOD_CERTIFICATE,
                            .arithmetic = arithmetic_named("ball") };
        ck_assert_msg(compare(&k, &effort, &refuted), "case %zu", i);
        ck_assert_msg(compare(&k, &enclosed, &refuted), "case %zu in balls", i);
        k.seed.base = BASE_E;
        ck_assert_msg(compare(&k, &enclosed, &refuted), "case %zu in base e", i);
        keyed_clear(&k);
    }
    ck_assert_uint_eq(refuted, 0);
}
END_TEST

typedef struct Mutants {
    size_t told, refuted, undecided, refused;
} Mutants;

// Each number of the seed more or less by 1; those that are no seeds any more are refused.
static void mutate_seed(Matrix *m, const Keyed *k, Mutants *tally) {
    const Effort effort = { .jobs = 1, .method = METHOD_EXHAUSTIVE };
    mpq_t old, by;
    mpq_inits(old, by, NULL);
    for (size_t i = 0; i < m->rows * m->columns; i++)
        for (int by_one = -1; by_one <= 1; by_one += 2) {
            mpq_set(old, m->entry[i]);
            mpq_set_si(by, by_one, 1);
            mpq_add(m->entry[i], m->entry[i], by);
            if (keyed_admits(&k->seed) != NULL)
                tally->refused++;
            else
                *(compare(k, &effort, &tally->refuted) ? &tally->told : &tally->undecided) += 1;
            mpq_set(m->entry[i], old);
        }
    mpq_clears(old, by, NULL);
}

START_TEST(seeds_with_a_number_changed_are_judged_as_enumeration_judges_them)
{
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        Keyed k;
        Mutants tally = { 0 };
        keyed_init(&k, "hadamard", 2, 4, mask);
        mutate_seed(&k.seed.embedding, &k, &tally);
        mutate_seed(&k.seed.readout.w, &k, &tally);
        mutate_seed(&k.seed.readout.b, &k, &tally);
        for (Layer *l = k.seed.layer; l < k.seed.layer + 2; l++) {
            mutate_seed(&l->head->q, &k, &tally);
            mutate_seed(&l->head->k, &k, &tally);
            mutate_seed(&l->head->v, &k, &tally);
            mutate_seed(&l->head->o, &k, &tally);
            mutate_seed(&l->mlp.w1, &k, &tally);
            mutate_seed(&l->mlp.b1, &k, &tally);
            mutate_seed(&l->mlp.w2, &k, &tally);
            mutate_seed(&l->mlp.b2, &k, &tally);
        }
        printf("# %s: %zu seeds told, %zu of them refuted; %zu undecided; %zu no seeds\n",
               mask_name(mask), tally.told, tally.refuted, tally.undecided, tally.refused);
        ck_assert_uint_gt(tally.refuted, 0);
        ck_assert_uint_gt(tally.told, tally.refuted);
        ck_assert_uint_gt(tally.told, tally.undecided);
        ck_assert_uint_gt(tally.refused, 0);
        keyed_clear(&k);
    }
}
END_TEST

// A second key matrix column that no distance tells: layer 2 takes key + for more than key -.
START_TEST(keys_told_apart_by_more_than_their_words_are_left_undecided)
{
    Keyed k;
    Finding f;
    const Effort effort = { .jobs = 1 };
    keyed_init(&k, "hadamard", 2, 4, MASK_CAUSAL);
    mpq_set_si(k.seed.layer[0].mlp.w2.entry[KEYED_COPY * 3 + 2], 0, 1);   // COPY in { 0, 2 }
    check_keys(&f, &k, &effort);
    ck_assert_int_eq(f.verdict, UNKNOWN);
    ck_assert_ptr_nonnull(strstr(f.reason, "by more than their words"));
    finding_clear(&f);
    mpq_set_si(k.seed.layer[0].mlp.b1.entry[0], -2, 1);   // a gate that opens too early
    mpq_set_si(k.seed.layer[0].head->q.entry[0], 0, 1);   // and nothing is fetched
    check_keys(&f, &k, &effort);
    ck_assert_int_eq(f.verdict, UNKNOWN);
    ck_assert_ptr_nonnull(strstr(f.reason, "sign"));
    finding_clear(&f);
    keyed_clear(&k);
}
END_TEST

START_TEST(thousands_of_pairs_of_many_keys_have_the_promised_margin)
{
    for (Mask mask = MASK_CAUSAL; mask <= MASK_FULL; mask++) {
        Keyed k;
        Finding f;
        Promise promise;
        const Effort effort = { .jobs = 1 };
        keyed_init(&k, "bch:64,16", 4096, 1 << 16, mask);
        promise_init(&promise);
        construction_find("recall/two-layer")->promise(&promise, &k.p, &k.code, 1);
        check_keys(&f, &k, &effort);
        ck_assert_int_eq(f.verdict, PROVED);
        ck_assert(mpq_equal(f.margin, promise.margin) && !f.enclosed);
        finding_clear(&f);
        promise_clear(&promise);
        keyed_clear(&k);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        a_seed_that_mixes_words_with_other_numbers_is_none,
        distances_of_keys_tell_what_the_table_and_enumeration_tell,
        seeds_with_a_number_changed_are_judged_as_enumeration_judges_them,
        keys_told_apart_by_more_than_their_words_are_left_undecided,
        thousands_of_pairs_of_many_keys_have_the_promised_margin,
    };
    return HARNESS_RUN("recall_keys", tests);
}
