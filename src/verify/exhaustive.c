// Threads take ranges of the walk until none is left; each keeps the worst of its own words, and
// the worst of those does not depend on who saw which word.
#include "verify/exhaustive.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "verify/conclude.h"
#include "verify/fast.h"
#include "verify/judge.h"
#include "verify/walk.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CHUNK_FAST = 1 << 14, CHUNKS = 1 << 6, POLL = 64 };

// What the threads share.
typedef struct Job {
    const Transformer *t;
    Target *target;
    ArithSpec arithmetic;
    const Tabulation *tab;   // NULL: the naive evaluator
    bool filtered;           // see judge.h
    const Bounds *bounds;    // of a bounded arithmetic
    bool measures;           // nothing is judged: `measured` is raised to the scores of `layer`
    size_t layer;
    uint64_t total, chunk;
    atomic_uint_fast64_t next, done;
    pthread_mutex_t lock;   // of what follows
    pthread_cond_t finished;
    unsigned running;
    Worst worst;
    Bounds measured;
} Job;

static size_t answer_to(const Transformer *t, const Token *word) {
    return t->task->answer(&t->params, word);
}

// The word at hand, unless it lies outside the task's promise.
static void judge_answered(const Job *job, Judge *judge, const Walk *walk, Worst *worst) {
    size_t answer = answer_to(job->t, walk->word);
    if (answer == ANSWER_EXCLUDED)
        worst->excluded++;
    else
        judge_word(judge, walk->word, answer, worst);
}

static void judge_answered_fast(const Job *job, Fast *fast, const Walk *walk, Worst *worst) {
    size_t answer = answer_to(job->t, walk->word);
    if (answer == ANSWER_EXCLUDED)
        worst->excluded++;
    else
        fast_judge(fast, answer, worst);
}

static void run_naive(Job *job, Judge *judge, Walk *walk, uint64_t end, Worst *worst) {
    Token old;
    judge_answered(job, judge, walk, worst);
    atomic_fetch_add(&job->done, 1);
    while (walk->rank + 1 < end && !interrupted()) {
        walk_step(walk, &old);
        judge_answered(job, judge, walk, worst);
        atomic_fetch_add(&job->done, 1);
    }
}

// The next range that no thread has taken.
static bool next_range(Job *job, uint64_t *begin, uint64_t *end) {
    if (interrupted())
        return false;
    *begin = atomic_fetch_add(&job->next, job->chunk);
    if (*begin >= job->total)
        return false;
    *end = job->total - *begin < job->chunk ? job->total : *begin + job->chunk;
    return true;
}

static void run_fast(Job *job, Fast *fast, Walk *walk, uint64_t end, Worst *worst) {
    fast_seek(fast);
    judge_answered_fast(job, fast, walk, worst);
    while (walk->rank + 1 < end) {
        if (walk->rank % POLL == 0) {
            atomic_fetch_add(&job->done, POLL);
            if (interrupted())
                return;
        }
        Token old;
        size_t position = walk_step(walk, &old);
        fast_change(fast, position, old);
        judge_answered_fast(job, fast, walk, worst);
    }
}

// The ranges of words that fall to this thread.
static void judge_ranges(Job *job, Walk *walk, Worst *worst) {
    Fast *fast = NULL;
    Judge *judge = NULL;
    if (job->tab != NULL)
        fast = fast_new(job->tab, job->target, walk->word);
    else
        judge = judge_new(job->t, &job->arithmetic, job->bounds, job->target, job->filtered);
    uint64_t begin, end;
    while (next_range(job, &begin, &end)) {
        walk_seek(walk, begin);
        if (fast != NULL)
            run_fast(job, fast, walk, end, worst);
        else
            run_naive(job, judge, walk, end, worst);
    }
    if (fast != NULL)
        fast_free(fast);
    else
        judge_free(judge);
}

// Of all words, those outside the task's promise too: the machine does not know of it.
static void measure_ranges(Job *job, Walk *walk, Bounds *measured) {
    Evaluator *e = evaluator_new(job->t, &job->arithmetic);
    evaluator_set_bounds(e, job->bounds);
    uint64_t begin, end;
    while (next_range(job, &begin, &end)) {
        walk_seek(walk, begin);
        evaluator_measure(e, walk->word, job->layer, measured);
        for (Token old; walk->rank + 1 < end;) {
            walk_step(walk, &old);
            evaluator_measure(e, walk->word, job->layer, measured);
        }
        atomic_fetch_add(&job->done, end - begin);
    }
    evaluator_free(e);
}

static void *work(void *argument) {
    Job *job = argument;
    Walk walk;
    Worst worst;
    Bounds measured;
    walk_init(&walk, job->t->task, &job->t->params, job->tab ? job->tab->order : NULL);
    worst_init(&worst, job->t->length, job->t->layers);
    bounds_init(&measured, job->t);
    if (job->measures)
        measure_ranges(job, &walk, &measured);
    else
        judge_ranges(job, &walk, &worst);
    walk_clear(&walk);
    pthread_mutex_lock(&job->lock);
    worst_merge(&job->worst, &worst);
    bounds_merge(&job->measured, &measured);
    job->running--;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->lock);
    worst_clear(&worst);
    bounds_clear(&measured);
    arith_end_thread();
    return NULL;
}

// Appends "about 3 hours".
static void print_duration(Text *t, double seconds) {
    static const struct {
        double seconds;
        const char *name;
    } units[] = { { 31557600, "years" }, { 86400, "days" }, { 3600, "hours" }, { 60, "minutes" } };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (seconds >= 2 * units[i].seconds) {
            text_printf(t, "about %.3g %s", seconds / units[i].seconds, units[i].name);
            return;
        }
    text_printf(t, "about %.0f seconds", seconds);
}

// Warns of work that will take long.  false: there is no telling yet.
static bool announce(const Job *job, const char *name, double elapsed) {
    uint64_t done = atomic_load(&job->done);
    double rate = (double)done / elapsed, left = (double)(job->total - done) / rate;
    if (done == 0)
        return false;
    if (left < 60)
        return true;
    Text t = { 0 };
    print_duration(&t, left);
    warn("%s: %llu inputs at %.3g per second take %s; interrupt to stop with what was covered",
         name, (unsigned long long)job->total, rate, text_string(&t));
    text_clear(&t);
    return true;
}

// Waits for the threads, showing progress.
static void wait_for(Job *job, const char *name, bool show) {
    Progress progress;
    struct timespec start, now, until;
    bool announced = false;
    clock_gettime(CLOCK_MONOTONIC, &start);
    progress_start(&progress, name, show);
    pthread_mutex_lock(&job->lock);
    while (job->running > 0) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_cond_timedwait(&job->finished, &job->lock, &until) != ETIMEDOUT)
            continue;
        progress_update(&progress, atomic_load(&job->done), job->total);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (announced || seconds_between(&start, &now) < 1)
            continue;
        announced = announce(job, name, seconds_between(&start, &now));
    }
    pthread_mutex_unlock(&job->lock);
    progress_end(&progress);
}

static void run_threads(Job *job, const char *name, const Effort *e) {
    uint64_t chunks = (job->total - 1) / job->chunk + 1;
    unsigned jobs = chunks < e->jobs ? (unsigned)chunks : e->jobs;
    pthread_t *thread = alloc_array(jobs, 1, sizeof *thread);
    unsigned started = 0;
    job->running = jobs;
    atomic_store(&job->next, 0);
    atomic_store(&job->done, 0);
    for (; started < jobs; started++)
        if (pthread_create(&thread[started], NULL, work, job) != 0)
            break;
    pthread_mutex_lock(&job->lock);
    job->running -= jobs - started;
    pthread_mutex_unlock(&job->lock);
    if (started == 0) {   // no threads to be had: this one does it all
        job->running = 1;
        work(job);
    }
    wait_for(job, name, e->progress);
    for (unsigned k = 0; k < started; k++)
        pthread_join(thread[k], NULL);
    free(thread);
}

// bounds <- the largest scores of all words, layer by layer, since scores depend on what the
// earlier layers' bounds make of the stream.
static void measure(Job *job, Bounds *bounds, const char *name, const Effort *e) {
    job->bounds = bounds;
    job->measures = true;
    for (job->layer = 0; job->layer < job->t->layers; job->layer++) {
        run_threads(job, name, e);
        bounds_merge(bounds, &job->measured);
    }
    job->measures = false;
}

const char *exhaustive_admits(const Task *task, const Params *p) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, task, p);
    bool few = mpz_sizeinbase(words, 2) <= 62;
    mpz_clear(words);
    return few ? NULL : "2^62 inputs or more, too many to enumerate";
}

static uint64_t count_words(const Transformer *t) {
    mpz_t words;
    mpz_init(words);
    task_count_words(words, t->task, &t->params);
    uint64_t total = mpz_get_ui(words);
    mpz_clear(words);
    return total;
}

// Words that a thread takes at a time: a multiple of POLL, the same for every number of threads.
static uint64_t chunk_for(const Job *job) {
    uint64_t chunk = POLL;
    while (chunk < CHUNK_FAST && chunk * CHUNKS < job->total && job->tab != NULL)
        chunk *= 2;
    return chunk;
}

static void run(Finding *f, Job *job, const char *name, const Effort *e) {
    Tabulation tab;
    const char *why = NULL;
    bool exact = job->arithmetic.ar == &arith_exact;
    Bounds bounds;
    if (exact && !e->naive && tabulation_init(&tab, job->t, &why))
        job->tab = &tab;
    job->filtered = !e->naive;
    job->chunk = chunk_for(job);
    worst_init(&job->worst, job->t->length, job->t->layers);
    bounds_init(&job->measured, job->t);
    bounds_init(&bounds, job->t);
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->finished, NULL);
    if (job->arithmetic.ar->bounded)
        measure(job, &bounds, name, e);
    run_threads(job, name, e);
    Check check = { .t = job->t,
                    .arithmetic = &job->arithmetic,
                    .bounds = job->bounds,
                    .target = job->target,
                    .filtered = job->filtered,
                    .total = job->total };
    conclude(f, &check, &job->worst);
    pthread_cond_destroy(&job->finished);
    pthread_mutex_destroy(&job->lock);
    worst_clear(&job->worst);
    bounds_clear(&job->measured);
    bounds_clear(&bounds);
    if (job->tab != NULL)
        tabulation_clear(&tab);
}

static char *arithmetic_text(const ArithSpec *spec) {
    Text t = { 0 };
    arith_print(&t, spec);
    return text_take(&t);
}

int exhaustive_check(Finding *f, const Transformer *t, Target *target, const char *name,
                     const Effort *e) {
    Job job = { .t = t,
                .target = t->length <= 64 ? target : NULL,
                .arithmetic = e->arithmetic.ar ? e->arithmetic : exact_arithmetic };
    struct timespec start, end;
    require(e->jobs >= 1);
    const char *why = evaluator_admits(t, &job.arithmetic);
    if (why != NULL)
        return error("%s: %s", name, why);
    why = exhaustive_admits(t->task, &t->params);
    if (why != NULL)
        return error("%s: n = %llu: %s", name, (unsigned long long)t->params.n, why);
    job.total = count_words(t);
    clock_gettime(CLOCK_MONOTONIC, &start);
    run(f, &job, name, e);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->params.base = t->base;
    f->length = t->length;
    f->quantifier = "all-inputs";
    f->method = "exhaustive";
    f->arithmetic = arithmetic_text(&job.arithmetic);
    f->precision = job.arithmetic.ar->is_machine ? (size_t)job.arithmetic.precision : 0;
    f->has_size = true;
    f->size = transformer_size(t);
    f->seconds = seconds_between(&start, &end);
    arith_end_thread();
    return 0;
}
