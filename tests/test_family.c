// Families of codes by name: what they choose, what their modifiers do, what the default search
// relies on, and names that make no sense.
#include "constructions/codes/catalogue.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "math/gf2.h"
#include "models.h"
#include <stdlib.h>
#include <string.h>

static const Hamming how = { KERNEL_AUTO, 2 };

START_TEST(a_family_chooses_the_values_that_its_name_leaves_out)
{
    const char *named[] = { "binary",       "hadamard", "reed-muller", "bch",
                            "reed-solomon", "random",   "kerdock:6",   "lexicode",
                            "bch:64",       "kerdock",  "lexicode:20", "random:99" };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        for (uint64_t n = 1; n <= 100; n += 1 + n / 3) {
            Code c, again;
            named_code(&c, named[i], n);
            named_code(&again, c.name, n);   // the full name names the same code
            ck_assert_uint_eq(c.length, again.length);
            ck_assert_str_eq(c.name, again.name);
            code_clear(&again);
            code_clear(&c);
        }
}
END_TEST

START_TEST(families_for_eps_one_quarter_keep_to_it_by_default)
{
    const char *named[] = {
        "bch", "reed-solomon", "lexicode", "hadamard", "reed-muller", "random"
    };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        for (uint64_t n = 2; n <= 512; n *= 2) {
            Code c;
            CodeFacts f;
            named_code(&c, named[i], n);
            code_facts_init(&f, &c, CODE_EXTENT, how);
            ck_assert_msg(4 * f.max_inner <= (int64_t)c.length, "%s", c.name);
            code_facts_clear(&f);
            code_clear(&c);
        }
}
END_TEST

// The figures that the default's search relies on, from all words or all pairs.
static void expect_entry(const CatalogueEntry *e) {
    Code c;
    CodeFacts f;
    named_code(&c, e->name, e->words);
    ck_assert_uint_eq(c.length, e->length);
    ck_assert_int_eq(c.linear, e->linear);
    code_facts_init(&f, &c, CODE_EXTENT, how);
    ck_assert_ptr_nonnull(f.checked);
    ck_assert_msg(f.distance_min == e->distance, "%s", e->name);
    code_facts_clear(&f);
    code_clear(&c);
}

START_TEST(the_catalogue_figures_are_those_of_the_codes)
{
    for (const CatalogueEntry *e = code_catalogue; e->name != NULL; e++)
        if (e->words <= UINT64_C(1) << 24)
            expect_entry(e);
}
END_TEST

// Too many words to go through: the distance is that of docs/codes.md#reed-solomon and #bch.
START_TEST(the_catalogue_figures_of_huge_codes_are_those_of_the_theorems)
{
    for (const CatalogueEntry *e = code_catalogue; e->name != NULL; e++) {
        unsigned long s, points, terms;
        Code c;
        if (e->words <= UINT64_C(1) << CODE_FACTS_RANK)
            continue;
        named_code(&c, e->name, e->words);
        ck_assert_uint_eq(c.length, e->length);
        ck_assert(c.linear && e->linear);
        ck_assert_uint_eq(gf2_rank(c.generator, c.rank, c.limbs), c.rank);
        if (sscanf(e->name, "reed-solomon:%lu,%lu,%lu", &s, &points, &terms) == 3)
            ck_assert_uint_eq(e->distance, (points - terms + 1) << (s - 2));
        else if (sscanf(e->name, "elliptic:%lu,%lu,%lu", &s, &points, &terms) == 3)
            ck_assert_uint_eq(e->distance, (points - terms) << (s - 2));
        else
            ck_assert_str_eq(e->name, "bch:1024,56");   // designed distance 383, extended
        code_clear(&c);
    }
}
END_TEST

START_TEST(the_default_has_at_most_a_quarter_and_is_no_longer_than_known)
{
    const uint64_t known[][2] = {
        { 2, 1 },       { 4, 2 },         { 8, 4 },         { 16, 5 },       { 20, 8 },
        { 32, 10 },     { 40, 10 },       { 64, 13 },       { 128, 15 },     { 256, 16 },
        { 512, 21 },    { 1024, 31 },     { 2048, 32 },     { 4096, 52 },    { 65536, 63 },
        { 131072, 64 }, { 1 << 20, 125 }, { 1 << 22, 128 }, { 1 << 24, 192 }
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Code c;
        CodeFacts f;
        named_code(&c, NULL, known[i][0]);
        ck_assert_msg(c.length <= known[i][1], "n = %llu: %s", (unsigned long long)known[i][0],
                      c.name);
        code_facts_init(&f, &c, CODE_EXTENT, how);
        ck_assert_ptr_nonnull(f.checked);
        ck_assert_int_le(4 * f.max_inner, (int64_t)c.length);
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

START_TEST(the_default_holds_every_small_size_and_powers_are_groups_where_linear)
{
    size_t before = 1;
    for (uint64_t n = 2; n <= 600; n++) {
        Code c;
        CodeFacts f;
        named_code(&c, NULL, n);
        ck_assert_uint_ge(c.length, before);
        before = c.length;
        bool power = (n & (n - 1)) == 0;
        ck_assert_int_eq(c.linear, c.generator != NULL && power);
        if (c.linear)
            ck_assert_uint_eq(UINT64_C(1) << c.rank, n);
        code_facts_init(&f, &c, CODE_EXTENT, how);
        ck_assert_int_le(4 * f.max_inner, (int64_t)c.length);
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

START_TEST(thirty_two_words_of_length_16_have_no_positive_inner_product)
{
    Code c;
    CodeFacts f;
    named_code(&c, "reed-muller:4", 32);
    code_facts_init(&f, &c, CODE_DISTRIBUTION, how);
    ck_assert_uint_eq(c.length, 16);
    ck_assert_int_eq(f.max_inner, 0);
    ck_assert_int_eq(mpq_cmp_ui(f.distribution[8], 30, 1), 0);
    ck_assert_int_eq(mpq_cmp_ui(f.distribution[16], 1, 1), 0);
    code_facts_clear(&f);
    code_clear(&c);
}
END_TEST

START_TEST(modifiers_do_what_they_say)
{
    const struct {
        const char *name;
        uint64_t words, length, distance;
    } known[] = {
        { "bch:64,16+puncture:1", 65536, 63, 23 },
        { "bch:32,11+shorten:1", 1024, 31, 12 },
        { "golay+puncture:1", 4096, 23, 7 },
        { "golay+puncture:1+extend", 4096, 24, 8 },
        { "nordstrom-robinson+shorten:1", 128, 15, 6 },
        { "nordstrom-robinson+puncture:1+shorten:2", 64, 13, 5 },
        { "best+shorten:1+puncture:1", 20, 8, 3 },
        { "reed-muller:3+repeat:3", 16, 24, 12 },
        { "nordstrom-robinson+repeat:2", 256, 32, 12 },
        { "cyclic:7,1", 8, 7, 4 },
        { "cyclic:7,0,1", 16, 7, 3 },
        { "lexicode:24,8", 4096, 24, 8 },
        { "kerdock:8", 65536, 256, 120 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Code c;
        CodeFacts f;
        named_code(&c, known[i].name, known[i].words);
        code_facts_init(&f, &c, CODE_EXTENT, how);
        ck_assert_str_eq(c.name, known[i].name);
        ck_assert_uint_eq(c.length, known[i].length);
        ck_assert_uint_eq(f.distance_min, known[i].distance);
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

START_TEST(names_that_make_no_sense_are_refused_with_a_reason)
{
    const char *bad[] = {
        "",
        "+",
        ":",
        "bch:",
        "bch:64,",
        "bch:64,17",
        "bch:64,16,2",
        "bch:65,3",
        "bch:64,16+",
        "bch:64,16+foo:1",
        "bch:64,16+shorten",
        "bch:64,16+shorten:",
        "bch:64,16+shorten:0",
        "bch:64,16+shorten:64",
        "bch:64,16+shorten:999999999999999999",
        "golay:1",
        "golay+extend:1",
        "golay+puncture:13",
        "golay+puncture:24",
        "golay+repeat:0",
        "golay+repeat:999999",
        "golay ",
        "GOLAY",
        "foo",
        "hadamard:3",
        "hadamard:0",
        "hadamard:131072",
        "reed-muller:17",
        "binary:0",
        "binary:64",
        "lexicode:25,3",
        "lexicode:0,0",
        "lexicode:4,5",
        "lexicode:4,0",
        "random:0",
        "random:65537",
        "random:-1",
        "random:1e3",
        "kerdock:5",
        "kerdock:10",
        "delsarte-goethals:4",
        "cyclic",
        "cyclic:7",
        "cyclic:8,1",
        "cyclic:1,0",
        "cyclic:0,0",
        "cyclic:127,1,3,5,7,9,11,13,15,19,21",
        "cyclic:65539,1",
        "quasi-cyclic:5",
        "quasi-cyclic:1,1",
        "quasi-cyclic:64,1",
        "quasi-cyclic:5,0",
        "reed-solomon:5",
        "reed-solomon:5,33,3",
        "reed-solomon:5,0,0",
        "reed-solomon:1,2,1",
        "reed-solomon:9,512,8",
        "reed-solomon:5,4,5",
        "elliptic:4,25,6",
        "elliptic:4,24",
        "elliptic:9,4,2",
        "elliptic:4,24,1",
        "elliptic:4,3,4",
        "bch:9999999999999999999,1",
        "bch:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
        "binary:3+shorten:3+shorten:1",
        "nordstrom-robinson+shorten:16",
    };
    Code c = { .length = 12345 };
    char *why;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(code_find(&c, &why, bad[i], 2) == -1, "'%s'", bad[i]);
        ck_assert_msg(why != NULL && strlen(why) > 8, "'%s'", bad[i]);
        ck_assert_uint_eq(c.length, 12345);
        free(why);
    }
    char *huge = malloc(100000);
    memset(huge, '+', 99999);
    huge[99999] = '\0';
    ck_assert_int_eq(code_find(&c, &why, huge, 2), -1);
    free(why);
    free(huge);
    const char *many = "best+extend+extend+extend+extend+extend+extend+extend+extend+extend"
                       "+extend+extend+extend+extend+extend+extend+extend";
    ck_assert_int_eq(code_find(&c, &why, many, 2), -1);
    ck_assert_str_eq(why, "too many modifiers");
    free(why);
    ck_assert_int_eq(code_find(&c, &why, NULL, 0), -1);
    free(why);
    ck_assert_int_eq(code_find(&c, &why, NULL, UINT64_MAX), -1);
    free(why);
    ck_assert_int_eq(code_find(&c, &why, "golay", 4097), -1);
    ck_assert_ptr_nonnull(strstr(why, "fewer than 4097"));
    free(why);
    ck_assert_int_eq(code_find(&c, &why, "random:65536", UINT64_MAX), -1);
    free(why);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        a_family_chooses_the_values_that_its_name_leaves_out,
        families_for_eps_one_quarter_keep_to_it_by_default,
        the_catalogue_figures_are_those_of_the_codes,
        the_catalogue_figures_of_huge_codes_are_those_of_the_theorems,
        the_default_has_at_most_a_quarter_and_is_no_longer_than_known,
        the_default_holds_every_small_size_and_powers_are_groups_where_linear,
        thirty_two_words_of_length_16_have_no_positive_inner_product,
        modifiers_do_what_they_say,
        names_that_make_no_sense_are_refused_with_a_reason,
    };
    return HARNESS_RUN("family", tests);
}
