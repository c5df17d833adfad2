#include "verify/machine_certificate.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/progress.h"
#include "net/evaluate.h"
#include "verify/machine_last.h"
#include <stdlib.h>

enum { LARGEST_CONFIRMED = 256 };   // tokens of a word that the naive evaluator judges
enum { MOST_WISHES = 64 };

typedef struct Proof {
    Finding *f;
    Machine m;
    WorstWord least;
    Fault fault;         // of the word that was judged last
    bool bounds_known;   // of all layers, if the arithmetic is bounded
    size_t *option;
} Proof;

// ---- single words ----

typedef enum Outcome { UNTOLD, FAULTY, JUDGED } Outcome;

// What the machine makes of the word: by the definition if it is short.
static Outcome judge_word(mpq_t margin, Proof *p, const size_t *option) {
    const Transformer *t = p->m.t;
    p->fault = (Fault){ 0 };
    if (t->length > LARGEST_CONFIRMED) {
        bool failing;
        const char *why = machine_word_margin(margin, &failing, &p->m, option);
        if (why != NULL)
            p->fault = (Fault){ .part = why, .query = NOWHERE, .key = NOWHERE, .why = "and does" };
        return why == NULL ? JUDGED : failing ? FAULTY : UNTOLD;
    }
    Token *word = alloc_array(t->length, 1, sizeof *word);
    Evaluator *e = evaluator_new(t, p->m.spec);
    choices_word(word, &p->m.choices, option);
    if (p->m.spec->ar->bounded)
        evaluator_set_bounds(e, &p->m.bounds);
    bool ran = evaluator_run(e, word, &p->fault);
    if (ran)
        evaluator_margin(margin, e, t->task->answer(&t->params, word));
    evaluator_free(e);
    free(word);
    if (!p->bounds_known && (ran || p->fault.layer > 1))
        return UNTOLD;
    return ran ? JUDGED : FAULTY;
}

static void print_word(Text *text, const Proof *p, const size_t *option) {
    const Transformer *t = p->m.t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    choices_word(word, &p->m.choices, option);
    task_print_word(text, t->task, &t->params, word);
    free(word);
}

static void set_witness(Proof *p, const size_t *option) {
    Text text = { 0 };
    print_word(&text, p, option);
    free(p->f->witness);
    p->f->witness = text_take(&text);
}

static void set_fault(Proof *p, const size_t *option) {
    Text text = { 0 };
    fault_print(&text, &p->fault);
    text_add(&text, " on the input ");
    print_word(&text, p, option);
    p->f->reason = text_take(&text);
}

// Whether the word lies outside the task's promise.
static bool is_excluded(const Proof *p, const size_t *option) {
    const Transformer *t = p->m.t;
    Token *word = alloc_array(t->length, 1, sizeof *word);
    choices_word(word, &p->m.choices, option);
    size_t answer = t->task->answer(&t->params, word);
    free(word);
    return answer == ANSWER_EXCLUDED;
}

// Whether the word fails; then it is the witness.
static bool refutes(Proof *p, const size_t *option) {
    if (is_excluded(p, option))
        return false;
    mpq_t margin;
    mpq_init(margin);
    Outcome outcome = judge_word(margin, p, option);
    bool fails = outcome == FAULTY || (outcome == JUDGED && mpq_sgn(margin) <= 0);
    mpq_clear(margin);
    if (!fails)
        return false;
    p->f->verdict = REFUTED;
    set_witness(p, option);
    if (outcome == FAULTY)
        set_fault(p, option);
    return true;
}

// ---- where no bound tells ----

// The option of group g that has the slot; its number of options if none has.
static size_t option_of_slot(const Choices *c, size_t g, size_t slot) {
    size_t first = c->slot[c->first[g]], end = c->slot[c->first[g + 1]];
    bool has = slot >= first && slot < end;
    return has ? (slot - first) / c->group[g].positions : c->group[g].options;
}

// A word of the domain in which the slot's group takes its option; false if there is none.
static bool domain_word(Proof *p, const Domain *d, size_t slot) {
    const Choices *c = &p->m.choices;
    for (size_t g = 0; g < c->groups; g++) {
        size_t options = c->group[g].options, o = option_of_slot(c, g, slot), end = o + 1;
        OptionSet set = domain_allows(d, g, options);
        if (o == options)
            o = 0, end = options;
        while (o < end && !option_set_has(&set, o))
            o++;
        if (o == end)
            return false;
        p->option[g] = o;
    }
    return true;
}

// The word in which the slot's group takes its option and all others, as far as they can, option
// `wish`.  With a promise, that may be a word outside: one of the first domain, from some on, that
// has any with the slot.
static void wish_word(Proof *p, size_t slot, size_t wish) {
    const Choices *c = &p->m.choices;
    for (size_t g = 0; g < c->groups; g++) {
        size_t options = c->group[g].options, o = option_of_slot(c, g, slot);
        p->option[g] = o < options ? o : wish < options ? wish : 0;
    }
    if (!task_has_promise(c->task))
        return;
    size_t count = c->task->domains->count(c->params), k = 0;
    for (bool found = false; !found; k++) {
        Domain d;
        require(k < count);
        c->task->domains->domain(&d, c->params, (wish * (count / MOST_WISHES + 1) + k) % count);
        found = domain_word(p, &d, slot);
    }
}

// Looks for a word that fails among a few with that slot.
static bool find_failing(Proof *p, size_t slot) {
    const Choices *c = &p->m.choices;
    size_t most = 1;
    for (size_t g = 0; g < c->groups; g++)
        if (c->group[g].options > most && c->group[g].options <= MOST_WISHES)
            most = c->group[g].options;
    for (size_t wish = 0; wish < most; wish++) {
        wish_word(p, slot, wish);
        if (refutes(p, p->option))
            return true;
    }
    return false;
}

static void give_up(Proof *p, const char *why, const Trouble *trouble) {
    if (find_failing(p, trouble->slot))
        return;
    Text text = { 0 };
    const Choices *c = &p->m.choices;
    text_add(&text, why);
    for (size_t i = 0; i < p->m.t->length && trouble->slot != SIZE_MAX; i++) {
        size_t g = c->group_of[i], first = c->slot[c->first[g]];
        if (trouble->slot >= first && trouble->slot < c->slot[c->first[g + 1]] &&
            (trouble->slot - first) % c->group[g].positions == choices_place(c, i))
            text_printf(&text, ", at position %zu", i);
    }
    p->f->reason = text_take(&text);
}

// ---- the verdict ----

static void conclude(Proof *p) {
    Finding *f = p->f;
    mpq_t margin;
    if (!p->least.any) {
        f->reason = alloc_string("no domain has words");
        return;
    }
    mpq_init(margin);
    Outcome outcome = judge_word(margin, p, p->least.option);
    bool attained = outcome == JUDGED && mpq_equal(margin, p->least.margin);
    require(outcome != JUDGED || mpq_cmp(margin, p->least.margin) >= 0);
    bool holds = mpq_sgn(p->least.margin) > 0;
    require(!holds || outcome != FAULTY);
    f->has_margin = holds || attained;
    f->enclosed = holds && !attained;
    mpq_set(f->margin, p->least.margin);
    if (attained)
        set_witness(p, p->least.option);
    if (holds)
        f->verdict = PROVED;
    else if (attained)
        f->verdict = REFUTED;
    else if (!refutes(p, p->least.option) && !find_failing(p, SIZE_MAX))
        f->reason = alloc_string("the least margin is not shown to be > 0, and no word is known "
                                 "that fails");
    mpq_clear(margin);
}

// The fault hits every word with that slot, or every word: only what the readout depends on is
// computed (transformer_needs).
static void conclude_fault(Proof *p, size_t slot) {
    Fault fault = p->fault;
    wish_word(p, slot, 0);
    if (p->m.t->length <= LARGEST_CONFIRMED) {
        require(refutes(p, p->option));
        return;
    }
    p->fault = fault;
    p->f->verdict = REFUTED;
    set_witness(p, p->option);
    set_fault(p, p->option);
}

static const char *judge(Proof *p, Trouble *trouble) {
    Machine *m = &p->m;
    if (m->t->layers == 1)
        return machine_judge_embedded(&p->least, m, trouble);
    States s;
    const char *why = states_init(&s, m, NULL, trouble);
    if (why == NULL) {
        why = machine_judge_states(&p->least, m, &s, trouble);
        p->bounds_known |= m->measured;
    }
    states_clear(&s, m);
    return why;
}

static void run(Proof *p, const Transformer *t, const ArithSpec *spec, const Effort *e) {
    size_t slot;
    Trouble trouble = { .slot = SIZE_MAX };
    const char *why = machine_init(&p->m, t, spec, e->jobs, e->naive, &p->fault, &slot);
    p->option = alloc_array(p->m.choices.groups, 1, sizeof *p->option);
    p->bounds_known = !spec->ar->bounded || t->layers == 1;
    worst_word_init(&p->least, &p->m);
    if (p->fault.why != NULL) {
        conclude_fault(p, slot);
    } else if (why != NULL) {
        p->f->reason = alloc_string(why);
    } else {
        why = judge(p, &trouble);
        if (why != NULL)
            give_up(p, why, &trouble);
        else
            conclude(p);
    }
    worst_word_clear(&p->least);
    free(p->option);
    machine_clear(&p->m);
}

int machine_certificate_check(Finding *f, const Transformer *t, const char *name, const Effort *e) {
    struct timespec start, end;
    ArithState old;
    Text arithmetic = { 0 };
    ArithSpec spec = e->arithmetic;
    require(spec.ar != NULL && spec.ar->is_machine && e->jobs >= 1);
    const char *why = evaluator_admits(t, &spec);
    if (why != NULL)
        return error("%s: %s", name, why);
    clock_gettime(CLOCK_MONOTONIC, &start);
    Proof p = { .f = f };
    arith_enter(&spec, &old);
    if (t->task->domains != NULL)
        run(&p, t, &spec, e);
    else
        f->reason = alloc_string("there are no certificates of the task on machines");
    arith_leave(&spec, &old);
    arith_end_thread();
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->params.base = t->base;
    f->length = t->length;
    f->quantifier = "all-inputs";
    f->method = "certificate";
    arith_print(&arithmetic, &spec);
    f->arithmetic = text_take(&arithmetic);
    f->precision = (size_t)spec.precision;
    f->has_size = true;
    f->size = transformer_size(t);
    if (f->verdict != UNKNOWN)
        finding_cover_all(f, t->task, &t->params);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->seconds = seconds_between(&start, &end);
    return 0;
}
