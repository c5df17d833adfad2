#include "cli/nearest.h"
#include "harness.h"
#include <string.h>

START_TEST(the_edit_distance_counts_typing_errors)
{
    ck_assert_uint_eq(edit_distance("", ""), 0);
    ck_assert_uint_eq(edit_distance("", "abc"), 3);
    ck_assert_uint_eq(edit_distance("abc", ""), 3);
    ck_assert_uint_eq(edit_distance("equality", "equality"), 0);
    ck_assert_uint_eq(edit_distance("equalty", "equality"), 1);
    ck_assert_uint_eq(edit_distance("euqality", "equality"), 1);
    ck_assert_uint_eq(edit_distance("kitten", "sitting"), 3);
}
END_TEST

START_TEST(the_edit_distance_is_symmetric_and_bounded)
{
    for (size_t round = 0; round < scaled(2000); round++) {
        char word[2][12];
        size_t length[2];
        for (size_t w = 0; w < 2; w++) {
            length[w] = random_below(sizeof word[w]);
            for (size_t i = 0; i < length[w]; i++)
                word[w][i] = (char)('a' + random_below(3));
            word[w][length[w]] = '\0';
        }
        size_t distance = edit_distance(word[0], word[1]);
        size_t longer = length[0] > length[1] ? length[0] : length[1];
        ck_assert_uint_eq(distance, edit_distance(word[1], word[0]));
        ck_assert_uint_le(distance, longer);
        ck_assert((distance == 0) == (strcmp(word[0], word[1]) == 0));
    }
}
END_TEST

static void expect(const char *word, const char *told) {
    const char *names[] = { "verify", "list", "code", "table", "model", "list" };
    Nearest n;
    Text t = { 0 };
    nearest_init(&n, word);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_add(&n, names[i]);
    nearest_tell(&t, &n);
    ck_assert_str_eq(text_string(&t), told);
    text_clear(&t);
}

START_TEST(the_nearest_names_are_told_if_any_is_near)
{
    expect("verfiy", "; did you mean 'verify'?");
    expect("mode", "; did you mean 'code' or 'model'?");
    expect("veri", "; did you mean 'verify'?");
    expect("lisst", "; did you mean 'list'?");
    expect("zzz", "");
    expect("", "");
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_edit_distance_counts_typing_errors,
        the_edit_distance_is_symmetric_and_bounded,
        the_nearest_names_are_told_if_any_is_near,
    };
    return HARNESS_RUN("nearest", tests);
}
