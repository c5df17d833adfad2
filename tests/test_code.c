#include "base/alloc.h"
#include "constructions/codes/catalogue.h"
#include "constructions/codes/family.h"
#include "harness.h"
#include "math/code_facts.h"
#include "math/gf2.h"
#include "math/matrix.h"
#include <stdlib.h>
#include <string.h>

static const Hamming how = { KERNEL_AUTO, 2 };

static void find(Code *c, const char *name, uint64_t n) {
    char *why;
    int status = code_find(c, &why, name, n);
    ck_assert_msg(status == 0, "%s, n = %llu: %s", name, (unsigned long long)n, why);
    ck_assert_ptr_null(why);
    ck_assert_uint_eq(c->words, n);
}

// The same words as a table, to be treated as any code.
static void as_table(Code *t, const Code *c) {
    code_init(t, "table", c->words, c->length, 0);
    for (uint64_t i = 0; i < c->words; i++)
        code_word(t->table + i * t->limbs, c, i);
}

// Sign by sign, over all pairs.
static void expect_facts_by_definition(const Code *c, const CodeFacts *f) {
    uint64_t *w = alloc_array(c->words, c->limbs, sizeof *w);
    uint64_t *pairs = alloc_array(c->length + 1, 1, sizeof *pairs);
    int64_t max = INT64_MIN, min = INT64_MAX;
    for (uint64_t i = 0; i < c->words; i++)
        code_word(w + i * c->limbs, c, i);
    for (uint64_t i = 0; i < c->words; i++)
        for (uint64_t j = i + 1; j < c->words; j++) {
            int64_t inner = 0;
            for (size_t k = 0; k < c->length; k++)
                inner += code_sign(w + i * c->limbs, k) * code_sign(w + j * c->limbs, k);
            max = inner > max ? inner : max;
            min = inner < min ? inner : min;
            pairs[((int64_t)c->length - inner) / 2] += 2;
        }
    ck_assert_int_eq(f->max_inner, max);
    ck_assert_int_eq(f->min_inner, min);
    pairs[0] += c->words;
    mpq_t want;
    mpq_init(want);
    for (size_t d = 0; d <= c->length && f->distribution != NULL; d++) {
        mpq_set_ui(want, pairs[d], c->words);
        mpq_canonicalize(want);
        ck_assert_msg(mpq_equal(f->distribution[d], want), "%s at distance %zu", c->name, d);
    }
    mpq_clear(want);
    free(pairs);
    free(w);
}

// Extent and distribution by the fast ways, of the code and of its words as any table.
static void expect_all_ways_agree(const Code *c) {
    Code table;
    as_table(&table, c);
    for (int structured = 0; structured < 2; structured++)
        for (CodeDepth depth = CODE_EXTENT; depth <= CODE_DISTRIBUTION; depth++) {
            CodeFacts f;
            code_facts_init(&f, structured ? c : &table, depth, how);
            ck_assert_ptr_nonnull(f.checked);
            bool words = c->linear || (c->generator != NULL && depth == CODE_EXTENT);
            ck_assert_str_eq(f.checked, structured && words ? "all-words" : "all-pairs");
            ck_assert_int_eq(f.distribution != NULL, depth == CODE_DISTRIBUTION);
            ck_assert_int_eq((int64_t)c->length - 2 * (int64_t)f.distance_min, f.max_inner);
            ck_assert_int_eq((int64_t)c->length - 2 * (int64_t)f.distance_max, f.min_inner);
            expect_facts_by_definition(c, &f);
            code_facts_clear(&f);
        }
    code_clear(&table);
}

START_TEST(every_family_has_the_facts_that_its_signs_give)
{
    const uint64_t sizes[] = { 2, 3, 16, 31, 32, 100, 256 };
    for (size_t i = 0; code_families[i] != NULL; i++) {
        ck_assert_ptr_eq(code_family_find(code_families[i]->name), code_families[i]);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            Code c;
            char *why;
            if (code_find(&c, &why, code_families[i]->example, sizes[s]) < 0) {
                ck_assert_ptr_nonnull(strstr(why, "fewer than"));
                free(why);
                continue;
            }
            expect_all_ways_agree(&c);
            code_clear(&c);
        }
    }
}
END_TEST

START_TEST(a_family_chooses_the_values_that_its_name_leaves_out)
{
    const char *named[] = { "binary",       "hadamard", "reed-muller", "bch",
                            "reed-solomon", "random",   "kerdock:6",   "lexicode",
                            "bch:64",       "kerdock",  "lexicode:20", "random:99" };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        for (uint64_t n = 1; n <= 100; n += 1 + n / 3) {
            Code c, again;
            find(&c, named[i], n);
            find(&again, c.name, n);   // the full name names the same code
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
            find(&c, named[i], n);
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
    find(&c, e->name, e->words);
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
        find(&c, e->name, e->words);
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
        find(&c, NULL, known[i][0]);
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
        find(&c, NULL, n);
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
    find(&c, "reed-muller:4", 32);
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
        find(&c, known[i].name, known[i].words);
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

START_TEST(one_word_has_no_pairs_and_nothing_is_claimed)
{
    const char *named[] = { NULL, "golay", "random:5", "best" };
    for (size_t i = 0; i < 4; i++) {
        Code c;
        CodeFacts f;
        find(&c, named[i], 1);
        code_facts_init(&f, &c, CODE_DISTRIBUTION, how);
        ck_assert_ptr_null(f.checked);
        ck_assert_ptr_nonnull(f.reason);
        ck_assert_ptr_null(f.distribution);
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

START_TEST(a_dependent_generator_is_refused)
{
    for (size_t round = 0; round < scaled(50); round++) {
        Code c;
        CodeFacts f;
        find(&c, "bch:32,11", 2048);
        uint64_t a = random_below(11), sum = 0;
        for (size_t r = 0; r < 11; r++)
            if (r != a && random_below(2))
                sum ^= c.generator[r];
        c.generator[a] = sum;
        code_facts_init(&f, &c, CODE_EXTENT, how);
        ck_assert_ptr_null(f.checked);
        ck_assert_ptr_nonnull(strstr(f.reason, "dependent"));
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

// Every single sign of the Nordstrom-Robinson code: its distance 6 is met by every word.
START_TEST(one_changed_sign_or_a_duplicate_changes_the_facts)
{
    Code c;
    CodeFacts f, spoiled;
    find(&c, "nordstrom-robinson", 256);
    code_facts_init(&f, &c, CODE_EXTENT, how);
    for (uint64_t i = 0; i < 256; i++)
        for (size_t t = 0; t < 16; t++) {
            gf2_flip(c.table + i, t);
            code_facts_init(&spoiled, &c, CODE_EXTENT, how);
            ck_assert_uint_eq(spoiled.distance_min, 5);
            uint64_t a, b;
            ck_assert(code_witness(&a, &b, &c, 5));
            ck_assert(a == i || b == i);
            ck_assert_int_eq(code_inner(&c, a, b), spoiled.max_inner);
            ck_assert(!code_witness(&a, &b, &c, 4));
            code_facts_clear(&spoiled);
            gf2_flip(c.table + i, t);
        }
    c.table[77] = c.table[200];
    code_facts_init(&spoiled, &c, CODE_DISTRIBUTION, how);
    ck_assert_uint_eq(spoiled.distance_min, 0);
    ck_assert_int_eq(mpq_cmp_ui(spoiled.epsilon, 1, 1), 0);
    code_facts_clear(&spoiled);
    code_facts_clear(&f);
    code_clear(&c);
}
END_TEST

START_TEST(macwilliams_gives_what_going_through_all_words_gives)
{
    for (size_t rank = 25; rank <= 26; rank++) {
        Code c;
        CodeFacts f;
        size_t s, k = 30;
        code_init(&c, "random", UINT64_C(1) << rank, k, rank);
        for (size_t r = 0; r < rank; r++)   // systematic, so independent
            c.generator[r] = UINT64_C(1) << r | random_below(UINT64_C(1) << (k - rank)) << rank;
        code_facts_init(&f, &c, CODE_DISTRIBUTION, how);
        ck_assert_msg(f.checked != NULL, "%s", f.reason);
        ck_assert_str_eq(f.checked, "macwilliams");
        uint64_t *dual = gf2_null_space(&s, c.generator, rank, k);
        ck_assert_uint_eq(s, k - rank);
        uint64_t *weights = alloc_array(k + 1, 1, sizeof *weights);
        for (uint64_t i = 0, w = 0; i < c.words; i++) {   // all words, in Gray order
            w ^= i == 0 ? 0 : c.generator[__builtin_ctzll(i)];
            weights[__builtin_popcountll(w)]++;
        }
        for (size_t w = 0; w <= k; w++)
            ck_assert_int_eq(mpq_cmp_ui(f.distribution[w], weights[w], 1), 0);
        free(weights);
        free(dual);
        code_facts_clear(&f);
        code_clear(&c);
    }
}
END_TEST

START_TEST(too_many_words_are_not_claimed_to_be_checked)
{
    Code c;
    CodeFacts f;
    find(&c, "reed-solomon:5,32,9", UINT64_C(1) << 45);
    code_facts_init(&f, &c, CODE_EXTENT, how);
    ck_assert_ptr_null(f.checked);
    ck_assert_ptr_nonnull(f.reason);
    code_facts_clear(&f);
    code_clear(&c);
    find(&c, "reed-solomon:5,32,9", (UINT64_C(1) << 40) - 1);
    code_facts_init(&f, &c, CODE_EXTENT, how);
    ck_assert_ptr_null(f.checked);
    code_facts_clear(&f);
    code_clear(&c);
}
END_TEST

START_TEST(a_prefix_of_a_linear_code_has_the_extent_of_the_whole)
{
    for (size_t round = 0; round < scaled(10); round++) {
        Code part, table;
        CodeFacts f, g;
        find(&part, "bch:32,11", 513 + random_below(511));
        as_table(&table, &part);
        ck_assert(part.generator != NULL && !part.linear && part.rank == 10);
        code_facts_init(&f, &part, CODE_EXTENT, how);
        code_facts_init(&g, &table, CODE_EXTENT, how);
        ck_assert_str_eq(f.checked, "all-words");
        ck_assert_str_eq(g.checked, "all-pairs");
        ck_assert_uint_eq(f.distance_min, g.distance_min);
        ck_assert_uint_eq(f.distance_max, g.distance_max);
        code_facts_clear(&f);
        code_facts_clear(&g);
        code_clear(&part);
        code_clear(&table);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_family_has_the_facts_that_its_signs_give,
        a_family_chooses_the_values_that_its_name_leaves_out,
        families_for_eps_one_quarter_keep_to_it_by_default,
        the_catalogue_figures_are_those_of_the_codes,
        the_catalogue_figures_of_huge_codes_are_those_of_the_theorems,
        the_default_has_at_most_a_quarter_and_is_no_longer_than_known,
        the_default_holds_every_small_size_and_powers_are_groups_where_linear,
        thirty_two_words_of_length_16_have_no_positive_inner_product,
        modifiers_do_what_they_say,
        names_that_make_no_sense_are_refused_with_a_reason,
        one_word_has_no_pairs_and_nothing_is_claimed,
        a_dependent_generator_is_refused,
        one_changed_sign_or_a_duplicate_changes_the_facts,
        macwilliams_gives_what_going_through_all_words_gives,
        too_many_words_are_not_claimed_to_be_checked,
        a_prefix_of_a_linear_code_has_the_extent_of_the_whole,
    };
    return HARNESS_RUN("code", tests);
}
