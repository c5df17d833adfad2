// certificate_recurrent.c - certificates about recurrent models: the states that one reaches, and
// the prefixes that every one must tell apart.
#include "base/alloc.h"
#include "base/error.h"
#include "math/rational.h"
#include "net/recurrent_evaluate.h"
#include "verify/certificate_file.h"
#include "verify/certificate_parts.h"
#include <stdlib.h>
#include <string.h>

static void write_recurrent(Text *out, const Recurrent *r) {
    text_printf(out, "model %s\n", activation_name(r->activation));
    certificate_file_matrix(out, "W", &r->w);
    certificate_file_matrix(out, "U", &r->u);
    certificate_file_vector(out, "b", &r->b);
    certificate_file_vector(out, "initial", &r->initial);
    certificate_file_readout(out, &r->readout);
}

// ---- words of every length ----

// A state of the network beside what of the word is still open (docs/recurrent.md#theorem-1).
typedef struct Pair {
    mpq_t *h;
    bool lost;
    size_t height;
    Token *open;   // at most depth of them
    char *line;    // as the certificate shows it: equal lines are equal pairs
} Pair;

typedef struct Search {
    const Recurrent *r;
    RecurrentEvaluator *e;
    size_t count;
    Pair *pair;   // CERTIFIED_STATES of them
} Search;

static char *print_pair(const Search *s, const Pair *p) {
    Text t = { 0 };
    text_add(&t, "state");
    for (size_t u = 0; u < s->r->width; u++) {
        text_add(&t, " ");
        rational_print(&t, p->h[u]);
    }
    text_add(&t, p->lost ? " | lost" : " |");
    for (size_t k = 0; k < p->height; k++) {
        text_add(&t, " ");
        s->r->task->name_token(&t, &s->r->params, p->open[k]);
    }
    return text_take(&t);
}

static void pair_clear(const Search *s, Pair *p) {
    vector_clear(p->h, s->r->width);
    free(p->open);
    free(p->line);
}

// Adds what the evaluator's state and these brackets are, unless it is there; false: no room.
static bool add(Search *s, const Token *open, size_t height, bool lost) {
    Pair p = { .h = vector_init(s->r->width),
               .lost = lost,
               .height = height,
               .open = alloc_array(height + 1, 1, sizeof *p.open) };
    size_t k = 0;
    recurrent_evaluator_save(p.h, s->e);
    memcpy(p.open, open, height * sizeof *open);
    p.line = print_pair(s, &p);
    while (k < s->count && strcmp(s->pair[k].line, p.line) != 0)
        k++;
    bool fits = k < CERTIFIED_STATES;
    if (k == s->count && fits)
        s->pair[s->count++] = p;
    else
        pair_clear(s, &p);
    return fits;
}

static bool add_successor(Search *s, size_t from, Token token) {
    Fault fault;
    const Pair *p = &s->pair[from];
    size_t height = p->height;
    bool opens = token % 2 == 0;
    bool lost = p->lost || (opens ? height == s->r->params.depth
                                  : height == 0 || p->open[height - 1] != token - 1);
    Token *open = alloc_array(height + 1, 1, sizeof *open);
    memcpy(open, p->open, height * sizeof *open);
    open[height] = token;
    recurrent_evaluator_restore(s->e, p->h);
    require(recurrent_evaluator_step(s->e, token, &fault));
    bool fits = add(s, open, lost ? 0 : opens ? height + 1 : height - 1, lost);
    free(open);
    return fits;
}

// All pairs, breadth first; false: too many.
static bool search(Search *s) {
    Fault fault;
    require(recurrent_evaluator_start(s->e, &fault));
    bool fits = add(s, &(Token){ 0 }, 0, false);
    for (size_t k = 0; k < s->count; k++)
        for (Token token = 0; token < 2 * s->r->params.brackets && fits; token++)
            fits = add_successor(s, k, token);
    return fits;
}

static void write_claim(Text *out, const Recurrent *r, const Finding *f) {
    certificate_file_begin(out);
    text_add(out, "recurrent ");
    certificate_file_task(out, r->task, &r->params);
    text_printf(out, " width=%zu margin=", r->width);
    rational_print(out, f->margin);
    text_add(out, "\nproof ");
}

static const char *write_states(Text *out, const Recurrent *r, const Finding *f) {
    Search s = { .r = r,
                 .e = recurrent_evaluator_new(r, &exact_arithmetic),
                 .pair = alloc_array(CERTIFIED_STATES, 1, sizeof *s.pair) };
    bool fits = search(&s);
    if (fits) {
        write_claim(out, r, f);
        text_printf(out, "states %zu\n", s.count);
        write_recurrent(out, r);
    }
    for (size_t k = 0; k < s.count; k++) {
        if (fits)
            text_printf(out, "%s\n", s.pair[k].line);
        pair_clear(&s, &s.pair[k]);
    }
    if (fits)
        certificate_file_end(out);
    free(s.pair);
    recurrent_evaluator_free(s.e);
    return fits ? NULL : "more than 2^12 states: too many for a certificate file";
}

const char *certificate_file_recurrent(Text *out, const Recurrent *r, const Finding *f) {
    require(f->verdict == PROVED);
    mpz_t most;
    mpz_init_set_ui(most, CERTIFIED_WORDS);
    bool few = mpz_cmp(f->inputs, most) <= 0;
    mpz_clear(most);
    if (!certificate_file_knows(r->task))
        return "no certificate file for models of this task yet";
    if (r->params.n == 0)
        return write_states(out, r, f);
    if (!few || !f->has_margin)
        return "no certificate file for recurrent models with more than 2^16 words yet";
    write_claim(out, r, f);
    text_add(out, "all-words\n");
    write_recurrent(out, r);
    certificate_file_end(out);
    return NULL;
}

// ---- prefixes that differ ----

// Words of `count` positions of the task, the first at position `from`, all of them in order.
typedef struct Runs {
    const Task *task;
    const Params *p;
    size_t from, count;
} Runs;

static size_t runs_total(const Runs *r) {
    size_t total = 1;
    for (size_t i = 0; i < r->count; i++)
        total = product_capped(total, r->task->tokens(r->p, r->from + i).count);
    return total;
}

// word[from ..] <- number `rank` of them.
static void runs_set(Token *word, const Runs *r, size_t rank) {
    for (size_t i = r->count; i-- > 0;) {
        TokenRun run = r->task->tokens(r->p, r->from + i);
        word[r->from + i] = run.first + (Token)(rank % run.count);
        rank /= run.count;
    }
}

// Prefixes are in one class until a suffix tells them apart.
typedef struct Classes {
    size_t prefixes, classes;
    size_t *of;   // a prefix's class
} Classes;

// Splits every class by the answers behind a suffix; whether any was split.
static bool refine(Classes *c, const size_t *answer) {
    size_t before = c->classes;
    size_t *first = alloc_array(before, 1, sizeof *first);
    for (size_t k = 0; k < before; k++)
        first[k] = SIZE_MAX;
    // a class by the answer of its first prefix; each other answer gets a new class, found by
    // search
    size_t *made = alloc_array(c->prefixes, 1, sizeof *made),
           *says = alloc_array(c->prefixes, 1, sizeof *says);
    size_t *old = alloc_array(c->prefixes, 1, sizeof *old), news = 0;
    for (size_t p = 0; p < c->prefixes; p++) {
        size_t k = c->of[p], n = 0;
        if (first[k] == SIZE_MAX)
            first[k] = answer[p];
        if (first[k] == answer[p])
            continue;
        while (n < news && !(old[n] == k && says[n] == answer[p]))
            n++;
        if (n == news) {
            old[n] = k;
            says[n] = answer[p];
            made[news++] = c->classes++;
        }
        c->of[p] = made[n];
    }
    free(first);
    free(made);
    free(says);
    free(old);
    return c->classes > before;
}

static void write_prefixes(Text *out, const Runs *prefixes, const Classes *c, Token *word) {
    for (size_t k = 0; k < c->classes; k++) {
        size_t p = 0;
        while (c->of[p] != k)
            p++;
        runs_set(word, prefixes, p);
        text_add(out, "prefix");
        certificate_file_word(out, prefixes->task, prefixes->p, word, prefixes->count);
    }
}

// Suffixes in order, each of which tells more prefixes apart.  How many; `suffixes` gets their
// lines.
static size_t find_suffixes(Text *lines, Classes *c, const Runs *prefixes, const Runs *suffixes,
                            Token *word) {
    size_t *answer = alloc_array(c->prefixes, 1, sizeof *answer), found = 0;
    for (size_t s = 0; s < runs_total(suffixes); s++) {
        runs_set(word, suffixes, s);
        for (size_t p = 0; p < c->prefixes; p++) {
            runs_set(word, prefixes, p);
            answer[p] = prefixes->task->answer(prefixes->p, word);
        }
        if (!refine(c, answer))
            continue;
        found++;
        text_add(lines, "suffix");
        certificate_file_word(lines, suffixes->task, suffixes->p, word + suffixes->from,
                              suffixes->count);
    }
    free(answer);
    return found;
}

const char *certificate_file_states(Text *out, const Task *task, const Finding *f) {
    require(f->verdict == PROVED && f->recurrent.has_bound);
    const Params *p = &f->params;
    if (p->n == 0 || !certificate_file_knows(task))
        return "no certificate file for lower bounds about words of every length yet";
    size_t length = task->length(p), after = f->recurrent.bound_tokens;
    Runs prefixes = { task, p, 0, after }, suffixes = { task, p, after, length - after };
    if (product_capped(runs_total(&prefixes), runs_total(&suffixes)) > CERTIFIED_CELLS)
        return "more than 2^22 words: too many for a certificate file";
    Classes c = { .prefixes = runs_total(&prefixes), .classes = 1 };
    Token *word = alloc_array(length, 1, sizeof *word);
    Text lines = { 0 };
    c.of = alloc_array(c.prefixes, 1, sizeof *c.of);
    size_t found = find_suffixes(&lines, &c, &prefixes, &suffixes, word);
    if (c.classes <= CERTIFIED_STATES) {
        certificate_file_begin(out);
        text_add(out, "states ");
        certificate_file_task(out, task, p);
        text_printf(out, " after=%zu count=%zu\nproof suffixes %zu\n", after, c.classes, found);
        write_prefixes(out, &prefixes, &c, word);
        text_add(out, text_string(&lines));
        certificate_file_end(out);
    }
    const char *why = c.classes <= CERTIFIED_STATES
                          ? NULL
                          : "more than 2^12 prefixes: too many for a certificate file";
    text_clear(&lines);
    free(c.of);
    free(word);
    return why;
}
