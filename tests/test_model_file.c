#include "harness.h"
#include "net/model_file.h"
#include "random_model.h"
#include "scratch.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *written(const Transformer *t, size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    transformer_write(out, t);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

START_TEST(what_is_written_is_read_again_and_written_as_the_same_bytes)
{
    for (size_t round = 0; round < scaled(300); round++) {
        Transformer t, read;
        size_t length, again;
        random_any_model(&t);
        char *bytes = written(&t, &length);
        ck_assert_int_eq(transformer_parse(&read, "written", bytes, length), 0);
        ck_assert_msg(models_equal(&t, &read), "round %zu", round);
        char *same = written(&read, &again);
        ck_assert_uint_eq(length, again);
        ck_assert_int_eq(memcmp(bytes, same, length), 0);
        free(bytes);
        free(same);
        transformer_clear(&t);
        transformer_clear(&read);
    }
}
END_TEST

// Reads the file from disk; what it said on standard error, without "chasm: " and the newline, or
// "" if it was read.  The caller frees it.
static char *complaint(const char *file) {
    Model t, untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    memcpy(&t, &untouched, sizeof t);
    capture_begin();
    int status = model_read(&t, file);
    char *said = capture_end();
    if (status == 0) {
        ck_assert_str_eq(said, "");
        model_clear(&t);
        return said;
    }
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(memcmp(&t, &untouched, sizeof t), 0);
    size_t length = strlen(said);
    ck_assert_msg(strncmp(said, "chasm: ", 7) == 0 && strchr(said, '\n') == said + length - 1,
                  "not one line: %s", said);
    memmove(said, said + 7, length - 7);
    said[length - 8] = '\0';
    return said;
}

// golden/model_file.txt: for every file of the corpus "FILE is read" or how the complaint begins.
START_TEST(every_malformed_file_is_refused_with_the_right_line_and_reason)
{
    FILE *golden = fopen(tests_path("golden/model_file.txt"), "r");
    ck_assert_ptr_nonnull(golden);
    ck_assert_int_eq(chdir(tests_path("corpus/model")), 0);
    size_t count = 0;
    for (char line[1024]; fgets(line, sizeof line, golden) != NULL; count++) {
        line[strcspn(line, "\n")] = '\0';
        char file[1024];
        strcpy(file, line);
        file[strcspn(file, ": ")] = '\0';
        char *said = complaint(file);
        bool is_read = strcmp(line + strlen(file), " is read") == 0;
        ck_assert_msg(is_read ? *said == '\0' : strncmp(said, line, strlen(line)) == 0,
                      "%s\nexpected: %s", said, line);
        free(said);
    }
    fclose(golden);
    ck_assert_uint_eq(count, count_files("."));
}
END_TEST

START_TEST(what_is_no_regular_file_is_refused_or_read)
{
    char *said = complaint("/");
    ck_assert_str_eq(said, "/: Is a directory");
    free(said);
    said = complaint("no/such/file");
    ck_assert_str_eq(said, "no/such/file: No such file or directory");
    free(said);
    ck_assert_ptr_nonnull(freopen("/dev/null", "r", stdin));
    said = complaint("-");
    ck_assert_str_eq(said, "<stdin>:1: the file is empty, expected JSON");
    free(said);
    ck_assert_ptr_nonnull(freopen(tests_path("corpus/model/example.json"), "r", stdin));
    said = complaint("-");
    ck_assert_str_eq(said, "");
    free(said);
}
END_TEST

START_TEST(a_pipe_is_read_like_a_file)
{
    char *folder = scratch_folder();
    Text pipe = { 0 }, command = { 0 };
    text_printf(&pipe, "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(text_string(&pipe), 0600), 0);
    text_printf(&command, "cat '%s' > '%s' &", tests_path("corpus/model/example.json"),
                text_string(&pipe));
    ck_assert_int_eq(system(text_string(&command)), 0);
    char *said = complaint(text_string(&pipe));
    ck_assert_str_eq(said, "");
    free(said);
    text_clear(&pipe);
    text_clear(&command);
    scratch_remove(folder);
}
END_TEST

// Tries the bytes, in memory of exactly their length so that reading past the end is found.
static bool tries(const char *bytes, size_t length) {
    Transformer t;
    char *exact = malloc(length ? length : 1);
    memcpy(exact, bytes, length);
    bool read = transformer_parse(&t, "spoiled", exact, length) == 0;
    free(exact);
    if (read)
        transformer_clear(&t);
    return read;
}

START_TEST(every_truncation_is_refused)
{
    capture_begin();
    for (size_t round = 0; round < scaled(3); round++) {
        Transformer t;
        size_t length;
        random_any_model(&t);
        char *bytes = written(&t, &length);
        for (size_t size = 0; size + 1 < length; size++)   // without the last newline it is whole
            ck_assert_msg(!tries(bytes, size), "%zu of %zu bytes", size, length);
        ck_assert(tries(bytes, length - 1));
        free(bytes);
        transformer_clear(&t);
    }
    free(capture_end());
}
END_TEST

START_TEST(random_damage_never_crashes_the_reader)
{
    const char *likely = "0123456789\"[]{},:/- \n\\nulltrue#qQKVOWb";
    size_t refused = 0, rounds = scaled(10), changes = 200;
    capture_begin();
    for (size_t round = 0; round < rounds; round++) {
        Transformer t;
        size_t length;
        random_any_model(&t);
        char *bytes = written(&t, &length);
        for (size_t change = 0; change < changes; change++) {
            size_t at = random_below(length);
            char kept = bytes[at];
            int flipped = (unsigned char)kept ^ (1 << random_below(8));
            bytes[at] = random_below(3) ? likely[random_below(strlen(likely))] : (char)flipped;
            refused += !tries(bytes, length);
            if (random_below(4))
                bytes[at] = kept;
        }
        free(bytes);
        transformer_clear(&t);
    }
    free(capture_end());
    ck_assert_uint_gt(refused, rounds);
}
END_TEST

START_TEST(integers_beyond_53_bits_are_written_as_strings)
{
    Transformer t;
    Params p = params_default(1);
    size_t length;
    transformer_init(&t, task_find("equality"), &p, 2, 0, true);
    mpq_set_str(t.readout.w.entry[0], "-9007199254740991", 10);
    mpq_set_str(t.readout.w.entry[1], "9007199254740992", 10);
    char *bytes = written(&t, &length);
    ck_assert_ptr_nonnull(strstr(bytes, "\"w\": [-9007199254740991, \"9007199254740992\"]"));
    free(bytes);
    transformer_clear(&t);
}
END_TEST

// The example of docs/model-file.md is the block that holds its format.
START_TEST(the_example_of_the_documentation_is_the_file_in_the_corpus)
{
    char *page = contents(tests_path("../docs/model-file.md")),
         *file = contents(tests_path("corpus/model/example.json")),
         *block = strstr(page, "```json\n{\n  \"format\"");
    ck_assert_ptr_nonnull(block);
    block += strlen("```json\n");
    ck_assert_int_eq(strncmp(block, file, strlen(file)), 0);
    ck_assert_int_eq(strncmp(block + strlen(file), "```\n", 4), 0);
    free(page);
    free(file);
}
END_TEST

START_TEST(what_the_example_writes_is_the_example)
{
    Transformer t;
    size_t length;
    ck_assert_int_eq(transformer_read(&t, tests_path("corpus/model/example.json")), 0);
    char *file = contents(tests_path("corpus/model/example.json")), *bytes = written(&t, &length);
    ck_assert_str_eq(bytes, file);
    free(bytes);
    free(file);
    transformer_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        what_is_written_is_read_again_and_written_as_the_same_bytes,
        every_malformed_file_is_refused_with_the_right_line_and_reason,
        what_is_no_regular_file_is_refused_or_read,
        a_pipe_is_read_like_a_file,
        every_truncation_is_refused,
        random_damage_never_crashes_the_reader,
        integers_beyond_53_bits_are_written_as_strings,
        the_example_of_the_documentation_is_the_file_in_the_corpus,
        what_the_example_writes_is_the_example,
    };
    return HARNESS_RUN("model_file", tests);
}
