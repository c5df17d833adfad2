#include "verify/recurrent_check.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/progress.h"
#include "communication/prefix_classes.h"
#include "math/rational.h"
#include "task/automaton.h"
#include "verify/check.h"
#include "verify/enumeration.h"
#include "verify/exhaustive.h"
#include "verify/exploration.h"
#include <stdlib.h>
#include <string.h>

const char *recurrent_check_admits(const Task *task, const Params *p, Method method) {
    if (p->n == 0 && method == METHOD_EXHAUSTIVE)
        return "words of every length cannot be tried one by one; a length n >= 1 is expected";
    return method == METHOD_EXHAUSTIVE ? exhaustive_admits(task, p) : NULL;
}

// What the finding rests on, whichever way it was come by.
typedef struct Evidence {
    const Recurrent *r;
    const ArithSpec *spec;
    bool complete, any, faulty;
    const char *why;
    mpq_ptr margin;
    Token *word;   // with the least margin, or where faulty without any; NULL: none was judged
    size_t length;
} Evidence;

static char *print_tokens(const Recurrent *r, const Token *word, size_t length) {
    Text t = { 0 };
    task_print_tokens(&t, r->task, &r->params, word, length);
    return t.bytes == NULL ? alloc_string("") : text_take(&t);
}

static size_t answer_to(const Recurrent *r, const Token *word, size_t length) {
    Params p = r->params;
    if (r->task->endless)
        p.n = length;
    return r->task->answer(&p, word);
}

// The margin of that word, run from its first token; false: at *fault.
static bool run_word(mpq_t margin, Fault *fault, const Evidence *v, const Token *word,
                     size_t length) {
    RecurrentEvaluator *e = recurrent_evaluator_new(v->r, v->spec);
    bool runs = recurrent_evaluator_run(e, word, length, fault);
    if (runs)
        recurrent_evaluator_margin(margin, e, answer_to(v->r, word, length));
    recurrent_evaluator_free(e);
    return runs;
}

// The evaluator must find on the witness what the search did.
static void confirm(Finding *f, const Evidence *v) {
    mpq_t margin;
    Fault fault;
    mpq_init(margin);
    bool runs = run_word(margin, &fault, v, v->word, v->length);
    require(runs == !v->faulty && (!runs || mpq_equal(margin, v->margin)));
    mpq_clear(margin);
    f->witness = print_tokens(v->r, v->word, v->length);
    if (runs)
        return;
    Text reason = { 0 };
    fault_print(&reason, &fault);
    f->reason = text_take(&reason);
}

static void conclude(Finding *f, const Evidence *v) {
    bool fails = v->faulty || (v->any && mpq_sgn(v->margin) <= 0);
    require(!v->complete || v->any || v->faulty);
    f->verdict = fails ? REFUTED : v->complete ? PROVED : UNKNOWN;
    if (v->word != NULL && f->verdict != UNKNOWN)
        confirm(f, v);
    if (!v->complete && f->reason == NULL)
        f->reason = alloc_string(v->why);
    f->has_margin = v->complete && !v->faulty;
    if (f->has_margin)
        mpq_set(f->margin, v->margin);
}

static void describe_states(Finding *f, const StateSpace *s) {
    f->recurrent.states = state_space_count(s);
    f->recurrent.unit_bits = log2_ceil(state_space_values(s));
}

static const Problem *problem_of(const Task *task) {
    return task == &task_automaton ? &problem_automaton : problem_find(task->name);
}

static void print_collision(Finding *f, const Recurrent *r, const Collision *c) {
    for (size_t i = 0; i < 2; i++)
        f->recurrent.prefix[i] = print_tokens(r, c->prefix[i], c->length[i]);
    f->recurrent.suffix = print_tokens(r, c->suffix, c->suffix_length);
}

// Two prefixes that a refuted model confuses, if there are any.
static void look_for_collision(Finding *f, const Recurrent *r, StateSpace *s) {
    Exploration x;
    exploration_init(&x, s, problem_of(r->task), &r->params);
    if (x.collides)
        print_collision(f, r, &x.collision);
    exploration_clear(&x);
}

static void enumerate(Finding *f, const Recurrent *r, const ArithSpec *spec, const char *name,
                      const Effort *e) {
    Enumeration x;
    const char *shown = e->progress ? name : NULL;
    StateSpace *s = state_space_new(r, spec);
    if (e->naive)
        enumeration_init_naive(&x, r, spec, shown);
    else
        enumeration_init(&x, s, r, shown);
    conclude(f, &(Evidence){ .r = r,
                             .spec = spec,
                             .complete = x.complete,
                             .any = x.any,
                             .faulty = x.faulty,
                             .why = x.why,
                             .margin = x.margin,
                             .word = x.faulty ? x.first_faulty : x.worst,
                             .length = r->task->length(&r->params) });
    mpz_set_ui(f->inputs, x.words);
    mpz_set_ui(f->excluded, x.excluded);
    f->quantifier = "all-inputs";
    f->method = "exhaustive";
    if (x.complete && !e->naive)
        describe_states(f, s);
    if (f->verdict == REFUTED && !e->naive)
        look_for_collision(f, r, s);
    enumeration_clear(&x);
    state_space_free(s);
}

// Whether the word that begins with that prefix of the collision is one that the model errs on;
// then it is the witness.
static bool is_wrong(Finding *f, const Evidence *v, const Collision *c, size_t which) {
    size_t length = c->length[which] + c->suffix_length;
    Token *word = alloc_array(length, 1, sizeof *word);
    Evidence one = *v;
    Fault fault;
    mpq_t margin;
    mpq_init(margin);
    if (c->length[which] > 0)
        memcpy(word, c->prefix[which], c->length[which] * sizeof *word);
    if (c->suffix_length > 0)
        memcpy(word + c->length[which], c->suffix, c->suffix_length * sizeof *word);
    one.faulty = !run_word(margin, &fault, v, word, length);
    one.any = true;
    one.margin = margin;
    one.word = word;
    one.length = length;
    bool wrong = one.faulty || mpq_sgn(margin) <= 0;
    if (wrong)
        conclude(f, &one);
    mpq_clear(margin);
    free(word);
    return wrong;
}

// The model cannot be right behind both prefixes, so it is wrong behind one, also where the search
// for a wrong word was not finished.
static void describe_collision(Finding *f, const Evidence *v, const Collision *c) {
    print_collision(f, v->r, c);
    if (f->verdict == REFUTED)
        return;
    free(f->reason);
    f->reason = NULL;
    bool wrong = is_wrong(f, v, c, 0) || is_wrong(f, v, c, 1);
    require(wrong);
}

static void explore(Finding *f, const Recurrent *r, const ArithSpec *spec) {
    Exploration x;
    StateSpace *s = state_space_new(r, spec);
    exploration_init(&x, s, problem_of(r->task), &r->params);
    Evidence v = { .r = r,
                   .spec = spec,
                   .complete = x.complete,
                   .any = x.any,
                   .faulty = x.faulty,
                   .why = x.why,
                   .margin = x.margin };
    if (x.judged > 0)
        v.word = state_pairs_way(&v.length, &x.pairs, x.faulty ? x.first_faulty : x.worst);
    conclude(f, &v);
    if (x.collides)
        describe_collision(f, &v, &x.collision);
    if (x.complete) {
        describe_states(f, s);
        if (r->params.n > 0)
            finding_cover_all(f, r->task, &r->params);
    }
    f->quantifier = r->params.n > 0 ? "all-inputs" : "all-lengths";
    f->method = "exploration";
    free(v.word);
    exploration_clear(&x);
    state_space_free(s);
}

static bool has_few_words(const Recurrent *r) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, r->task, &r->params);
    bool few = mpz_cmp_ui(words, 1UL << AUTO_BITS) <= 0;
    mpz_clear(words);
    return few;
}

// What any model needs: from the formulas, or counted where the task's machine is small.
static void describe_bound(Finding *f, const Recurrent *r) {
    RecurrentFinding *found = &f->recurrent;
    const Params *p = &r->params;
    const Problem *problem = problem_of(r->task);
    found->has_bound = true;
    if (prefix_classes_known(r->task)) {
        found->bound_bits = prefix_classes_bits(r->task, p);
        found->bound_tokens = prefix_classes_widest(r->task, p);
    } else if (p->n == 0 && problem_states(problem, p, 0) <= PREFIX_STATES_MOST) {
        found->bound_bits = log2_ceil(prefix_classes_endless(problem, p));
    } else {
        found->has_bound = false;
    }
}

static void describe(Finding *f, const Recurrent *r, const ArithSpec *spec) {
    Text arithmetic = { 0 };
    arith_print(&arithmetic, spec);
    f->task = r->task;
    f->params = r->params;
    f->length = r->params.n > 0 ? r->task->length(&r->params) : 0;
    f->arithmetic = text_take(&arithmetic);
    f->is_recurrent = true;
    f->has_size = true;
    f->size = (Size){ .width = r->width, .parameters = recurrent_parameters(r) };
    f->precision = spec->ar->is_machine ? (size_t)spec->precision : f->recurrent.unit_bits;
    describe_bound(f, r);
}

int recurrent_check(Finding *f, const Recurrent *r, const char *name, const Effort *e) {
    const ArithSpec *spec = e->arithmetic.ar ? &e->arithmetic : &exact_arithmetic;
    const char *why = recurrent_check_admits(r->task, &r->params, e->method);
    struct timespec start, end;
    if (spec->ar->encloses)
        why = "enclosures cannot tell states apart; exact arithmetic says all about the reals";
    else if (e->naive && r->params.n == 0)
        why = "words of every length cannot be evaluated one by one; a length n >= 1 is expected";
    if (why != NULL)
        return error("%s: %s", name, why);
    bool exhaustive = r->params.n > 0 && (e->method == METHOD_EXHAUSTIVE || e->naive ||
                                          (e->method == METHOD_AUTO && has_few_words(r)));
    if (exhaustive && exhaustive_admits(r->task, &r->params) != NULL)
        return error("%s: %s", name, exhaustive_admits(r->task, &r->params));
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (exhaustive)
        enumerate(f, r, spec, name, e);
    else
        explore(f, r, spec);
    clock_gettime(CLOCK_MONOTONIC, &end);
    describe(f, r, spec);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
