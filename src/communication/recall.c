// recall.c - keys and values k_1 v_1 .. k_n v_n, then a query ?k: the value that stands behind key
// k.
//
// Tokens: the keys, the values, the queries.  The promise: the keys are different, and k is among
// them.
#include "task/recall.h"
#include "communication/problem.h"

static size_t length(const Params *p) { return 2 * p->n + 1; }
static size_t answers(const Params *p) { return p->alphabet; }

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_printf(t, "v%zu", answer + 1);
}

static size_t answer(const Params *p, const Token *word) {
    size_t value = ANSWER_EXCLUDED, query = word[2 * p->n] - recall_keys(p) - p->alphabet;
    for (size_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < i; j++)
            if (word[2 * i] == word[2 * j])
                return ANSWER_EXCLUDED;
        if (word[2 * i] == query)
            value = word[2 * i + 1] - recall_keys(p);
    }
    return value;
}

// K (K - 1) .. (K - n + 1) rows of different keys, any values, a query for one of the keys.
static void count_answered(mpz_t n, const Params *p) {
    mpz_ui_pow_ui(n, p->alphabet, p->n);
    for (size_t i = 0; i < p->n; i++)
        mpz_mul_ui(n, n, recall_keys(p) - i);
    mpz_mul_ui(n, n, p->n);
}

static void explain_excluded(Text *t, const Params *p, const Token *word) {
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < i; j++)
            if (word[2 * i] == word[2 * j]) {
                text_add(t, "the key ");
                recall_name_token(t, p, word[2 * i]);
                text_add(t, " occurs twice");
                return;
            }
    text_add(t, "no key answers ");
    recall_name_token(t, p, word[2 * p->n]);
}

static const Task task_recall_found = {
    .name = "recall",
    .summary = "the value behind the key that the last token asks for",
    .words = "n keys of k1 .. kK (--keys K) and values v1 v2 .., alternating, then ?k1 .. ?kK",
    .theorem = "communication.md#problems",
    .boolean = false,
    .admits = recall_admits_pairs,
    .length = length,
    .symbols = recall_symbols,
    .answers = answers,
    .tokens = recall_tokens,
    .name_token = recall_name_token,
    .name_answer = name_answer,
    .answer = answer,
    .count_answered = count_answered,
    .explain_excluded = explain_excluded,
};

const Problem problem_recall = {
    .task = &task_recall_found,
    .split = "query",
    .query = QUERY_LAST,
    .pairs = PAIRS_ADJACENT,
};
