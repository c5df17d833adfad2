#include "verify/clean_states.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/threads.h"
#include "verify/unit_signs.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Attention masses are computed where no weight is below 2^-LARGEST_EXPONENT of the largest.
enum { LARGEST_EXPONENT = 4096 };

typedef struct Job {
    CleanStates *s;
    const Transformer *t;
    Target *target;
    IntegerLayer layer;
    size_t positions;   // that layer 2 reads
    atomic_size_t next;
    pthread_mutex_t lock;   // of what follows
    const char *why;
    size_t where;   // the first position of which that was said
    bool mass_unknown;
} Job;

// One thread's workspace.
typedef struct Worker {
    Job *job;
    UnitSigns signs;
    size_t *count;   // per exponent, for the attention
    Token *word;     // tokens to ask `target` about
} Worker;

static void give_up(Job *job, const char *what, size_t position) {
    pthread_mutex_lock(&job->lock);
    if (job->why == NULL || position < job->where) {
        job->why = what;
        job->where = position;
    }
    pthread_mutex_unlock(&job->lock);
    atomic_store(&job->next, job->positions);
}

// ---- states ----

// Affine in the ratios, where the signs are known; clean, if the ratios' coefficients vanish.
const char *clean_outputs(mpq_t *y, const Forms *f, const int *sign) {
    const char *why = NULL;
    mpq_t sum, term;
    mpq_inits(sum, term, NULL);
    for (size_t u = 0; u < f->hidden; u++)
        if (sign[u] == 0)
            why = "a hidden unit may have either sign";
    for (size_t o = 0; o < f->outputs && why == NULL; o++)
        for (size_t c = 0; c <= f->inputs; c++) {
            mpq_set(sum, matrix_at(&f->b, o, c));
            for (size_t u = 0; u < f->hidden; u++) {
                if (sign[u] < 0)
                    continue;
                mpq_mul(term, matrix_at(&f->b, o, 1 + f->inputs + u), matrix_at(&f->a, u, c));
                mpq_add(sum, sum, term);
            }
            if (c == 0)
                mpq_set(y[o], sum);
            else if (mpq_sgn(sum) != 0)
                why = "the stream after layer 1 is no function of the group's tokens";
        }
    mpq_clears(sum, term, NULL);
    return why;
}

// ---- attention ----

// Whether every position's tokens weigh the same, and then, in place of weights, how many positions
// have each exponent: count[e] for exponent -e.
static bool count_exponents(Worker *w, const Mixture *m, size_t row, size_t position) {
    const Transformer *t = w->job->t;
    memset(w->count, 0, LARGEST_EXPONENT * sizeof *w->count);
    for (size_t j = 0; j < transformer_sees(t, position); j++) {
        size_t first = j == position ? row : t->first_row[j];
        size_t end = j == position ? row + 1 : t->first_row[j + 1];
        for (size_t c = first + 1; c < end; c++)
            if (m->exponent[c] != m->exponent[first])
                return false;
        if (m->exponent[first] <= -LARGEST_EXPONENT)
            return false;
        w->count[-m->exponent[first]]++;
    }
    return true;
}

// z <- z + times 2^(LARGEST_EXPONENT - e), for the exponent -e.
static void add_weights(mpz_t z, size_t times, size_t e) {
    mpz_t term;
    mpz_init_set_ui(term, times);
    mpz_mul_2exp(term, term, LARGEST_EXPONENT - e);
    mpz_add(z, z, term);
    mpz_clear(term);
}

// mass <- the weights of the positions meant that are seen, over those of all; false if none is
// meant.
static bool mass_on_target(mpq_t mass, Worker *w, const Mixture *m, size_t head, size_t row,
                           size_t position) {
    const Transformer *t = w->job->t;
    bool any = false;
    mpz_t meant, all;
    mpz_inits(meant, all, NULL);
    for (size_t e = 0; e < LARGEST_EXPONENT; e++)
        if (w->count[e] > 0)
            add_weights(all, w->count[e], e);
    w->word[position] =
        t->task->tokens(&t->params, position).first + (Token)(row - t->first_row[position]);
    for (size_t block = 0; 64 * block < t->length; block++) {
        uint64_t left = w->job->target(&t->params, w->word, 0, head, position, block);
        for (; left; left &= left - 1) {
            size_t j = 64 * block + (size_t)__builtin_ctzll(left);
            any = true;
            if (j < transformer_sees(t, position))
                add_weights(meant, 1, (size_t)-m->exponent[j == position ? row : t->first_row[j]]);
        }
    }
    mpq_set_z(mass, meant);
    mpz_set(mpq_denref(mass), all);
    mpq_canonicalize(mass);
    mpz_clears(meant, all, NULL);
    return any;
}

static void offer_mass(Worker *w, size_t row, size_t position) {
    Job *job = w->job;
    mpq_t mass;
    mpq_init(mass);
    for (size_t h = 0; job->target != NULL && h < job->s->tab->heads; h++) {
        const Mixture *m = &w->signs.mixture[h];
        bool known = count_exponents(w, m, row, position);
        bool any = known && mass_on_target(mass, w, m, h, row, position);
        pthread_mutex_lock(&job->lock);
        job->mass_unknown |= !known;
        if (any && (!job->s->has_mass || mpq_cmp(mass, job->s->mass) < 0)) {
            job->s->has_mass = true;
            mpq_set(job->s->mass, mass);
        }
        pthread_mutex_unlock(&job->lock);
    }
    mpq_clear(mass);
}

// ---- a position ----

// The states of the position for all options of its group that put this row there.
static const char *row_states(Worker *w, size_t row, size_t position) {
    CleanStates *s = w->job->s;
    const Choices *c = s->choices;
    const Forms *f = &s->tab->forms[row];
    size_t group = c->group_of[position], k = choices_place(c, position);
    const char *why = unit_signs_find(&w->signs, row, position);
    for (size_t o = 0; o < c->group[group].options && why == NULL; o++) {
        size_t slot = c->slot[c->first[group] + o] + k;
        if (w->job->layer.slot_row[slot] == row)
            why = clean_outputs(s->state + slot * s->outputs, f, w->signs.sign + o * f->hidden);
    }
    if (why == NULL)
        offer_mass(w, row, position);
    return why;
}

static void worker_init(Worker *w, Job *job) {
    const Transformer *t = job->t;
    *w = (Worker){ .job = job,
                   .count = alloc_array(LARGEST_EXPONENT, 1, sizeof *w->count),
                   .word = alloc_array(t->length, 1, sizeof *w->word) };
    unit_signs_init(&w->signs, &job->layer);
    for (size_t i = 0; i < t->length; i++)
        w->word[i] = t->task->tokens(&t->params, i).first;
}

static void worker_clear(Worker *w) {
    unit_signs_clear(&w->signs);
    free(w->count);
    free(w->word);
}

static void *work(void *argument) {
    Job *job = argument;
    Worker w;
    worker_init(&w, job);
    for (;;) {
        size_t position = atomic_fetch_add(&job->next, 1);
        if (position >= job->positions)
            break;
        const char *why = interrupted() ? "interrupted" : NULL;
        for (size_t row = job->t->first_row[position];
             row < job->t->first_row[position + 1] && why == NULL; row++)
            why = row_states(&w, row, position);
        if (why != NULL)
            give_up(job, why, position);
    }
    worker_clear(&w);
    arith_end_thread();
    return NULL;
}

bool clean_states_init(CleanStates *s, char **why, const Choices *c, const Tabulation *tab,
                       Target *target, const Effort *e) {
    const Transformer *t = tab->t;
    require(t->layers == 2);
    *why = NULL;
    *s = (CleanStates){ .choices = c,
                        .tab = tab,
                        .outputs = tab->outputs,
                        .state = vector_init(c->slots * tab->outputs) };
    mpq_init(s->mass);
    Job job = {
        .s = s, .t = t, .target = target, .positions = transformer_sees(t, t->readout.position)
    };
    pthread_mutex_init(&job.lock, NULL);
    const char *refused = integer_layer_init(&job.layer, c, tab, !effort_encloses(e));
    if (refused == NULL)
        threads_run(e->jobs, work, &job);
    s->has_mass &= !job.mass_unknown;
    bool clean = refused == NULL && job.why == NULL;
    if (!clean) {
        Text text = { 0 };
        text_add(&text, refused ? refused : job.why);
        if (refused == NULL)
            text_printf(&text, " at position %zu", job.where);
        *why = text_take(&text);
    }
    integer_layer_clear(&job.layer);
    pthread_mutex_destroy(&job.lock);
    if (!clean)
        clean_states_clear(s);
    return clean;
}

void clean_states_clear(CleanStates *s) {
    vector_clear(s->state, s->choices->slots * s->outputs);
    mpq_clear(s->mass);
    *s = (CleanStates){ 0 };
}
