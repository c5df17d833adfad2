// Two files of verdicts: what got worse is found, and nothing else is called worse.
#include "base/text.h"
#include "program.h"
#include "scratch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE(members) "{\"claim\": \"a/b\", \"n\": 3, \"arithmetic\": \"exact\", " members "}\n"
#define WHOLE                                                                                      \
    LINE("\"verdict\": \"holds\", \"margin\": \"13/38\", \"margin_kind\": \"exact\", "             \
         "\"width\": 6, \"precision\": 5, \"bits\": 30, \"lower_bound\": {\"bits\": 9}, "          \
         "\"method\": \"exhaustive\", \"outcome\": \"met\"")

// The comparison of the two ends so, and prints that somewhere.
static void compare(int status, const char *old, const char *new, const char *somewhere) {
    scratch_write("old", old);
    scratch_write("new", new);
    expect(status, "chasm diff old new -f csv", somewhere);
}

// WHOLE with one member another, as a string that the caller frees.
static char *changed(const char *from, const char *to) {
    Text t = { 0 };
    const char *at = strstr(WHOLE, from);
    ck_assert_ptr_nonnull(at);
    text_add_bytes(&t, WHOLE, (size_t)(at - WHOLE));
    text_printf(&t, "%s%s", to, at + strlen(from));
    return text_take(&t);
}

static void change(int status, const char *from, const char *to, const char *row) {
    char *new = changed(from, to);
    compare(status, WHOLE, new, row);
    free(new);
}

START_TEST(what_is_worse_fails_and_nothing_else_does)
{
    begin();
    compare(0, WHOLE, WHOLE, "result,field,old,new,change\n");
    change(1, "holds", "fails", "verdict,holds,fails,worse");
    change(1, "holds", "undecided", "verdict,holds,undecided,worse");
    change(1, "13/38", "13000000000000000000/38000000000000000001", "margin,13/38,");
    change(0, "13/38", "13000000000000000001/38000000000000000000", ",not worse");
    change(1, "\"13/38\"", "null", "margin,13/38,,worse");
    change(0, "\"exact\", \"width\"", "\"lower\", \"width\"", "margin_kind,exact,lower,not worse");
    change(0, "\"13/38\"", "\"26/76\"", "result,field,old,new,change\n");
    change(1, "\"width\": 6", "\"width\": 7", "width,6,7,worse");
    change(0, "\"width\": 6", "\"width\": 5", "width,6,5,not worse");
    change(1, "\"width\": 6", "\"width\": null", "width,6,,worse");
    change(1, "\"precision\": 5", "\"precision\": 6", "precision,5,6,worse");
    change(1, "\"bits\": 30", "\"bits\": 31", "bits,30,31,worse");
    change(1, "\"bits\": 9", "\"bits\": 8", "lower_bound,9,8,worse");
    change(0, "\"bits\": 9", "\"bits\": 10", "lower_bound,9,10,not worse");
    change(1, "\"met\"", "\"not met\"", "expectations,met,not met,worse");
    change(0, "exhaustive", "certificate", "how,method exhaustive,method certificate,not worse");
    end();
}
END_TEST

START_TEST(results_belong_together_by_what_they_are_about)
{
    begin();
    char *other = changed("\"n\": 3", "\"n\": 4"), *both = NULL;
    Text t = { 0 };
    compare(1, WHOLE, other, "result,there,,worse");
    text_printf(&t, "\n%s\r\n%s", other, WHOLE);   // any order, blank lines
    both = text_take(&t);
    compare(1, both, WHOLE, "result,there,,worse");
    compare(0, WHOLE, both, "result,,there,not worse");
    free(both);
    // The same claim by two methods: each is compared with its own.
    char *certificate = changed("exhaustive", "certificate"), *small;
    text_printf(&t, "%s%s", certificate, WHOLE);
    both = text_take(&t);
    text_printf(&t, "%s%s", WHOLE, certificate);
    char *swapped = text_take(&t);
    compare(0, both, swapped, "result,field,old,new,change\n");
    small = changed("13/38", "1/38");
    text_printf(&t, "%s%s", small, certificate);
    char *worse = text_take(&t);
    compare(1, both, worse, "margin,13/38,1/38,worse");
    compare(1, both, WHOLE, "result,there,,worse");
    free(other);
    free(certificate);
    free(both);
    free(swapped);
    free(small);
    free(worse);
    end();
}
END_TEST

// A margin that is gone, in a line that lacks the member altogether.
START_TEST(what_is_missing_counts_as_unknown)
{
    begin();
    compare(1, WHOLE, LINE("\"verdict\": \"holds\""), "margin,13/38,,worse");
    compare(0, LINE("\"verdict\": \"holds\""), WHOLE, "margin,,13/38,not worse");
    end();
}
END_TEST

static void refuse(const char *text, const char *message) {
    scratch_write(".old", text);
    expect_error("chasm diff .old .old", message);
}

START_TEST(files_that_hold_no_verdicts_are_refused)
{
    begin();
    refuse("", ".old:1: no result: there is nothing to compare");
    refuse("\n \n", ".old:1: no result: there is nothing to compare");
    refuse("\n[1]\n", ".old:2: expected a JSON object, as -f json writes them");
    refuse("\n{}\n", ".old:2: [0]: \"claim\" is missing");
    refuse("{\"claim\": \"a\"}\n", ".old:1: [0]: \"verdict\" is missing");
    refuse(WHOLE "\n" LINE("\"verdict\": \"maybe\""),
           ".old:3: [1].verdict: \"maybe\", expected holds, fails or undecided");
    refuse(LINE("\"verdict\": \"holds\", \"margin\": NaN"),
           ".old:1: no valid JSON: invalid token near 'NaN'");
    refuse(LINE("\"verdict\": \"holds\", \"margin\": 0.5"),
           ".old:1: [0].margin: a decimal fraction, which may be inexact: expected an integer or "
           "a string like \"-17/4\"");
    refuse(LINE("\"verdict\": \"holds\", \"margin\": \"1/2\", \"margin_kind\": \"upper\""),
           ".old:1: [0][\"margin_kind\"]: \"upper\", expected exact or lower");
    refuse(LINE("\"verdict\": \"holds\", \"lower_bound\": 7"),
           ".old:1: [0][\"lower_bound\"]: expected an object");
    refuse(LINE("\"verdict\": \"holds\", \"verdict\": \"holds\""),
           ".old:1: no valid JSON: duplicate object key near '\"verdict\"'");
    expect_error("chasm diff .old", "'chasm diff' takes two files, OLD and NEW; '-' is standard "
                                    "input");
    expect_error("chasm diff - -", "'-': standard input cannot be both files");
    expect_error("chasm diff .none .old", ".none: No such file or directory");
    end();
}
END_TEST

// What the program writes it reads, from the check of a claim file as well.
START_TEST(what_the_program_writes_can_be_compared)
{
    begin();
    expect(0,
           "chasm verify -n 2 -f json -o a; chasm verify -n 2 -f json --mask full -o b; chasm "
           "diff a a",
           "nothing differs");
    expect(1, "chasm diff a b", "something is worse");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        what_is_worse_fails_and_nothing_else_does, results_belong_together_by_what_they_are_about,
        what_is_missing_counts_as_unknown,         files_that_hold_no_verdicts_are_refused,
        what_the_program_writes_can_be_compared,
    };
    return HARNESS_RUN("diff", tests);
}
