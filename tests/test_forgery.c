// Certificates of tests/forgeries/, spoiled in every small way: chasm-check rejects each mutant, or
// what it claims is true, as chasm finds by trying every input; and certificates forged for models
// with an error planted in them.
#include "base/text.h"
#include "communication/counts.h"
#include "communication/prefix_classes.h"
#include "flat_model.h"
#include "math/rational.h"
#include "models.h"
#include "planted.h"
#include "proofs-checks/checker/checker_run.h"
#include "scratch.h"
#include "verify/certificate_file.h"
#include "verify/certificate_parts.h"
#include "verify/check.h"
#include "verify/exhaustive.h"
#include "verify/recurrent_check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Effort effort = { .jobs = 1 };

static const char *const right[] = {
    "code-pairs",         "code-span",      "disjointness",
    "disjointness-words", "dyck-automaton", "dyck-states",
    "dyck-words",         "equality",       "equality-by-words",
    "equality-full",      "equality-words", "fooling-dyck",
    "fooling-equality",   "fooling-index",  "index-lookup",
    "index-lookup-3",     "queue",          "ring",
    "ring-relu",          "states-dyck",    "states-equality",
    "states-index",
};
enum { RIGHT = sizeof right / sizeof *right };

static char *right_text(size_t i) {
    Text path = { 0 };
    text_printf(&path, "forgeries/right/%s.txt", right[i]);
    char *text = contents(tests_path(text_string(&path)));
    text_clear(&path);
    return text;
}

// ---- whether what a certificate claims is true ----

static bool model_is_right(const FlatClaim *c, const char *text) {
    Finding f;
    finding_init(&f);
    if (strcmp(c->kind, "transformer") == 0) {
        Transformer t;
        flat_transformer(&t, c, text);
        ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "mutant", &effort), 0);
        transformer_clear(&t);
    } else {
        Recurrent r;
        flat_recurrent(&r, c, text);
        ck_assert_int_eq(recurrent_check(&f, &r, "mutant", &effort), 0);
        recurrent_clear(&r);
    }
    bool good = f.verdict == PROVED && f.has_margin && mpq_equal(f.margin, c->margin);
    finding_clear(&f);
    return good;
}

// Words of at most 64 signs; the words of a span are all sums of its rows.
static bool code_is_right(const FlatClaim *c, const char *text) {
    bool span = strstr(text, "proof span") != NULL;
    uint64_t word[64] = { 0 };
    size_t count = span ? 1 : 0, least = c->length;
    for (const char *at = text; (at = strstr(at, span ? "\nrow " : "\nword ")) != NULL; at++) {
        uint64_t row = strtoull(at + (span ? 5 : 6), NULL, 16);
        for (size_t i = 0; span && i < count; i++)
            word[count + i] = word[i] ^ row;
        if (!span)
            word[count] = row;
        count = span ? 2 * count : count + 1;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            size_t d = (size_t)__builtin_popcountll(word[i] ^ word[j]);
            least = d < least ? d : least;
        }
    return count == c->words && least == c->distance;
}

static bool count_is_right(const FlatClaim *c) {
    mpz_t most;
    mpz_init(most);
    prefix_classes_count(most, c->task, &c->params, c->after);
    bool good = mpz_cmp_ui(most, c->count) >= 0;
    mpz_clear(most);
    return good;
}

// The split is named in the claim as chasm names it.
static bool fooling_is_right(const FlatClaim *c, const char *text) {
    char name[256];
    Split split;
    Counts counts;
    const Problem *problem = problem_find(c->task->name);
    ck_assert_int_eq(sscanf(strstr(text, " alice="), " alice=%255s", name), 1);
    char *why = split_init(&split, problem, &c->params, name);
    ck_assert_msg(why == NULL, "%s", why);
    ck_assert_ptr_null(counts_init(&counts, problem, &c->params, &split, EXTENT_ALL));
    CountKind kind = strstr(text, " value=1") ? COUNT_FOOLING_1 : COUNT_FOOLING_0;
    bool good = mpz_cmp_ui(counts.bound[kind].upper, c->count) >= 0;
    counts_clear(&counts);
    split_clear(&split);
    return good;
}

static bool is_true(const char *text) {
    FlatClaim c;
    flat_claim_init(&c, text);
    bool good = strcmp(c.kind, "code") == 0      ? code_is_right(&c, text)
                : strcmp(c.kind, "states") == 0  ? count_is_right(&c)
                : strcmp(c.kind, "fooling") == 0 ? fooling_is_right(&c, text)
                                                 : model_is_right(&c, text);
    flat_claim_clear(&c);
    return good;
}

// ---- mutants ----

typedef struct Tally {
    const char *name, *original;
    size_t length, mutants, harmless;
} Tally;

static void try_mutant(Tally *t, const char *bytes, size_t length, const char *what, size_t where) {
    char message[ROOM];
    if (length == t->length && memcmp(bytes, t->original, length) == 0)
        return;
    t->mutants++;
    if (!checker_run(bytes, length, message)) {
        ck_assert_msg(strncmp(message, "line ", 5) == 0, "%s", message);
        return;
    }
    t->harmless++;
    ck_assert_msg(is_true(bytes), "%s, %s %zu: %s", t->name, what, where, message);
}

static size_t line_count(const char *text) {
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

// Line k from 0 of the text, with its end.
static const char *line_at(const char *text, size_t k, size_t *length) {
    for (; k > 0; k--)
        text = strchr(text, '\n') + 1;
    *length = (size_t)(strchr(text, '\n') - text) + 1;
    return text;
}

// The text with the last line's number made right: a forger can count.
static void fix_end(Text *text) {
    char *end = strstr(text->bytes, "\nend ");
    if (end == NULL)
        return;
    Text fixed = { 0 };
    text_add_bytes(&fixed, text->bytes, (size_t)(end - text->bytes) + 1);
    certificate_file_end(&fixed);
    text_clear(text);
    *text = fixed;
}

static void mutate_lines(Tally *t, bool counted) {
    size_t lines = line_count(t->original), n, m;
    for (size_t k = 0; k < lines; k++)
        for (size_t to = 0; to <= lines + 1; to++) {
            // line k moved before line `to`; lines: dropped; lines + 1: twice
            Text text = { 0 };
            const char *moved = line_at(t->original, k, &n);
            for (size_t i = 0; i < lines; i++) {
                const char *line = line_at(t->original, i, &m);
                if (i == to)
                    text_add_bytes(&text, moved, n);
                if (i != k || to == lines + 1)
                    text_add_bytes(&text, line, m);
                if (i == k && to == lines + 1)
                    text_add_bytes(&text, line, m);
            }
            if (counted)
                fix_end(&text);
            try_mutant(t, text_string(&text), text.length, "line", k);
            text_clear(&text);
        }
}

static void mutate_numbers(Tally *t) {
    for (const char *at = t->original; *at;) {
        char *end;
        bool digit = *at >= '0' && *at <= '9';
        if (!digit) {
            at++;
            continue;
        }
        unsigned long long value = strtoull(at, &end, 10);
        for (int step = -1; step <= 1; step += 2) {
            Text text = { 0 };
            text_add_bytes(&text, t->original, (size_t)(at - t->original));
            if (value == 0 && step < 0)
                text_add(&text, "-1");
            else
                text_printf(&text, "%llu", step < 0 ? value - 1 : value + 1);
            text_add(&text, end);
            try_mutant(t, text_string(&text), text.length, "number", (size_t)(at - t->original));
            text_clear(&text);
        }
        at = end;
    }
}

static void mutate_bits(Tally *t) {
    char *bytes = strdup(t->original);
    for (size_t bit = 0; bit < 8 * t->length; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        try_mutant(t, bytes, t->length, "bit", bit);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t n = 0; n < t->length; n++)
        try_mutant(t, bytes, n, "length", n);
    free(bytes);
}

static void mutate(size_t i, void (*how)(Tally *)) {
    char *text = right_text(i);
    Tally t = { .name = right[i], .original = text, .length = strlen(text) };
    how(&t);
    ck_assert_uint_gt(t.mutants, t.harmless);
    free(text);
}

static void mutate_lines_as_they_are(Tally *t) { mutate_lines(t, false); }
static void mutate_lines_and_count(Tally *t) { mutate_lines(t, true); }

START_TEST(lines_dropped_moved_and_doubled_are_rejected_or_leave_a_true_claim)
{
    for (size_t i = 0; i < RIGHT; i++) {
        mutate(i, mutate_lines_as_they_are);
        mutate(i, mutate_lines_and_count);
    }
}
END_TEST

START_TEST(numbers_changed_by_one_are_rejected_or_leave_a_true_claim)
{
    for (size_t i = 0; i < RIGHT; i++)
        mutate(i, mutate_numbers);
}
END_TEST

START_TEST(flipped_bits_and_lost_ends_are_rejected_or_leave_a_true_claim)
{
    for (size_t i = 0; i < RIGHT; i++)
        mutate(i, mutate_bits);
}
END_TEST

// ---- the corpus ----

START_TEST(every_right_certificate_is_verified)
{
    for (size_t i = 0; i < RIGHT; i++) {
        char message[ROOM], *text = right_text(i);
        ck_assert_msg(checker_run(text, strlen(text), message), "%s: %s", right[i], message);
        ck_assert_msg(is_true(text), "%s: the test's own judge is wrong", right[i]);
        free(text);
    }
    ck_assert_uint_eq(count_files(tests_path("forgeries/right")), RIGHT);
}
END_TEST

// tests/golden/forgeries.txt tells for each file of forgeries/wrong what is wrong with it.
START_TEST(every_wrong_certificate_is_rejected_for_its_reason)
{
    char *golden = contents(tests_path("golden/forgeries.txt")), *state;
    size_t files = 0;
    for (char *line = strtok_r(golden, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
        char *reason = strstr(line, ": "), message[ROOM];
        ck_assert_ptr_nonnull(reason);
        Text path = { 0 }, bytes = { 0 };
        text_printf(&path, "forgeries/wrong/%.*s", (int)(reason - line), line);
        FILE *in = fopen(tests_path(text_string(&path)), "rb");
        ck_assert_msg(in != NULL && text_read(&bytes, in, 1 << 24) == 0, "%s", line);
        fclose(in);
        ck_assert_msg(!checker_run(text_string(&bytes), bytes.length, message), "%s", line);
        ck_assert_str_eq(message, reason + 2);
        text_clear(&path);
        text_clear(&bytes);
        files++;
    }
    ck_assert_uint_eq(count_files(tests_path("forgeries/wrong")), files);
    free(golden);
}
END_TEST

// ---- certificates for wrong models ----

// What a forger writes: the margin of the right model, with the worst word that it has or a trial
// of all words; and the wrong model.
static void forge(Text *forged, const Transformer *good, const Transformer *bad, bool words) {
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(check_model(&f, good, NULL, "good", &effort), 0);
    ck_assert_int_eq(f.verdict, PROVED);
    certificate_file_begin(forged);
    text_add(forged, "transformer ");
    certificate_file_task(forged, bad->task, &bad->params);
    text_printf(forged, " layers=%zu width=%zu margin=", bad->layers, bad->width);
    rational_print(forged, f.margin);
    text_add(forged, words ? "\nproof all-words\n" : "\nproof domains\nword");
    if (!words) {
        Token *word = calloc(good->length, sizeof *word);
        ck_assert_ptr_null(task_parse_word(word, good->task, &good->params, f.witness));
        certificate_file_word(forged, good->task, &good->params, word, good->length);
        free(word);
    }
    certificate_file_model(forged, bad);
    certificate_file_end(forged);
    finding_clear(&f);
}

static void expect_rejection(const Transformer *good, const Transformer *bad, bool words,
                             const char *what) {
    Text forged = { 0 };
    char message[ROOM];
    forge(&forged, good, bad, words);
    ck_assert_msg(!checker_run(text_string(&forged), forged.length, message), "%s: %s", what,
                  message);
    text_clear(&forged);
}

// Neither by all words at once nor by all words one by one.
static void expect_rejected(const Transformer *good, const Transformer *bad, const char *what) {
    Finding f;
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, bad, NULL, what, &effort), 0);
    ck_assert_int_eq(f.verdict, REFUTED);
    finding_clear(&f);
    expect_rejection(good, bad, false, what);
    expect_rejection(good, bad, true, what);
}

static void swap_rows(Transformer *t, size_t a, size_t b) {
    for (size_t c = 0; c < t->width; c++)
        mpq_swap(matrix_at(&t->embedding, a, c), matrix_at(&t->embedding, b, c));
}

// Every construction with product domains, in both masks.
static void for_each_model(void (*test)(const Transformer *good, Transformer *bad)) {
    for (size_t c = 0; coded_construction(c) != NULL; c++)
        for (int mask = 0; mask <= 1; mask++) {
            Params p = params_default(3);
            Transformer good, bad;
            p.mask = mask ? MASK_FULL : MASK_CAUSAL;
            build_binary(&good, coded_construction(c), &p);
            transformer_init_copy(&bad, &good);
            test(&good, &bad);
            transformer_clear(&good);
            transformer_clear(&bad);
        }
}

static void swap_keys(const Transformer *good, Transformer *bad) {
    for (Token bit = 0; bit < 2; bit++)
        swap_rows(bad, transformer_row(bad, 0, bit), transformer_row(bad, 1, bit));
    expect_rejected(good, bad, "two keys swapped");
}

// Two words of the table: what x_1 = 0 and x_1 = 1 are embedded as.
static void swap_words(const Transformer *good, Transformer *bad) {
    swap_rows(bad, transformer_row(bad, 0, 0), transformer_row(bad, 0, 1));
    expect_rejected(good, bad, "two words swapped");
}

static void read_early(const Transformer *good, Transformer *bad) {
    bad->readout.position--;
    expect_rejected(good, bad, "read one position early");
}

// The margin is 0, and the forger claims 2^-60; or it is what was claimed less 2^-60.
static void move_readout(const Transformer *good, Transformer *bad) {
    mpq_t step, claimed;
    Finding f;
    mpq_inits(step, claimed, NULL);
    finding_init(&f);
    ck_assert_int_eq(exhaustive_check(&f, good, NULL, "good", &effort), 0);
    mpq_set(claimed, f.margin);
    mpq_set_ui(step, 1, 1);
    mpq_div_2exp(step, step, 60);
    for (int direction = -1; direction <= 1; direction += 2) {
        Text text = { 0 };
        char message[ROOM];
        mpq_ptr b = matrix_at(&bad->readout.b, 0, 0);
        direction < 0 ? mpq_sub(b, b, step) : mpq_add(b, b, step);
        finding_clear(&f);
        finding_init(&f);
        ck_assert_int_eq(exhaustive_check(&f, bad, NULL, "moved", &effort), 0);
        ck_assert_int_eq(f.verdict, PROVED);
        bool same = mpq_equal(f.margin, claimed);
        mpq_set(f.margin, claimed);
        ck_assert_ptr_null(certificate_file_transformer(&text, bad, &f, &effort));
        // the certificate found its own margin; the forger writes the old one
        Text forged = { 0 }, old = { 0 };
        rational_print(&old, claimed);
        const char *at = strstr(text_string(&text), " margin=") + 8;
        text_add_bytes(&forged, text_string(&text), (size_t)(at - text_string(&text)));
        text_add(&forged, text_string(&old));
        text_add(&forged, strchr(at, '\n'));
        ck_assert_int_eq(checker_run(text_string(&forged), forged.length, message), same);
        text_clear(&forged);
        text_clear(&old);
        text_clear(&text);
        mpq_set(b, matrix_at(&good->readout.b, 0, 0));
    }
    finding_clear(&f);
    mpq_clears(step, claimed, NULL);
}

START_TEST(certificates_forged_for_planted_errors_are_rejected)
{
    for_each_model(swap_keys);
    for_each_model(swap_words);
    for_each_model(read_early);
    for_each_model(move_readout);
}
END_TEST

// x fetches y: right under the full mask only.
START_TEST(a_certificate_for_the_other_mask_is_rejected)
{
    Params p = params_default(3);
    Transformer good, bad;
    p.mask = MASK_FULL;
    build_binary(&good, construction_find("equality/two-layer"), &p);
    for (uint64_t i = 0; i < p.n; i++)
        for (Token bit = 0; bit < 2; bit++)
            swap_rows(&good, transformer_row(&good, i, bit), transformer_row(&good, p.n + i, bit));
    transformer_init_copy(&bad, &good);
    bad.mask = MASK_CAUSAL;
    expect_rejected(&good, &bad, "mask");
    transformer_clear(&good);
    transformer_clear(&bad);
}
END_TEST

// The model of the uniform readout, and the same but for one word: of 256 for all words one by one,
// of 2^20 for all at once.
START_TEST(a_certificate_for_a_model_that_fails_on_one_input_is_rejected)
{
    static const struct {
        uint64_t n, w;
    } cases[] = { { 4, 0 }, { 4, 6 }, { 4, 15 }, { 10, 0x16b } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int own_head = 0; own_head <= 1; own_head++) {
            Params p = params_default(cases[k].n);
            Transformer good, bad;
            p.readout = READOUT_UNIFORM;
            build_binary(&good, construction_find("equality/two-layer"), &p);
            plant_single_error(&bad, p.n, cases[k].w, own_head);
            if (p.n == 4)
                expect_rejected(&good, &bad, "one input");
            else
                expect_rejection(&good, &bad, false, "one input of 2^20");
            transformer_clear(&good);
            transformer_clear(&bad);
        }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_right_certificate_is_verified,
        every_wrong_certificate_is_rejected_for_its_reason,
        lines_dropped_moved_and_doubled_are_rejected_or_leave_a_true_claim,
        numbers_changed_by_one_are_rejected_or_leave_a_true_claim,
        flipped_bits_and_lost_ends_are_rejected_or_leave_a_true_claim,
        certificates_forged_for_planted_errors_are_rejected,
        a_certificate_for_the_other_mask_is_rejected,
        a_certificate_for_a_model_that_fails_on_one_input_is_rejected,
    };
    return HARNESS_RUN("forgery", tests);
}
