// Audits of data: the gap against its definition, and what follows from it against the attention of
// both layers, written out.
#include "base/alloc.h"
#include "base/text.h"
#include "constructions/nearest_data.h"
#include "program.h"
#include "scratch.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Points and labels as a file of text.
static char *random_data(size_t count, size_t dimension, int style) {
    Text t = { 0 };
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < dimension; c++)
            if (style == 0)   // signs, all different
                text_printf(&t, "%s ", i >> c & 1 ? "-1" : "1");
            else if (style == 1)   // quotients
                text_printf(&t, "%d/%d ", (int)random_below(41) - 20, (int)random_below(6) + 1);
            else   // decimals on a grid
                text_printf(&t, "%.3f,", ((double)random_below(64) - 32) / 8);
        text_printf(&t, " label%d\n", (int)random_below(3));
    }
    return text_take(&t);
}

// false: a point occurs twice.
static bool parse(LabelledPoints *p, const char *text) {
    capture_begin();
    int status = labelled_points_parse(p, "data", text, strlen(text), true);
    free(capture_end());
    return status == 0;
}

// gap <- the least of (second - first) / 2 over the points, by sorting all distances of each.
static int compare_rationals(const void *a, const void *b) {
    const mpq_t *x = a, *y = b;
    return mpq_cmp(*x, *y);
}

static void gap_by_definition(mpq_t gap, const LabelledPoints *p) {
    mpq_t *distance = vector_init(p->count), step;
    mpq_init(step);
    for (size_t i = 0; i < p->count; i++) {
        for (size_t j = 0; j < p->count; j++) {
            mpq_set_ui(distance[j], 0, 1);
            for (size_t c = 0; c < p->dimension; c++) {
                mpq_sub(step, matrix_at(&p->point, i, c), matrix_at(&p->point, j, c));
                mpq_mul(step, step, step);
                mpq_add(distance[j], distance[j], step);
            }
        }
        qsort(distance, p->count, sizeof *distance, compare_rationals);
        ck_assert_int_eq(mpq_sgn(distance[0]), 0);   // from itself
        mpq_sub(step, distance[2], distance[1]);
        mpq_div_2exp(step, step, 1);
        if (i == 0 || mpq_cmp(step, gap) < 0)
            mpq_set(gap, step);
    }
    mpq_clear(step);
    vector_clear(distance, p->count);
}

// ---- the two layers, in doubles ----

// A number rounded to f bits behind the point.
static double rounded(mpq_srcptr x, size_t f) {
    return ldexp(nearbyint(ldexp(mpq_get_d(x), (int)f)), -(int)f);
}

// The coordinates of point i that scores read, rounded: d of them, and unless alike -|x|^2 / 2.
static void lift(double *to, const LabelledPoints *p, const Gap *g, size_t f, size_t i) {
    mpq_t half, square;
    mpq_inits(half, square, NULL);
    for (size_t c = 0; c < p->dimension; c++) {
        mpq_srcptr x = matrix_at(&p->point, i, c);
        to[c] = rounded(x, f);
        mpq_mul(square, x, x);
        mpq_add(half, half, square);
    }
    mpq_div_2exp(half, half, 1);
    to[p->dimension] = g->alike ? 0 : -rounded(half, f);
    mpq_clears(half, square, NULL);
}

// What the k-th point of the context holds after layer 1: the mixture of all that it sees.
static void copy_point(double *copy, const NearestData *n, double *const *point, size_t k,
                       size_t width) {
    double sum = 0, t = (double)n->copy_temperature, length = (double)n->code.length;
    for (size_t c = 0; c < width; c++)
        copy[c] = 0;
    for (size_t l = 0; l < n->code.words; l++) {
        double weight = exp2(t * ((double)code_inner(&n->code, k, l) - length));
        sum += weight + exp2(-t * length) * weight;   // the point, and its label
        for (size_t c = 0; c < width; c++)
            copy[c] += weight * point[l][c];
    }
    sum += exp2(-t * length);   // the query
    for (size_t c = 0; c < width; c++)
        copy[c] /= sum;
}

// The margin on query i among the others: the mass on the nearest less that on all other copies.
static double margin_of(const LabelledPoints *p, const Gap *g, const NearestData *n, size_t i,
                        size_t nearest) {
    size_t width = p->dimension + 1, met = 0;
    double *point[64], query[16], copy[16], right = 0, others = 0, best = -INFINITY, score[64];
    for (size_t j = 0; j < p->count; j++) {
        if (j == i)
            continue;
        point[met] = alloc_array(width, 1, sizeof(double));
        lift(point[met++], p, g, n->fraction_bits, j);
    }
    lift(query, p, g, n->fraction_bits, i);
    query[p->dimension] = g->alike ? 0 : 1;
    for (size_t k = 0; k < met; k++) {
        copy_point(copy, n, point, k, width);
        score[k] = 0;
        for (size_t c = 0; c < width; c++)
            score[k] += (double)n->temperature * query[c] * copy[c];
        best = fmax(best, score[k]);
    }
    for (size_t k = 0; k < met; k++)
        *(k + (k >= i) == nearest ? &right : &others) += exp2(score[k] - best);
    // n + 1 positions without a copy, pushed below by at least half the gap.
    double rest = (double)(met + 1) * exp2(-(double)n->temperature * mpq_get_d(g->gap) / 2);
    for (size_t k = 0; k < met; k++)
        free(point[k]);
    return (right - others) / (right + others + rest);
}

static size_t nearest_to(const LabelledPoints *p, size_t i) {
    size_t nearest = i;
    double least = INFINITY;
    for (size_t j = 0; j < p->count; j++) {
        double sum = 0;
        for (size_t c = 0; c < p->dimension; c++)
            sum += pow(
                mpq_get_d(matrix_at(&p->point, i, c)) - mpq_get_d(matrix_at(&p->point, j, c)), 2);
        if (j != i && sum < least) {
            least = sum;
            nearest = j;
        }
    }
    return nearest;
}

static void expect_needs(const LabelledPoints *p, const Gap *g) {
    NearestData n;
    ck_assert_ptr_null(nearest_data_init(&n, g, NULL));
    ck_assert(mpq_cmp_ui(n.margin, 1, 2) >= 0);   // 1 - (n - 1) w >= 1 - 1/6, over 1 + 1/3
    for (size_t i = 0; i < p->count; i++) {
        double margin = margin_of(p, g, &n, i, nearest_to(p, i));
        ck_assert_msg(margin >= mpq_get_d(n.margin) - 1e-6, "%g < %g", margin, mpq_get_d(n.margin));
    }
    double largest = ldexp(1, (int)(n.precision - 1 - n.fraction_bits));
    for (size_t k = 0; k < p->point.rows * p->point.columns; k++)
        ck_assert(fabs(mpq_get_d(p->point.entry[k])) < largest);
    nearest_data_clear(&n);
}

START_TEST(the_gap_is_that_of_the_definition_and_what_follows_suffices)
{
    size_t unique = 0, ties = 0;
    for (size_t round = 0; round < scaled(120); round++) {
        size_t dimension = 1 + random_below(4), count = 3 + random_below(10);
        int style = (int)(round % 3);
        if (style == 0)
            dimension = 4;
        char *text = random_data(count, dimension, style);
        LabelledPoints p;
        Gap g;
        mpq_t gap;
        mpq_init(gap);
        if (parse(&p, text)) {
            ck_assert_int_eq(gap_init(&g, &p, NULL), 0);
            gap_by_definition(gap, &p);
            ck_assert(mpq_equal(gap, g.gap));
            ck_assert(style != 0 || (g.alike && g.dyadic && g.grid_bits == 0));
            unique += mpq_sgn(gap) > 0;
            ties += mpq_sgn(gap) == 0;
            if (mpq_sgn(gap) > 0)
                expect_needs(&p, &g);
            gap_clear(&g);
            labelled_points_clear(&p);
        }
        mpq_clear(gap);
        free(text);
    }
    ck_assert(unique > 20 && ties > 10);
}
END_TEST

#define TIE "printf '1 1 a\\n-1 -1 b\\n1 -1 a\\n' | chasm audit - "

START_TEST(audits_are_told_with_their_lines)
{
    Text line = { 0 };
    text_printf(&line, "chasm audit %s -f json", tests_path("corpus/points/commas.csv"));
    begin();
    expect(0, text_string(&line), "\"gap\": \"9/8\"");
    expect(1, TIE,
           "from the point of <stdin>:3 those of lines 1 (label a) and 2 (label b) of <stdin> are "
           "equally far, at squared distance 4, and none is nearer");
    expect(1, TIE "-f json", "\"verdict\": \"fails\", \"gap\": \"0\"");
    expect(1, TIE "-f json",
           "\"query\": \"<stdin>:3\", \"nearest\": \"<stdin>:1\", \"second\": \"<stdin>:2\"");
    expect(0, "printf '1 0.5\\n-1 -1\\n-1 -1\\n' >queries; " TIE "queries -f json; rm queries",
           "\"queries\": 3, \"agree\": null, \"verdict\": \"holds\", \"gap\": \"1\"");
    end();
    text_clear(&line);
}
END_TEST

START_TEST(bad_data_are_refused_with_their_line)
{
    static const struct {
        const char *file, *message;
    } cases[] = {
        { "ragged.csv", "2: 2 fields, expected 3 as in line 1" },
        { "no-number.csv",
          "2: 'x', expected a decimal like -0.25 or 1e-3, or a quotient like 1/4" },
        { "twice.csv", "3: the point of line 1 again, expected different ones" },
        { "heading.csv", "1: 'x', expected a decimal like -0.25 or 1e-3, or a quotient like 1/4" },
        { "gap.csv", "2: '', expected a decimal like -0.25 or 1e-3, or a quotient like 1/4" },
        { "no-label.csv", "2: '', expected a label at the end of the line" },
        { "label-alone.csv", "1: one field, expected coordinates and a label" },
        { "zero-denominator.csv",
          "1: '1/0', expected a decimal like -0.25 or 1e-3, or a quotient like 1/4" },
        { "empty.csv", "1: no points, expected one on each line" },
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text line = { 0 }, message = { 0 }, name = { 0 };
        text_printf(&name, "corpus/points/%s", cases[i].file);
        const char *path = tests_path(text_string(&name));
        text_printf(&line, "chasm audit %s", path);
        text_printf(&message, "%s:%s", path, cases[i].message);
        expect_error(text_string(&line), text_string(&message));
        text_clear(&line);
        text_clear(&message);
        text_clear(&name);
    }
    expect_error("chasm audit nowhere.csv", "nowhere.csv: No such file or directory");
    expect_error("chasm audit",
                 "'chasm audit' takes one FILE of points with labels, and perhaps one of queries");
    expect_error("printf '1 a\\n2 b\\n' | chasm audit -",
                 "<stdin>: 2 points, expected at least 3: two that a query can be nearer to");
    expect_error("printf '1 a\\n2 b\\n5 c\\n' | chasm audit - --code reed-muller:1,1",
                 "--code: the name of such a code is reed-muller[:M]");
    end();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        the_gap_is_that_of_the_definition_and_what_follows_suffices,
        audits_are_told_with_their_lines,
        bad_data_are_refused_with_their_line,
    };
    return HARNESS_RUN("audit", tests);
}
