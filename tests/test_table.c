// Every format of one table with everything that needs care: separators, quotes, line ends, markup,
// UTF-8, null, lists, objects, sections.  CHASM_GOLDEN_UPDATE=1 writes the expected files anew.
#include "harness.h"
#include "report/table.h"
#include "scratch.h"
#include <stdlib.h>
#include <string.h>

static const Column columns[] = {
    { .key = "kind", .heading = "kind", .shown = MACHINES | PEOPLE | SECTION },
    { .key = "name", .heading = "name", .shown = MACHINES | PEOPLE },
    { .key = "n",
      .heading = "n",
      .meaning = "the size",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "base", .heading = "base", .shown = MACHINES | PEOPLE | IF_DIFFERENT },
    { .key = "margin", .shown = MACHINES },
    { .key = "margin_decimal",
      .heading = "margin",
      .meaning = "worst case over all inputs, exact, shown rounded down, in a sentence that is too "
                 "long for one line of a terminal",
      .shown = MACHINES | PEOPLE,
      .right = true },
    { .key = "code", .shown = MACHINES, .fields = "name k" },
    { .key = "attention", .shown = MACHINES },
    { .key = "empty", .heading = "empty", .shown = MACHINES | PEOPLE },
    { .key = "secret", .heading = "secret", .shown = MACHINES | PEOPLE },
    { .key = "remark", .heading = "100% <x_i>", .shown = PEOPLE },
};

static void add(Table *t, const char *kind, const char *name, uint64_t n, const char *remark) {
    table_add_row(t);
    table_set_text(t, "kind", kind);
    table_set_text(t, "name", name);
    table_set_number(t, "n", n);
    table_set_text(t, "base", "2");
    table_set_text(t, "remark", remark);
    table_set_text(t, "secret", "hidden");
}

static void sample(Table *t) {
    table_init(t, "A sample", columns, sizeof columns / sizeof *columns);
    table_hide(t, "secret");
    add(t, "plain", "equality/two-layer", 8, "a_b & 50 %");
    table_set_text(t, "margin", "1/3");
    table_set_printf(t, "margin_decimal", "%s", "0.3333");
    json_t *code = json_object();
    json_object_set_new(code, "name", cell_text("bch, \"extended\""));
    json_object_set_new(code, "k", json_integer(32));
    table_set(t, "code", code);
    json_t *list = json_array();
    json_array_append_new(list, cell_text("3/4"));
    json_array_append_new(list, json_null());
    json_array_append_new(list, cell_text("1"));
    table_set(t, "attention", list);
    add(t, "hard", "comma, \"quote\"\nline", UINT64_C(1) << 53, "\\back^slash~{}#$ *b* `c` [d]|e");
    table_set_text(t, "base", NULL);
    add(t, "hard",
        "Gr\xc3\xb6\xc3\x9f"
        "e",
        0, NULL);
    add(t, "hard", "broken \xff\xc3( \xed\xa0\x80 \x1b[31m", 1, "x");
    table_note(t, "A note about %s_%d.", "row", 1);
}

static const Column expected_columns[] = {
    { .key = "name", .shown = 0 },
    { .key = "outcome", .heading = "outcome", .shown = MACHINES | PEOPLE },
    { .key = "file", .shown = MACHINES },
    { .key = "line", .shown = MACHINES },
    { .key = "unmet", .shown = MACHINES },
};

static void add_expected(Table *t, const char *name, const char *outcome, const char *file,
                         const char *unmet) {
    json_t *list = json_array();
    table_add_row(t);
    table_set_text(t, "name", name);
    table_set_text(t, "outcome", outcome);
    table_set_text(t, "file", file);
    table_set_number(t, "line", json_array_size(t->rows));
    if (unmet != NULL) {
        json_array_append_new(list, cell_text(unmet));
        json_array_append_new(list, cell_text("width 9"));
    }
    table_set(t, "unmet", list);
}

// What the formats of expectations need, and names that each of them has to escape.
static void expected_sample(Table *t) {
    table_init(t, "Sample & <all>", expected_columns,
               sizeof expected_columns / sizeof *expected_columns);
    add_expected(t, "equality/two-layer n=8", "met", "claims.json", NULL);
    add_expected(t, "# skip 100% <b>&\"'\\ \t\x01\n::error::", "not met", "a,b:c%.json",
                 "\"q\" <x> & 50%\r\n# done \x1b[31m\x7f");
    add_expected(t, "Gr\xc3\xb6\xc3\x9f\xef\xbf\xbf\xff", "undecided", "\xff.json",
                 "\xf0\x9f\x98\x80 \xef\xbf\xbe");
}

static char *rendered(const Format *format, const Table *t) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    ck_assert_ptr_nonnull(out);
    format->write(out, t);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

static void compare(const char *format, const char *got) {
    Text name = { 0 };
    text_printf(&name, "golden/table.%s", format);
    const char *path = tests_path(text_string(&name));
    if (getenv("CHASM_GOLDEN_UPDATE")) {
        FILE *out = fopen(path, "w");
        ck_assert_ptr_nonnull(out);
        fputs(got, out);
        fclose(out);
    }
    char *expected = contents(path);
    ck_assert_str_eq(got, expected);
    free(expected);
    text_clear(&name);
}

START_TEST(every_format_writes_what_it_used_to)
{
    Table t, expected;
    sample(&t);
    expected_sample(&expected);
    for (size_t i = 0; formats[i] != NULL; i++) {
        char *got = rendered(formats[i], formats[i]->of_expectations ? &expected : &t);
        compare(formats[i]->name, got);
        free(got);
    }
    table_clear(&t);
    table_clear(&expected);
}
END_TEST

START_TEST(no_format_hides_or_shows_by_mistake)
{
    Table t;
    sample(&t);
    for (size_t i = 0; formats[i] != NULL; i++) {
        if (formats[i]->of_expectations)   // shows what it needs only: see the golden files
            continue;
        char *got = rendered(formats[i], &t);
        ck_assert_ptr_null(strstr(got, "secret"));
        ck_assert(strchr(got, '\x1b') == NULL || !formats[i]->for_people);
        ck_assert_ptr_nonnull(strstr(got, "0.3333"));
        ck_assert((strstr(got, "A note") != NULL) == formats[i]->for_people);
        free(got);
    }
    table_clear(&t);
}
END_TEST

START_TEST(json_reads_back_as_the_rows)
{
    Table t;
    sample(&t);
    char *got = rendered(format_find("json"), &t), *line = got;
    for (size_t r = 0; r < json_array_size(t.rows); r++) {
        char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        json_t *row = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, NULL);
        ck_assert_ptr_nonnull(row);
        const char *key;
        json_t *value;
        json_object_foreach(row, key, value)
            ck_assert(json_equal(value, json_object_get(json_array_get(t.rows, r), key)));
        ck_assert_uint_eq(json_object_size(row), 9);
        json_decref(row);
        line = end + 1;
    }
    ck_assert_str_eq(line, "");
    free(got);
    table_clear(&t);
}
END_TEST

START_TEST(a_table_without_rows_is_written_too)
{
    Table t;
    table_init(&t, "Empty", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; formats[i] != NULL; i++)
        free(rendered(formats[i], &t));
    table_clear(&t);
}
END_TEST

START_TEST(any_bytes_become_utf8)
{
    for (size_t round = 0; round < scaled(5000); round++) {
        char s[9];
        for (size_t i = 0; i + 1 < sizeof s; i++)
            s[i] = (char)(random_below(2) ? random_below(256) : 0xc0 + random_below(64));
        s[sizeof s - 1] = '\0';
        json_t *cell = cell_text(s);   // dies if jansson finds it to be no UTF-8
        ck_assert(json_is_string(cell));
        json_decref(cell);
    }
}
END_TEST

START_TEST(text_is_wrapped_between_words)
{
    Text t = { 0 };
    text_wrap(&t, "one two three\nfour", 0, 2, 8);
    ck_assert_str_eq(text_string(&t), "one two\n  three\n  four");
    t.length = 0;
    text_wrap(&t, "incomprehensibilities are long", 3, 0, 10);
    ck_assert_str_eq(text_string(&t), "incomprehensibilities\nare long");
    t.length = 0;
    text_wrap(&t, "a\n\nb", 0, 4, 10);
    ck_assert_str_eq(text_string(&t), "a\n\n    b");
    text_clear(&t);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_format_writes_what_it_used_to,
        no_format_hides_or_shows_by_mistake,
        json_reads_back_as_the_rows,
        a_table_without_rows_is_written_too,
        any_bytes_become_utf8,
        text_is_wrapped_between_words,
    };
    return HARNESS_RUN("table", tests);
}
