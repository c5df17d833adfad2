// The command bound as a user meets it.
#include "base/text.h"
#include "harness.h"
#include "program.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

START_TEST(wrong_usage_is_told_in_one_line)
{
    begin();
    expect_error("chasm bound", "'chasm bound' takes one TASK");
    expect_error("chasm bound equality disjointness -n 2", "'chasm bound' takes one TASK");
    expect_error("chasm bound equality", "--size: is missing: 'chasm bound equality -n 4'");
    expect_error("chasm bound equalty -n 2", "'equalty': no such task; did you mean 'equality'?");
    expect_error("chasm bound zzzzzz -n 2",
                 "'zzzzzz': no such task; 'chasm bound --help' names them");
    expect_error("chasm bound equality -n 0", "--size: '0': a task on two strings needs n >= 1");
    expect_error("chasm bound dyck -n 3", "--size: '3': dyck takes words of even length n >= 2");
    expect_error("chasm bound dyck:2 -n 4",
                 "'dyck:2': TASK is expected, or dyck:B,D without --brackets and --depth");
    expect_error("chasm bound dyck:2,2 -n 4 --depth 2",
                 "'dyck:2,2': TASK is expected, or dyck:B,D without --brackets and --depth");
    expect_error("chasm bound equality:2,2 -n 4",
                 "'equality:2,2': TASK is expected, or dyck:B,D without --brackets and --depth");
    expect_error("chasm bound dyck:9,2 -n 4", "--size: '4': dyck has 1 to 4 types of brackets");
    expect_error("chasm bound equality -n 2 --depth 3", "--depth: not an option of equality");
    expect_error("chasm bound dyck -n 2 --keys 3", "--keys: not an option of dyck");
    expect_error("chasm bound recall -n 3 --keys 2", "--size: '3': recall needs n different keys");
    expect_error("chasm bound equality -n 2 --extent columns",
                 "--extent: 'columns': all or rows is expected");
    expect_error("chasm bound recall -n 2 --extent rows",
                 "--extent: 'rows': distinct rows mean nothing where words are excluded");
    expect_error("chasm bound equality -n 2 --extent rows -m certificate",
                 "--extent: 'rows': rows are enumerated, not certified");
    end();
}
END_TEST

START_TEST(splits_that_are_no_partition_are_refused)
{
    begin();
    expect_error("chasm bound equality -n 2 --split 1,1",
                 "--split: '1,1': position 1 is named twice");
    expect_error("chasm bound equality -n 2 --split 1,9",
                 "--split: '1,9': no position 9: positions are 1 .. 5");
    expect_error("chasm bound equality -n 2 --split 1..5",
                 "--split: '1..5': leaves nothing to Bob");
    expect_error("chasm bound equality -n 2 --split query",
                 "--split: 'query': the words of equality have no query");
    expect_error("chasm bound recall -n 2 --split best",
                 "--split: 'best': best compares distinct rows, which mean nothing where words are "
                 "excluded");
    expect_error("chasm bound equality -n 20 --split best",
                 "--split: 'best': best tries the splits of at most 20 positions");
    end();
}
END_TEST

START_TEST(matrices_that_do_not_fit_are_refused_with_what_can_be_counted)
{
    begin();
    expect_error("chasm bound equality -n 40 -m exhaustive",
                 "equality n=40: the matrix has up to 2^40 rows and 2^40 columns, and does not fit"
                 "; --method certificate counts without enumeration");
    expect_error("chasm bound equality -n 18 --split 1..24",
                 "equality n=18: the matrix has up to 2^24 rows and 2^12 columns, and does not fit"
                 "; --extent rows counts its distinct rows without it");
    expect_error("chasm bound index-lookup -n 1 --alphabet 4000000 -m exhaustive",
                 "index-lookup n=1: the matrix has 4000000 different rows and 1 different columns, "
                 "and does not fit; --extent rows counts its distinct rows without it; --method "
                 "certificate counts without enumeration");
    expect_error("chasm bound equality -n 4 --split odd-even -m certificate",
                 "equality n=4: --method certificate: no closed form for this split is known");
    expect_error("chasm bound recall -n 4 -m certificate",
                 "recall n=4: --method certificate: no closed form of this task is known");
    expect_error(
        "chasm bound equality -n 1100000",
        "equality n=1100000: the matrix has up to 2^1100000 rows and 2^1100000 columns, and does "
        "not fit");
    end();
}
END_TEST

START_TEST(what_is_counted_is_printed_in_every_format)
{
    begin();
    expect(0, "chasm bound equality -n 1..3", "rank over Q with 0 and 1 exchanged");
    expect(0, "chasm bound dyck:2,2 -n 4 -f csv",
           "dyck,4,odd-even,exhaustive,16,16,0,9,9,9,9,9,9,4,4,");
    expect(0, "chasm bound index-lookup -n 4 -f json",
           "\"deterministic\": {\"lower\": 3, \"upper\": 3}");
    expect(0, "chasm bound equality -n 2000 -f markdown", "2^2000");
    expect(0, "chasm bound equality -n 2000 -f latex", "booktabs");
    expect(0, "chasm bound equality -n 2000 -f json", "\"method\": \"certificate\"");
    expect(0, "chasm bound dyck -n 6 --split best -f json", "\"split\": \"1,3,5\"");
    expect(0, "chasm bound equality -n 18 --split 1..24 --extent rows -f json",
           "\"distinct_rows\": 4097");
    end();
}
END_TEST

START_TEST(a_search_that_hits_its_cap_leaves_an_interval_and_status_3)
{
    begin();
    Run r = run("chasm bound inner-product -n 5");
    ck_assert_int_eq(r.status, 3);
    ck_assert_ptr_nonnull(strstr(r.out, ">= "));
    ck_assert_ptr_nonnull(strstr(r.out, "A search stopped at its cap"));
    run_clear(&r);
    end();
}
END_TEST

START_TEST(json_has_the_documented_fields_in_order)
{
    static const char *const keys[] = {
        "task",
        "n",
        "split",
        "method",
        "rows",
        "columns",
        "excluded",
        "distinct_rows",
        "distinct_columns",
        "row_messages",
        "column_messages",
        "one_way_alice",
        "one_way_bob",
        "rank_q",
        "rank_q_complement",
        "rank_gf2",
        "fooling_1",
        "fooling_0",
        "deterministic",
        "cover_1",
        "cover_0",
        "discrepancy",
        "states",
        "state_bits",
        "states_endless",
        "certificates",
    };
    const char *lines[] = { "chasm bound equality -n 3 -f json",
                            "chasm bound equality -n 300 -f json",
                            "chasm bound recall -n 2 --keys 3 -f json" };
    begin();
    for (size_t i = 0; i < 3; i++) {
        Run r = run(lines[i]);
        ck_assert_int_eq(r.status, 0);
        json_t *row = json_loads(r.out, 0, NULL), *value;
        const char *key;
        size_t k = 0;
        ck_assert_ptr_nonnull(row);
        json_object_foreach(row, key, value) {
            ck_assert_uint_lt(k, sizeof keys / sizeof *keys);
            ck_assert_str_eq(key, keys[k++]);
        }
        ck_assert_uint_eq(k, sizeof keys / sizeof *keys);
        json_decref(row);
        run_clear(&r);
    }
    end();
}
END_TEST

START_TEST(integers_beyond_a_double_are_strings)
{
    begin();
    Run r = run("chasm bound equality -n 53,54 -f json");
    ck_assert_ptr_nonnull(strstr(r.out, "\"distinct_rows\": \"9007199254740992\""));
    ck_assert_ptr_nonnull(strstr(r.out, "\"value\": \"18014398509481984\", \"kind\": \"exact\""));
    run_clear(&r);
    end();
}
END_TEST

// A model smaller than what its own architecture needs would contradict one of the two.
START_TEST(separations_come_out_and_contradict_nothing)
{
    begin();
    expect(0, "chasm table separation index-lookup -n 32,64",
           "smaller than every recurrent model from n = 49 on, at every size up to 64 and all");
    expect(0, "chasm table separation index-lookup -n 48,49 -f csv",   // 16 * 3 bits
           "48,recurrent,,,48,no\nindex-lookup,49,index-lookup/one-layer,16,3,49,48,recurrent,,,49,"
           "yes");
    expect(0, "chasm table separation index-lookup -n 16,32",
           "no size verified up to 32 proves index-lookup/one-layer smaller");
    expect(0, "chasm table separation dyck -n 32,1048576 -f csv",
           "dyck,1048576,dyck/recurrent,11,1,1048576,11,one-layer,23,");
    expect(0, "chasm table separation dyck -n 32,64 -f csv", "dyck,64,dyck/recurrent,11,1,64,11,");
    expect(0, "chasm bound dyck:2,3 -n 4 -f json", "\"states_endless\": 16");   // 1+2+4+8, and lost
    expect(0, "chasm table bounds index-lookup -n 1..6 -f csv",
           "index-lookup,recurrent,6,,6,6,6,1,,index-lookup/recurrent-linear");
    expect(0, "chasm table bounds dyck -n 2..6 --depth 1 --brackets 1", "dyck/recurrent-automaton");
    expect(3, "chasm table bounds automaton", "own architecture");
    expect_error("chasm table bounds inner-product",
                 "'inner-product': no such task; 'chasm list' names them");
    expect_error("chasm table separation inner-product",
                 "'inner-product': no task in this table has that name");
    expect_error("chasm table separation --readout uniform",
                 "--readout: not an option of 'table separation'");
    // m >= at the precision at which the linear model is right, and the model's own width.
    Run r = run("for t in equality disjointness; do chasm protocol $t -n 2..6 -f json; done");
    json_t *row;
    size_t rows = 0;
    for (const char *line = strchr(r.out, '{'); line != NULL; line = strchr(line, '{')) {
        size_t length = strcspn(line, "\n");
        row = json_loadb(line, length, 0, NULL);
        ck_assert_ptr_nonnull(row);
        ck_assert_int_ge(json_integer_value(json_object_get(row, "width")),
                         json_integer_value(json_object_get(row, "least_width")));
        ck_assert_str_eq(json_string_value(json_object_get(row, "verdict")), "holds");
        json_decref(row);
        rows++;
        line += length;
    }
    ck_assert_uint_eq(rows, 10);
    run_clear(&r);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        wrong_usage_is_told_in_one_line,
        splits_that_are_no_partition_are_refused,
        matrices_that_do_not_fit_are_refused_with_what_can_be_counted,
        what_is_counted_is_printed_in_every_format,
        a_search_that_hits_its_cap_leaves_an_interval_and_status_3,
        json_has_the_documented_fields_in_order,
        integers_beyond_a_double_are_strings,
        separations_come_out_and_contradict_nothing,
    };
    return HARNESS_RUN("bound", tests);
}
