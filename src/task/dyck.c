// dyck.c - Dyck-(b,D): is the word of n brackets of b types well nested, at most D deep?
//
// Tokens 2 i and 2 i + 1 open and close type i.
#include "base/random.h"
#include "task/task.h"

enum { TYPES_MOST = 4, LONGEST = 1 << 20 };

static const char *admits(const Params *p) {
    if (p->n < 1 || p->n % 2 != 0)
        return "dyck takes words of even length n >= 2";
    if (p->n > LONGEST)
        return "dyck takes words of length 2^20 at most";
    if (p->brackets < 1 || p->brackets > TYPES_MOST)
        return "dyck has 1 to 4 types of brackets";
    return p->depth < 1 ? "dyck needs a depth of at least 1" : NULL;
}

static size_t length(const Params *p) { return p->n; }
static size_t symbols(const Params *p) { return 2 * p->brackets; }

static void fit(Params *p, size_t symbols) { p->brackets = symbols / 2; }

static size_t answers(const Params *p) {
    (void)p;
    return 2;
}

static TokenRun tokens(const Params *p, size_t position) {
    (void)position;
    return (TokenRun){ .first = 0, .count = (uint32_t)(2 * p->brackets) };
}

static void name_token(Text *t, const Params *p, Token token) {
    (void)p;
    text_add_bytes(t, &"()[]{}<>"[token], 1);
}

static void name_answer(Text *t, const Params *p, size_t answer) {
    (void)p;
    text_add(t, answer ? "1" : "0");
}

// The position of the last bracket that is open before position t, over what is closed already; t
// if there is none.
static size_t last_open(const Token *word, size_t t) {
    size_t i = t, closed = 1;
    while (i > 0 && closed > 0)
        closed = word[--i] % 2 ? closed + 1 : closed - 1;
    return closed > 0 ? t : i;
}

// Closing a bracket leaves a well-nested word iff it matches the last one that is open.
static size_t answer(const Params *p, const Token *word) {
    size_t height = 0;
    for (size_t t = 0; t < p->n; t++) {
        if (word[t] % 2 == 0) {
            if (++height > p->depth)
                return 0;
            continue;
        }
        size_t i = last_open(word, t);
        if (i == t || word[i] != word[t] - 1)
            return 0;
        height--;
    }
    return height == 0;
}

// Opens and closes with equal chance where both lead to a word of the language; the types of
// the opening brackets are those of the uniform word, and the closing ones match.
static void steer(Token *word, const Params *p, size_t answer, uint64_t *random) {
    size_t height = 0;
    for (size_t t = 0; answer == 1 && t < p->n; t++) {
        size_t left = p->n - t;
        bool may_open = height < p->depth && height<left, may_close = height> 0;
        if (may_open && (!may_close || random_uniform(random, 2))) {
            word[t] &= ~(Token)1;
            height++;
            continue;
        }
        word[t] = word[last_open(word, t)] + 1;
        height--;
    }
}

const Task task_dyck = {
    .name = "dyck",
    .summary = "1 iff the brackets are well nested, at most --depth deep",
    .words = "n brackets of --brackets types ( ) [ ] { } < >",
    .theorem = "dyck.md#task",
    .boolean = true,
    .nests = true,
    .endless = true,
    .admits = admits,
    .length = length,
    .symbols = symbols,
    .fit = fit,
    .answers = answers,
    .tokens = tokens,
    .name_token = name_token,
    .name_answer = name_answer,
    .answer = answer,
    .steer = steer,
};
