// recall.c - multi-query associative recall: every query ?k is answered with the value behind key
// k.
//
// Keys may repeat, and a key may be absent: then the answer is the last one, `absent`.  Whether a
// key that occurs twice has a value is left open: the promise to an output is that its key does
// not.
#include "task/recall.h"
#include "base/alloc.h"
#include "base/random.h"
#include <stdlib.h>

enum { LARGEST = 1 << 20, QUERIES_DEFAULT = 2 };

size_t recall_keys(const Params *p) { return p->keys > 0 ? p->keys : p->n; }
size_t recall_queries(const Params *p) { return p->queries > 0 ? p->queries : QUERIES_DEFAULT; }

const char *recall_admits_pairs(const Params *p) {
    if (p->n < 1 || p->n > LARGEST)
        return "recall takes n = 1 .. 2^20 pairs";
    if (recall_keys(p) > LARGEST || p->alphabet < 2 || p->alphabet > LARGEST)
        return "recall takes at most 2^20 keys, and 2 .. 2^20 values";
    return recall_keys(p) < p->n ? "recall needs n different keys" : NULL;
}

size_t recall_symbols(const Params *p) { return 2 * recall_keys(p) + p->alphabet; }

TokenRun recall_tokens(const Params *p, size_t position) {
    size_t keys = recall_keys(p), first = 0, count = keys;
    if (position >= 2 * p->n) {
        first = keys + p->alphabet;
    } else if (position % 2 == 1) {
        first = keys;
        count = p->alphabet;
    }
    return (TokenRun){ .first = (Token)first, .count = (uint32_t)count };
}

void recall_name_token(Text *t, const Params *p, Token token) {
    size_t keys = recall_keys(p);
    if (token < keys)
        text_printf(t, "k%u", token + 1);
    else if (token < keys + p->alphabet)
        text_printf(t, "v%zu", token - keys + 1);
    else
        text_printf(t, "?k%zu", token - keys - p->alphabet + 1);
}

size_t recall_find(size_t *value, const Params *p, const Token *word, size_t key) {
    size_t found = 0;
    for (size_t j = 0; j < p->n; j++)
        if (word[2 * j] == key) {
            *value = word[2 * j + 1] - recall_keys(p);
            found++;
        }
    return found;
}

static const char *admits(const Params *p) {
    const char *why = recall_admits_pairs(p);
    if (why == NULL && recall_keys(p) < 2)
        why = "recall with absent keys needs at least 2 keys";
    return why == NULL && recall_queries(p) > LARGEST ? "recall takes at most 2^20 queries" : why;
}

static size_t length(const Params *p) { return 2 * p->n + recall_queries(p); }
static size_t answers(const Params *p) { return p->alphabet + 1; }

static void fit(Params *p, size_t symbols) {
    if (symbols >= 2 * recall_keys(p) + 2)
        p->alphabet = symbols - 2 * recall_keys(p);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    if (answer == p->alphabet)
        text_add(t, "absent");
    else
        text_printf(t, "v%zu", answer + 1);
}

static size_t asked(const Params *p, const Token *word) {
    return word[2 * p->n + p->output] - recall_keys(p) - p->alphabet;
}

static size_t answer(const Params *p, const Token *word) {
    size_t value = 0, found = recall_find(&value, p, word, asked(p, word));
    return found > 1 ? ANSWER_EXCLUDED : found == 1 ? value : p->alphabet;
}

// Of the words with one query, all values c = (K - 1) V at a pair avoid its key: c^n without it,
// and n V c^(n-1) with it once.
static void count_answered(mpz_t n, const Params *p) {
    mpz_t queries;
    size_t keys = recall_keys(p);
    mpz_init(queries);
    mpz_ui_pow_ui(n, (keys - 1) * p->alphabet, p->n - 1);
    mpz_mul_ui(n, n, (keys - 1) * p->alphabet + p->n * p->alphabet);
    mpz_ui_pow_ui(queries, keys, recall_queries(p));
    mpz_mul(n, n, queries);
    mpz_clear(queries);
}

static void explain_excluded(Text *t, const Params *p, const Token *word) {
    text_printf(t, "k%zu is asked for and occurs twice", asked(p, word) + 1);
}

// Each pair is a group with option V key + value, and each query one with option key.  For every
// key that the output's query may ask for, a domain has it in no pair, and one for every pair and
// value has it there and nowhere else; the other queries are free.
static size_t groups(const Params *p) { return p->n + recall_queries(p); }

static void group(Group *g, const Params *p, size_t index) {
    if (index < p->n)
        *g = (Group){ .positions = 2,
                      .options = recall_keys(p) * p->alphabet,
                      .position = { 2 * index, 2 * index + 1 } };
    else
        *g = (Group){ .positions = 1, .options = recall_keys(p), .position = { p->n + index } };
}

static Token token(const Params *p, size_t group, size_t option, size_t k) {
    if (group >= p->n)
        return (Token)(recall_keys(p) + p->alphabet + option);
    return (Token)(k == 0 ? option / p->alphabet : recall_keys(p) + option % p->alphabet);
}

static size_t domain_count(const Params *p) { return recall_keys(p) * (1 + p->n * p->alphabet); }

static void domain(Domain *d, const Params *p, size_t index) {
    size_t each = 1 + p->n * p->alphabet, key = index / each, at = index % each;
    *d = (Domain){
        .answer = p->alphabet,
        .rest = { .kind = OPTIONS_OUTSIDE, .one = key * p->alphabet, .count = p->alphabet },
        .free_from = p->n,
        .exceptions = at > 0 ? 2 : 1
    };
    d->exception[0].group = p->n + p->output;
    d->exception[0].set = (OptionSet){ .kind = OPTIONS_ONE, .one = key };
    if (at == 0)
        return;
    d->answer = (at - 1) % p->alphabet;
    d->exception[1].group = (at - 1) / p->alphabet;
    d->exception[1].set = (OptionSet){ .kind = OPTIONS_ONE, .one = key * p->alphabet + d->answer };
}

// key[0 .. count-1] <- different keys, in uniform order; the caller frees them.
static size_t *draw_keys(size_t count, size_t keys, uint64_t *random) {
    size_t *key = alloc_array(keys, 1, sizeof *key);
    for (size_t k = 0; k < keys; k++)
        key[k] = k;
    for (size_t k = 0; k < count; k++) {
        size_t other = k + random_uniform(random, keys - k), kept = key[k];
        key[k] = key[other];
        key[other] = kept;
    }
    return key;
}

// The context gets different keys, but if one is to be absent and all K stand in it, pair 0 that of
// pair 1.  The output's query asks for the key of a uniform pair, which gets the value, or for one
// that is absent; each other query, with chance 1/2, for that of a uniform pair.
static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    size_t keys = recall_keys(p), queries = recall_queries(p), asks = 2 * p->n;
    size_t first = keys + p->alphabet;   // the token ?k1
    size_t *key = draw_keys(p->n < keys ? p->n + 1 : keys, keys, random);
    for (size_t j = 0; j < p->n; j++)
        word[2 * j] = (Token)key[j];
    for (size_t q = 0; q < queries; q++)
        if (q != p->output && random_uniform(random, 2) == 1)
            word[asks + q] = (Token)(first + key[random_uniform(random, p->n)]);
    size_t pair = random_uniform(random, p->n);
    if (answer < p->alphabet) {
        word[2 * pair + 1] = (Token)(keys + answer);
        word[asks + p->output] = (Token)(first + key[pair]);
    } else if (p->n < keys) {
        word[asks + p->output] = (Token)(first + key[p->n]);
    } else {
        word[0] = (Token)key[1];
        word[asks + p->output] = (Token)(first + key[0]);
    }
    free(key);
}

static const Domains domains = {
    .groups = groups,
    .group = group,
    .token = token,
    .count = domain_count,
    .domain = domain,
};

const Task task_recall = {
    .name = "recall",
    .summary = "the value behind each key asked for, or that there is none",
    .words = "n keys of k1 .. kK (--keys K) and values v1 v2 .., alternating, then queries ?k1 ..",
    .theorem = "recall.md#task",
    .boolean = false,
    .recalls = true,
    .admits = admits,
    .length = length,
    .symbols = recall_symbols,
    .fit = fit,
    .answers = answers,
    .outputs = recall_queries,
    .tokens = recall_tokens,
    .name_token = recall_name_token,
    .name_answer = name_answer,
    .domains = &domains,
    .answer = answer,
    .steer = steer,
    .count_answered = count_answered,
    .explain_excluded = explain_excluded,
};
