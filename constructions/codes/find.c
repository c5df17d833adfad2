// find.c - from a name to a code: FAMILY[:VALUE,..] and modifiers +NAME[:VALUE], left to right.
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "constructions/codes/catalogue.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// Longer names are refused; and the pairs up to which the default is checked before it is used.
enum { LONGEST_NAME = 400, DIGITS = 18, MOST_PARTS = 16 };
#define CHECKED_PAIRS (UINT64_C(1) << 31)

// One part of a name between '+' signs.
typedef struct Part {
    char *name;
    CodeParams params;
} Part;

// Reads "VALUE,VALUE,.." to the end of the string.  NULL, or what is wrong.
static const char *parse_values(CodeParams *p, const char *s) {
    for (;;) {
        size_t digits = strspn(s, "0123456789");
        if (p->count == CODE_VALUES)
            return "too many numbers";
        if (digits < 1 || digits > DIGITS)
            return "expected numbers of 1 to 18 digits, separated by commas, after ':'";
        p->value[p->count++] = strtoull(s, NULL, 10);
        s += digits;
        if (*s == '\0')
            return NULL;
        if (*s++ != ',')
            return "expected numbers of 1 to 18 digits, separated by commas, after ':'";
    }
}

// Splits the part at its ':' in place.  NULL, or what is wrong.
static const char *parse_part(Part *part, char *s) {
    *part = (Part){ .name = s };
    char *colon = strchr(s, ':');
    if (colon == NULL)
        return NULL;
    *colon = '\0';
    return parse_values(&part->params, colon + 1);
}

static const CodeModifier *modifier_find(const char *name) {
    for (size_t i = 0; code_modifiers[i] != NULL; i++)
        if (strcmp(code_modifiers[i]->name, name) == 0)
            return code_modifiers[i];
    return NULL;
}

// The family that the part names, with as many values as it takes; NULL with a reason if none.
static const CodeFamily *family_of(Text *why, const Part *part) {
    const CodeFamily *f = code_family_find(part->name);
    if (f == NULL) {
        text_printf(why, "there is no code family '%s'; `chasm list codes` names them", part->name);
        return NULL;
    }
    if (part->params.count < f->least || part->params.count > f->most) {
        text_printf(why, "the name of such a code is %s", f->syntax);
        return NULL;
    }
    return f;
}

static int build_family(Code *c, Text *why, Part *part, uint64_t n) {
    const CodeFamily *f = family_of(why, part);
    part->params.n = n;
    return f ? f->build(c, why, &part->params) : -1;
}

// The same for a modifier.
static const CodeModifier *modifier_of(Text *why, const Part *part) {
    const CodeModifier *m = modifier_find(part->name);
    if (m == NULL) {
        text_printf(why,
                    "there is no modifier '+%s'; there are +shorten:S, +puncture:S, "
                    "+repeat:S and +extend",
                    part->name);
        return NULL;
    }
    if (part->params.count != (m->has_value ? 1 : 0)) {
        text_printf(why, "expected %s", m->syntax);
        return NULL;
    }
    return m;
}

static int modify(Code *c, Text *why, const Part *part) {
    const CodeModifier *m = modifier_of(why, part);
    return m ? m->apply(c, why, part->params.value[0]) : -1;
}

// The words that a family has to have so that n are left: each +shorten halves them.
static uint64_t words_wanted(uint64_t n, const Part *part, size_t parts) {
    for (size_t i = 1; i < parts; i++)
        for (uint64_t s = 0; strcmp(part[i].name, "shorten") == 0 && s < part[i].params.value[0];
             s++)
            if (n <= UINT64_MAX / 2)
                n *= 2;
            else
                return UINT64_MAX;
    return n;
}

// Cuts the name (spoiled) at '+' into parts; their number, or 0 with a reason.
static size_t split(Part *part, size_t most, Text *why, char *name) {
    size_t parts = 0;
    for (char *next = name; next != NULL;) {
        char *s = next;
        next = strchr(s, '+');
        if (next != NULL)
            *next++ = '\0';
        const char *wrong = parts == most ? "too many modifiers" : parse_part(&part[parts], s);
        if (wrong != NULL) {
            text_add(why, wrong);
            return 0;
        }
        parts++;
    }
    return parts;
}

// Keeps the first n words.  Needs 1 <= n <= c->words.
static void keep_first(Code *c, uint64_t n) {
    if (n == c->words)
        return;
    size_t rank = 0;
    while (c->generator != NULL && UINT64_C(1) << rank < n)
        rank++;
    Code to;
    code_init(&to, c->name, n, c->length, rank);
    if (rank > 0)
        memcpy(to.generator, c->generator, rank * c->limbs * sizeof *to.generator);
    else if (c->table != NULL)
        memcpy(to.table, c->table, n * c->limbs * sizeof *to.table);
    code_clear(c);
    *c = to;
}

static int find_named(Code *code, Text *why, const char *name, uint64_t n) {
    Part part[MOST_PARTS];
    Code c = { 0 };
    if (strlen(name) > LONGEST_NAME) {
        text_printf(why, "a name longer than %d characters", LONGEST_NAME);
        return -1;
    }
    char *copy = alloc_string(name);
    size_t parts = split(part, MOST_PARTS, why, copy);
    int status = parts == 0 ? -1 : build_family(&c, why, part, words_wanted(n, part, parts));
    bool built = status == 0;
    for (size_t i = 1; i < parts && status == 0; i++)
        status = modify(&c, why, &part[i]);
    if (status == 0 && c.words < n) {
        text_printf(why, "%s has %llu words, fewer than %llu", c.name, (unsigned long long)c.words,
                    (unsigned long long)n);
        status = -1;
    }
    free(copy);
    if (status == 0) {
        keep_first(&c, n);
        *code = c;
    } else if (built) {
        code_clear(&c);
    }
    return status;
}

// Whether the check of the code takes at most CHECKED_PAIRS.
static bool is_cheap_to_check(const Code *c) {
    if (c->generator != NULL)
        return UINT64_C(1) << c->rank <= CHECKED_PAIRS;
    return c->words * c->limbs <= CHECKED_PAIRS && c->words * (c->words / 2) <= CHECKED_PAIRS;
}

// The catalogue's figures are theorems or computed before; here the code itself is looked at.
static void confirm(const Code *c) {
    CodeFacts f;
    code_facts_init(&f, c, CODE_EXTENT, (Hamming){ .kernel = KERNEL_AUTO, .jobs = 1 });
    require(interrupted() || (f.checked != NULL && 4 * f.max_inner <= (int64_t)c->length));
    code_facts_clear(&f);
}

static int find_default(Code *c, Text *why, uint64_t n) {
    CatalogueChoice choice =
        catalogue_choose(n < 2 ? 2 : n);   // one word has no pair to keep apart
    Text name = { 0 };
    if (choice.entry == NULL) {
        text_printf(why, "no code of the catalogue has %llu words", (unsigned long long)n);
        return -1;
    }
    text_add(&name, choice.entry->name);
    if (choice.shorten > 0)
        text_printf(&name, "+shorten:%llu", (unsigned long long)choice.shorten);
    if (choice.repeat > 1)
        text_printf(&name, "+repeat:%llu", (unsigned long long)choice.repeat);
    if (choice.puncture > 0)
        text_printf(&name, "+puncture:%llu", (unsigned long long)choice.puncture);
    int status = find_named(c, why, text_string(&name), n);
    text_clear(&name);
    require(status == 0 && c->length == choice.length);
    if (c->words >= 2 && is_cheap_to_check(c))
        confirm(c);
    return 0;
}

int code_find(Code *c, char **why, const char *name, uint64_t n) {
    Text reason = { 0 };
    int status = -1;
    *why = NULL;
    if (n == 0)
        text_add(&reason, "a code has at least one word");
    else if (name == NULL)
        status = find_default(c, &reason, n);
    else
        status = find_named(c, &reason, name, n);
    if (status != 0)
        *why = text_take(&reason);
    text_clear(&reason);
    return status;
}

// ---- weight distributions ----

// By the formulas of the family and of all modifiers.  1: one of them has none.
static int weigh_parts(Weights *w, Text *why, const Part *part, size_t parts, size_t rank) {
    const CodeFamily *f = family_of(why, part);
    if (f == NULL)
        return -1;
    const CodeModifier *m[MOST_PARTS];
    for (size_t i = 1; i < parts; i++) {
        m[i] = modifier_of(why, &part[i]);
        if (m[i] == NULL)
            return -1;
        if (m[i]->apply_weights == NULL)
            return 1;
    }
    if (f->weights == NULL)
        return 1;
    if (f->weights(w, why, &part->params, rank) < 0)
        return -1;
    for (size_t i = 1; i < parts; i++)
        if (m[i]->apply_weights(w, why, part[i].params.value[0]) < 0) {
            weights_clear(w);
            return -1;
        }
    return 0;
}

static int weigh_named(Weights *w, Text *why, const char *name, size_t rank) {
    Part part[MOST_PARTS];
    if (strlen(name) > LONGEST_NAME) {
        text_printf(why, "a name longer than %d characters", LONGEST_NAME);
        return -1;
    }
    char *copy = alloc_string(name);
    size_t parts = split(part, MOST_PARTS, why, copy);
    int status = parts == 0 ? -1 : weigh_parts(w, why, part, parts, rank);
    free(copy);
    if (status == 0 && w->rank != rank) {
        text_printf(why, "%s has 2^%zu words, and all of them are needed", w->name, w->rank);
        weights_clear(w);
        return -1;
    }
    return status;
}

// By going through the words.  1: the code is not linear.
static int weigh_by_counting(Weights *w, Text *why, const char *name, size_t rank, Hamming how) {
    Code code;
    char *reason;
    if (rank > CODE_FACTS_RANK) {
        text_printf(why,
                    "no formula is known for its weights, and 2^%zu words are too many to count",
                    rank);
        return -1;
    }
    int status = code_find(&code, &reason, name, UINT64_C(1) << rank);
    if (status == 0) {
        status = code.linear ? weights_count(w, &reason, &code, how) : 1;
        if (status > 0 && name != NULL)
            text_printf(why, "%s is not linear, so its words differ in what they see", code.name);
        code_clear(&code);
    }
    if (reason != NULL)
        text_add(why, reason);
    free(reason);
    return status;
}

int code_weights_find(Weights *w, char **why, const char *name, size_t rank, Hamming how) {
    const char *last_resort = "reed-solomon-simplex";
    Text reason = { 0 };
    int status = 1;
    if (name != NULL)
        status = weigh_named(w, &reason, name, rank);
    if (status > 0 && (name != NULL || rank <= CODE_FACTS_RANK))
        status = weigh_by_counting(w, &reason, name, rank, how);
    if (status > 0 && name == NULL)
        status = weigh_named(w, &reason, last_resort, rank);
    *why = status != 0 ? text_take(&reason) : NULL;
    text_clear(&reason);
    require(status != 0 || weights_admit(w) == NULL);
    return status == 0 ? 0 : -1;
}
