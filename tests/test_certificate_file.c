// Certificates as users meet them: written by chasm verify and chasm model check, checked by
// chasm-check.
#include "base/text.h"
#include "program.h"
#include "scratch.h"
#include <stdlib.h>
#include <string.h>

// What writes the files of forgeries/right.
static const struct {
    const char *file, *line;
} written[] = {
    { "equality", "verify equality/two-layer -n 1" },
    { "equality-full", "verify equality/two-layer -n 2 --mask full --readout uniform" },
    { "disjointness", "verify disjointness/two-layer -n 1" },
    { "index-lookup", "verify index-lookup/one-layer -n 2" },
    { "index-lookup-3", "verify index-lookup/one-layer -n 2 --alphabet 3" },
    { "equality-words", "verify equality/one-layer-linear -n 1" },
    { "disjointness-words", "verify disjointness/one-layer-linear -n 1" },
    { "dyck-words", "verify dyck/one-layer-linear -n 2 --brackets 1 --depth 1" },
    { "dyck-states", "verify dyck/recurrent -n 0 --brackets 1 --depth 1" },
    { "dyck-automaton", "verify dyck/recurrent-automaton -n 2 --brackets 1 --depth 1" },
    { "queue", "verify equality/recurrent-linear -n 1" },
    { "ring", "verify index-lookup/recurrent-linear -n 2" },
    { "code-span", "verify code/near-orthogonal -n 4 --code hadamard" },
    { "code-pairs", "verify code/near-orthogonal -n 5" },
    { "states-equality", "verify equality/recurrent-lower -n 2" },
    { "states-index", "verify index-lookup/recurrent-lower -n 2" },
    { "states-dyck", "verify dyck/recurrent-lower -n 4" },
    { "fooling-equality", "bound equality -n 2" },
    { "fooling-dyck", "bound dyck:1,1 -n 4" },
    { "fooling-index", "bound index-lookup -n 2 --split query" },
};

enum { BY_HAND = 2 };   // equality-by-words, ring-relu: what chasm would write another way

static void expect_same(const char *line, const char *file) {
    Text path = { 0 };
    Run r = run(line);
    ck_assert_msg(r.status == 0 && *r.err == '\0', "%s: %s", line, r.err);
    run_clear(&r);
    text_printf(&path, "forgeries/right/%s.txt", file);
    char *got = contents("c.txt"), *expected = contents(tests_path(text_string(&path)));
    ck_assert_msg(strcmp(got, expected) == 0, "%s: not %s", line, file);
    free(got);
    free(expected);
    text_clear(&path);
}

START_TEST(the_same_verdict_gives_the_same_bytes_for_every_j)
{
    begin();
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        for (int jobs = 1; jobs <= 3; jobs += 2) {
            Text line = { 0 };
            text_printf(&line, "chasm %s%s --certificate c.txt", written[i].line,
                        jobs == 1                 ? ""
                        : *written[i].line == 'v' ? " -j 3"
                                                  : " -f json");
            expect_same(text_string(&line), written[i].file);
            text_clear(&line);
        }
    ck_assert_uint_eq(count_files(tests_path("forgeries/right")),
                      sizeof written / sizeof *written + BY_HAND);
    end();
}
END_TEST

START_TEST(a_model_file_gives_the_certificate_of_its_construction)
{
    begin();
    expect_same("chasm model equality -n 1 -o m.json && "
                "chasm model check m.json --certificate c.txt >/dev/null",
                "equality");
    expect_same("chasm model check m.json -m certificate --certificate c.txt >/dev/null",
                "equality");
    expect_same("chasm model dyck --brackets 1 --depth 1 -o m.json && "
                "chasm model check m.json --certificate c.txt >/dev/null",
                "dyck-states");
    end();
}
END_TEST

// Sizes at which enumeration is out of the question, and all kinds in all variants.
START_TEST(the_checker_verifies_what_is_written)
{
    static const char *const lines[] = {
        "equality/two-layer -n 9",
        "equality/two-layer -n 128 --mask full",
        "disjointness/two-layer -n 37 --readout uniform",
        "disjointness/two-layer -n 64",
        "index-lookup/one-layer -n 33 --alphabet 5",
        "index-lookup/one-layer -n 64 --mask full",
        "equality/one-layer-linear -n 4",
        "disjointness/one-layer-linear -n 3 --mask full",
        "dyck/one-layer-linear -n 4 --depth 2",
        "dyck/recurrent -n 0 --depth 3",
        "dyck/recurrent-automaton -n 0",
        "dyck/recurrent -n 4",
        "index-lookup/recurrent-linear -n 4 --alphabet 3",
        "disjointness/recurrent-linear -n 4",
        "code/near-orthogonal -n 32",
        "code/near-orthogonal -n 2048",
        "index-lookup/recurrent-lower -n 4 --alphabet 3",
        "disjointness/recurrent-lower -n 5",
        "dyck/recurrent-lower -n 8",
        "code/near-orthogonal -n 100 --code random",
    };
    begin();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        Text line = { 0 };
        text_printf(&line,
                    "chasm verify %s --certificate c.txt >/dev/null && "
                    "\"$CHASM_CHECK\" c.txt; s=$?; rm -f c.txt; exit $s",
                    lines[i]);
        expect(0, text_string(&line), "VERIFIED: ");
        text_clear(&line);
    }
    end();
}
END_TEST

START_TEST(what_has_no_certificate_is_an_error_that_says_why)
{
    begin();
    expect_error("chasm verify equality/two-layer -n 2..3 --certificate c.txt",
                 "--certificate: one claim and one size are expected, not 2 checks");
    expect_error("chasm verify equality/two-layer -n 2 -a ball --certificate c.txt",
                 "--certificate: certificate files are for arithmetic exact only");
    expect_error("chasm verify equality/two-layer -n 2 -m weight-distribution --certificate c.txt",
                 "--certificate: the method weight-distribution has no certificate file: there is "
                 "no model to write");
    expect_error("chasm verify equality/two-layer -n 2 --certificate -",
                 "--certificate: '-': the name of a file is expected");
    expect_error("chasm verify equality/two-layer -n 2 --certificate .",
                 "--certificate: '.': is a directory");
    expect_error("chasm verify equality/two-layer -n 2 --certificate none/c.txt",
                 "--certificate: 'none/c.txt': cannot be written: No such file or directory");
    expect_error("chasm model equality -n 2 --certificate c.txt",
                 "--certificate: not an option of 'model TASK'");
    expect_error("chasm verify equality/two-layer -n 2 --certificate /dev/full -o /dev/null",
                 "/dev/full: cannot be written: No space left on device");
    expect_error("chasm verify equality/one-layer-linear -n 9 --certificate c.txt -o /dev/null",
                 "--certificate: equality/one-layer-linear: no certificate file for models of this "
                 "form with more than 2^16 words yet");
    expect_error("chasm verify dyck/recurrent-lower -n 0 --certificate c.txt -o /dev/null",
                 "--certificate: dyck/recurrent-lower: no certificate file for lower bounds about "
                 "words of every length yet");
    expect_error("chasm bound equality -n 2..3 --certificate c.txt",
                 "--certificate: one size is expected, not 2");
    expect_error(
        "chasm bound equality -n 64 --certificate c.txt -o /dev/null",
        "--certificate: equality: closed forms have no certificate file: their proof is on "
        "paper");
    expect_error("chasm bound recall -n 2 --certificate c.txt -o /dev/null",
                 "--certificate: recall: no certificate file for this task yet");
    Run r = run("printf '%s\\n' 'states a' 'alphabet 0' 'start a' 'accepting a' 'a 0 a' >a.txt && "
                "chasm model automaton a.txt -o m.json && "
                "chasm model check m.json -o /dev/null --certificate c.txt; s=$?; rm a.txt m.json; "
                "exit $s");
    ck_assert_int_eq(r.status, 2);
    ck_assert_str_eq(r.err, "chasm: --certificate: m.json: no certificate file for models of this "
                            "task yet\n");
    ck_assert_uint_eq(count_files("."), 0);
    run_clear(&r);
    end();
}
END_TEST

START_TEST(what_does_not_hold_leaves_no_certificate)
{
    static const struct {
        int status;
        const char *line;
    } cases[] = {
        { 1, "index-lookup/one-layer -n 16 --temperature 1 --code binary -m certificate" },
        { 3, "equality/two-layer -n 3 --temperature 1 --code binary" },
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text line = { 0 };
        text_printf(&line, "chasm verify %s --certificate c.txt", cases[i].line);
        Run r = run(text_string(&line));
        ck_assert_int_eq(r.status, cases[i].status);
        ck_assert_ptr_nonnull(
            strstr(r.err, "no certificate is written: the claim is not proved\n"));
        ck_assert_uint_eq(count_files("."), 0);
        run_clear(&r);
        text_clear(&line);
    }
    end();
}
END_TEST

START_TEST(the_checker_tells_wrong_use_from_wrong_certificates)
{
    static const struct {
        int status;
        const char *line, *out, *err;
    } cases[] = {
        { 2, "\"$CHASM_CHECK\" none.txt", "",
          "chasm-check: none.txt: cannot be read: No such file or directory\n" },
        { 2, "\"$CHASM_CHECK\" .", "", "chasm-check: .: cannot be read: Is a directory\n" },
        { 1, "\"$CHASM_CHECK\" - </dev/null",
          "NOT VERIFIED: line 1: expected chasm-certificate-1\n", "" },
        { 1, "yes | head -c 3000000 | \"$CHASM_CHECK\" -",
          "NOT VERIFIED: line 1: expected chasm-certificate-1\n", "" },
        { 2, "\"$CHASM_CHECK\" - </dev/null >/dev/full", "",
          "chasm-check: standard output cannot be written\n" },
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Run r = run(cases[i].line);
        ck_assert_int_eq(r.status, cases[i].status);
        ck_assert_str_eq(r.out, cases[i].out);
        ck_assert_str_eq(r.err, cases[i].err);
        run_clear(&r);
    }
    expect(0, "\"$CHASM_CHECK\" --help", "Usage: chasm-check FILE...");
    Run r = run("\"$CHASM_CHECK\"");
    ck_assert_int_eq(r.status, 2);
    ck_assert_ptr_nonnull(strstr(r.err, "Usage: chasm-check FILE..."));
    run_clear(&r);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_same_verdict_gives_the_same_bytes_for_every_j,
        a_model_file_gives_the_certificate_of_its_construction,
        the_checker_verifies_what_is_written,
        what_has_no_certificate_is_an_error_that_says_why,
        what_does_not_hold_leaves_no_certificate,
        the_checker_tells_wrong_use_from_wrong_certificates,
    };
    return HARNESS_RUN("certificate_file", tests);
}
