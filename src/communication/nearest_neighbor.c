// nearest_neighbor.c - x_1 y_1 .. x_n y_n x: the label y_i of the point x_i nearest to x.
//
// Points are sign vectors of length d: token x has sign - at coordinate c iff bit d - 1 - c is set.
// Labels follow the points.  The promise: one x_i is nearer to x than every other x_j.
#include "communication/problem.h"
#include "math/rational.h"

enum { DIMENSION_MOST = 16, LARGEST = 1 << 20 };

static size_t dimension(const Params *p) {
    if (p->dimension > 0)
        return p->dimension;
    return p->n < 2 ? 1 : log2_ceil(p->n);
}

static const char *admits(const Params *p) {
    if (p->n < 1 || p->n > LARGEST)
        return "nearest-neighbor takes n = 1 .. 2^20 points";
    if (p->alphabet < 2 || p->alphabet > LARGEST)
        return "nearest-neighbor takes 2 .. 2^20 labels";
    return dimension(p) > DIMENSION_MOST ? "nearest-neighbor takes points of at most 16 signs"
                                         : NULL;
}

static size_t points(const Params *p) { return (size_t)1 << dimension(p); }

static size_t length(const Params *p) { return 2 * p->n + 1; }
static size_t symbols(const Params *p) { return points(p) + p->alphabet; }
static size_t answers(const Params *p) { return p->alphabet; }

static TokenRun tokens(const Params *p, size_t position) {
    if (position % 2 == 0)
        return (TokenRun){ .first = 0, .count = (uint32_t)points(p) };
    return (TokenRun){ .first = (Token)points(p), .count = (uint32_t)p->alphabet };
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_printf(t, "%zu", answer);
}

static void name_token(Text *t, const Params *p, Token token) {
    if (token >= points(p)) {
        name_answer(t, p, token - points(p));
        return;
    }
    for (size_t c = dimension(p); c-- > 0;)
        text_add(t, token >> c & 1 ? "-" : "+");
}

// Coordinates in which point i and the last one differ.
static int distance(const Params *p, const Token *word, size_t i) {
    return __builtin_popcount(word[2 * i] ^ word[2 * p->n]);
}

static size_t answer(const Params *p, const Token *word) {
    int least = DIMENSION_MOST + 1;
    size_t label = ANSWER_EXCLUDED;
    for (size_t i = 0; i < p->n; i++) {
        int lead = distance(p, word, i) - least;
        if (lead < 0)
            label = word[2 * i + 1] - points(p);
        else if (lead == 0)
            label = ANSWER_EXCLUDED;
        if (lead < 0)
            least += lead;
    }
    return label;
}

// For every query, nearest point and its distance r: C(d,r) places for the point, the others
// farther than r; any labels.
static void count_answered(mpz_t n, const Params *p) {
    size_t d = dimension(p);
    mpz_t sphere, farther, term;
    mpz_inits(sphere, farther, term, NULL);
    mpz_set_ui(n, 0);
    for (size_t r = d + 1; r-- > 0;) {   // farther: the points at distances above r
        mpz_bin_uiui(sphere, d, r);
        mpz_pow_ui(term, farther, p->n - 1);
        mpz_addmul(n, term, sphere);
        mpz_add(farther, farther, sphere);
    }
    mpz_mul_ui(n, n, p->n);
    mpz_mul_2exp(n, n, d);
    mpz_ui_pow_ui(term, p->alphabet, p->n);
    mpz_mul(n, n, term);
    mpz_clears(sphere, farther, term, NULL);
}

// The tie: the first two of the nearest points.
static void explain_excluded(Text *t, const Params *p, const Token *word) {
    size_t nearest = 0, rival = 0;
    for (size_t i = 1; i < p->n; i++) {
        int lead = distance(p, word, i) - distance(p, word, nearest);
        if (lead < 0)
            nearest = rival = i;
        else if (lead == 0 && rival == nearest)
            rival = i;
    }
    text_printf(t, "points %zu and %zu, ", nearest + 1, rival + 1);
    name_token(t, p, word[2 * nearest]);
    text_add(t, " and ");
    name_token(t, p, word[2 * rival]);
    text_printf(t, ", are both at distance %d from ", distance(p, word, nearest));
    name_token(t, p, word[2 * p->n]);
    text_add(t, ", and none is nearer");
}

static const Task task_nearest_neighbor = {
    .name = "nearest-neighbor",
    .summary = "the label of the point nearest to the last one",
    .words = "x_1 y_1 .. x_n y_n x: points of --dimension signs, labels 0 1 ..",
    .theorem = "communication.md#problems",
    .boolean = false,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .answer = answer,
    .count_answered = count_answered,
    .explain_excluded = explain_excluded,
};

const Problem problem_nearest_neighbor = {
    .task = &task_nearest_neighbor,
    .split = "query",
    .query = QUERY_LAST,
    .pairs = PAIRS_ADJACENT,
};
