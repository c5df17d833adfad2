#include "program.h"
#include "base/text.h"
#include "scratch.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;   // each test runs in a process and a folder of its own

void begin(void) {
    folder = scratch_folder();
    ck_assert_int_eq(chdir(folder), 0);
}

void end(void) {
    ck_assert_int_eq(chdir("/"), 0);
    scratch_remove(folder);
}

Run run(const char *line) {
    Text command = { 0 };
    text_printf(&command, "chasm() { '%s' \"$@\"; }\n{ %s\n} >.out 2>.err", getenv("CHASM"), line);
    int status = system(text_string(&command));
    text_clear(&command);
    ck_assert_msg(WIFEXITED(status), "%s", line);
    Run r = { .status = WEXITSTATUS(status), .out = contents(".out"), .err = contents(".err") };
    ck_assert_int_eq(unlink(".out"), 0);
    ck_assert_int_eq(unlink(".err"), 0);
    return r;
}

void run_clear(Run *r) {
    free(r->out);
    free(r->err);
}

void expect_error(const char *line, const char *message) {
    Text expected = { 0 };
    Run r = run(line);
    text_printf(&expected, "chasm: %s\n", message);
    ck_assert_msg(r.status == 2, "%s: status %d", line, r.status);
    ck_assert_msg(strcmp(r.err, text_string(&expected)) == 0, "%s:\n%s%s", line, r.err,
                  text_string(&expected));
    ck_assert_msg(*r.out == '\0', "%s: %s", line, r.out);
    ck_assert_uint_eq(count_files("."), 0);
    text_clear(&expected);
    run_clear(&r);
}

void expect(int status, const char *line, const char *somewhere) {
    Run r = run(line);
    ck_assert_msg(r.status == status, "%s: status %d: %s", line, r.status, r.err);
    ck_assert_msg(*r.err == '\0', "%s: %s", line, r.err);
    ck_assert_msg(strstr(r.out, somewhere) != NULL, "%s: %s", line, r.out);
    run_clear(&r);
}
