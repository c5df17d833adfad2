// 'chasm table sizes': every construction at the sizes of experiments, in formats of hardware.
#include "constructions/construction.h"
#include "constructions/recurrent_construction.h"
#include "program.h"
#include <string.h>

START_TEST(every_construction_has_its_lines_and_they_agree_with_verify)
{
    begin();
    Run r = run("chasm table sizes -n 2 -f csv");
    ck_assert_str_eq(r.err, "");
    for (size_t i = 0; constructions[i] != NULL; i++)
        ck_assert_msg(strstr(r.out, constructions[i]->name) != NULL, "%s", constructions[i]->name);
    for (size_t i = 0; recurrent_constructions[i] != NULL; i++)
        ck_assert_msg(strstr(r.out, recurrent_constructions[i]->name) != NULL, "%s",
                      recurrent_constructions[i]->name);
    run_clear(&r);
    // Verdict and exact margin.
    const char *fields = "grep -o '\"verdict\": \"[a-z]*\"\\|\"margin\": \"[-0-9/]*\"' | sort";
    for (const char *const *format =
             (const char *const[]){ "binary32", "bfloat16", "fp8-e4m3", NULL };
         *format != NULL; format++) {
        Text line = { 0 };
        text_printf(&line,
                    "chasm table sizes equality/two-layer -n 3,70 -a float:%s -f json | %s >a; "
                    "chasm verify equality/two-layer -n 3,70 -a float:%s -f json 2>err | %s >b; "
                    "test -s a && cmp a b && echo same",
                    *format, fields, *format, fields);
        expect(0, text_string(&line), "same\n");
        text_clear(&line);
    }
    end();
}
END_TEST

START_TEST(an_undecided_line_says_why_and_so_does_the_status)
{
    begin();
    expect(3, "chasm table sizes index-lookup/recurrent-linear -n 20 -f csv",
           "at least 2^20 states, which are not explored");
    expect(3, "chasm table sizes dyck/one-layer-linear -n 20 -a float:bfloat16 -f csv",
           "undecided,,,,,,3,no certificate: the task's words are not known as product domains");
    end();
}
END_TEST

START_TEST(a_line_that_fails_is_a_result_and_one_without_a_model_has_no_verdict)
{
    begin();
    expect(0, "chasm table sizes equality/one-layer-linear -n 50 -a float:bfloat16 -f csv",
           ",fails,certificate,");
    expect(0, "chasm table sizes dyck/one-layer-linear -n 3 -a float:bfloat16 -f csv",
           "dyck/one-layer-linear,3,float:bfloat16,,,,,,,,"
           "dyck takes words of even length n >= 2,\n");
    end();
}
END_TEST

START_TEST(bits_and_the_recurrent_bound_stand_side_by_side)
{
    begin();
    // ceil(log2 3^64) = 102: before the query a state for each word.
    expect(0,
           "chasm table sizes index-lookup/one-layer -n 64 --alphabet 3 -a float:bfloat16 -f csv",
           ",17,8,136,102,");
    expect(0, "chasm table sizes dyck/recurrent -n 20 -a float:binary32 -f csv", ",11,24,264,3,");
    end();
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    begin();
    expect_error("chasm table sizes equalty/two-layer",
                 "'equalty/two-layer': no such construction; did you mean 'equality/two-layer'?");
    expect_error("chasm table sizes equality/two-layer --depth 3",
                 "--depth: has no effect on equality/two-layer");
    expect_error("chasm table sizes --machine float", "--machine: not an option of 'table sizes'");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_construction_has_its_lines_and_they_agree_with_verify,
        an_undecided_line_says_why_and_so_does_the_status,
        a_line_that_fails_is_a_result_and_one_without_a_model_has_no_verdict,
        bits_and_the_recurrent_bound_stand_side_by_side,
        wrong_arguments_are_refused,
    };
    return HARNESS_RUN("sizes", tests);
}
