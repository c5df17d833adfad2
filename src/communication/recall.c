// recall.c - keys and values k_1 v_1 .. k_n v_n, then a query ?k: the value that stands behind key
// k.
//
// Tokens: the keys, the values, the queries.  The promise: the keys are different, and k is among
// them.
#include "communication/problem.h"

enum { LARGEST = 1 << 20 };

static size_t keys(const Params *p) { return p->keys > 0 ? p->keys : p->n; }

static const char *admits(const Params *p) {
    if (p->n < 1 || p->n > LARGEST)
        return "recall takes n = 1 .. 2^20 pairs";
    if (keys(p) > LARGEST || p->alphabet < 2 || p->alphabet > LARGEST)
        return "recall takes at most 2^20 keys, and 2 .. 2^20 values";
    return keys(p) < p->n ? "recall needs n different keys" : NULL;
}

static size_t length(const Params *p) { return 2 * p->n + 1; }
static size_t symbols(const Params *p) { return 2 * keys(p) + p->alphabet; }
static size_t answers(const Params *p) { return p->alphabet; }

static TokenRun tokens(const Params *p, size_t position) {
    if (position == 2 * p->n)
        return (TokenRun){ .first = (Token)(keys(p) + p->alphabet), .count = (uint32_t)keys(p) };
    if (position % 2 == 0)
        return (TokenRun){ .first = 0, .count = (uint32_t)keys(p) };
    return (TokenRun){ .first = (Token)keys(p), .count = (uint32_t)p->alphabet };
}

static void name_token(Text *t, const Params *p, Token token) {
    if (token < keys(p))
        text_printf(t, "k%u", token + 1);
    else if (token < keys(p) + p->alphabet)
        text_printf(t, "v%zu", token - keys(p) + 1);
    else
        text_printf(t, "?k%zu", token - keys(p) - p->alphabet + 1);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_printf(t, "v%zu", answer + 1);
}

static size_t answer(const Params *p, const Token *word) {
    size_t value = ANSWER_EXCLUDED, query = word[2 * p->n] - keys(p) - p->alphabet;
    for (size_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < i; j++)
            if (word[2 * i] == word[2 * j])
                return ANSWER_EXCLUDED;
        if (word[2 * i] == query)
            value = word[2 * i + 1] - keys(p);
    }
    return value;
}

// K (K - 1) .. (K - n + 1) rows of different keys, any values, a query for one of the keys.
static void count_answered(mpz_t n, const Params *p) {
    mpz_ui_pow_ui(n, p->alphabet, p->n);
    for (size_t i = 0; i < p->n; i++)
        mpz_mul_ui(n, n, keys(p) - i);
    mpz_mul_ui(n, n, p->n);
}

static void explain_excluded(Text *t, const Params *p, const Token *word) {
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < i; j++)
            if (word[2 * i] == word[2 * j]) {
                text_add(t, "the key ");
                name_token(t, p, word[2 * i]);
                text_add(t, " occurs twice");
                return;
            }
    text_add(t, "no key answers ");
    name_token(t, p, word[2 * p->n]);
}

static const Task task_recall = {
    .name = "recall",
    .summary = "the value behind the key that the last token asks for",
    .words = "n keys of k1 .. kK (--keys K) and values v1 v2 .., alternating, then ?k1 .. ?kK",
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

const Problem problem_recall = {
    .task = &task_recall,
    .split = "query",
    .query = QUERY_LAST,
    .pairs = PAIRS_ADJACENT,
};
