// modifiers.c - changes of any code, coordinate by coordinate (docs/codes.md#modifiers).
#include "base/alloc.h"
#include "constructions/codes/family.h"
#include "math/gf2.h"
#include <stdlib.h>
#include <string.h>

// The rows that are stored: those of the generator, or all words.
static uint64_t rows_of(const Code *c) { return c->generator ? c->rank : c->words; }

static uint64_t *row_of(const Code *c, uint64_t i) {
    return (c->generator ? c->generator : c->table) + i * c->limbs;
}

// to <- c's shape with that many stored rows of another length, all 0, and "+name:value" appended.
static void init_changed(Code *to, const Code *c, uint64_t rows, size_t length, const char *name,
                         uint64_t value) {
    Text full = { 0 };
    text_printf(&full, name[0] ? "%s+%s" : "%s", c->name, name);
    if (value)
        text_printf(&full, ":%llu", (unsigned long long)value);
    bool generator = c->generator != NULL && rows > 0;
    uint64_t words = c->generator ? UINT64_C(1) << rows : rows;
    code_init(to, text_string(&full), words, length, generator ? rows : 0);
    text_clear(&full);
}

// to[at ..] <- the first length bits of from; to is 0 there.
static void copy_bits(uint64_t *to, size_t at, const uint64_t *from, size_t length) {
    for (size_t t = 0; t < length; t += 64) {
        size_t left = length - t, limb = (at + t) / 64, shift = (at + t) % 64;
        uint64_t bits = left < 64 ? from[t / 64] & ((UINT64_C(1) << left) - 1) : from[t / 64];
        to[limb] ^= bits << shift;
        if (shift > 0 && bits >> (64 - shift))
            to[limb + 1] ^= bits >> (64 - shift);
    }
}

static void replace(Code *c, Code *by) {
    code_clear(c);
    *c = *by;
}

// Drops the last `value` coordinates.
static int puncture(Code *c, Text *why, uint64_t value) {
    if (value < 1 || value >= c->length) {
        text_printf(why, "+puncture takes 1 .. %zu coordinates from %s", c->length - 1, c->name);
        return -1;
    }
    Code to;
    init_changed(&to, c, rows_of(c), c->length - value, "puncture", value);
    for (uint64_t i = 0; i < rows_of(c); i++)
        copy_bits(row_of(&to, i), 0, row_of(c, i), to.length);
    if (to.generator != NULL && gf2_rank(to.generator, to.rank, to.limbs) < to.rank) {
        text_printf(why, "%s has equal words", to.name);
        code_clear(&to);
        return -1;
    }
    replace(c, &to);
    return 0;
}

// Writes every word `value` times.
static int repeat(Code *c, Text *why, uint64_t value) {
    if (value < 1 || value > CODE_LONGEST / c->length) {
        text_printf(why, "+repeat takes 1 .. %zu, so that %s stays within %zu coordinates",
                    CODE_LONGEST / c->length, c->name, CODE_LONGEST);
        return -1;
    }
    size_t limbs = (c->length * value + 63) / 64;
    if (rows_of(c) > CODE_TABLE_BYTES / 8 / limbs) {
        text_printf(why, "+repeat: the words take more than %zu bytes", CODE_TABLE_BYTES);
        return -1;
    }
    Code to;
    init_changed(&to, c, rows_of(c), c->length * value, "repeat", value);
    for (uint64_t i = 0; i < rows_of(c); i++)
        for (uint64_t copy = 0; copy < value; copy++)
            copy_bits(row_of(&to, i), copy * c->length, row_of(c, i), c->length);
    replace(c, &to);
    return 0;
}

// Appends the sum of all coordinates, so that all weights are even.
static int extend(Code *c, Text *why, uint64_t value) {
    (void)value;
    if (c->length >= CODE_LONGEST) {
        text_printf(why, "+extend: %s is as long as codes may be", c->name);
        return -1;
    }
    Code to;
    init_changed(&to, c, rows_of(c), c->length + 1, "extend", 0);
    for (uint64_t i = 0; i < rows_of(c); i++) {
        unsigned parity = 0;
        for (size_t l = 0; l < c->limbs; l++)
            parity ^= (unsigned)__builtin_parityll(row_of(c, i)[l]);
        copy_bits(row_of(&to, i), 0, row_of(c, i), c->length);
        if (parity)
            gf2_flip(row_of(&to, i), c->length);
    }
    replace(c, &to);
    return 0;
}

// Clears the last coordinate of all rows but one by adding that one, and returns it; the number of
// rows if the coordinate is 0 throughout.
static uint64_t clear_last(Code *c) {
    uint64_t rows = rows_of(c), pivot = rows;
    for (uint64_t i = rows; i-- > 0;) {
        if (!gf2_bit(row_of(c, i), c->length - 1))
            continue;
        if (pivot == rows)
            pivot = i;
        else
            gf2_add(row_of(c, i), row_of(c, pivot), c->limbs);
    }
    return pivot;
}

// Keeps the words with 0 in the last coordinate and drops it, once.  Spoils c.
static void shorten_once(Code *to, Code *c) {
    uint64_t rows = rows_of(c), left = 0, pivot = rows;
    if (c->generator != NULL) {
        pivot = clear_last(c);
        left = pivot < rows ? rows - 1 : rows;
    } else {
        for (uint64_t i = 0; i < rows; i++)
            left += !gf2_bit(row_of(c, i), c->length - 1);
    }
    init_changed(to, c, left, c->length - 1, "", 0);
    for (uint64_t i = 0, next = 0; i < rows; i++)
        if (i != pivot && !gf2_bit(row_of(c, i), c->length - 1))
            copy_bits(row_of(to, next++), 0, row_of(c, i), to->length);
}

// Whether some word has a 0 in the last coordinate; a group has 0.
static bool has_zero_last(const Code *c) {
    bool found = c->generator != NULL;
    for (uint64_t i = 0; i < rows_of(c) && !found; i++)
        found = !gf2_bit(row_of(c, i), c->length - 1);
    return found;
}

static void copy_code(Code *to, const Code *c) {
    init_changed(to, c, rows_of(c), c->length, "", 0);
    if (rows_of(c) > 0)
        memcpy(row_of(to, 0), row_of(c, 0), rows_of(c) * c->limbs * sizeof(uint64_t));
}

static int shorten(Code *c, Text *why, uint64_t value) {
    if (value < 1 || value >= c->length) {
        text_printf(why, "+shorten takes 1 .. %zu coordinates from %s", c->length - 1, c->name);
        return -1;
    }
    Code now, to;
    copy_code(&now, c);
    for (uint64_t s = 0; s < value; s++) {
        if (!has_zero_last(&now)) {
            text_printf(why, "+shorten: no word of %s has 0 in coordinate %zu", c->name,
                        now.length - 1);
            code_clear(&now);
            return -1;
        }
        shorten_once(&to, &now);
        replace(&now, &to);
    }
    Text name = { 0 };
    text_printf(&name, "%s+shorten:%llu", c->name, (unsigned long long)value);
    free(now.name);
    now.name = text_take(&name);
    replace(c, &now);
    return 0;
}

// Takes over w's name and shape with "+name:value" appended and another length.
static void init_changed_weights(Weights *to, const Weights *w, size_t length, const char *name,
                                 uint64_t value) {
    Text full = { 0 };
    text_printf(&full, "%s+%s", w->name, name);
    if (value)
        text_printf(&full, ":%llu", (unsigned long long)value);
    weights_init(to, text_string(&full), length, w->rank);
    text_clear(&full);
}

static int repeat_weights(Weights *w, Text *why, uint64_t value) {
    if (value < 1 || value > CODE_LONGEST_WEIGHED / w->length) {
        text_printf(why, "+repeat takes 1 .. %zu, so that %s stays within %zu coordinates",
                    CODE_LONGEST_WEIGHED / w->length, w->name, CODE_LONGEST_WEIGHED);
        return -1;
    }
    Weights to;
    init_changed_weights(&to, w, w->length * value, "repeat", value);
    for (size_t c = 0; c < w->count; c++)
        weights_add(&to, w->weight[c] * value, w->words[c]);
    weights_clear(w);
    *w = to;
    return 0;
}

// An odd weight becomes the even one above it.
static int extend_weights(Weights *w, Text *why, uint64_t value) {
    (void)value;
    if (w->length >= CODE_LONGEST_WEIGHED) {
        text_printf(why, "+extend: %s is as long as codes may be", w->name);
        return -1;
    }
    Weights to;
    mpz_t words;
    mpz_init(words);
    init_changed_weights(&to, w, w->length + 1, "extend", 0);
    for (size_t c = 0; c < w->count; c++) {
        uint64_t even = w->weight[c] + w->weight[c] % 2;
        mpz_add(words, words, w->words[c]);
        if (c + 1 < w->count && w->weight[c + 1] == even)
            continue;
        weights_add(&to, even, words);
        mpz_set_ui(words, 0);
    }
    mpz_clear(words);
    weights_clear(w);
    *w = to;
    return 0;
}

#define RECORD(function, has, of_weights, what)                                                    \
    {                                                                                              \
        .name = #function, .summary = what, .syntax = (has) ? "+" #function ":S" : "+" #function,  \
        .theorem = "codes.md#" #function, .apply = function, .apply_weights = of_weights,          \
        .has_value = has,                                                                          \
    }

static const CodeModifier record[] = {
    RECORD(shorten, true, NULL, "keep the words with 0 in the last S coordinates, drop these"),
    RECORD(puncture, true, NULL, "drop the last S coordinates"),
    RECORD(repeat, true, repeat_weights, "every word S times in a row"),
    RECORD(extend, false, extend_weights, "append the sum of all coordinates"),
};

const CodeModifier *const code_modifiers[] = { &record[0], &record[1], &record[2], &record[3],
                                               NULL };
