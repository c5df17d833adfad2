// Facts of codes, whichever way they are found: those that the signs give, one by one.
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "math/gf2.h"
#include "models.h"
#include <stdlib.h>
#include <string.h>

static const Hamming how = { KERNEL_AUTO, 2 };

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

START_TEST(one_word_has_no_pairs_and_nothing_is_claimed)
{
    const char *named[] = { NULL, "golay", "random:5", "best" };
    for (size_t i = 0; i < 4; i++) {
        Code c;
        CodeFacts f;
        named_code(&c, named[i], 1);
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
        named_code(&c, "bch:32,11", 2048);
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
    named_code(&c, "nordstrom-robinson", 256);
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
    named_code(&c, "reed-solomon:5,32,9", UINT64_C(1) << 45);
    code_facts_init(&f, &c, CODE_EXTENT, how);
    ck_assert_ptr_null(f.checked);
    ck_assert_ptr_nonnull(f.reason);
    code_facts_clear(&f);
    code_clear(&c);
    named_code(&c, "reed-solomon:5,32,9", (UINT64_C(1) << 40) - 1);
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
        named_code(&part, "bch:32,11", 513 + random_below(511));
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
        one_word_has_no_pairs_and_nothing_is_claimed,
        a_dependent_generator_is_refused,
        one_changed_sign_or_a_duplicate_changes_the_facts,
        macwilliams_gives_what_going_through_all_words_gives,
        too_many_words_are_not_claimed_to_be_checked,
        a_prefix_of_a_linear_code_has_the_extent_of_the_whole,
    };
    return HARNESS_RUN("code_facts", tests);
}
