#include "constructions/codes/catalogue.h"
#include "math/code_facts.h"
#include "models.h"

// The figures of docs/codes.md#default that take seconds to minutes: up to 2^34 words.
START_TEST(the_catalogue_figures_of_large_codes_are_those_of_the_codes)
{
    size_t checked = 0;
    for (const CatalogueEntry *e = code_catalogue; e->name != NULL; e++) {
        Code c;
        CodeFacts f;
        if (e->words <= UINT64_C(1) << 24 || e->words > UINT64_C(1) << CODE_FACTS_RANK)
            continue;
        named_code(&c, e->name, e->words);
        code_facts_init(&f, &c, CODE_EXTENT, (Hamming){ KERNEL_AUTO, 2 });
        ck_assert_ptr_nonnull(f.checked);
        ck_assert_uint_eq(f.length, e->length);
        ck_assert_uint_eq(f.distance_min, e->distance);
        code_facts_clear(&f);
        code_clear(&c);
        checked++;
    }
    ck_assert_uint_ge(checked, 1);
}
END_TEST

int main(void) {
    const TTest *const tests[] = { the_catalogue_figures_of_large_codes_are_those_of_the_codes };
    return HARNESS_RUN("code_slow", tests);
}
