// Claim files: what is expected is compared with what is found, and what is wrong is refused with
// its line.  Files begin with a dot, so that expect_error sees that nothing else was written.
#include "program.h"
#include "scratch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// .c <- a claim file of one entry, on lines of its own from the third.
static void write_entry(const char *entry) {
    FILE *out = fopen(".c", "w");
    ck_assert_ptr_nonnull(out);
    fprintf(out, "{ \"format\": \"chasm-claims-1\",\n\"claims\": [\n%s\n] }\n", entry);
    ck_assert_int_eq(fclose(out), 0);
}

// The check of that entry ends so, and prints that somewhere.
static void expect_entry(int status, const char *entry, const char *somewhere) {
    write_entry(entry);
    expect(status, "chasm check .c --reproducible", somewhere);
}

static void refuse_entry(const char *entry, const char *message) {
    write_entry(entry);
    expect_error("chasm check .c", message);
}

// equality/two-layer with n = 3 has the margin 13/38 and the width 6.
#define EQUALITY "{ \"claim\": \"equality/two-layer\", \"size\": 3, "

START_TEST(what_is_expected_is_compared_at_its_very_bound)
{
    begin();
    expect_entry(0, EQUALITY "\"expect\": { \"verdict\": \"holds\" } }", "  met");
    expect_entry(1, EQUALITY "\"expect\": { \"verdict\": \"fails\" } }",
                 "verdict holds, fails is expected");
    expect_entry(1, EQUALITY "\"expect\": { \"verdict\": \"undecided\" } }",
                 "verdict holds, undecided is expected");
    expect_entry(0, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"margin\": \"13/38\" } }",
                 "  met");
    expect_entry(1, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"margin\": \"14/38\" } }",
                 "margin 13/38, at least 7/19 is expected");
    expect_entry(
        1, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"margin\": \"1300001/3800002\" } }",
        "not met");
    expect_entry(0, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"width\": 6 } }", "  met");
    expect_entry(1, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"width\": 5 } }",
                 "width 6, at most 5 is expected");
    end();
}
END_TEST

START_TEST(sizes_of_machines_and_lower_bounds_are_compared)
{
    begin();
    const char *machine = "{ \"claim\": \"equality/two-layer\", \"size\": 3, \"arithmetic\": "
                          "\"fixed:8\", \"expect\": { \"verdict\": \"holds\", \"precision\": %d, "
                          "\"bits\": %d } }";
    const char *recurrent = "{ \"claim\": \"equality/recurrent-linear\", \"size\": 4, \"expect\": "
                            "{ \"verdict\": \"holds\", \"lower_bound\": %d } }";
    char entry[512];
    snprintf(entry, sizeof entry, machine, 8, 48);
    expect_entry(0, entry, "  met");
    snprintf(entry, sizeof entry, machine, 7, 48);
    expect_entry(1, entry, "precision 8, at most 7 is expected");
    snprintf(entry, sizeof entry, machine, 8, 47);
    expect_entry(1, entry, "bits 48, at most 47 is expected");
    snprintf(entry, sizeof entry, recurrent, 4);
    expect_entry(0, entry, "  met");
    snprintf(entry, sizeof entry, recurrent, 5);
    expect_entry(1, entry, "lower_bound 4, at least 5 is expected");
    end();
}
END_TEST

START_TEST(what_cannot_be_told_is_never_met)
{
    begin();
    expect_entry(3, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"precision\": 100 } }",
                 "the verdict has no precision, at most 100 is expected");
    expect_entry(3, EQUALITY "\"expect\": { \"verdict\": \"holds\", \"lower_bound\": 0 } }",
                 "the verdict has no lower_bound, at least 0 is expected");
    expect_entry(3,
                 "{ \"claim\": \"equality/recurrent-lower\", \"size\": 2, \"expect\": { "
                 "\"verdict\": \"holds\", \"margin\": 0 } }",
                 "the margin is not known, at least 0 is expected");
    // What is known not to be so outweighs what is not known.
    expect_entry(1, EQUALITY "\"expect\": { \"verdict\": \"fails\", \"precision\": 100 } }",
                 "the verdict has no precision");
    // A certified lower bound, which is too small, refutes nothing; one that is large enough does.
    const char *ball = "{ \"claim\": \"equality/two-layer\", \"size\": 3, \"arithmetic\": "
                       "\"ball\", \"base\": \"e\", \"expect\": { \"verdict\": \"holds\", "
                       "\"margin\": \"%s\" } }";
    char entry[512];
    snprintf(entry, sizeof entry, ball, "999/1000");
    expect_entry(3, entry, "a certified lower bound, at least 999/1000 is expected");
    snprintf(entry, sizeof entry, ball, "1/4");
    expect_entry(0, entry, "  met");
    end();
}
END_TEST

// A model that errs, and one whose verdict is open.
START_TEST(verdicts_that_fail_or_are_open_can_be_expected)
{
    begin();
    Run made = run("mkdir .d; chasm model equality -n 2 -o .d/m.json && sed 's/\"b\": \"1\\/2\"/"
                   "\"b\": \"7\\/8\"/' .d/m.json >.d/wrong.json");
    ck_assert_int_eq(made.status, 0);
    run_clear(&made);
    scratch_write(".d/c", "{ \"format\": \"chasm-claims-1\", \"claims\": [\n"
                          "{ \"model\": \"m.json\", \"expect\": { \"verdict\": \"holds\" } },\n"
                          "{ \"model\": \"wrong.json\", \"expect\": { \"verdict\": \"fails\" } }\n"
                          "] }");
    expect(0, "chasm check .d/c -f github", "::notice::2 of 2 checks");
    expect(0, "cd .d && chasm check - <c -f tap", "ok 2 - wrong.json");
    scratch_write(".d/c", "{ \"format\": \"chasm-claims-1\", \"claims\": [\n"
                          "{ \"model\": \"wrong.json\", \"expect\": { \"verdict\": \"holds\", "
                          "\"margin\": \"1/9\" } } ] }");
    expect(1, "chasm check .d/c -f github", "::error file=.d/c,line=2,title=.d/wrong.json n=2");
    const char *open = "{ \"claim\": \"disjointness/one-layer-linear\", \"size\": 2, \"method\": "
                       "\"certificate\", \"expect\": { \"verdict\": \"%s\" } }";
    char entry[512];
    snprintf(entry, sizeof entry, open, "holds");
    expect_entry(3, entry, "verdict undecided, holds is expected");
    snprintf(entry, sizeof entry, open, "fails");
    expect_entry(3, entry, "verdict undecided, fails is expected");
    snprintf(entry, sizeof entry, open, "undecided");
    expect_entry(0, entry, "  met");
    Run remove = run("rm -r .d");
    run_clear(&remove);
    end();
}
END_TEST

START_TEST(wrong_entries_are_refused_with_their_line)
{
    begin();
    refuse_entry("{ \"claim\": \"equality/two-layer\" }", ".c:3: claims[0]: \"expect\" is missing");
    refuse_entry(EQUALITY "\"expect\": {} }", ".c:3: claims[0].expect: \"verdict\" is missing");
    refuse_entry("{\n\"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: claims[0]: \"claim\" or \"model\" is missing");
    refuse_entry("{ \"claim\": \"a\",\n\"model\": \"b\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].model: beside \"claim\": expected one of the two");
    refuse_entry("{ \"claim\": \"\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: claims[0].claim: expected the name of a claim");
    refuse_entry("{ \"claim\": 7, \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: claims[0].claim: expected a string");
    refuse_entry(EQUALITY "\"expect\": { \"verdict\": \"yes\" } }",
                 ".c:3: claims[0].expect.verdict: \"yes\", expected holds, fails or undecided");
    refuse_entry(EQUALITY "\n\"sise\": 3, \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].sise: unknown key");
    refuse_entry(EQUALITY "\n\"jobs\": 3, \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].jobs: unknown key");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\",\n\"heads\": 1 } }",
                 ".c:5: claims[0].expect.heads: unknown key");
    refuse_entry("\n[]", ".c:4: claims[0]: expected an object");
    refuse_entry("", ".c:2: claims: no entry: nothing would be checked");
    end();
}
END_TEST

START_TEST(wrong_values_are_refused_with_their_line)
{
    begin();
    refuse_entry(EQUALITY "\n\"mask\": \"half\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].mask: \"half\": causal or full is expected");
    refuse_entry(EQUALITY "\n\"mask\": [], \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].mask: expected a string or an integer");
    refuse_entry(EQUALITY "\n\"temperature\": 1.5, \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: claims[0].temperature: expected a string or an integer");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\", \"margin\": 0.3 } }",
                 ".c:4: claims[0].expect.margin: a decimal fraction, which may be inexact: "
                 "expected an integer or a string like \"-17/4\"");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\", \"margin\": NaN } }",
                 ".c:4: no valid JSON: invalid token near 'NaN'");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\", \"width\": -1 } }",
                 ".c:4: claims[0].expect.width: -1, expected 0 to 9007199254740992");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\", \"width\": 9007199254740993 } }",
                 ".c:4: claims[0].expect.width: 9007199254740993, expected 0 to 9007199254740992");
    refuse_entry(EQUALITY
                 "\n\"expect\": { \"verdict\": \"holds\", \"width\": 18446744073709551616 } }",
                 ".c:4: a number too large: write it as a string like \"-17/4\"; too big integer "
                 "near '18446744073709551616'");
    refuse_entry(EQUALITY "\n\"expect\": { \"verdict\": \"holds\", \"width\": \"6\" } }",
                 ".c:4: claims[0].expect.width: expected an integer");
    refuse_entry(EQUALITY "\n\"size\": 4, \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: no valid JSON: duplicate object key near '\"size\"'");
    refuse_entry("{ \"claim\": \"equality/two-layer\",\n\"size\": 9007199254740993, \"expect\": { "
                 "\"verdict\": \"holds\" } }",
                 ".c:4: claims[0].size: \"9007199254740993\": numbers end at 2^53 = "
                 "9007199254740992");
    end();
}
END_TEST

START_TEST(checks_that_cannot_be_done_are_refused_with_their_line)
{
    begin();
    refuse_entry("{ \"claim\": \"equalty/*\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: 'equalty/*': no such claim; 'chasm list' names them");
    refuse_entry("{ \"claim\": \"code/*\", \"mask\": \"full\", \"expect\": { \"verdict\": "
                 "\"holds\" } }",
                 ".c:3: --mask: has no effect on code/near-orthogonal");
    refuse_entry("{ \"claim\": \"dyck/recurrent\", \"size\": 3, \"expect\": { \"verdict\": "
                 "\"holds\" } }",
                 ".c:3: --size: '3': dyck takes words of even length n >= 2 (dyck/recurrent)");
    refuse_entry(EQUALITY "\"code\": \"hadamard:2\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: equality/two-layer: n = 3: --code: hadamard:2 has 2 words, fewer than 3");
    refuse_entry(EQUALITY "\"method\": \"certificate\", \"evaluator\": \"fast\", \"expect\": { "
                          "\"verdict\": \"holds\" } }",
                 ".c:3: --evaluator: certificates evaluate no inputs");
    refuse_entry("{ \"model\": \"none.json\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: none.json: No such file or directory");
    refuse_entry("{ \"model\": \"-\", \"expect\": { \"verdict\": \"holds\" } }",
                 ".c:3: a model is read from a file, not from standard input");
    refuse_entry(
        "{ \"model\": \".c\", \"mask\": \"full\", \"expect\": { \"verdict\": \"holds\" } }",
        ".c:3: claims[0].mask: not an option of a model file");
    // One that can be done before it is not begun.
    refuse_entry(EQUALITY "\"expect\": { \"verdict\": \"holds\" } },\n{ \"claim\": \"none\", "
                          "\"expect\": { \"verdict\": \"holds\" } }",
                 ".c:4: 'none': no such claim; 'chasm list' names them");
    end();
}
END_TEST

START_TEST(files_that_are_none_are_refused)
{
    begin();
    scratch_write(".c", "");
    expect_error("chasm check .c", ".c:1: the file is empty, expected JSON");
    scratch_write(".c", "\xef\xbb\xbf{}");
    expect_error("chasm check .c", ".c:1: a byte order mark, expected plain UTF-8");
    scratch_write(".c", "{\n\"claims\": [] }");
    expect_error("chasm check .c", ".c:1: \"format\" is missing");
    scratch_write(".c", "{\n\"format\": \"chasm-claims-2\",\r\n\"claims\": [] }");
    expect_error("chasm check .c", ".c:2: format: \"chasm-claims-2\", expected chasm-claims-1");
    scratch_write(".c", "{\n\"format\": \"chasm-claims-1\", \"note\": 3 }");
    expect_error("chasm check .c", ".c:2: note: expected a string");
    scratch_write(".c", "{\n\"format\": \"chasm-claims-1\" }");
    expect_error("chasm check .c", ".c:1: \"claims\" is missing");
    expect_error("chasm check .none", ".none: No such file or directory");
    expect_error("chasm check .", ".: Is a directory");
    expect_error("chasm check", "'chasm check' takes one FILE; '-' is standard input");
    expect_error("chasm check --update - </dev/null",
                 "--update: standard input cannot be rewritten");
    end();
}
END_TEST

START_TEST(an_update_changes_what_differs_and_nothing_else)
{
    begin();
    scratch_write(
        "c", "{\"format\":\"chasm-claims-1\", \"note\": \"Gr\xc3\xb6\xc3\x9f\x65 \\u0041\",\r\n"
             "\"claims\" : [\t{\"expect\":{\"width\"  :  77,\"verdict\":\"fails\"},\n"
             "   \"size\":\"2..3\", \"claim\":\"equality/two-layer\"},\n"
             "{\"claim\":\"equality/two-layer\", \"size\": 3, \"expect\": {\"margin\": "
             "\"26/76\", \"verdict\": \"holds\"}}\n]}\n\n");
    expect(0, "chasm check c --update -f tap", "not ok 1");
    char *after = contents("c");
    ck_assert_str_eq(after,
                     "{\"format\":\"chasm-claims-1\", \"note\": \"Gr\xc3\xb6\xc3\x9f\x65 "
                     "\\u0041\",\r\n"
                     "\"claims\" : [\t{\"expect\":{\"width\"  :  6,\"verdict\":\"holds\"},\n"
                     "   \"size\":\"2..3\", \"claim\":\"equality/two-layer\"},\n"
                     "{\"claim\":\"equality/two-layer\", \"size\": 3, \"expect\": {\"margin\": "
                     "\"26/76\", \"verdict\": \"holds\"}}\n]}\n\n");
    free(after);
    expect(0, "chasm check c -f github", "::notice::3 of 3 checks");
    ck_assert_uint_eq(count_files("."), 1);
    end();
}
END_TEST

START_TEST(an_update_without_all_values_leaves_the_file)
{
    begin();
    const char *text = "{\"format\":\"chasm-claims-1\",\n\"claims\": [\n"
                       "{\"claim\":\"equality/two-layer\", \"size\": 3, \"expect\": {\"width\": 1, "
                       "\"verdict\": \"holds\"}},\n"
                       "{\"claim\":\"equality/two-layer\", \"size\": 3, \"expect\": {\"precision\":"
                       " 1, \"verdict\": \"holds\"}}]}";
    scratch_write("c", text);
    Run r = run("chasm check c --update -f tap");
    ck_assert_int_eq(r.status, 3);
    ck_assert_str_eq(r.err, "chasm: warning: c:4: left as it was: not everything was measured\n");
    run_clear(&r);
    char *after = contents("c");
    ck_assert_str_eq(after, text);
    free(after);
    ck_assert_uint_eq(count_files("."), 1);
    end();
}
END_TEST

// The first check takes hours; the second is never begun, and must not look as if it had been.
START_TEST(an_interrupt_leaves_what_was_not_begun_undecided)
{
    begin();
    scratch_write("c", "{\"format\":\"chasm-claims-1\",\n\"claims\": [\n"
                       "{\"claim\":\"equality/two-layer\", \"size\": 12, \"evaluator\": \"naive\", "
                       "\"method\": \"exhaustive\", \"expect\": {\"verdict\": \"holds\"}},\n"
                       "{\"claim\":\"equality/two-layer\", \"size\": 3, \"expect\": "
                       "{\"verdict\": \"undecided\"}}]}");
    Run r = run("timeout --preserve-status -s INT 1 \"$CHASM\" check c -f tap 2>/dev/null");
    ck_assert_int_eq(r.status, 3);
    ck_assert_ptr_nonnull(strstr(r.out, "1..2\nnot ok 1"));
    ck_assert_ptr_nonnull(strstr(r.out, "\nnot ok 2 - equality/two-layer n=3\n"));
    ck_assert_ptr_nonnull(strstr(r.out, "interrupted before it was begun"));
    run_clear(&r);
    Run update = run("timeout --preserve-status -s INT 1 \"$CHASM\" check c --update 2>/dev/null");
    ck_assert_int_eq(update.status, 3);
    run_clear(&update);
    ck_assert_uint_eq(count_files("."), 1);
    end();
}
END_TEST

// What JUnit's XML says is read by another program.
START_TEST(reports_are_well_formed_for_odd_names)
{
    begin();
    Run r = run("chasm model equality -n 2 -o 'm<&\"]]>\x01.json' && printf '%s' "
                "'{\"format\":\"chasm-claims-1\",\"claims\":[{\"model\":\"m<&\\\"]]>\\u0001.json\","
                "\"expect\":{\"verdict\":\"fails\"}}]}' >c; chasm check c -f junit -o out.xml; "
                "echo $?; \"$CHASM_PYTHON\" -c 'import xml.etree.ElementTree as e; "
                "t = e.parse(\"out.xml\").getroot()[0]; print(t.get(\"failures\"), "
                "len(t), t[0][0].get(\"message\"))'");
    ck_assert_str_eq(r.err, "");
    ck_assert_str_eq(r.out, "1\n1 1 verdict holds, fails is expected\n");
    run_clear(&r);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        what_is_expected_is_compared_at_its_very_bound,
        sizes_of_machines_and_lower_bounds_are_compared,
        what_cannot_be_told_is_never_met,
        verdicts_that_fail_or_are_open_can_be_expected,
        wrong_entries_are_refused_with_their_line,
        wrong_values_are_refused_with_their_line,
        checks_that_cannot_be_done_are_refused_with_their_line,
        files_that_are_none_are_refused,
        an_update_changes_what_differs_and_nothing_else,
        an_update_without_all_values_leaves_the_file,
        an_interrupt_leaves_what_was_not_begun_undecided,
        reports_are_well_formed_for_odd_names,
    };
    return HARNESS_RUN("claim_file", tests);
}
