// Formulas: files read and refused, values, families; their models keep what the theorem promises,
// in every arithmetic, and survive being written and read.
#include "agreement.h"
#include "constructions/instance.h"
#include "models.h"
#include "net/model_file.h"
#include "random_formula.h"
#include "scratch.h"
#include "task/normal_form.h"
#include "verify/exhaustive.h"
#include "verify/walk.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const Effort effort = { .jobs = 2 };

// golden/formula.txt: for every file of the corpus "FILE is read" or the complaint.
START_TEST(every_malformed_file_is_refused_with_the_right_line_and_reason)
{
    FILE *golden = fopen(tests_path("golden/formula.txt"), "r");
    ck_assert_ptr_nonnull(golden);
    ck_assert_int_eq(chdir(tests_path("corpus/formula")), 0);
    size_t count = 0;
    for (char line[1024]; fgets(line, sizeof line, golden) != NULL; count++) {
        char file[1024];
        Formula f, untouched;
        memset(&untouched, 0x5a, sizeof untouched);
        memcpy(&f, &untouched, sizeof f);
        line[strcspn(line, "\n")] = '\0';
        strcpy(file, line);
        file[strcspn(file, ": ")] = '\0';
        capture_begin();
        int status = formula_read(&f, file);
        char *said = capture_end();
        bool is_read = strcmp(line + strlen(file), " is read") == 0;
        ck_assert_int_eq(status, is_read ? 0 : -1);
        if (is_read) {
            ck_assert_str_eq(said, "");
            formula_clear(&f);
        } else {
            ck_assert_int_eq(memcmp(&f, &untouched, sizeof f), 0);
            said[strcspn(said, "\n")] = '\0';
            ck_assert_str_eq(said + strlen("chasm: "), line);
        }
        free(said);
    }
    fclose(golden);
    ck_assert_uint_eq(count, count_files("."));
}
END_TEST

static void expect_text(const char *text, const char *meant) {
    Formula f;
    ck_assert_int_eq(formula_parse(&f, "text", text, strlen(text)), 0);
    char *found = formula_text(&f);
    ck_assert_str_eq(found, meant);
    free(found);
    formula_clear(&f);
}

START_TEST(what_is_read_is_what_is_written)
{
    expect_text("c x\np cnf 3 2\n1 -2 0 2\nc y\n3 0\n%\n0\n", "p cnf 3 2\n-2 1 0\n2 3 0\n");
    expect_text("p dnf 3 3\n3 1 -2 1 0\n2 -2 0\n0", "p dnf 3 3\n1 3 -2 0\n2 -2 0\n0\n");
    for (size_t round = 0; round < scaled(200); round++) {
        Formula f;
        random_formula(&f, 1 + random_below(20), 30, 1 + random_below(5));
        char *text = formula_text(&f);
        expect_text(text, text);
        free(text);
        formula_clear(&f);
    }
}
END_TEST

// By the definition: literals one by one.
static bool value(const Formula *f, const Token *bit) {
    for (size_t c = 0; c < f->clauses; c++) {
        bool any = false, all = true;
        for (size_t k = f->begin[c]; k < f->begin[c + 1]; k++) {
            bool holds = (f->literal[k] > 0) == (bit[labs(f->literal[k]) - 1] == 1);
            any |= holds;
            all &= holds;
        }
        if (f->conjunctive ? !any : all)
            return !f->conjunctive;
    }
    return f->conjunctive;
}

START_TEST(answers_are_the_values_of_the_formula)
{
    for (size_t round = 0; round < scaled(100); round++) {
        Formula f;
        Params p = params_default(1 + random_below(8));
        Walk walk;
        Token old;
        random_formula(&f, p.n, 12, 1 + random_below(4));
        p.formula = &f;
        p.mask = random_below(2) ? MASK_FULL : MASK_CAUSAL;
        walk_init(&walk, &task_normal_form, &p, NULL);
        for (uint64_t k = 0; k < walk.total; k++) {
            if (k > 0)
                walk_step(&walk, &old);
            ck_assert_uint_eq(task_normal_form.answer(&p, walk.word), value(&f, walk.word));
        }
        walk_clear(&walk);
        formula_clear(&f);
    }
}
END_TEST

// The words of a family under the full mask are those of the task of the same name, and so are the
// answers and the worst margins.
START_TEST(equality_and_disjointness_as_formulas_are_what_they_are_as_tasks)
{
    static const char *const names[] = { "equality", "disjointness" };
    for (size_t k = 0; k < 2; k++)
        for (uint64_t n = 1; n <= 6; n++)
            for (ReadoutKind readout = READOUT_PEAKED; readout <= READOUT_UNIFORM; readout++) {
                Params p = params_default(2 * n), q = params_default(n);
                const Construction *other =
                    construction_find(k ? "disjointness/two-layer" : "equality/two-layer");
                Walk walk;
                Token old;
                Finding f, g;
                Transformer t, u;
                p.mask = q.mask = MASK_FULL;
                p.readout = q.readout = readout;
                p.formula = formula_find(names[k]);
                ck_assert_uint_eq(task_normal_form.length(&p), other->task->length(&q));
                walk_init(&walk, other->task, &q, NULL);
                for (uint64_t w = 0; w < walk.total; w++) {
                    if (w > 0)
                        walk_step(&walk, &old);
                    ck_assert_uint_eq(task_normal_form.answer(&p, walk.word),
                                      other->task->answer(&q, walk.word));
                }
                walk_clear(&walk);
                build_binary(&t, construction_find("normal-form/two-layer"), &p);
                build_binary(&u, other, &q);
                finding_init(&f);
                finding_init(&g);
                ck_assert_int_eq(exhaustive_check(&f, &t, NULL, "formula", &effort), 0);
                ck_assert_int_eq(exhaustive_check(&g, &u, NULL, "task", &effort), 0);
                ck_assert(f.verdict == PROVED && g.verdict == PROVED);
                ck_assert(mpq_equal(f.margin, g.margin));
                finding_clear(&f);
                finding_clear(&g);
                transformer_clear(&t);
                transformer_clear(&u);
            }
}
END_TEST

// The least of: the threshold, if no clause decides some word; the margin of M deciding clauses for
// the least M >= 1 there is (docs/normal-form.md#theorem-1).
static void expected_margin(mpq_t margin, const Params *p) {
    const Clauses *clauses = task_normal_form.clauses;
    size_t least = SIZE_MAX, length = task_normal_form.length(p);
    bool undecided = false;
    Walk walk;
    Token old;
    walk_init(&walk, &task_normal_form, p, NULL);
    for (uint64_t w = 0; w < walk.total; w++) {
        size_t deciding = 0;
        if (w > 0)
            walk_step(&walk, &old);
        for (size_t c = 0; c < clauses->count(p); c++) {
            Requirement r[REQUIREMENTS_MOST];
            size_t count = clauses->clause(r, p, c), k = 0;
            while (k < count && walk.word[r[k].position] == r[k].token)
                k++;
            deciding += k == count;
        }
        undecided |= deciding == 0;
        least = deciding > 0 && deciding < least ? deciding : least;
    }
    walk_clear(&walk);
    unsigned long u = 0, m = least;
    while (1ul << u < 3 * (length - 1))
        u++;
    mpq_t threshold;
    mpq_init(threshold);
    mpq_set_ui(threshold, 1, p->readout == READOUT_PEAKED ? 2 : 2 * length);
    mpq_set(margin, threshold);
    if (least < SIZE_MAX) {
        if (p->readout == READOUT_PEAKED)
            mpq_set_ui(margin, m << u, (m << u) + length - m);
        else
            mpq_set_ui(margin, m, length);
        mpq_canonicalize(margin);
        mpq_sub(margin, margin, threshold);
        if (undecided && mpq_cmp(threshold, margin) < 0)
            mpq_set(margin, threshold);
    }
    mpq_clear(threshold);
}

// Random formulas, and families, in every mask and readout, over the default code.
START_TEST(margins_and_sizes_are_those_of_the_theorem)
{
    const Construction *c = construction_find("normal-form/two-layer");
    for (size_t round = 0; round < scaled(120); round++) {
        Formula f;
        Instance in;
        Finding found;
        Promise promise;
        mpq_t margin;
        Params p = params_default(1 + random_below(8));
        p.mask = round & 1 ? MASK_FULL : MASK_CAUSAL;
        p.readout = round & 2 ? READOUT_UNIFORM : READOUT_PEAKED;
        random_formula(&f, p.n, 14, 1 + random_below(4));
        p.formula = round % 5 == 0 ? &formula_families[random_below(4)] : &f;
        mpq_init(margin);
        promise_init(&promise);
        finding_init(&found);
        ck_assert_int_eq(instance_init(&in, c, &p), 0);
        ck_assert_int_eq(exhaustive_check(&found, &in.model, c->target, c->name, &effort), 0);
        ck_assert_int_eq(found.verdict, PROVED);
        expected_margin(margin, &p);
        ck_assert(mpq_equal(margin, found.margin));
        c->promise(&promise, &p, &in.code, in.temperature);
        ck_assert_int_eq(promise.is_bound, p.formula == &f);
        int side = mpq_cmp(promise.margin, found.margin);
        ck_assert(promise.is_bound ? side <= 0 : side == 0);
        ck_assert_uint_eq(promise.size.width, found.size.width);
        ck_assert_uint_eq(promise.size.heads, found.size.heads);
        ck_assert_uint_eq(promise.size.layers, found.size.layers);
        ck_assert_uint_eq(promise.size.mlp, found.size.mlp);
        instance_clear(&in);
        finding_clear(&found);
        promise_clear(&promise);
        mpq_clear(margin);
        formula_clear(&f);
    }
}
END_TEST

START_TEST(the_temperature_is_the_least_of_the_theorem)
{
    const Construction *c = construction_find("normal-form/two-layer");
    static const Effort naive = { .jobs = 1, .naive = true };
    for (size_t round = 0; round < scaled(20); round++) {
        Formula f;
        Code code;
        Params p = params_default(2 + random_below(5));
        int32_t literal[4] = { 1, -2, 2, 1 };
        size_t k = 1 + round % 4;
        p.mask = MASK_FULL;            // under which the inequality is tight
        p.readout = READOUT_UNIFORM;   // exact also where z is no clean bit
        formula_init(&f, round % 2, p.n);
        for (size_t i = 0; i < p.n; i++) {   // each variable is fetched: row i may be the worst
            literal[0] = (int32_t)i + 1;
            literal[1] = -(int32_t)((i + 1) % p.n) - 1;
            literal[2] = (int32_t)((i + 1) % p.n) + 1;
            literal[3] = -(int32_t)i - 1;
            formula_add(&f, literal, k);
        }
        p.formula = &f;
        binary_code(&code, p.n);
        uint64_t least = c->temperature(&p, &code, 1);
        for (uint64_t at = least > 1 ? least - 1 : least; at <= least; at++) {
            Transformer t;
            Finding found;
            c->build(&t, &p, &code, at);
            finding_init(&found);
            ck_assert_int_eq(exhaustive_check(&found, &t, c->target, "", &naive), 0);
            bool enough = mpq_cmp_ui(found.attention[0], 4 * k - 1, 4 * k) >= 0;
            ck_assert_int_eq(enough, at == least);
            finding_clear(&found);
            transformer_clear(&t);
        }
        code_clear(&code);
        formula_clear(&f);
    }
}
END_TEST

START_TEST(the_models_hold_in_every_arithmetic)
{
    static const char *const arithmetics[] = { "ball", "float:binary64", "float:20", "fixed:24" };
    for (size_t round = 0; round < scaled(12); round++)
        for (size_t a = 0; a < 4; a++) {
            Effort how = { .jobs = 2, .arithmetic = arithmetic_named(arithmetics[a]) };
            Formula f;
            Finding found;
            Transformer t;
            Params p = params_default(2 + random_below(4));
            p.mask = round & 1 ? MASK_FULL : MASK_CAUSAL;
            random_formula(&f, p.n, 8, 1 + random_below(3));
            p.formula = &f;
            build_binary(&t, construction_find("normal-form/two-layer"), &p);
            t.base = a == 0 && round % 4 >= 2 ? BASE_E : BASE_2;
            finding_init(&found);
            ck_assert_int_eq(exhaustive_check(&found, &t, NULL, "formula", &how), 0);
            ck_assert_msg(found.verdict == PROVED, "%s", arithmetics[a]);
            finding_clear(&found);
            transformer_clear(&t);
            formula_clear(&f);
        }
}
END_TEST

static char *written(const Transformer *t, size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    transformer_write(out, t);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

START_TEST(model_files_hold_the_formula)
{
    for (size_t round = 0; round < scaled(30); round++) {
        Formula f;
        Transformer t, read, copy;
        size_t length, again;
        Params p = params_default(1 + random_below(6));
        random_formula(&f, p.n, 10, 1 + random_below(3));
        p.mask = round & 1 ? MASK_FULL : MASK_CAUSAL;
        p.formula = round % 3 ? &f : NULL;
        build_binary(&t, construction_find("normal-form/two-layer"), &p);
        formula_clear(&f);   // the model has its own
        char *bytes = written(&t, &length);
        ck_assert_int_eq(transformer_parse(&read, "file", bytes, length), 0);
        transformer_init_copy(&copy, &read);
        transformer_clear(&read);
        char *second = written(&copy, &again);
        ck_assert_str_eq(bytes, second);
        free(bytes);
        free(second);
        transformer_clear(&t);
        transformer_clear(&copy);
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_malformed_file_is_refused_with_the_right_line_and_reason,
        what_is_read_is_what_is_written,
        answers_are_the_values_of_the_formula,
        equality_and_disjointness_as_formulas_are_what_they_are_as_tasks,
        margins_and_sizes_are_those_of_the_theorem,
        the_temperature_is_the_least_of_the_theorem,
        the_models_hold_in_every_arithmetic,
        model_files_hold_the_formula,
    };
    return HARNESS_RUN("normal_form", tests);
}
