#include "scratch.h"
#include "base/text.h"
#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

const char *tests_path(const char *file) {
    static char paths[4][4096];
    static size_t next;
    const char *folder = getenv("CHASM_TESTS");
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder ? folder : "tests", file);
    return path;
}

char *contents(const char *file) {
    FILE *in = fopen(file, "rb");
    Text t = { 0 };
    ck_assert_msg(in != NULL && text_read(&t, in, 1 << 28) == 0, "cannot read %s", file);
    fclose(in);
    return text_take(&t);
}

void scratch_write(const char *file, const char *text) {
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    ck_assert_int_eq(fclose(out), 0);
}

size_t count_files(const char *folder) {
    DIR *files = opendir(folder);
    ck_assert_ptr_nonnull(files);
    size_t count = 0;
    for (struct dirent *file; (file = readdir(files)) != NULL;)
        count += file->d_name[0] != '.';
    closedir(files);
    return count;
}

char *scratch_folder(void) {
    const char *parent = getenv("TMPDIR");
    Text t = { 0 };
    text_printf(&t, "%s/chasm-test-XXXXXX", parent ? parent : "/tmp");
    char *folder = text_take(&t);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    return folder;
}

void scratch_remove(char *folder) {
    DIR *files = opendir(folder);
    ck_assert_ptr_nonnull(files);
    for (struct dirent *file; (file = readdir(files)) != NULL;)
        unlinkat(dirfd(files), file->d_name, 0);
    closedir(files);
    ck_assert_int_eq(rmdir(folder), 0);
    free(folder);
}

static FILE *captured;
static int standard_error;

void capture_begin(void) {
    captured = tmpfile();
    ck_assert_ptr_nonnull(captured);
    fflush(stderr);
    standard_error = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(captured), STDERR_FILENO), 0);
}

char *capture_end(void) {
    Text t = { 0 };
    fflush(stderr);
    dup2(standard_error, STDERR_FILENO);
    close(standard_error);
    rewind(captured);
    ck_assert_int_eq(text_read(&t, captured, 1 << 28), 0);
    fclose(captured);
    return text_take(&t);
}
