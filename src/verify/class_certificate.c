#include "verify/class_certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "verify/class_states.h"
#include "verify/proof.h"
#include <stdlib.h>

enum {
    NUMBER_BITS = 53,         // a size up to 2^53 is a number
    DECIMAL_BITS = 1 << 14,   // inputs up to 2^DECIMAL_BITS are written out
};

// ---- the witness ----

// option[l] <- what index l takes.
static void spread_pick(size_t *option, const Pick *pick, const Weights *w, const Code *code) {
    uint64_t *word = alloc_array(code->limbs, 1, sizeof *word);
    size_t *class = alloc_array(code->length + 1, 1, sizeof *class);
    bool used[DOMAIN_EXCEPTIONS] = { false };
    for (size_t c = 0; c < w->count; c++)
        class[w->weight[c]] = c;
    for (uint64_t l = 0; l < code->words; l++) {
        size_t weight = 0;
        code_word(word, code, l);
        for (size_t k = 0; k < code->limbs; k++)
            weight += (size_t)__builtin_popcountll(word[k]);
        option[l] = pick->option[class[weight]];
        for (size_t e = 0; e < pick->exceptions; e++)
            if (!used[e] && pick->exception[e].group == class[weight]) {
                used[e] = true;
                option[l] = pick->exception[e].option;
            }
    }
    free(class);
    free(word);
}

// The word as it is, in the model over the code: groups are indices, and the last position's takes
// option 0.
static void set_word(Token *word, const Proof *p, const Params *params, const Code *code) {
    const Domains *domains = p->t->task->domains;
    size_t *option = alloc_array(code->words + 1, 1, sizeof *option);
    spread_pick(option, &p->least.pick, p->classes->weights, code);
    for (size_t g = 0; g < domains->groups(params); g++) {
        Group group;
        domains->group(&group, params, g);
        for (size_t k = 0; k < group.positions; k++)
            word[group.position[k]] = domains->token(params, g, option[g], k);
    }
    free(option);
}

static void confirm(const Finding *f, const Proof *p, const Code *code, const Token *word) {
    Transformer t;
    coded_expand(&t, p->t, &f->params, code);
    proof_confirm(f, p, &t, word);
    transformer_clear(&t);
}

static void fill_word(Finding *f, const Proof *p, const Code *code) {
    size_t length = p->t->task->length(&f->params);
    Token *word = alloc_array(length, 1, sizeof *word);
    Text text = { 0 };
    set_word(word, p, &f->params, code);
    if (length <= LARGEST_CONFIRMED)
        confirm(f, p, code, word);
    task_print_word(&text, p->t->task, &f->params, word);
    f->witness = text_take(&text);
    free(word);
}

static void add_tokens(Text *t, const Choices *c, size_t group, size_t option) {
    size_t choice = c->first[group] + option;
    for (size_t slot = c->slot[choice]; slot < c->slot[choice + 1]; slot++)
        c->task->name_token(t, c->params, c->token[slot]);
}

// "0: 01; 12..20: 00; one at 12: 01": distances from index 0, and what the indices there hold.
static void fill_classes(Finding *f, const Proof *p) {
    const Choices *c = &p->choices;
    const Weights *w = p->classes->weights;
    const Pick *pick = &p->least.pick;
    Text t = { 0 };
    for (size_t first = 0, last; first < w->count; first = last + 1) {
        for (last = first; last + 1 < w->count; last++)
            if (pick->option[last + 1] != pick->option[first])
                break;
        text_printf(&t, "%s%llu", first ? "; " : "", (unsigned long long)w->weight[first]);
        if (last > first)
            text_printf(&t, "..%llu", (unsigned long long)w->weight[last]);
        text_add(&t, ": ");
        add_tokens(&t, c, first, pick->option[first]);
    }
    for (size_t e = 0; e < pick->exceptions; e++) {
        size_t group = pick->exception[e].group;
        text_printf(&t, "; one at %llu: ", (unsigned long long)w->weight[group]);
        add_tokens(&t, c, group, pick->exception[e].option);
    }
    f->witness = text_take(&t);
}

// ---- sizes ----

// The number as decimal text if it exceeds 2^53, else NULL and *x.
static char *large(size_t *x, const mpz_t z) {
    Text t = { 0 };
    if (mpz_sizeinbase(z, 2) <= NUMBER_BITS) {
        *x = mpz_get_ui(z);
        return NULL;
    }
    char *digits = mpz_get_str(NULL, 10, z);
    text_add(&t, digits);
    free(digits);
    return text_take(&t);
}

// There are options^n words, times n if the last token names an index.
static void fill_inputs_brief(Finding *f, const Proof *p) {
    size_t rank = p->classes->weights->rank;
    Text t = { 0 };
    text_printf(&t, "%zu^(2^%zu)", p->choices.group[0].options, rank);
    if (p->t->task->ending == ENDS_WITH_INDEX)
        text_printf(&t, " * 2^%zu", rank);
    f->inputs_brief = text_take(&t);
}

static void fill_inputs(Finding *f, const Proof *p, const mpz_t n) {
    size_t options = p->choices.group[0].options, rank = p->classes->weights->rank;
    bool indexed = p->t->task->ending == ENDS_WITH_INDEX;
    mpz_t exponent;
    mpz_init_set_ui(exponent, options);
    mp_bitcnt_t bits = mpz_sizeinbase(exponent, 2);
    bool two = mpz_scan1(exponent, 0) == bits - 1;
    mpz_mul_ui(exponent, n, two ? bits - 1 : 1);
    if (mpz_cmp_ui(n, DECIMAL_BITS / bits) <= 0) {
        mpz_ui_pow_ui(f->inputs, options, mpz_get_ui(n));
        mpz_mul_2exp(f->inputs, f->inputs, indexed ? rank : 0);
    } else {
        Text t = { 0 };
        if (two && indexed)
            mpz_add_ui(exponent, exponent, rank);
        char *digits = mpz_get_str(NULL, 10, exponent);
        text_printf(&t, "%zu^%s", two ? 2 : options, digits);
        if (!two && indexed)
            text_printf(&t, " * 2^%zu", rank);
        f->inputs_text = text_take(&t);
        free(digits);
    }
    mpz_clear(exponent);
}

static void fill_size(Finding *f, const Proof *p, const mpz_t n) {
    const Weights *w = p->classes->weights;
    mpz_t z;
    mpz_init(z);
    f->params.n = w->rank <= NUMBER_BITS ? mpz_get_ui(n) : 0;
    f->params.power = w->rank <= NUMBER_BITS ? 0 : w->rank;
    coded_length(z, p->t->task, &p->t->params, n);
    f->length_text = large(&f->length, z);
    f->size = coded_size(z, p->t, n, w->length);
    f->parameters_text = large(&f->size.parameters, z);
    mpz_clear(z);
}

// ---- the whole model ----

// NULL, or why it cannot be told, for the caller to free.
static char *judge(Proof *p, long cap) {
    char *unclean = NULL;
    if (p->t->layers == 2 && !class_states_init(&p->clean, &unclean, p->classes, &p->choices,
                                                p->row, &p->tab, p->target, p->bits))
        return unclean;
    // Where the last token names an index, it names index 0.
    const char *why = proof_judge(p, 1, cap);
    return why ? alloc_string(why) : NULL;
}

static void conclude(Finding *f, const Proof *p, const ArithSpec *spec, const Code *code,
                     char *why) {
    mpz_t n;
    mpz_init(n);
    mpz_setbit(n, p->classes->weights->rank);
    f->method = code ? "certificate" : "weight-distribution";
    bool found = proof_conclude(f, p, spec, why);
    fill_size(f, p, n);
    if (f->has_margin) {
        fill_inputs(f, p, n);
        fill_inputs_brief(f, p);
    } else if (found) {
        mpz_set_ui(f->inputs, 1);
    }
    if (found && code != NULL)
        fill_word(f, p, code);
    else if (found)
        fill_classes(f, p);
    if (f->has_margin && f->verdict == UNKNOWN)
        proof_explain(f, p);
    mpz_clear(n);
}

static void check(Finding *f, Proof *p, const ArithSpec *spec, const Code *code, const char *why) {
    const char *refused = tabulation_outline_admits(p->t);
    refused = refused ? refused : why;
    if (refused != NULL) {
        Text text = { 0 };
        text_printf(&text, "no certificate by the distances of the code: %s", refused);
        conclude(f, p, spec, code, text_take(&text));
        return;
    }
    tabulation_outline(&p->tab, p->t);
    conclude(f, p, spec, code, judge(p, spec->cap));
    if (p->clean.state != NULL)
        clean_states_clear(&p->clean);
    tabulation_clear(&p->tab);
}

int class_certificate_check(Finding *f, const Transformer *seed, const Weights *weights,
                            const Code *code, Target *target, const char *name, const Effort *e) {
    struct timespec start, end;
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    IndexClasses classes;
    Proof p;
    require(seed->task->ending != ENDS_OTHERWISE && (code == NULL || code->linear));
    const char *why = evaluator_admits(seed, spec);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    why = index_classes_init(&classes, seed, weights);
    proof_init(&p, seed, &classes, target, spec);
    check(f, &p, spec, code, why);
    proof_clear(&p);
    index_classes_clear(&classes);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
