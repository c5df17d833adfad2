// nearest_neighbor.c - x_1 y_1 .. x_n y_n x: the label y_i of the point x_i nearest to x.
//
// Points are sign vectors of length d: token x has sign - at coordinate c iff bit d - 1 - c is set.
// Labels follow the points.  The promise: one x_i is nearer to x than every other x_j.
#include "task/task.h"

enum { DIMENSION_MOST = 16, LARGEST = 1 << 20 };

// Unless named, the least with n different points.
static size_t dimension(const Params *p) {
    size_t d = 1;
    while (d < 64 && p->n >> d > 0 && UINT64_C(1) << d < p->n)
        d++;
    return p->dimension > 0 ? p->dimension : d;
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

// Sets the number of labels.
static void fit(Params *p, size_t symbols) {
    if (symbols >= points(p) + 2)
        p->alphabet = symbols - points(p);
}

// A point and its label are one group, option point q + label of q labels; the last point is
// another.
static size_t groups(const Params *p) { return p->n + 1; }

static void group(Group *g, const Params *p, size_t index) {
    if (index < p->n)
        *g = (Group){ .positions = 2,
                      .options = points(p) * p->alphabet,
                      .position = { 2 * index, 2 * index + 1 } };
    else
        *g = (Group){ .positions = 1, .options = points(p), .position = { 2 * p->n } };
}

static Token token(const Params *p, size_t group, size_t option, size_t k) {
    if (group == p->n)
        return (Token)option;
    return (Token)(k == 0 ? option / p->alphabet : points(p) + option % p->alphabet);
}

// A domain: the last point, which point wins, at which distance, and its label; the other points
// are farther.  They cannot be farther than d.
static size_t distances(const Params *p) { return dimension(p) + (p->n == 1); }

static size_t domain_count(const Params *p) {
    return points(p) * distances(p) * p->n * p->alphabet;
}

// A set's key: the last point, then 8 bits of distance, then 24 bits of label.
static uint64_t make_key(size_t query, size_t distance, size_t label) {
    return (uint64_t)query << 32 | (uint64_t)distance << 24 | label;
}

static size_t distance_of(const Params *p, uint64_t key, size_t option) {
    return (size_t)__builtin_popcountll((option / p->alphabet) ^ key >> 32);
}

static bool is_farther(const Params *p, uint64_t key, size_t option) {
    return distance_of(p, key, option) > (key >> 24 & 0xff);
}

static bool is_winner(const Params *p, uint64_t key, size_t option) {
    return distance_of(p, key, option) == (key >> 24 & 0xff) &&
           option % p->alphabet == (key & 0xffffff);
}

static void domain(Domain *d, const Params *p, size_t index) {
    size_t winner = index % p->n, label = index / p->n % p->alphabet,
           ball = index / p->n / p->alphabet, distance = ball % distances(p),
           query = ball / distances(p);
    *d = (Domain){ .answer = label, .exceptions = 2 };
    d->rest = (OptionSet){
        .kind = OPTIONS_WHERE, .params = p, .has = is_farther, .key = make_key(query, distance, 0)
    };
    d->exception[0].group = winner;
    d->exception[0].set = (OptionSet){ .kind = OPTIONS_WHERE,
                                       .params = p,
                                       .has = is_winner,
                                       .key = make_key(query, distance, label) };
    d->exception[1].group = p->n;
    d->exception[1].set = (OptionSet){ .kind = OPTIONS_ONE, .one = query };
}

static const Domains domains = {
    .groups = groups,
    .group = group,
    .token = token,
    .count = domain_count,
    .domain = domain,
};

const Task task_nearest_neighbor = {
    .name = "nearest-neighbor",
    .summary = "the label of the point nearest to the last one",
    .words = "x_1 y_1 .. x_n y_n x: points of --dimension signs, labels 0 1 ..",
    .theorem = "nearest-neighbor.md#task",
    .boolean = false,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .dimension = dimension,
    .fit = fit,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .domains = &domains,
    .answer = answer,
    .count_answered = count_answered,
    .explain_excluded = explain_excluded,
};
