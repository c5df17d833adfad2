#include "communication/split.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

static void init(Split *split, size_t length) {
    *split = (Split){ .length = length, .alice = alloc_array(length, 1, sizeof *split->alice) };
}

void split_clear(Split *split) {
    free(split->alice);
    *split = (Split){ 0 };
}

void split_init_mask(Split *split, size_t length, uint64_t mask) {
    require(length >= 1 && length < 64);
    init(split, length);
    for (size_t i = 0; i < length; i++)
        split->alice[i] = mask >> i & 1;
}

void split_init_prefix(Split *split, size_t length, size_t t) {
    require(t <= length);
    init(split, length);
    for (size_t i = 0; i < t; i++)
        split->alice[i] = true;
}

void split_init_exchanged(Split *split, const Split *other) {
    init(split, other->length);
    for (size_t i = 0; i < split->length; i++)
        split->alice[i] = !other->alice[i];
}

bool split_equals(const Split *a, const Split *b) {
    return a->length == b->length && memcmp(a->alice, b->alice, a->length * sizeof *a->alice) == 0;
}

static void take_pairs(Split *split, const Problem *problem, const Params *p) {
    for (size_t i = 0; i < (p->n + 1) / 2; i++) {
        bool adjacent = problem->pairs == PAIRS_ADJACENT;
        split->alice[adjacent ? 2 * i : i] = true;
        split->alice[adjacent ? 2 * i + 1 : p->n + i] = true;
    }
}

// false: the name is none of a kind of split.
static bool take_named(Split *split, Text *why, const Problem *problem, const Params *p,
                       const char *name) {
    const char *task = problem->task->name;
    if (strcmp(name, "halves") == 0) {
        for (size_t i = 0; i < split->length / 2; i++)
            split->alice[i] = true;
    } else if (strcmp(name, "odd-even") == 0) {
        for (size_t i = 0; i < split->length; i += 2)
            split->alice[i] = true;
    } else if (strcmp(name, "pairs") == 0) {
        if (problem->pairs == PAIRS_NONE)
            text_printf(why, "the words of %s consist of no pairs", task);
        else
            take_pairs(split, problem, p);
    } else if (strcmp(name, "query") == 0) {
        for (size_t i = 0; i < split->length; i++)
            split->alice[i] = i != (problem->query == QUERY_FIRST ? 0 : split->length - 1);
        if (problem->query == QUERY_NONE)
            text_printf(why, "the words of %s have no query", task);
    } else {
        return false;
    }
    return true;
}

// Reads a position 1 .. length; 0 after a reason.
static size_t read_position(const char **s, size_t length, Text *why) {
    char *end;
    if (**s < '0' || **s > '9') {
        text_add(why, "halves, odd-even, pairs, query, best, or Alice's positions as 1,3,4 are "
                      "expected");
        return 0;
    }
    unsigned long long position = strtoull(*s, &end, 10);
    if (position < 1 || position > length) {
        text_printf(why, "no position %.*s: positions are 1 .. %zu", (int)(end - *s), *s, length);
        return 0;
    }
    *s = end;
    return position;
}

static void take_run(Split *split, Text *why, size_t first, size_t last) {
    if (last < first)
        text_printf(why, "%zu..%zu is empty", first, last);
    for (size_t i = first; i <= last && why->length == 0; i++) {
        if (split->alice[i - 1])
            text_printf(why, "position %zu is named twice", i);
        split->alice[i - 1] = true;
    }
}

static void take_positions(Split *split, Text *why, const char *s) {
    while (why->length == 0) {
        size_t first = read_position(&s, split->length, why), last = first;
        if (why->length == 0 && strncmp(s, "..", 2) == 0) {
            s += 2;
            last = read_position(&s, split->length, why);
        }
        if (why->length == 0)
            take_run(split, why, first, last);
        if (why->length > 0 || *s == '\0')
            return;
        if (*s != ',')
            text_printf(why, "'%s' is left over behind a position", s);
        s++;
    }
}

static size_t count(const Split *split, bool alice) {
    size_t positions = 0;
    for (size_t i = 0; i < split->length; i++)
        positions += split->alice[i] == alice;
    return positions;
}

char *split_init(Split *split, const Problem *problem, const Params *p, const char *name) {
    Text why = { 0 };
    init(split, problem->task->length(p));
    if (!take_named(split, &why, problem, p, name))
        take_positions(split, &why, name);
    if (why.length == 0 && (count(split, true) == 0 || count(split, false) == 0))
        text_printf(&why, "leaves nothing to %s", count(split, true) == 0 ? "Alice" : "Bob");
    if (why.length == 0)
        return NULL;
    split_clear(split);
    return text_take(&why);
}

void split_print(Text *t, const Split *split) {
    const char *between = "";
    for (size_t i = 0; i < split->length; i++) {
        if (!split->alice[i])
            continue;
        text_printf(t, "%s%zu", between, i + 1);
        between = ",";
    }
}

size_t split_inputs(const Split *split, const Problem *problem, const Params *p, bool alice) {
    size_t inputs = 1;
    for (size_t i = 0; i < split->length && inputs != SIZE_MAX; i++)
        if (split->alice[i] == alice)
            inputs = product_capped(inputs, problem->task->tokens(p, i).count);
    return inputs;
}

// Runs of positions with the same number of tokens are one power: a factor at a time takes time
// that is quadratic in the length.
void split_count(mpz_t inputs, const Split *split, const Problem *problem, const Params *p,
                 bool alice) {
    size_t base = 1, exponent = 0;
    mpz_t power;
    mpz_init(power);
    mpz_set_ui(inputs, 1);
    for (size_t i = 0; i <= split->length; i++) {
        if (i < split->length && split->alice[i] != alice)
            continue;
        size_t count = i < split->length ? problem->task->tokens(p, i).count : 0;
        if (count != base) {
            mpz_ui_pow_ui(power, base, exponent);
            mpz_mul(inputs, inputs, power);
            base = count;
            exponent = 0;
        }
        exponent++;
    }
    mpz_clear(power);
}

void split_write(Token *word, const Split *split, const Problem *problem, const Params *p,
                 bool alice, size_t input) {
    for (size_t i = split->length; i-- > 0;) {
        if (split->alice[i] != alice)
            continue;
        TokenRun run = problem->task->tokens(p, i);
        word[i] = run.first + (Token)(input % run.count);
        input /= run.count;
    }
}
