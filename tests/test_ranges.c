// Sets of ranks against a list of all of them; digests against those that the standard names.
#include "base/digest.h"
#include "harness.h"
#include "verify/ranges.h"

enum { RANKS = 200 };

static void compare_with_list(const Ranges *r, const bool *in) {
    Ranges gaps = { 0 };
    uint64_t size = 0;
    for (size_t i = 0; i < r->count; i++) {
        ck_assert(r->span[i].begin < r->span[i].end);
        ck_assert(i == 0 || r->span[i - 1].end < r->span[i].begin);
        for (uint64_t k = r->span[i].begin; k < r->span[i].end; k++)
            ck_assert(in[k]);
    }
    for (size_t k = 0; k < RANKS; k++)
        size += in[k];
    ck_assert_uint_eq(ranges_size(r), size);
    Span span = { random_below(RANKS / 2), RANKS / 2 + random_below(RANKS / 2) };
    ranges_gaps(&gaps, r, span);
    for (size_t i = 0; i < gaps.count; i++)
        for (uint64_t k = gaps.span[i].begin; k < gaps.span[i].end; k++)
            ck_assert(!in[k] && k >= span.begin && k < span.end);
    size = 0;
    for (uint64_t k = span.begin; k < span.end; k++)
        size += !in[k];
    ck_assert_uint_eq(ranges_size(&gaps), size);
    ranges_clear(&gaps);
}

START_TEST(ranges_are_the_set_of_what_was_added)
{
    for (size_t round = 0; round < scaled(200); round++) {
        Ranges r = { 0 };
        bool in[RANKS] = { false };
        for (size_t step = 0; step < 40; step++) {
            uint64_t begin = random_below(RANKS), end = begin + 1 + random_below(12);
            bool fresh = true;
            end = end > RANKS ? RANKS : end;
            for (uint64_t k = begin; k < end; k++)
                fresh &= !in[k];
            ck_assert(ranges_add(&r, (Span){ begin, end }) == fresh);
            for (uint64_t k = begin; fresh && k < end; k++)
                in[k] = true;
            compare_with_list(&r, in);
        }
        ranges_clear(&r);
    }
}
END_TEST

START_TEST(digests_are_those_of_the_standard)
{
    const char *abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const char *nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    ck_assert_str_eq(digest_of("abc", 3, NULL, 0).hex, abc);
    ck_assert_str_eq(digest_of("a", 1, "bc", 2).hex, abc);
    ck_assert_str_eq(digest_of(NULL, 0, NULL, 0).hex, nothing);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        ranges_are_the_set_of_what_was_added,
        digests_are_those_of_the_standard,
    };
    return HARNESS_RUN("ranges", tests);
}
