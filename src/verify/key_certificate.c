// One pair stands for all, and one key for all at its distance: a small model, judged as any other,
// but that its pair counts n times, and the query before that is judged as often as there are such.
#include "verify/key_certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "task/recall.h"
#include "verify/key_signs.h"
#include "verify/proof.h"
#include <stdlib.h>

enum { LARGEST_TABLE = 1 << 20 };   // of a model that is expanded to confirm a witness

typedef struct Job {
    const Transformer *seed;
    const Params *p;   // of the whole model
    const Weights *weights;
    const Code *code;
    const ArithSpec *spec;
    const Effort *e;
    uint64_t *key;   // per weight: the first key whose word has it
} Job;

// key[c] <- the first word of weight[c], for all c.
static void find_keys(Job *job) {
    const Weights *w = job->weights;
    uint64_t *word = alloc_array(job->code->limbs, 1, sizeof *word);
    size_t *class = alloc_array(job->code->length + 1, 1, sizeof *class);
    job->key = alloc_array(w->count, 1, sizeof *job->key);
    for (size_t c = 0; c < w->count; c++)
        class[w->weight[c]] = c;
    for (uint64_t i = job->code->words; i-- > 0;) {
        size_t weight = 0;
        code_word(word, job->code, i);
        for (size_t l = 0; l < job->code->limbs; l++)
            weight += (size_t)__builtin_popcountll(word[l]);
        job->key[class[weight]] = i;
    }
    free(class);
    free(word);
}

// ---- the small model ----

// That of one pair and a key for each weight, whose last query is judged; `others` says whether
// there is another before it.
static void make_small(Transformer *t, const Job *job, bool others) {
    Params p = params_at(job->p, 1);
    p.keys = job->weights->count;
    p.queries = others ? 2 : 1;
    p.output = 0;
    keyed_expand(t, job->seed, &p, job->code, job->key);
}

// Whether a number of the slot's stream in every coordinate of a word is its value for key 0, whose
// word is all +, times the sign.
static bool follows(const mpq_t *at, const mpq_t *plus, const uint64_t *word, size_t k) {
    mpq_t turned;
    bool same = true;
    mpq_init(turned);
    for (size_t c = 0; c < k && same; c++) {
        mpq_set(turned, plus[0]);
        if (code_sign(word, c) < 0)
            mpq_neg(turned, turned);
        same = mpq_equal(turned, at[c]) && mpq_equal(plus[c], plus[0]);
    }
    mpq_clear(turned);
    return same;
}

// Whether rows of Q or K of layer 2 take keys by their words alone, at a slot that holds a key of
// number `key` and beside it the one of key 0.
static bool numbers_follow(const Job *job, const mpq_t *at, const mpq_t *plus,
                           const uint64_t *word) {
    const Head *h = job->seed->layer[1].head;
    size_t k = job->code->length;
    bool same = true;
    for (size_t r = 0; r < h->q.rows && same; r++) {
        bool words = false;
        for (size_t c = 0; c < KEYED_WORDS; c++)
            words |= mpq_sgn(matrix_at(&h->q, r, c)) != 0 || mpq_sgn(matrix_at(&h->k, r, c)) != 0;
        same = words ? follows(at, plus, word, k) : mpq_equal(*at, *plus);
        at += words ? k : 1;
        plus += words ? k : 1;
    }
    return same;
}

static bool all_equal(const mpq_t *a, const mpq_t *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!mpq_equal(a[i], b[i]))
            return false;
    return true;
}

// The state of that slot beside that of the same slot with key 0.
static bool slot_follows(const Job *job, const Proof *p, size_t slot, size_t plus, size_t key,
                         bool queried) {
    const HeadPlace *place = &p->tab.place[0];
    const size_t outputs = p->clean.outputs;
    const mpq_t *at = (const mpq_t *)(uintptr_t)(p->clean.state + slot * outputs);
    const mpq_t *with = (const mpq_t *)(uintptr_t)(p->clean.state + plus * outputs);
    uint64_t *word = alloc_array(job->code->limbs, 1, sizeof *word);
    code_word(word, job->code, job->key[key]);
    bool follow = numbers_follow(job, at + place->key, with + place->key, word) &&
                  all_equal(at + place->value, with + place->value, place->d_v);
    if (queried)
        follow = follow && numbers_follow(job, at + place->query, with + place->query, word) &&
                 all_equal(at + p->tab.rest, with + p->tab.rest, outputs - p->tab.rest);
    free(word);
    return follow;
}

// Whether layer 2 sees keys by their words alone, and values apart from them.
static bool states_follow(const Job *job, const Proof *p) {
    const Choices *c = &p->choices;
    size_t readout = c->group_of[p->position], values = job->p->alphabet;
    for (size_t g = 0; g < c->groups; g++)
        for (size_t o = 0; o < c->group[g].options; o++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t key = g == 0 ? o / values : o, plus = g == 0 ? o % values : 0;
                if (!slot_follows(job, p, c->slot[c->first[g] + o] + k,
                                  c->slot[c->first[g] + plus] + k, key, g == readout))
                    return false;
            }
    return true;
}

// ---- one query ----

// NULL, or why it cannot be told, for the caller to free.
static char *judge(const Job *job, Proof *p) {
    char *unclean = NULL;
    if (!clean_states_init(&p->clean, &unclean, &p->choices, &p->tab, NULL, job->e))
        return unclean;
    const char *why = "layer 2 tells keys apart by more than their words";
    if (states_follow(job, p))
        why = proof_judge(p, 1, job->spec->cap);   // the query asks for key 0
    clean_states_clear(&p->clean);
    return why ? alloc_string(why) : NULL;
}

static size_t sees(const Job *job, size_t output) {
    return job->p->mask == MASK_FULL ? recall_queries(job->p) - 1 : output;
}

// The word of the whole model that the pick stands for, with the output's query for key 0.
static Token *spread_pick(const Job *job, const Pick *pick, size_t output) {
    const Params *p = job->p;
    size_t n = p->n, values = p->alphabet, keys = recall_keys(p), queries = recall_queries(p);
    Token *word = alloc_array(task_recall.length(p), 1, sizeof *word);
    for (size_t j = 0; j < n; j++) {
        size_t option =
            j == 0 && pick->exceptions > 0 ? pick->exception[0].option : pick->option[0];
        word[2 * j] = (Token)job->key[option / values];
        word[2 * j + 1] = (Token)(keys + option % values);
    }
    for (size_t q = 0; q < queries; q++) {
        uint64_t key = q == output || sees(job, output) == 0 ? 0 : job->key[pick->option[1]];
        word[2 * n + q] = (Token)(keys + values + key);
    }
    return word;
}

static void fill_witness(Finding *f, const Proof *p, const Job *job, size_t output) {
    Token *word = spread_pick(job, &p->least.pick, output);
    size_t length = task_recall.length(job->p);
    Text text = { 0 };
    if (length <= LARGEST_CONFIRMED && recall_keys(job->p) * length * p->t->width < LARGEST_TABLE) {
        Transformer t;
        keyed_expand(&t, job->seed, job->p, job->code, NULL);
        Transformer at = transformer_at(&t, output);
        proof_confirm(f, p, &at, word);
        transformer_clear(&t);
    }
    task_print_word(&text, &task_recall, job->p, word);
    f->witness = text_take(&text);
    free(word);
}

// ---- sizes ----

// Numbers of the seed's row that are not 0, in every coordinate of a word.
static size_t row_nonzeros(const Job *job, size_t row) {
    size_t count = 0;
    for (size_t c = 0; c < job->seed->width; c++)
        if (mpq_sgn(matrix_at(&job->seed->embedding, row, c)) != 0)
            count += c < KEYED_WORDS ? job->code->length : 1;
    return count;
}

static size_t readout_nonzeros(const Readout *r) {
    return matrix_nonzeros(&r->w) + matrix_nonzeros(&r->b);
}

static Size size_of(const Job *job, const Transformer *small) {
    const size_t *first = job->seed->first_row, keys = recall_keys(job->p);
    Size s = transformer_size(small);
    size_t queries = recall_queries(job->p), readout = readout_nonzeros(&job->seed->readout);
    size_t pair = keys * row_nonzeros(job, first[0]);
    for (size_t row = first[1]; row < first[2]; row++)
        pair += row_nonzeros(job, row);
    s.parameters -= matrix_nonzeros(&small->embedding) + small->outputs * readout;
    s.parameters += job->p->n * pair + queries * (keys * row_nonzeros(job, first[2]) + readout);
    return s;
}

static void fill(Finding *f, Proof *p, const Job *job, size_t output, char *why) {
    Params at = *job->p;
    at.output = output;
    bool found = proof_conclude(f, p, job->spec, why);
    f->method = "certificate";
    f->params = at;
    f->params.mask = p->t->mask;
    f->params.base = p->t->base;
    f->length = task_recall.length(job->p);
    f->output = recall_queries(job->p) > 1 ? output + 1 : 0;
    if (f->has_margin)
        finding_cover_all(f, &task_recall, &at);
    else if (found)
        mpz_set_ui(f->inputs, 1);
    if (found)
        fill_witness(f, p, job, output);
    if (f->has_margin && f->verdict == UNKNOWN)
        proof_explain(f, p);
}

static void check_output(Finding *f, const Job *job, const char *why, size_t output) {
    Transformer small;
    Proof p;
    make_small(&small, job, sees(job, output) > 0);
    Transformer at = transformer_at(&small, small.outputs - 1);
    proof_init(&p, &at, NULL, NULL, job->spec);
    mpz_set_ui(p.choices.members[0], job->p->n);
    if (sees(job, output) > 0)
        mpz_set_ui(p.choices.members[1], sees(job, output));
    const char *refused = why ? why : tabulation_outline_admits(&at);
    if (refused == NULL) {
        tabulation_outline(&p.tab, &at);
        fill(f, &p, job, output, judge(job, &p));
        tabulation_clear(&p.tab);
    } else {
        fill(f, &p, job, output, alloc_string(refused));
    }
    f->size = size_of(job, &small);
    proof_clear(&p);
    transformer_clear(&small);
}

// Under the full mask all queries see the same, and one speaks for all.
static void check_outputs(Finding *f, const Job *job, const char *why) {
    size_t queries = recall_queries(job->p), end = job->p->mask == MASK_FULL ? 1 : queries;
    for (size_t o = 0; o < end && (o == 0 || !interrupted()); o++) {
        Finding one;
        finding_init(&one);
        check_output(&one, job, why, o);
        if (o == 0)
            finding_move(f, &one);
        else
            finding_merge(f, &one);
        finding_clear(&one);
        if (f->verdict == UNKNOWN)
            return;
    }
    mpz_mul_ui(f->inputs, f->inputs, queries / end);
    mpz_mul_ui(f->excluded, f->excluded, queries / end);
}

int key_certificate_check(Finding *f, const Transformer *seed, const Params *p,
                          const Weights *weights, const Code *code, const char *name,
                          const Effort *e) {
    struct timespec start, end;
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    require(keyed_admits(seed) == NULL && code->linear && code->words == recall_keys(p));
    const char *why = evaluator_admits(seed, spec);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Job job = { .seed = seed, .p = p, .weights = weights, .code = code, .spec = spec, .e = e };
    find_keys(&job);
    why = key_signs_check(seed, p, weights, spec->ar->encloses ? spec->precision : 0);
    check_outputs(f, &job, why);
    free(job.key);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
