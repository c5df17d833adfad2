// Threads take ranges of the walk until none is left; each keeps the worst of its own words, and
// the worst of those does not depend on who saw which word.
#include "verify/exhaustive.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "math/rational.h"
#include "verify/fast.h"
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
    const Tabulation *tab;   // NULL: the naive evaluator
    uint64_t total, chunk;
    atomic_uint_fast64_t next, done;
    pthread_mutex_t lock;   // of what follows
    pthread_cond_t finished;
    unsigned running;
    Worst worst;
} Job;

static size_t answer_to(const Transformer *t, const Token *word) {
    return t->task->answer(&t->params, word);
}

static void judge_naively(Evaluator *e, const Job *job, const Token *word, mpq_t margin,
                          Worst *worst) {
    Fault fault;
    worst->inputs++;
    if (!evaluator_run(e, word, &fault)) {
        worst_offer_fault(worst, word);
        return;
    }
    evaluator_margin(margin, e, answer_to(job->t, word));
    worst_offer(worst, margin, word);
    worst_offer_attention(worst, e, job->t, job->target, word);
}

static void run_naive(Job *job, Walk *walk, uint64_t end, Worst *worst) {
    Evaluator *e = evaluator_new(job->t, &arith_exact);
    Token old;
    mpq_t margin;
    mpq_init(margin);
    judge_naively(e, job, walk->word, margin, worst);
    atomic_fetch_add(&job->done, 1);
    while (walk->rank + 1 < end && !interrupted()) {
        walk_step(walk, &old);
        judge_naively(e, job, walk->word, margin, worst);
        atomic_fetch_add(&job->done, 1);
    }
    mpq_clear(margin);
    evaluator_free(e);
}

static void run_fast(Job *job, Fast *fast, Walk *walk, uint64_t end, Worst *worst) {
    fast_seek(fast);
    fast_judge(fast, answer_to(job->t, walk->word), worst);
    while (walk->rank + 1 < end) {
        if (walk->rank % POLL == 0) {
            atomic_fetch_add(&job->done, POLL);
            if (interrupted())
                return;
        }
        Token old;
        size_t position = walk_step(walk, &old);
        fast_change(fast, position, old);
        fast_judge(fast, answer_to(job->t, walk->word), worst);
    }
}

static void *work(void *argument) {
    Job *job = argument;
    Walk walk;
    Worst worst;
    Fast *fast = NULL;
    walk_init(&walk, job->t->task, &job->t->params, job->tab ? job->tab->order : NULL);
    worst_init(&worst, job->t->length, job->t->layers);
    if (job->tab != NULL)
        fast = fast_new(job->tab, job->target, walk.word);
    while (!interrupted()) {
        uint64_t begin = atomic_fetch_add(&job->next, job->chunk);
        if (begin >= job->total)
            break;
        uint64_t end = job->total - begin < job->chunk ? job->total : begin + job->chunk;
        walk_seek(&walk, begin);
        if (fast == NULL) {
            run_naive(job, &walk, end, &worst);
            continue;
        }
        run_fast(job, fast, &walk, end, &worst);
    }
    if (fast != NULL)
        fast_free(fast);
    walk_clear(&walk);
    pthread_mutex_lock(&job->lock);
    worst_merge(&job->worst, &worst);
    job->running--;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->lock);
    worst_clear(&worst);
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

// The number, or of a long one its beginning.
static void print_briefly(Text *t, const mpq_t r) {
    Text number = { 0 };
    rational_print(&number, r);
    if (number.length <= 60)
        text_add(t, text_string(&number));
    else
        text_printf(t, "%.40s.. (%zu characters)", text_string(&number), number.length);
    text_clear(&number);
}

// Where the first word that could not be evaluated has a score which is no integer.
static char *describe_fault(const Transformer *t, const Token *word) {
    Evaluator *e = evaluator_new(t, &arith_exact);
    Fault fault;
    bool ran = evaluator_run(e, word, &fault);
    require(!ran);
    mpq_t score;
    Text text = { 0 };
    mpq_init(score);
    evaluator_fault_score(score, e, &fault);
    text_printf(&text, "layer %zu, head %zu: the score of position %zu on position %zu, ",
                fault.layer, fault.head, fault.query, fault.key);
    print_briefly(&text, score);
    text_printf(&text, ", %s on the input ", fault.why);
    task_print_word(&text, t->task, &t->params, word);
    if (mpz_cmp_ui(mpq_denref(score), 1) != 0)
        text_add(&text, "; exact arithmetic needs integer scores");
    mpq_clear(score);
    evaluator_free(e);
    return text_take(&text);
}

// The witness must attain the margin by the definition too, whichever evaluator found it.
static void confirm(const Transformer *t, const Worst *worst) {
    mpq_t margin;
    mpq_init(margin);
    bool judged = evaluate_word(margin, t, worst->word);
    require(judged && mpq_equal(margin, worst->margin));
    mpq_clear(margin);
}

static void fill_attention(Finding *f, const Worst *worst) {
    f->attentions = worst->layers;
    f->attention = vector_init(worst->layers);
    for (size_t l = 0; l < worst->layers; l++) {
        if (worst->attended[l])
            mpq_set(f->attention[l], worst->mass[l]);
        else
            mpq_set_si(f->attention[l], -1, 1);
    }
}

// Why there is no margin, or NULL.
static char *reason_of(const Job *job) {
    const Worst *worst = &job->worst;
    Text reason = { 0 };
    if (worst->faults > 0)
        return describe_fault(job->t, worst->fault_word);
    if (worst->inputs == job->total)
        return NULL;
    text_printf(&reason, "interrupted after %llu of %llu inputs", (unsigned long long)worst->inputs,
                (unsigned long long)job->total);
    return text_take(&reason);
}

static void conclude(Finding *f, const Job *job) {
    const Worst *worst = &job->worst;
    const Transformer *t = job->t;
    bool refuted = worst->any && mpq_sgn(worst->margin) <= 0;
    bool complete = worst->any && worst->inputs == job->total && worst->faults == 0;
    mpz_set_ui(f->inputs, worst->inputs - worst->faults);
    f->verdict = refuted ? REFUTED : complete ? PROVED : UNKNOWN;
    f->has_margin = complete;
    if (complete)
        mpq_set(f->margin, worst->margin);
    if (complete || refuted) {
        Text witness = { 0 };
        confirm(t, worst);
        task_print_word(&witness, t->task, &t->params, worst->word);
        f->witness = text_take(&witness);
    }
    if (complete && job->target != NULL)
        fill_attention(f, worst);
    f->reason = reason_of(job);
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
    if (!e->naive && tabulation_init(&tab, job->t, &why))
        job->tab = &tab;
    job->chunk = chunk_for(job);
    worst_init(&job->worst, job->t->length, job->t->layers);
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->finished, NULL);
    run_threads(job, name, e);
    conclude(f, job);
    pthread_cond_destroy(&job->finished);
    pthread_mutex_destroy(&job->lock);
    worst_clear(&job->worst);
    if (job->tab != NULL)
        tabulation_clear(&tab);
}

int exhaustive_check(Finding *f, const Transformer *t, Target *target, const char *name,
                     const Effort *e) {
    Job job = { .t = t, .target = t->length <= 64 ? target : NULL };
    struct timespec start, end;
    require(e->jobs >= 1);
    if (t->base != BASE_2)
        return error("%s: base e: exact arithmetic needs base 2", name);
    const char *why = exhaustive_admits(t->task, &t->params);
    if (why != NULL)
        return error("%s: n = %llu: %s", name, (unsigned long long)t->params.n, why);
    job.total = count_words(t);
    clock_gettime(CLOCK_MONOTONIC, &start);
    run(f, &job, name, e);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->task = t->task;
    f->params = t->params;
    f->params.mask = t->mask;
    f->length = t->length;
    f->quantifier = "all-inputs";
    f->method = "exhaustive";
    f->arithmetic = "exact";
    f->has_size = true;
    f->size = transformer_size(t);
    f->seconds = seconds_between(&start, &end);
    return 0;
}
