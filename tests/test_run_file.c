// Exhaustive checks in parts and in files: whatever interrupts them, the verdict is to the byte
// that of the check in one piece; and a file that is not what a check wrote is refused.
#include "base/alloc.h"
#include "base/digest.h"
#include "base/text.h"
#include "program.h"
#include "scratch.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// ---- parts ----

// Runs the line; what it prints, for the caller to free.
static char *output_of(int status, const char *line) {
    Run r = run(line);
    ck_assert_msg(r.status == status, "%s: status %d: %s", line, r.status, r.err);
    char *out = alloc_string(r.out);
    run_clear(&r);
    return out;
}

// Runs the line for its effects.
static void do_line(const char *line) { free(output_of(0, line)); }

// The check in one piece, and in k parts, joined in some order.
static void compare_parts(const char *check, int status, size_t k) {
    Text line = { 0 }, files = { 0 };
    text_printf(&line, "chasm verify %s -m exhaustive --reproducible", check);
    char *whole = output_of(status, text_string(&line));
    for (size_t i = 1; i <= k; i++) {
        text_clear(&line);
        text_printf(&line, "chasm verify %s -m exhaustive --shard %zu/%zu --resume part%zu -j %zu",
                    check, i, k, i, 1 + i % 3);
        Run r = run(text_string(&line));
        bool right = k == 1 ? r.status == status : r.status == 3 || (r.status == 1 && status == 1);
        ck_assert_msg(right, "%s: %d: %s", text_string(&line), r.status, r.err);
        run_clear(&r);
        text_printf(&files, " part%zu", 1 + (i + 1) % k);   // each of them once
    }
    text_clear(&line);
    text_printf(&line, "chasm merge%s --reproducible", text_string(&files));
    char *joined = output_of(status, text_string(&line));
    ck_assert_str_eq(joined, whole);
    free(joined);
    free(whole);
    text_clear(&line);
    text_clear(&files);
    do_line("rm part*");
}

START_TEST(parts_joined_say_what_the_whole_says)
{
    static const struct {
        const char *check;
        int status;
    } checks[] = {
        { "equality/two-layer -n 4", 0 },
        { "equality/two-layer -n 8 --mask full --readout uniform", 0 },
        { "equality/two-layer -n 3 --evaluator naive", 0 },
        { "disjointness/two-layer -n 3 -a fixed:9", 0 },
        { "disjointness/two-layer -n 3 -a float:bfloat16 --mask full", 0 },
        { "equality/two-layer -n 3 -a ball -b e", 0 },
        { "index-lookup/one-layer -n 4 --alphabet 3", 0 },
        { "equality/two-layer -n 4 --code binary --temperature 1", 3 },   // scores of 1/2
        { "equality/two-layer -n 3 -a fixed:2", 1 },
        { "equality/two-layer -n 3 -a ball --code binary --temperature 1", 1 },
        { "equality/one-layer-linear -n 4 -a fixed:5", 1 },
        { "equality/one-layer-linear -n 3", 0 },
    };
    begin();
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        for (size_t k = 1; k <= 5; k += 2)
            compare_parts(checks[i].check, checks[i].status, k);
    end();
}
END_TEST

START_TEST(what_does_not_cover_everything_once_is_not_joined)
{
    begin();
    do_line("for i in 1 2 3; do chasm verify equality/two-layer -n 3 -m exhaustive --shard "
            "$i/3 --resume .p$i -o .x; done; cp .p2 .copy; chasm verify equality/two-layer -n "
            "3 -m exhaustive --shard 2/2 --resume .half -o .x; chasm verify "
            "disjointness/two-layer -n 3 -m exhaustive --shard 3/3 --resume .other -o .x; "
            "chasm verify equality/two-layer -n 3 -m exhaustive --temperature 3 --shard 3/3 "
            "--resume .hot -o .x; rm .x");
    expect(0, "chasm merge .p1 .p2 .p3", "holds");
    expect_error("chasm merge .p1 .p3",
                 "21 of 64 inputs are in none of the files, the first ranks 21 to 41");
    expect_error("chasm merge .p1 .p2 .copy .p3",
                 ".copy:2: ranges[0]: some of these ranks are covered twice");
    expect_error("chasm merge .p1 .p1 .p2 .p3",
                 ".p1:2: ranges[0]: some of these ranks are covered twice");
    expect_error("chasm merge .p1 .p2 .half",
                 ".half:2: ranges[0]: some of these ranks are covered twice");
    expect_error("chasm merge .p1 .p2 .other",
                 ".other:1: claim: expected \"equality/two-layer\": the file belongs to another "
                 "check");
    expect_error(
        "chasm merge .p1 .p2 .hot",
        ".hot:1: options: expected {\"size\": \"3\", \"method\": \"exhaustive\"}: the file "
        "belongs to another check");
    expect_error("chasm merge .p1 .none", ".none: No such file or directory");
    expect_error("chasm merge", "'chasm merge' takes the files of all parts");
    end();
}
END_TEST

START_TEST(what_cannot_be_done_in_parts_is_refused)
{
    begin();
    expect_error("chasm verify -n 3 --shard 0/3", "--shard: '0/3': 1 to 3 is expected");
    expect_error("chasm verify -n 3 --shard 4/3", "--shard: '4/3': 1 to 3 is expected");
    expect_error("chasm verify -n 3 --shard 3", "--shard: '3': I/K is expected, as in 1/4");
    expect_error("chasm verify -n 3 --shard 1/0",
                 "--shard: '1/0': 1 to 9007199254740992 is expected");
    expect_error("chasm verify -n 3 --resume ''", "--resume: '': the name of a file is expected");
    expect_error("chasm verify equality/two-layer -n 3 --shard 1/2",
                 "--shard: needs --method exhaustive: only inputs that are tried one by one can be "
                 "shared");
    expect_error("chasm verify equality/two-layer -n 3,4 -m exhaustive --resume .f",
                 "--resume: one claim and one size are expected");
    expect_error("chasm verify 'dyck/recurrent' -n 2 -m exhaustive --resume .f",
                 "--resume: only explicit transformers are checked in parts");
    expect_error("chasm verify equality/two-layer -n 1 -m exhaustive --shard 5/5",
                 "--shard: more parts than the 4 inputs");
    expect_error("chasm verify equality/two-layer -n 1 -m exhaustive --resume .",
                 ".: cannot be opened: Is a directory");
    expect_error("chasm verify equality/two-layer -n 1 -m exhaustive --resume /dev/null",
                 "/dev/null: is no regular file");
    expect_error("chasm verify equality/two-layer -n 1 -m exhaustive --resume .none/f",
                 ".none/f: cannot be opened: No such file or directory");
    end();
}
END_TEST

// ---- kills ----

#define SLOW "equality/two-layer -n 7 -m exhaustive --evaluator naive --reproducible -f json"

// Starts the check with that file.
static pid_t start(const char *file) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child > 0)
        return child;
    int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(out, STDOUT_FILENO);
    execl(getenv("CHASM"), "chasm", "verify", "equality/two-layer", "-n", "7", "-m", "exhaustive",
          "--evaluator", "naive", "--reproducible", "-f", "json", "-j", "2", "--resume", file,
          (char *)NULL);
    _exit(127);
}

static void pause_for(uint64_t microseconds) {
    struct timespec t = { .tv_sec = (time_t)(microseconds / 1000000),
                          .tv_nsec = (long)(microseconds % 1000000) * 1000 };
    nanosleep(&t, NULL);
}

// The complete lines of the file; "" if there is none.
static char *complete_lines(const char *file) {
    if (access(file, F_OK) != 0)
        return alloc_string("");
    char *text = contents(file), *end = strrchr(text, '\n');
    text[end ? end + 1 - text : 0] = '\0';
    return text;
}

START_TEST(a_hundred_kills_lose_nothing_and_count_nothing_twice)
{
    begin();
    char *whole = output_of(0, "chasm verify " SLOW), *before = alloc_string("");
    size_t finished = 0, resumed = 0;
    for (size_t kills = 0; kills < scaled(100);) {
        int status;
        pid_t child = start("run");
        pause_for(random_below(random_below(2) ? 400000 : 40000));
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        char *after = complete_lines("run");
        ck_assert_msg(strncmp(after, before, strlen(before)) == 0, "a line was lost or changed");
        resumed += *before != '\0' && strlen(after) > strlen(before);
        free(before);
        before = after;
        if (WIFSIGNALED(status)) {
            kills++;
            continue;
        }
        ck_assert_int_eq(WEXITSTATUS(status), 0);
        char *out = contents("out");
        ck_assert_str_eq(out, whole);
        free(out);
        finished++;
        ck_assert_int_eq(unlink("run"), 0);
        *before = '\0';
    }
    char *out = output_of(0, "chasm verify " SLOW " --resume run");
    ck_assert_str_eq(out, whole);
    ck_assert_msg(resumed > 0, "no kill met a run that had gone on (%zu finished)", finished);
    free(out);
    free(before);
    free(whole);
    end();
}
END_TEST

START_TEST(a_file_has_one_writer)
{
    begin();
    pid_t child = start(".run");
    for (size_t wait = 0; wait < 500 && access(".run", F_OK) != 0; wait++)
        pause_for(1000);
    pause_for(50000);
    Run r = run("chasm verify " SLOW " --resume .run");
    int status;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {   // it was still at work
        ck_assert_int_eq(r.status, 2);
        ck_assert_str_eq(r.err, "chasm: .run: another process is writing it\n");
    }
    run_clear(&r);
    end();
}
END_TEST

START_TEST(a_disk_that_is_full_leaves_a_file_that_can_be_resumed)
{
    begin();
    char *whole = output_of(0, "chasm verify " SLOW);
    Run r = run("(ulimit -f 2; exec \"$CHASM\" verify " SLOW " --resume run)");
    if (r.status != 0) {   // a shell counts in blocks of 512 or 1024 bytes
        ck_assert_int_eq(r.status, 2);
        ck_assert_ptr_nonnull(strstr(r.err, "run: cannot be written: File too large"));
        ck_assert_str_eq(r.out, "");
    }
    run_clear(&r);
    char *out = output_of(0, "chasm verify " SLOW " --resume run");
    ck_assert_str_eq(out, whole);
    free(out);
    free(whole);
    end();
}
END_TEST

// ---- files that are wrong ----

#define SMALL "equality/two-layer -n 3 -m exhaustive --reproducible -f json"

// The text of a run file; the caller frees it.
static char *small_file(void) {
    do_line("chasm verify " SMALL " --resume run");
    return contents("run");
}

// Resuming the file of that text is refused, or ends with the verdict of the whole.
static bool is_refused(const char *text, size_t length, const char *whole) {
    FILE *out = fopen("run", "w");
    ck_assert_ptr_nonnull(out);
    fwrite(text, 1, length, out);
    fclose(out);
    Run r = run("chasm verify " SMALL " --resume run");
    bool refused = r.status == 2;
    if (refused) {
        char *after = contents("run");
        ck_assert_msg(*r.out == '\0' && strncmp(r.err, "chasm: run:", 11) == 0, "%s", r.err);
        ck_assert_msg(strlen(after) == strlen(text) || strlen(text) < length, "it was changed");
        free(after);
    } else {
        ck_assert_int_eq(r.status, 0);
        ck_assert_str_eq(r.out, whole);
    }
    run_clear(&r);
    return refused;
}

START_TEST(every_changed_byte_is_found_or_harmless)
{
    begin();
    char *text = small_file(), *whole = output_of(0, "chasm verify " SMALL);
    size_t length = strlen(text), refused = 0, tried = 0;
    for (size_t at = 0; at < length; at += 1 + random_below(9), tried++) {
        char old = text[at];
        text[at] = (char)(old ^ (1 << random_below(7)));
        refused += is_refused(text, length, whole);
        text[at] = old;
    }
    ck_assert_msg(refused + 2 >= tried, "%zu of %zu", refused, tried);   // but the last line's end
    for (size_t cut = 0; cut < length; cut += 1 + random_below(40))      // what a crash leaves
        ck_assert(!is_refused(text, cut, whole));
    free(text);
    free(whole);
    end();
}
END_TEST

// Appends line `number` of the text.
static void add_line(Text *t, const char *text, size_t number) {
    while (number-- > 0)
        text = strchr(text, '\n') + 1;
    text_add_bytes(t, text, strcspn(text, "\n") + 1);
}

// The file of these lines of the text is refused.
static void refuse_lines(const char *text, const size_t *line, size_t lines) {
    Text t = { 0 };
    for (size_t i = 0; i < lines; i++)
        add_line(&t, text, line[i]);
    scratch_write("run", text_string(&t));
    Run r = run("chasm merge run");
    ck_assert_msg(r.status == 2 && strstr(r.err, "the digest does not fit") != NULL, "%d: %s",
                  r.status, r.err);
    run_clear(&r);
    text_clear(&t);
}

START_TEST(lines_dropped_doubled_or_moved_are_found)
{
    begin();
    do_line("chasm verify " SLOW " -j 2 --resume run");
    char *text = contents("run");
    size_t lines = 0, line[1000];
    for (const char *s = text; *s && lines + 1 < sizeof line / sizeof *line; s++)
        lines += *s == '\n';
    ck_assert_msg(lines >= 3, "%zu lines", lines);
    for (size_t at = 1; at + 1 < lines && at < 6; at++) {
        for (size_t i = 0; i < lines; i++)
            line[i] = i < at ? i : i + 1;
        refuse_lines(text, line, lines - 1);   // dropped
        for (size_t i = 0; i <= lines; i++)
            line[i] = i <= at ? i : i - 1;
        refuse_lines(text, line, lines + 1);   // doubled
        for (size_t i = 0; i < lines; i++)
            line[i] = i == at ? at + 1 : i == at + 1 ? at : i;
        refuse_lines(text, line, lines);   // moved
    }
    free(text);
    end();
}
END_TEST

START_TEST(a_file_of_something_else_stays_what_it_is)
{
    begin();
    static const char *const others[] = { "hello\n", "hello", "{}\n", "[\"\n", "[\"00", "\n" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        scratch_write("other", others[i]);
        Run r = run("chasm verify " SMALL " --resume other");
        char *after = contents("other");
        ck_assert_msg(r.status == 2, "%s", others[i]);
        ck_assert_str_eq(after, others[i]);
        ck_assert_ptr_nonnull(strstr(r.err, "chasm: other:1: "));
        free(after);
        run_clear(&r);
    }
    end();
}
END_TEST

// The text with `from` replaced by `to` behind the first line, and with the digests of such lines:
// what somebody makes who knows the format.
static char *forged(const char *text, const char *from, const char *to) {
    Text t = { 0 };
    Digest last = { 0 };
    const char *line = text;
    for (size_t number = 0; *line; number++) {
        enum { LEAD = 2 + DIGEST_LENGTH + 3 };
        const char *end = strchr(line, '\n'), *at = number > 0 ? strstr(line, from) : NULL;
        Text body = { 0 };
        if (at != NULL && at < end) {
            text_add_bytes(&body, line + LEAD, (size_t)(at - line) - LEAD);
            text_add(&body, to);
            at += strlen(from);
        } else {
            at = line + LEAD;
        }
        text_add_bytes(&body, at, (size_t)(end - 1 - at));
        last = digest_of(last.hex, number ? DIGEST_LENGTH : 0, text_string(&body), body.length);
        text_printf(&t, "[\"%s\", %s]\n", last.hex, text_string(&body));
        text_clear(&body);
        line = end + 1;
    }
    return text_take(&t);
}

static void refuse_forged(const char *text, const char *from, const char *to, const char *message) {
    char *wrong = forged(text, from, to);
    ck_assert_msg(strcmp(wrong, text) != 0, "%s does not occur", from);
    scratch_write(".run", wrong);
    expect_error("chasm verify " SMALL " --resume .run", message);
    char *after = contents(".run");
    ck_assert_str_eq(after, wrong);
    free(after);
    free(wrong);
}

START_TEST(forged_records_are_refused)
{
    begin();
    char *text = small_file();
    do_line("mv run .run");
    char *same = forged(text, "nothing of the kind", "");
    ck_assert_str_eq(same, text);
    free(same);
    refuse_forged(text, "13/38", "14/38", ".run:2: margin: the word does not have this margin");
    refuse_forged(text, "13/38", "1/0", ".run:2: margin: \"1/0\": a zero denominator");
    refuse_forged(text, "\"word\": \"000", "\"word\": \"111",
                  ".run:2: margin: the word does not have this margin");
    refuse_forged(text, "\"word\": \"0", "\"word\": \"2",
                  ".run:2: word: position 0 cannot hold '2'");
    refuse_forged(text, "\"inputs\": 64", "\"inputs\": 63",
                  ".run:2: inputs: 63 and 0 excluded, but the ranges hold 64 words");
    refuse_forged(text, "[0, 64]", "[0, 32], [16, 48]",
                  ".run:2: ranges[1]: some of these ranks are covered twice");
    refuse_forged(text, "[0, 64]", "[0, 65]", ".run:2: ranges[0][1]: 65, expected 1 to 64");
    refuse_forged(text, "[0, 64]", "[64, 65]", ".run:2: ranges[0][0]: 64, expected 0 to 63");
    refuse_forged(text, "[0, 64]", "[0, 0]", ".run:2: ranges[0][1]: 0, expected 1 to 64");
    refuse_forged(text, "[[0, 64]]", "[]", ".run:2: ranges: expected a range");
    refuse_forged(text, "[0, 64]", "[-1, 64]", ".run:2: ranges[0][0]: -1, expected 0 to 63");
    refuse_forged(text, "\"margin\": \"13/38\"", "\"margin\": null",
                  ".run:2: margin: expected an integer or a string like \"-17/4\"");
    refuse_forged(text, "\"faulty\": null", "\"faulty\": [1, \"000000#\"]",
                  ".run:2: faulty[1]: the word is none of these");
    refuse_forged(text, "\"failing\": null", "\"failing\": [65, \"000000#\"]",
                  ".run:2: failing[0]: 65, expected 1 to 64");
    refuse_forged(text, "\"failing\"", "\"falling\"", ".run:2: falling: unknown key");
    free(text);
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        parts_joined_say_what_the_whole_says,
        what_does_not_cover_everything_once_is_not_joined,
        what_cannot_be_done_in_parts_is_refused,
        a_hundred_kills_lose_nothing_and_count_nothing_twice,
        a_file_has_one_writer,
        a_disk_that_is_full_leaves_a_file_that_can_be_resumed,
        every_changed_byte_is_found_or_harmless,
        lines_dropped_doubled_or_moved_are_found,
        a_file_of_something_else_stays_what_it_is,
        forged_records_are_refused,
    };
    return HARNESS_RUN("run_file", tests);
}
