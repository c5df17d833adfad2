// Weight distributions by formulas = by counting all words; MacWilliams; what no code has is
// refused.
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "harness.h"
#include "math/code_facts.h"
#include "math/gf2.h"
#include "proofs-checks/claim.h"
#include <stdlib.h>
#include <string.h>

static const Hamming how = { .jobs = 2 };

static void expect_weights(const Weights *a, const Weights *b, const char *name) {
    ck_assert_msg(a->length == b->length && a->rank == b->rank && a->count == b->count, "%s", name);
    ck_assert_str_eq(a->name, b->name);
    for (size_t c = 0; c < a->count; c++)
        ck_assert_msg(a->weight[c] == b->weight[c] && mpz_cmp(a->words[c], b->words[c]) == 0,
                      "%s: weight %llu", name, (unsigned long long)a->weight[c]);
}

static void compare(const char *name, size_t rank) {
    Weights formula, counted;
    Code code;
    char *why;
    ck_assert_msg(code_weights_find(&formula, &why, name, rank, how) == 0, "%s", name);
    ck_assert_msg(code_find(&code, &why, name, UINT64_C(1) << rank) == 0, "%s", name);
    ck_assert_int_eq(weights_count(&counted, &why, &code, how), 0);
    ck_assert_ptr_null(weights_admit(&formula));
    expect_weights(&formula, &counted, name);
    weights_clear(&formula);
    weights_clear(&counted);
    code_clear(&code);
}

START_TEST(formulas_agree_with_counting_all_words)
{
    static const struct {
        const char *name;
        size_t rank;
    } codes[] = {
        { "binary:1", 1 },
        { "binary:13", 13 },
        { "binary", 6 },
        { "hadamard:2", 1 },
        { "hadamard:64", 6 },
        { "hadamard", 4 },
        { "reed-muller:0", 1 },
        { "reed-muller:5", 6 },
        { "reed-muller", 4 },
        { "hamming:2", 1 },
        { "hamming:3", 4 },
        { "hamming:4", 11 },
        { "hamming", 11 },
        { "hamming:5", 26 },
        { "reed-solomon-simplex:2,4,2", 4 },
        { "reed-solomon-simplex:2,4,4", 8 },
        { "reed-solomon-simplex:3,7,3", 9 },
        { "reed-solomon-simplex:4,16,1", 4 },
        { "reed-solomon-simplex:4,8,4", 16 },
        { "reed-solomon-simplex:8,28,2", 16 },
        { "reed-solomon-simplex", 12 },
        { "reed-solomon-simplex", 7 },
        { "binary:7+repeat:3", 7 },
        { "binary:7+extend", 7 },
        { "hamming:4+extend+repeat:2", 11 },
        { "reed-solomon-simplex:3,7,3+extend", 9 },
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        compare(codes[i].name, codes[i].rank);
}
END_TEST

START_TEST(every_family_with_a_formula_is_compared_at_its_example)
{
    size_t formulas = 0;
    for (size_t f = 0; code_families[f] != NULL; f++) {
        Code code;
        char *why;
        if (code_families[f]->weights == NULL)
            continue;
        ck_assert_int_eq(code_find(&code, &why, code_families[f]->example, 2), 0);
        code_clear(&code);
        for (size_t rank = 1; rank <= 12; rank++) {   // the rank that the example has
            Weights w;
            if (code_weights_find(&w, &why, code_families[f]->example, rank, how) < 0) {
                free(why);
                continue;
            }
            weights_clear(&w);
            compare(code_families[f]->example, rank);
            formulas++;
        }
    }
    ck_assert_uint_eq(formulas, 5);
}
END_TEST

START_TEST(macwilliams_of_macwilliams_is_the_identity)
{
    for (size_t round = 0; round < scaled(30); round++) {
        size_t rank = 1 + random_below(8), k = rank + random_below(120);
        Code code;
        Weights w;
        char *why;
        code_init(&code, "random", UINT64_C(1) << rank, k, rank);
        for (size_t r = 0; r < rank; r++) {
            for (size_t c = rank; c < k; c++)
                if (random_below(2))
                    gf2_flip(code.generator + r * code.limbs, c);
            gf2_flip(code.generator + r * code.limbs, r);
        }
        ck_assert_int_eq(weights_count(&w, &why, &code, how), 0);
        mpz_t *number = alloc_array(3, k + 1, sizeof *number);
        mpz_t *dual = number + k + 1, *again = dual + k + 1, sum;
        mpz_init(sum);
        for (size_t j = 0; j < 3 * (k + 1); j++)
            mpz_init(number[j]);
        for (size_t c = 0; c < w.count; c++)
            mpz_set(number[w.weight[c]], w.words[c]);
        macwilliams(dual, number, rank, k);
        macwilliams(again, dual, k - rank, k);
        for (size_t j = 0; j <= k; j++) {
            ck_assert(mpz_cmp(again[j], number[j]) == 0);
            ck_assert_int_ge(mpz_sgn(dual[j]), 0);
            mpz_add(sum, sum, dual[j]);
        }
        ck_assert_uint_eq(mpz_sizeinbase(sum, 2), k - rank + 1);
        ck_assert_uint_eq(mpz_scan1(sum, 0), k - rank);
        for (size_t j = 0; j < 3 * (k + 1); j++)
            mpz_clear(number[j]);
        free(number);
        mpz_clear(sum);
        weights_clear(&w);
        code_clear(&code);
    }
}
END_TEST

static void set_weights(Weights *w, size_t length, size_t rank, size_t count,
                        const uint64_t *weight, const unsigned long *words) {
    mpz_t number;
    mpz_init(number);
    weights_init(w, "made up", length, rank);
    for (size_t c = 0; c < count; c++) {
        mpz_set_ui(number, words[c]);
        weights_add(w, weight[c], number);
    }
    mpz_clear(number);
}

START_TEST(distributions_that_no_code_has_are_refused)
{
    static const struct {
        size_t length, rank, count;
        uint64_t weight[3];
        unsigned long words[3];
        const char *why;
    } bad[] = {
        { 7, 3, 2, { 0, 4 }, { 1, 7 }, NULL },   // the simplex code
        { 7, 3, 3, { 0, 1, 4 }, { 1, 0, 7 }, NULL },
        { 7, 3, 2, { 0, 4 }, { 1, 6 }, "the numbers of words do not add up" },
        { 7, 3, 2, { 0, 4 }, { 1, 8 }, "the numbers of words do not add up" },
        { 7, 4, 2, { 0, 4 }, { 1, 7 }, "the numbers of words do not add up" },
        { 7, 3, 2, { 0, 4 }, { 2, 6 }, "there is not one word of weight 0" },
        { 7, 3, 2, { 1, 4 }, { 1, 7 }, "there is not one word of weight 0" },
        { 7, 3, 0, { 0 }, { 0 }, "there is not one word of weight 0" },
        { 7, 3, 2, { 0, 8 }, { 1, 7 }, "a weight exceeds the length" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Weights w;
        set_weights(&w, bad[i].length, bad[i].rank, bad[i].count, bad[i].weight, bad[i].words);
        const char *why = weights_admit(&w);
        ck_assert_msg(bad[i].why == NULL ? why == NULL
                                         : why != NULL && strcmp(why, bad[i].why) == 0,
                      "%zu: %s", i, why ? why : "admitted");
        weights_clear(&w);
    }
}
END_TEST

START_TEST(what_has_no_known_weights_is_said_not_to)
{
    static const struct {
        const char *name;
        size_t rank;
        const char *why;
    } bad[] = {
        { "kerdock:6", 12, "kerdock:6 is not linear, so its words differ in what they see" },
        { "binary:8", 7, "binary:8 has 2^8 words, and all of them are needed" },
        { "golay", 64,
          "no formula is known for its weights, and 2^64 words are too many to count" },
        { "hamming:7+shorten:1", 119,
          "no formula is known for its weights, and 2^119 words are too many to count" },
        { "binary+repeat:0", 70,
          "+repeat takes 1 .. 14979, so that binary:70 stays within 1048576 "
          "coordinates" },
        { "binary:5000", 5000, "binary has 1 .. 4096 coordinates" },
        { NULL, 67,
          "no reed-solomon-simplex code has 2^67 words and inner products up to a quarter" },
        { "hamming:11", 2036, "hamming:M needs 2 <= M <= 10" },
        { "reed-solomon-simplex:8,257,8", 64,
          "reed-solomon-simplex:S,POINTS,TERMS needs 2 <= S <= 16, POINTS <= 2^S, TERMS <= POINTS, "
          "POINTS (2^S - 1) <= 1048576" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Weights w;
        char *why;
        ck_assert_int_eq(code_weights_find(&w, &why, bad[i].name, bad[i].rank, how), -1);
        ck_assert_str_eq(why, bad[i].why);
        free(why);
    }
}
END_TEST

START_TEST(default_codes_beyond_enumeration_have_inner_products_up_to_a_quarter)
{
    static const size_t ranks[] = { 36, 40, 63, 64, 66, 128, 256, 1020 };
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        Weights w;
        char *why;
        ck_assert_msg(code_weights_find(&w, &why, NULL, ranks[i], how) == 0, "2^%zu", ranks[i]);
        ck_assert_uint_eq(w.rank, ranks[i]);
        ck_assert_uint_ge(8 * weights_distance(&w), 3 * w.length);
        weights_clear(&w);
    }
}
END_TEST

static void judge(Finding *f, size_t claim, const Params *p, Method method) {
    Effort e = { .jobs = 2, .method = method };
    finding_init(f);
    ck_assert_ptr_null(claim_admits(claim, p, method));
    ck_assert_int_eq(claim_check(f, claim, p, &e), 0);
}

START_TEST(verdicts_by_weights_are_those_of_certificates)
{
    static const struct {
        const char *code;
        uint64_t n;
    } codes[] = { { "binary", 2 },     { "binary", 1024 },
                  { "hadamard", 256 }, { "reed-solomon-simplex:4,8,2", 256 },
                  { "hamming", 16 },   { "bch:16,7", 128 },
                  { NULL, 1024 },      { "binary:6+repeat:2", 64 } };
    for (size_t claim = 0; claim < claim_count(); claim++)
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            for (int variant = 0; variant < 4; variant++) {
                const Construction *c = claim_construction(claim);
                Params p = params_default(codes[i].n);
                Finding weights, certificate;
                if (c == NULL || c->seeding == NULL)
                    continue;
                p.code = codes[i].code;
                p.mask = variant & 1 ? MASK_FULL : MASK_CAUSAL;
                p.readout = variant & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
                judge(&weights, claim, &p, METHOD_WEIGHT_DISTRIBUTION);
                judge(&certificate, claim, &p, METHOD_CERTIFICATE);
                ck_assert_str_eq(weights.method, "weight-distribution");
                ck_assert_str_eq(certificate.method, "certificate");
                ck_assert_int_eq(weights.verdict, PROVED);
                ck_assert(mpq_equal(weights.margin, certificate.margin));
                ck_assert(weights.has_promise && mpq_equal(weights.promise, certificate.promise));
                ck_assert_uint_eq(weights.temperature, certificate.temperature);
                ck_assert_str_eq(weights.code_name, certificate.code_name);
                ck_assert_uint_eq(weights.code_distance, certificate.code_distance);
                ck_assert_int_eq(mpz_cmp(weights.inputs, certificate.inputs), 0);
                ck_assert_uint_eq(weights.attentions, certificate.attentions);
                for (size_t l = 0; l < weights.attentions; l++)
                    ck_assert(mpq_equal(weights.attention[l], certificate.attention[l]));
                ck_assert_int_eq(memcmp(&weights.size, &certificate.size, sizeof weights.size), 0);
                finding_clear(&weights);
                finding_clear(&certificate);
            }
}
END_TEST

static size_t claim_of(const char *name) {
    size_t claim = 0;
    while (strcmp(claim_name(claim), name) != 0)
        claim++;
    return claim;
}

START_TEST(a_temperature_too_small_is_refuted_and_the_witness_tells_classes)
{
    for (int large = 0; large < 2; large++) {
        Params p = params_default(large ? 0 : 1024);
        Finding f;
        p.power = large ? 64 : 0;
        p.code = "binary";
        p.temperature = 1;
        judge(&f, claim_of("index-lookup/one-layer"), &p, METHOD_WEIGHT_DISTRIBUTION);
        ck_assert_int_eq(f.verdict, REFUTED);
        ck_assert_int_lt(mpq_sgn(f.margin), 0);
        ck_assert(!f.has_promise);
        ck_assert_str_eq(f.witness, large ? "0: 0; 1..64: 1" : "0: 0; 1..10: 1");
        finding_clear(&f);
    }
}
END_TEST

START_TEST(a_size_beyond_64_bits_has_its_numbers_as_text)
{
    Params p = params_default(0);
    Finding f;
    p.power = 64;
    judge(&f, claim_of("equality/two-layer"), &p, METHOD_WEIGHT_DISTRIBUTION);
    ck_assert_int_eq(f.verdict, PROVED);
    ck_assert_int_eq(mpq_cmp_ui(f.margin, 3, 10), 0);
    ck_assert_str_eq(f.length_text, "36893488147419103233");
    ck_assert_str_eq(f.inputs_text, "2^36893488147419103232");
    ck_assert_str_eq(f.inputs_brief, "4^(2^64)");
    // Per index two rows x and two y, each with the address; X, Y, and SECOND twice.  And once: #
    // 1; Q and K 7140 + 1 each, V and O 1 each; W1 12, b1 4, W2 4; layer 2 4; the readout 2.
    mpz_t expected;
    mpz_init_set_ui(expected, 4 * 7140 + 4);
    mpz_mul_2exp(expected, expected, 64);
    mpz_add_ui(expected, expected, 2 * 7140 + 31);
    char *digits = mpz_get_str(NULL, 10, expected);
    ck_assert_str_eq(f.parameters_text, digits);
    free(digits);
    mpz_clear(expected);
    finding_clear(&f);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        formulas_agree_with_counting_all_words,
        every_family_with_a_formula_is_compared_at_its_example,
        macwilliams_of_macwilliams_is_the_identity,
        distributions_that_no_code_has_are_refused,
        what_has_no_known_weights_is_said_not_to,
        default_codes_beyond_enumeration_have_inner_products_up_to_a_quarter,
        verdicts_by_weights_are_those_of_certificates,
        a_temperature_too_small_is_refuted_and_the_witness_tells_classes,
        a_size_beyond_64_bits_has_its_numbers_as_text,
    };
    return HARNESS_RUN("weights", tests);
}
