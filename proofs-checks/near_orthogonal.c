// near_orthogonal.c - the catalogue has N sign vectors with <T_i, T_j> <= k/4 for all i != j.
//
// docs/codes.md#default: the lemma of the paper at epsilon = 1/4, one-sided.  The margin is
// 1 - max <T_i, T_j> / k, and the claim is that it is 3/4 at least.
#include "base/alloc.h"
#include "base/error.h"
#include "base/progress.h"
#include "constructions/codes/family.h"
#include "math/code_facts.h"
#include "proofs-checks/claim.h"
#include <stdlib.h>

static const char *admits(const Params *p) {
    if (p->n < 2)
        return "code/near-orthogonal needs n >= 2, or there is no pair of words";
    return p->n > UINT64_C(1) << 32 ? "code/near-orthogonal takes at most n = 2^32" : NULL;
}

// The first pair of words that are closest, as "i j".
static char *closest(const Code *code, uint64_t distance) {
    uint64_t i, j;
    Text t = { 0 };
    if (!code_witness(&i, &j, code, distance))
        return NULL;
    text_printf(&t, "%llu %llu", (unsigned long long)i, (unsigned long long)j);
    return text_take(&t);
}

static void judge(Finding *f, const Code *code, const CodeFacts *facts) {
    mpz_set_ui(f->inputs, code->words);
    mpz_mul_ui(f->inputs, f->inputs, code->words - 1);
    mpz_divexact_ui(f->inputs, f->inputs, 2);
    f->has_margin = true;
    mpq_set_ui(f->margin, 1, 1);
    mpq_sub(f->margin, f->margin, facts->epsilon);
    f->verdict = mpq_cmp(f->margin, f->promise) >= 0 ? PROVED : REFUTED;
    f->code_distance = facts->distance_min;
    f->witness = closest(code, facts->distance_min);
}

// Undo with code_clear.  -1 after an error.
static int find(Code *code, const Params *p) {
    char *why;
    if (code_find(code, &why, p->code, p->n) == 0)
        return 0;
    error("code/near-orthogonal: n = %llu: --code: %s", (unsigned long long)p->n, why);
    free(why);
    return -1;
}

static int ready(const Params *p) {
    Code code;
    if (find(&code, p) < 0)
        return -1;
    code_clear(&code);
    return 0;
}

extern const Claim claim_near_orthogonal;

static int check(Finding *f, const Params *p, const Effort *e) {
    Code code;
    CodeFacts facts;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (find(&code, p) < 0)
        return -1;
    code_facts_init(&facts, &code, CODE_EXTENT, (Hamming){ .jobs = e->jobs });
    f->params = *p;
    f->quantifier = "all-inputs";
    f->method = facts.checked;
    f->arithmetic = alloc_string("exact");
    f->code_name = alloc_string(code.name);
    f->code_words = code.words;
    f->code_length = code.length;
    f->has_promise = true;
    mpq_set_ui(f->promise, 3, 4);
    if (facts.checked != NULL)
        judge(f, &code, &facts);
    else
        f->reason = alloc_string(facts.reason);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    code_facts_clear(&facts);
    code_clear(&code);
    f->claim = claim_near_orthogonal.name;
    return 0;
}

const Claim claim_near_orthogonal = {
    .name = "code/near-orthogonal",
    .summary = "N sign vectors with inner products at most a quarter of their length",
    .theorem = "codes.md#default",
    .sizes = "32,128,2048,65536",
    .admits = admits,
    .ready = ready,
    .check = check,
};
