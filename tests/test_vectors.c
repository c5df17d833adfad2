#include "harness.h"
#include "math/code_facts.h"
#include "math/vectors.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Messages of expected failures would only clutter the log.
static void be_quiet(void) {
    if (freopen("/dev/null", "w", stderr) == NULL)
        ck_abort();
}

static void parse(Vectors *v, const char *text) {
    ck_assert_msg(vectors_parse(v, "file", text, strlen(text)) == 0, "%s", text);
}

// What error printed for that file.
static void expect_error(const char *bytes, size_t size, const char *message) {
    char shown[4096] = "", name[] = "/tmp/chasm-test-XXXXXX";
    int file = mkstemp(name), kept = dup(2);
    Vectors v = { .count = 77 };
    fflush(stderr);
    dup2(file, 2);
    int status = vectors_parse(&v, "file", bytes, size);
    fflush(stderr);
    dup2(kept, 2);
    ck_assert_int_eq(status, -1);
    ck_assert_uint_eq(v.count, 77);
    ck_assert_int_ge(pread(file, shown, sizeof shown - 1, 0), 0);
    ck_assert_msg(strstr(shown, message) != NULL, "'%s' lacks '%s'", shown, message);
    ck_assert_uint_eq(strcspn(shown, "\n") + 1, strlen(shown));   // one line
    close(file);
    close(kept);
    unlink(name);
}

START_TEST(signs_are_read_in_every_notation)
{
    const char *texts[] = {
        "+ - +\n- - +\n",
        "+-+\n--+",
        "1 -1 1\n-1 -1 1\n",
        "+-+ # comment\n\n# x\n \t--+\r\n",
        "1.0 -1e0 2/2\n-10e-1 -0.1e1 +1\n",
        "+- +\n-\t-+\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Vectors v;
        parse(&v, texts[i]);
        ck_assert(v.signs);
        ck_assert_uint_eq(v.count, 2);
        ck_assert_uint_eq(v.length, 3);
        ck_assert_uint_eq(v.code.table[0], 2);
        ck_assert_uint_eq(v.code.table[1], 3);
        ck_assert_uint_eq(v.line[0], 1);
        ck_assert_str_eq(v.code.name, "file");
        vectors_clear(&v);
    }
}
END_TEST

START_TEST(rational_vectors_are_checked_exactly)
{
    Vectors v;
    VectorFacts f;
    parse(&v, "1 0 0\n# a comment\n0.6 0.8 0\n0 -1/3 1e-1\n");
    ck_assert(!v.signs);
    ck_assert_uint_eq(v.line[2], 4);
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), 0);
    ck_assert_int_eq(mpq_cmp_si(f.max_inner, 3, 5), 0);
    ck_assert_int_eq(mpq_cmp_si(f.min_inner, -4, 15), 0);
    ck_assert_int_eq(mpq_cmp_si(f.epsilon, 3, 5), 0);
    ck_assert_uint_eq(f.query, 0);
    ck_assert_uint_eq(f.key, 1);
    vector_facts_clear(&f);
    vectors_clear(&v);
}
END_TEST

START_TEST(the_query_with_the_smaller_norm_decides)
{
    Vectors v;
    VectorFacts f;
    parse(&v, "2 0\n0.5 0.5\n-3 1\n");
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), 0);
    ck_assert_int_eq(mpq_cmp_si(f.epsilon, 2, 1), 0);   // <(1/2,1/2),(2,0)> = 1 over 1/2
    ck_assert_uint_eq(f.query, 1);
    ck_assert_uint_eq(f.key, 0);
    vector_facts_clear(&f);
    vectors_clear(&v);
}
END_TEST

START_TEST(duplicates_leave_no_margin)
{
    Vectors v;
    VectorFacts f;
    CodeFacts g;
    parse(&v, "1/3 2\n-1 5\n1/3 2\n");
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), 0);
    ck_assert_int_ge(mpq_cmp_si(f.epsilon, 1, 1), 0);
    vector_facts_clear(&f);
    vectors_clear(&v);
    parse(&v, "+-+-\n++--\n+-+-\n");
    code_facts_init(&g, &v.code, CODE_EXTENT, (Hamming){ KERNEL_AUTO, 1 });
    ck_assert_int_eq(mpq_cmp_si(g.epsilon, 1, 1), 0);
    code_facts_clear(&g);
    vectors_clear(&v);
}
END_TEST

START_TEST(both_checks_agree_on_random_signs)
{
    for (size_t round = 0; round < scaled(30); round++) {
        char text[4000];
        size_t n = 2 + random_below(20), k = 1 + random_below(100), at = 0;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < k; j++)
                text[at++] = random_below(2) ? '+' : '-';
            text[at++] = '\n';
        }
        Vectors v;
        VectorFacts f;
        CodeFacts g;
        ck_assert_int_eq(vectors_parse(&v, "file", text, at), 0);
        ck_assert_int_eq(vector_facts_init(&f, &v, "file"), 0);
        code_facts_init(&g, &v.code, CODE_EXTENT, (Hamming){ KERNEL_AUTO, 1 });
        ck_assert(mpq_equal(f.epsilon, g.epsilon));
        ck_assert_int_eq(mpq_cmp_si(f.max_inner, g.max_inner, 1), 0);
        ck_assert_int_eq(mpq_cmp_si(f.min_inner, g.min_inner, 1), 0);
        uint64_t i, j;
        ck_assert(code_witness(&i, &j, &v.code, g.distance_min));
        ck_assert(f.query == i && f.key == j);
        vector_facts_clear(&f);
        code_facts_clear(&g);
        vectors_clear(&v);
    }
}
END_TEST

START_TEST(malformed_text_is_told_with_its_line)
{
    const char *bad[][2] = {
        { "", "file:1: no vectors" },
        { "# nothing\n\n", "file:1: no vectors" },
        { "+-\n+-+\n", "file:2: 3 entries, expected 2 as in line 1" },
        { "\n1 2\n\n1\n", "file:4: 1 entries, expected 2 as in line 2" },
        { "1 x\n", "file:1: 'x'" },
        { "1 1/0\n", "file:1: '1/0'" },
        { "1 1/-2\n", "file:1: '1/-2'" },
        { "1 1e9999\n", "file:1: '1e9999'" },
        { "1 1e\n", "'1e'" },
        { "1 .\n", "'.'" },
        { "1 --1\n", "'--1'" },
        { "1 0x1\n", "'0x1'" },
        { "1 nan\n", "'nan'" },
        { "1 inf\n", "'inf'" },
        { "1 1,5\n", "'1,5'" },
        { "1 \xff\xfe\n", "'\?\?'" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_error(bad[i][0], strlen(bad[i][0]), bad[i][1]);
    expect_error("1 \0 1\n", 6, "file:1: '?'");
    char *huge = malloc(100001);
    memset(huge, '7', 100000);
    huge[100000] = '\n';
    expect_error(huge, 100001, "file:1: '7777");
    free(huge);
}
END_TEST

START_TEST(zero_vectors_and_single_ones_are_refused)
{
    Vectors v;
    VectorFacts f;
    be_quiet();
    parse(&v, "1 2\n0 0\n");
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), -1);
    vectors_clear(&v);
    parse(&v, "1 2\n");
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), -1);
    vectors_clear(&v);
    ck_assert_int_eq(vectors_read(&v, "/nonexistent/file"), -1);
    ck_assert_int_eq(vectors_read(&v, "/"), -1);
}
END_TEST

START_TEST(entries_of_huge_denominators_are_exact)
{
    // Denominators 3^800 and 5^600: past what is brought to one denominator.
    char text[8000];
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    mpz_ui_pow_ui(p, 3, 3600);
    mpz_ui_pow_ui(q, 5, 2400);
    gmp_snprintf(text, sizeof text, "1/%Zd 1/%Zd\n1/7 1/11\n1 1\n", p, q);
    Vectors v;
    VectorFacts f;
    parse(&v, text);
    ck_assert_int_eq(vector_facts_init(&f, &v, "file"), 0);
    ck_assert_int_eq(mpq_cmp_si(f.max_inner, 18, 77), 0);
    ck_assert_uint_eq(f.query, 0);
    ck_assert_uint_eq(f.key, 2);
    vector_facts_clear(&f);
    vectors_clear(&v);
    mpz_clears(p, q, NULL);
}
END_TEST

// An .npy file in memory.
typedef struct File {
    char bytes[4096];
    size_t size;
} File;

static void npy_header(File *f, int version, const char *header) {
    size_t length = strlen(header), width = version == 1 ? 2 : 4;
    memcpy(f->bytes, "\x93NUMPY", 6);
    f->bytes[6] = (char)version;
    f->bytes[7] = 0;
    for (size_t b = 0; b < width; b++)
        f->bytes[8 + b] = (char)(length >> 8 * b);
    memcpy(f->bytes + 8 + width, header, length);
    f->size = 8 + width + length;
}

static void append(File *f, const void *data, size_t size) {
    memcpy(f->bytes + f->size, data, size);
    f->size += size;
}

static void expect_entry(const Vectors *v, size_t i, size_t j, long p, unsigned long q) {
    ck_assert_int_eq(mpq_cmp_si(matrix_at(&v->matrix, i, j), p, q), 0);
}

START_TEST(numpy_files_of_every_version_order_and_type_are_read)
{
    File f;
    Vectors v;
    const double d[] = { 0.5, -2, 1e300, 0, -0.0, 3 };
    for (int version = 1; version <= 3; version++) {
        npy_header(&f, version, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   \n");
        append(&f, d, sizeof d);
        ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
        ck_assert(!v.signs && v.count == 2 && v.length == 3 && v.line[1] == 2);
        expect_entry(&v, 0, 0, 1, 2);
        expect_entry(&v, 0, 1, -2, 1);
        expect_entry(&v, 1, 2, 3, 1);
        ck_assert_int_eq(mpq_get_d(matrix_at(&v.matrix, 0, 2)) == 1e300, 1);
        vectors_clear(&v);
    }
    npy_header(&f, 1, "{'shape':(2,3),'fortran_order':True,'descr':\"<f4\"}");
    const float e[] = { 0.5F, 1, -2, 2, 0x1p-149F, 3 };
    append(&f, e, sizeof e);
    ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
    expect_entry(&v, 0, 1, -2, 1);
    expect_entry(&v, 1, 0, 1, 1);
    ck_assert_int_eq(mpq_get_d(matrix_at(&v.matrix, 0, 2)) == 0x1p-149, 1);
    vectors_clear(&v);
}
END_TEST

START_TEST(numpy_integers_bools_and_halves_are_exact)
{
    File f;
    Vectors v;
    npy_header(&f, 1, "{'descr': '>i2', 'fortran_order': False, 'shape': (2, 2)}");
    append(&f, "\x80\x00\xff\xff\x01\x02\x00\x01", 8);
    ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
    expect_entry(&v, 0, 0, -32768, 1);
    expect_entry(&v, 0, 1, -1, 1);
    expect_entry(&v, 1, 0, 258, 1);
    vectors_clear(&v);
    npy_header(&f, 1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2)}");
    append(&f, "\0\0\0\0\0\0\0\x80\xff\xff\xff\xff\xff\xff\xff\xff", 16);
    ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
    expect_entry(&v, 0, 0, INT64_MIN, 1);
    vectors_clear(&v);
    npy_header(&f, 1, "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 3)}");
    append(&f, "\x00\x38\x01\x00\x00\xc0", 6);
    ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
    expect_entry(&v, 0, 0, 1, 2);
    expect_entry(&v, 0, 1, 1, 1 << 24);
    expect_entry(&v, 0, 2, -2, 1);
    vectors_clear(&v);
    npy_header(&f, 1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3)}");
    append(&f, "\1\0\1\0\0\1", 6);
    ck_assert_int_eq(vectors_parse(&v, "file", f.bytes, f.size), 0);
    ck_assert(v.signs && v.code.table[0] == 2 && v.code.table[1] == 3);
    vectors_clear(&v);
}
END_TEST

START_TEST(malformed_numpy_files_are_refused)
{
    const char *headers[] = {
        "",
        "{",
        "{}",
        "[]",
        "{'descr': '<f8'}",
        "{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1)}",
        "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1, 1)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 0)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 999999999999)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}",
        "{'descr': '|f8', 'fortran_order': False, 'shape': (1, 1)}",
        "{'descr': '<f8, 'fortran_order': False, 'shape': (1, 1)}",
    };
    File f;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        npy_header(&f, 1, headers[i]);
        append(&f, "\0\0\0\0\0\0\0\0", 8);
        expect_error(f.bytes, f.size, "file:1: ");
    }
    npy_header(&f, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}");
    append(&f, "\0\0\0\0\0\0\xf0\x7f", 8);   // infinity
    expect_error(f.bytes, f.size, "file:1: entry 1 is infinite");
    f.bytes[6] = 4;
    expect_error(f.bytes, f.size, "version 1, 2 or 3");
    for (size_t cut = 6; cut + 8 < f.size; cut++) {
        f.bytes[6] = 1;
        expect_error(f.bytes, cut, "file:1: ");
    }
}
END_TEST

START_TEST(random_bytes_never_crash_the_readers)
{
    const char alphabet[] = "+-01/e.# \n\t9x";
    be_quiet();
    for (size_t round = 0; round < scaled(5000); round++) {
        char bytes[300];
        size_t size = random_below(sizeof bytes);
        for (size_t b = 0; b < size; b++)
            bytes[b] =
                round % 3 ? alphabet[random_below(sizeof alphabet - 1)] : (char)random_bits();
        if (round % 4 == 0 && size > 60) {
            File f;
            npy_header(&f, 1, "{'descr': '<i1', 'fortran_order': False, 'shape': (2, 3)}");
            memcpy(bytes, f.bytes, f.size < size ? f.size : size);
            bytes[random_below(size)] = (char)random_bits();
        }
        Vectors v;
        VectorFacts facts;
        if (vectors_parse(&v, "file", bytes, size) == 0) {
            if (vector_facts_init(&facts, &v, "file") == 0)
                vector_facts_clear(&facts);
            vectors_clear(&v);
        }
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        signs_are_read_in_every_notation,
        rational_vectors_are_checked_exactly,
        the_query_with_the_smaller_norm_decides,
        duplicates_leave_no_margin,
        both_checks_agree_on_random_signs,
        malformed_text_is_told_with_its_line,
        zero_vectors_and_single_ones_are_refused,
        entries_of_huge_denominators_are_exact,
        numpy_files_of_every_version_order_and_type_are_read,
        numpy_integers_bools_and_halves_are_exact,
        malformed_numpy_files_are_refused,
        random_bytes_never_crash_the_readers,
    };
    return HARNESS_RUN("vectors", tests);
}
