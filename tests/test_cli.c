// The program as a user meets it: exit status, standard output, standard error, files left behind.
#include "base/text.h"
#include "program.h"
#include "scratch.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(numbers_beyond_2_to_the_53_are_strings)
{
    begin();
    const char *line =
        "chasm verify index-lookup/one-layer -n 2^64 -m weight-distribution --reproducible";
    Text json = { 0 };
    text_printf(&json, "%s -f json", line);
    expect(0, text_string(&json), "\"n\": \"18446744073709551616\"");
    expect(0, text_string(&json), "\"length\": \"18446744073709551617\"");
    expect(0, text_string(&json), "\"N\": \"18446744073709551616\"");
    expect(0, text_string(&json), "\"inputs\": \"2^18446744073709551680\"");
    expect(0, text_string(&json), "\"method\": \"weight-distribution\"");
    expect(0, line, "index-lookup/one-layer  2^64  holds");
    text_printf(&json, " --code binary --temperature 1");
    expect(1, text_string(&json), "\"witness\": \"0: 0; 1..64: 1\"");
    text_clear(&json);
    end();
}
END_TEST

START_TEST(verdicts_come_out_in_every_format)
{
    begin();
    expect(0, "chasm verify equality/two-layer -n 1..3", "holds");
    expect(0, "chasm verify '*/two-layer' -n 2 -f json --reproducible", "\"inputs\": \"16\"");
    expect(0, "chasm verify 'index*' -n 2 --mask full --alphabet 3 -f csv", "index-lookup");
    expect(0, "chasm verify equality/two-layer -n 2 --readout uniform -f markdown", "| holds |");
    expect(0, "chasm verify equality/two-layer -n 2 -f latex", "\\toprule");
    expect(0, "chasm verify --siz 2 --forma json equality/two-layer --evaluator naive",
           "\"holds\"");
    expect(0, "chasm table margins -n 2 -f json", "\"agree\": true");
    expect(0, "chasm list", "arithmetics\n");
    expect(0, "chasm list codes", "bch");
    expect(0, "chasm list codes -f csv | grep -c claims | cat", "0\n");
    expect(0, "chasm list -f json", "\"name\": \"equality/two-layer\"");
    end();
}
END_TEST

START_TEST(text_tables_of_verdicts_fit_in_80_columns)
{
    begin();
    Run r = run("chasm verify -n 4");
    ck_assert_int_eq(r.status, 0);
    for (char *line = strtok(r.out, "\n"); line; line = strtok(NULL, "\n"))
        ck_assert_msg(strlen(line) <= 80, "%s", line);
    run_clear(&r);
    r = run("for c in verify list code table model; do chasm $c --help; done; chasm --help");
    for (char *line = strtok(r.out, "\n"); line; line = strtok(NULL, "\n"))
        ck_assert_msg(strlen(line) <= 80, "%s", line);
    run_clear(&r);
    end();
}
END_TEST

START_TEST(json_verdicts_have_the_documented_fields_in_order)
{
    const char *fields =
        "claim task n length quantifier method arithmetic base mask readout alphabet brackets "
        "depth dimension formula keys queries "
        "temperature code verdict margin "
        "margin_kind margin_decimal promise attention witness output inputs excluded width heads "
        "layers mlp "
        "parameters "
        "precision bits states collision lower_bound seconds ";
    begin();
    Text keys = { 0 };
    Run r = run("chasm verify disjointness/two-layer -n 3 -f json");
    ck_assert_int_eq(r.status, 0);
    json_t *verdict = json_loads(r.out, 0, NULL);
    const char *key;
    json_t *value;
    ck_assert_ptr_nonnull(verdict);
    json_object_foreach(verdict, key, value) text_printf(&keys, "%s ", key);
    ck_assert_str_eq(text_string(&keys), fields);
    ck_assert_str_eq(json_string_value(json_object_get(verdict, "inputs")), "64");
    ck_assert_int_eq(json_integer_value(json_object_get(verdict, "n")), 3);
    json_decref(verdict);
    text_clear(&keys);
    run_clear(&r);
    expect(0, "chasm verify equality/two-layer -n 2 -f json", "\"margin_kind\": \"exact\"");
    expect(0, "chasm verify equality/two-layer -n 2 -a ball -f json", "\"margin_kind\": \"lower\"");
    end();
}
END_TEST

START_TEST(the_output_is_the_same_for_every_number_of_threads_and_run)
{
    begin();
    expect(
        0,
        "for j in 1 2 7; do chasm verify -n 2..4 -f json --reproducible -j $j 2>/dev/null | cksum;"
        " done | uniq | wc -l",
        "1\n");
    end();
}
END_TEST

START_TEST(models_that_are_written_are_checked_and_spoilt_ones_refuted)
{
    begin();
    expect(0, "chasm model equality -n 2 -o m.json && chasm model check m.json", "holds");
    expect(0, "chasm model equality/two-layer -n 2 | chasm model check - -f json", "\"holds\"");
    // The readout's sign turned: equal strings are called different.
    Run r =
        run("sed 's/\"b\": \"1\\/2\"/\"b\": \"-1\\/2\"/' m.json >bad.json; cmp -s m.json bad.json "
            "|| chasm model check bad.json");
    ck_assert_msg(r.status == 1 && strstr(r.out, "fails on the input: "), "%d: %s%s", r.status,
                  r.out, r.err);
    run_clear(&r);
    r = run("head -c 100 m.json >cut.json; chasm model check cut.json");
    ck_assert_int_eq(r.status, 2);
    ck_assert_msg(strncmp(r.err, "chasm: cut.json:", 16) == 0, "%s", r.err);
    ck_assert_str_eq(r.out, "");
    run_clear(&r);
    r = run("chasm model check absent.json");
    ck_assert_int_eq(r.status, 2);
    ck_assert_ptr_nonnull(strstr(r.err, "absent.json"));
    run_clear(&r);
    end();
}
END_TEST

START_TEST(codes_are_found_named_and_checked)
{
    begin();
    expect(0, "chasm code 128 -f json", "\"N\": 128");
    expect(0, "chasm code 32..128*2", "all-");
    expect(0, "chasm code 8 --code hadamard:8 -f json", "\"epsilon\": \"0\"");
    expect(1, "chasm code 5 --code random:2", " are equal");
    expect(3, "chasm code 1", "nothing was checked");
    expect(0, "chasm code 16 --vectors | grep -c '^[-+]*$'", "16\n");
    expect(0, "chasm code 128 --vectors -o v && chasm code check v -f json", "\"max_inner\": 3");
    expect(0, "chasm code 16 --vectors | chasm code check -", "all-pairs");
    expect(1, "printf '+-+\\n--+\\n+-+\\n' | chasm code check -",
           "Vectors 1 and 3, counted from 1, are equal.");
    expect(0, "printf '1 0.5\\n-1 1/2\\n' | chasm code check - -f json", "\"max_inner\": \"-3/4\"");
    expect(1, "printf '1 0\\n2 0\\n' | chasm code check -",
           "standard input:1 scores its own key no higher than that of line 2.");
    expect(0, "chasm table codes -n 2048", "466");
    end();
    begin();
    expect_error("chasm code 9 --code hadamard:8",
                 "--code: 'hadamard:8': hadamard:8 has 8 words, fewer than 9");
    expect_error("printf '+-\\n+\\n' | chasm code check -",
                 "standard input:2: 1 entries, expected 2 as in line 1");
    expect_error("chasm code check absent", "absent: No such file or directory");
    expect_error("chasm code 1..3 --vectors", "'1..3': one size is expected with --vectors");
    end();
}
END_TEST

START_TEST(output_files_are_whole_or_not_there)
{
    begin();
    expect_error("chasm list -o absent/x",
                 "--output: 'absent/x': cannot be written: No such file or directory");
    expect_error("chasm list -o .", "--output: '.': is a directory");
    expect_error("chasm list -o ''", "--output: '': the name of a file is expected");
    expect(0, "echo old >kept; chasm verify zzz -o kept 2>/dev/null; cat kept", "old\n");
    expect(0, "chasm list -o new && test -s new && ls -a", "new\n");
    expect(0, "ln -s new link; chasm verify -n 2 -o link && test -L link && cat new", "holds");
    expect(0, "chmod 640 new; chasm list -o new; ls -l new", "-rw-r-----");
    expect(0, "(umask 027; chasm list -o fresh); ls -l fresh", "-rw-r-----");
    expect(0, "ls -a | grep -c chasm- | cat", "0\n");
    expect(0, "chasm list -o /dev/null && test -c /dev/null && echo there", "there");
    end();
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    begin();
    const char *lines[] = { "chasm list",
                            "chasm --help",
                            "chasm verify --help",
                            "chasm --version",
                            "chasm verify -n 2",
                            "chasm model equality -n 2",
                            "chasm verify -n 2 -f json" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        Text line = { 0 };
        text_printf(&line, "%s >/dev/full", lines[i]);
        expect_error(text_string(&line),
                     "standard output: cannot be written: No space left on device");
        text_clear(&line);
    }
    expect_error("chasm list -o /dev/full",
                 "/dev/full: cannot be written: No space left on device");
    expect_error("chasm list >&-", "standard output: cannot be written: Bad file descriptor");
    end();
}
END_TEST

START_TEST(a_file_too_large_is_an_error_and_leaves_nothing)
{
    begin();
    Run r = run("ulimit -f 1; chasm model equality -n 8 -o a.json; echo $?; ls -A");
    ck_assert_msg(strcmp(r.out, "2\n.err\n.out\n") == 0, "%s", r.out);
    ck_assert_ptr_nonnull(strstr(r.err, "a.json: cannot be written: "));
    run_clear(&r);
    r = run("ln -s nowhere a; chasm model equality -n 1 -o a; echo $?; readlink a");
    ck_assert_msg(strcmp(r.out, "2\nnowhere\n") == 0, "%s", r.out);
    run_clear(&r);
    end();
}
END_TEST

START_TEST(a_model_too_large_to_hold_is_refused_before_any_work)
{
    begin();
    expect_error("chasm model equality -n 1048577",
                 "equality/two-layer: n = 1048577: the model's "
                 "embedding table has over 2^26 numbers; only certificates over a linear "
                 "code of n = 2^r words do without");
    end();
}
END_TEST

START_TEST(a_full_disk_keeps_the_old_file)
{
    begin();
    // A limit on the size of files stands in for a full disk.
    Run r = run("echo old >kept; ulimit -f 1; trap '' XFSZ; chasm model equality -n 12 -o kept; "
                "echo $?; cat kept; ls -a");
    ck_assert_msg(strcmp(r.out, "2\nold\n.\n..\n.err\n.out\nkept\n") == 0, "%s", r.out);
    ck_assert_str_eq(r.err, "chasm: kept: cannot be written: File too large\n");
    run_clear(&r);
    end();
}
END_TEST

START_TEST(a_closed_pipe_is_an_error_and_no_signal)
{
    begin();
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        if (freopen("err", "w", stderr) == NULL)
            _exit(99);
        execl(getenv("CHASM"), "chasm", "list", (char *)NULL);
        _exit(99);
    }
    close(ends[1]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    char *err = contents("err");
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 2);
    ck_assert_str_eq(err, "chasm: standard output: cannot be written: Broken pipe\n");
    free(err);
    end();
}
END_TEST

START_TEST(an_interrupt_stops_cleanly_and_leaves_the_verdict_open)
{
    begin();
    Run r = run("\"$CHASM\" verify equality/two-layer -n 16 -m exhaustive -f json -o out.json & "
                "pid=$!; sleep 0.5; "
                "kill -INT $pid; wait $pid; echo $?; cat out.json");
    ck_assert_msg(strncmp(r.out, "3\n", 2) == 0, "%s%s", r.out, r.err);
    ck_assert_msg(strstr(r.out, "\"verdict\": \"undecided\"") != NULL, "%s", r.out);
    ck_assert_ptr_nonnull(strstr(r.out, "\"margin\": null"));
    ck_assert_ptr_nonnull(strstr(r.err, "undecided: "));
    run_clear(&r);
    end();
}
END_TEST

START_TEST(every_command_has_help_with_an_example)
{
    begin();
    expect(0, "chasm --help", "\nCommands\n");
    expect(0, "chasm -h", "\nCommands\n");
    expect(0, "chasm help", "\nCommands\n");
    expect(0, "chasm --version", "chasm ");
    const char *commands[] = { "verify", "list", "code", "table", "model" };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        Text line = { 0 }, example = { 0 };
        text_printf(&example, "\nExamples\n  chasm %s", commands[i]);
        text_printf(&line,
                    "chasm %s --help >a; chasm help %s >b; chasm %s -h nonsense >c; "
                    "cmp a b && cmp a c && cat a",
                    commands[i], commands[i], commands[i]);
        expect(0, text_string(&line), text_string(&example));
        text_clear(&line);
        text_clear(&example);
    }
    end();
}
END_TEST

// Every line of roff is text without control characters in front, or one of the requests we use.
static void check_roff(char *page) {
    const char *requests[] = { "TH", "SH", "PP", "TP", "B", "I", "br", "BR" };
    size_t headings = 0;
    for (char *line = strtok(page, "\n"); line; line = strtok(NULL, "\n")) {
        ck_assert_msg(line[0] != '\'', "%s", line);
        headings += strncmp(line, ".SH ", 4) == 0;
        if (line[0] != '.')
            continue;
        bool known = false;
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
            size_t length = strlen(requests[i]);
            known |= strncmp(line + 1, requests[i], length) == 0 &&
                     (line[length + 1] == '\0' || line[length + 1] == ' ');
        }
        ck_assert_msg(known, "%s", line);
    }
    ck_assert_uint_ge(headings, 6);
}

START_TEST(the_manual_is_well_formed_roff)
{
    begin();
    const char *pages[] = { "", "verify", "list", "code", "table", "model" };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        Text line = { 0 };
        text_printf(&line, "chasm --man %s", pages[i]);
        Run r = run(text_string(&line));
        ck_assert_int_eq(r.status, 0);
        ck_assert_ptr_eq(strstr(r.out, ".TH CHASM"), r.out);
        check_roff(r.out);
        run_clear(&r);
        text_clear(&line);
    }
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        numbers_beyond_2_to_the_53_are_strings,
        verdicts_come_out_in_every_format,
        text_tables_of_verdicts_fit_in_80_columns,
        json_verdicts_have_the_documented_fields_in_order,
        the_output_is_the_same_for_every_number_of_threads_and_run,
        models_that_are_written_are_checked_and_spoilt_ones_refuted,
        codes_are_found_named_and_checked,
        output_files_are_whole_or_not_there,
        a_full_disk_is_an_error,
        a_file_too_large_is_an_error_and_leaves_nothing,
        a_model_too_large_to_hold_is_refused_before_any_work,
        a_full_disk_keeps_the_old_file,
        a_closed_pipe_is_an_error_and_no_signal,
        an_interrupt_stops_cleanly_and_leaves_the_verdict_open,
        every_command_has_help_with_an_example,
        the_manual_is_well_formed_roff,
    };
    return HARNESS_RUN("cli", tests);
}
