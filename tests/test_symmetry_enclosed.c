// DistanceClasses of distances in balls: for base e too, what the embedding table gives, and a
// bound of what every word has.
#include "base/alloc.h"
#include "models.h"
#include "net/coded.h"
#include "net/evaluate.h"
#include "seeds.h"
#include "verify/certificate.h"
#include "verify/exhaustive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Effort ball = { .jobs = 2,
                             .arithmetic = { .ar = &arith_ball, .precision = 64, .cap = 1024 } };

// The same bound by classes and by the table, whose last layers are the same programs.
static void compare_with_table(const Case *k, Verdict verdict, const char *what) {
    Transformer t;
    Finding classes, table;
    coded_expand(&t, &k->seed, &k->params, &k->code);
    finding_init(&table);
    case_judge(&classes, k, NULL, &ball);
    ck_assert_int_eq(certificate_check(&table, &t, NULL, what, &ball), 0);
    ck_assert_msg(classes.verdict == verdict && table.verdict == verdict, "%s: %s", what,
                  classes.reason ? classes.reason : "verdict");
    ck_assert(classes.has_margin && classes.enclosed);
    ck_assert_msg(mpq_equal(classes.margin, table.margin), "%s: margins differ", what);
    ck_assert(mpz_cmp(classes.inputs, table.inputs) == 0);
    ck_assert_str_eq(classes.arithmetic, table.arithmetic);
    finding_clear(&classes);
    finding_clear(&table);
    transformer_clear(&t);
}

START_TEST(classes_agree_with_the_table_in_both_bases)
{
    static const struct {
        const char *code;
        uint64_t n;
    } codes[] = { { "binary", 2 },    { "binary", 32 },  { "hadamard:16", 16 },
                  { "bch:16,7", 64 }, { "binary", 128 }, { "golay", 256 } };
    for (size_t c = 0; constructions[c] != NULL; c++)
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            for (int variant = 0; variant < 8; variant++) {
                if (constructions[c]->seeding == NULL)
                    continue;
                Case k;
                case_init(&k, constructions[c], codes[i].code, codes[i].n, variant & 3, 0);
                k.seed.base = variant & 4 ? BASE_E : BASE_2;
                compare_with_table(&k, PROVED, constructions[c]->name);
                case_clear(&k);
            }
}
END_TEST

START_TEST(wrong_models_are_refuted_in_base_e)
{
    for (int variant = 0; variant < 4; variant++) {
        Case k;
        case_init(&k, construction_find("equality/two-layer"), "hadamard:32", 32, variant, 0);
        k.seed.base = BASE_E;
        mpq_set_si(k.seed.readout.b.entry[0], variant & 1 ? -1 : 1, 1);
        compare_with_table(&k, REFUTED, "a threshold that is moved");
        case_clear(&k);
        case_init(&k, construction_find("index-lookup/one-layer"), "binary", 128, variant, 1);
        k.seed.base = BASE_E;
        compare_with_table(&k, REFUTED, "a temperature that is too small");
        case_clear(&k);
    }
}
END_TEST

// Every word in balls: never against what classes decide, nor below their bound.  Whether they do.
static bool compare_with_words(const Case *k, const char *what) {
    Transformer t;
    Finding classes, all;
    mpq_t least;
    mpq_init(least);
    coded_expand(&t, &k->seed, &k->params, &k->code);
    finding_init(&all);
    case_judge(&classes, k, NULL, &ball);
    bool decided = classes.verdict != UNKNOWN;
    ck_assert(decided || classes.reason != NULL);
    ck_assert_int_eq(exhaustive_check(&all, &t, NULL, what, &ball), 0);
    // Enclosures of 0 never tell its sign.
    ck_assert_msg(!decided || all.verdict == classes.verdict ||
                      (all.verdict == UNKNOWN && classes.verdict == REFUTED),
                  "%s: verdicts differ", what);
    if (decided && classes.has_margin) {
        ck_assert(all.has_margin);
        mpq_set_ui(least, 1, 1);   // the enclosures are narrower than 2^-40
        mpq_div_2exp(least, least, 40);
        mpq_add(least, least, all.margin);
        ck_assert_msg(mpq_cmp(classes.margin, least) <= 0, "%s: no bound: %.17g, %.17g", what,
                      mpq_get_d(classes.margin), mpq_get_d(all.margin));
    }
    finding_clear(&classes);
    finding_clear(&all);
    transformer_clear(&t);
    mpq_clear(least);
    return decided;
}

START_TEST(random_seeds_are_judged_as_every_word_is_or_left_undecided)
{
    size_t decided = 0, rounds = scaled(150);
    for (size_t round = 0; round < rounds; round++) {
        const Task *task = tasks[round % 3];
        Case k;
        case_init_random(&k, task);
        k.seed.base = round % 4 ? BASE_E : BASE_2;
        decided += compare_with_words(&k, task->name);
        case_clear(&k);
    }
    printf("# random seeds: %zu of %zu decided\n", decided, rounds);
    ck_assert_uint_gt(decided, rounds / 5);
}
END_TEST

START_TEST(exact_arithmetic_has_no_base_e)
{
    Case k;
    Finding f;
    case_init(&k, construction_find("equality/two-layer"), "binary", 8, 0, 0);
    k.seed.base = BASE_E;
    finding_init(&f);
    ck_assert_int_eq(class_certificate_check(&f, &k.seed, &k.weights, &k.code, NULL, "seed",
                                             &(Effort){ .jobs = 1 }),
                     -1);
    finding_clear(&f);
    case_clear(&k);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        classes_agree_with_the_table_in_both_bases,
        wrong_models_are_refuted_in_base_e,
        random_seeds_are_judged_as_every_word_is_or_left_undecided,
        exact_arithmetic_has_no_base_e,
    };
    return HARNESS_RUN("symmetry_enclosed", tests);
}
