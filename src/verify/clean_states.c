#include "verify/clean_states.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// A unit's coefficient on a column stays below 2^COEFFICIENT_BITS, so that sums over 2^14 slots of
// wide weights stay below 2^(72 + 40 + 14) = 2^126; and below 2^NARROW_COEFFICIENT where weights
// are narrow, whose sums then stay below 2^(36 + 12 + 14) = 2^62.
enum { COEFFICIENT_BITS = 40, NARROW_COEFFICIENT = 12, LARGEST_SLOTS_SUMMED = 1 << 14 };

// Attention masses are computed where no weight is below 2^-LARGEST_EXPONENT of the largest.
enum { LARGEST_EXPONENT = 4096 };
static const int64_t coefficient_limit = INT64_C(1) << COEFFICIENT_BITS;
static const int64_t narrow_limit = INT64_C(1) << NARROW_COEFFICIENT;

typedef struct Job {
    CleanStates *s;
    const Transformer *t;
    Target *target;
    Projection *projection;   // per head
    int64_t **value;          // per head: columns x d_v
    int64_t *largest_value;   // per head: no value exceeds it in magnitude
    size_t *slot_row;         // per slot: its row of the embedding
    size_t positions;         // that layer 2 reads
    atomic_size_t next;
    pthread_mutex_t lock;   // of what follows
    Text why;
    bool mass_unknown;
} Job;

// One thread's workspace.
typedef struct Worker {
    Job *job;
    Mixture *mixture;                    // per head
    int64_t *factor;                     // per column: a unit's coefficient on its weight
    int64_t *narrow_low, *narrow_high;   // per column: bounds of weight times factor
    Wide *own_low, *own_high;   // per option of the position's own group: bounds of its sum
    int *sign;                  // [option of the group][unit]: 1, -1, or 0: not known
    Wide *coefficient;          // of a unit: 1 + ratios
    size_t *count;              // per exponent, for the attention
    Token *word;                // tokens to ask `target` about
} Worker;

static void give_up(Job *job, const char *what, size_t position) {
    pthread_mutex_lock(&job->lock);
    if (job->why.length == 0)
        text_printf(&job->why, "%s at position %zu", what, position);
    pthread_mutex_unlock(&job->lock);
    atomic_store(&job->next, job->positions);
}

// ---- signs of hidden units ----

// c <- row u of the forms' first map, scaled to integers; false if they are large.
static bool integer_coefficients(Wide *c, const Forms *f, size_t u) {
    mpz_t scale, z;
    bool small = true;
    mpz_init_set_ui(scale, 1);
    mpz_init(z);
    for (size_t k = 0; k <= f->inputs; k++)
        mpz_lcm(scale, scale, mpq_denref(matrix_at(&f->a, u, k)));
    for (size_t k = 0; k <= f->inputs; k++) {
        mpz_divexact(z, scale, mpq_denref(matrix_at(&f->a, u, k)));
        mpz_mul(z, z, mpq_numref(matrix_at(&f->a, u, k)));
        small &= mpz_cmpabs_ui(z, (unsigned long)coefficient_limit) < 0;
        c[k] = wide_get(z);
    }
    mpz_clears(scale, z, NULL);
    return small;
}

// The one head whose ratios the unit reads; `heads` if none, heads + 1 if several.
static size_t head_of_unit(const Tabulation *tab, const Wide *coefficient) {
    size_t found = tab->heads, input = 1;
    for (size_t h = 0; h < tab->heads; h++)
        for (size_t c = 0; c < tab->head[h].d_v; c++, input++) {
            if (coefficient[input] == 0 || found == h)
                continue;
            if (found != tab->heads)
                return tab->heads + 1;
            found = h;
        }
    return found;
}

// factor[c] <- A_0 + sum A_c v_c, the coefficient on the weight of column c.  Returns a bound of
// their magnitudes, coefficient_limit if it is as large as that (and then no factors).
static int64_t column_factors(Worker *w, size_t head) {
    const Tabulation *tab = w->job->s->tab;
    size_t d_v = tab->head[head].d_v, input = 1;
    for (size_t h = 0; h < head; h++)
        input += tab->head[h].d_v;
    const Wide *a = w->coefficient + input;
    Wide bound = w->coefficient[0] < 0 ? -w->coefficient[0] : w->coefficient[0];
    for (size_t v = 0; v < d_v; v++)
        bound += (a[v] < 0 ? -a[v] : a[v]) * w->job->largest_value[head];
    if (bound >= coefficient_limit)
        return coefficient_limit;
    for (size_t c = 0; c < tab->columns; c++) {
        int64_t sum = (int64_t)w->coefficient[0];
        for (size_t v = 0; v < d_v; v++)
            sum += (int64_t)a[v] * w->job->value[head][c * d_v + v];
        w->factor[c] = sum;
    }
    return (int64_t)bound;
}

// The sign of a unit for each option of the position's group, given what it adds up to at least and
// at most over the other groups.
static void settle_signs(const Worker *w, size_t group, Wide least, Wide most, int *sign,
                         size_t stride) {
    for (size_t o = 0; o < w->job->s->choices->group[group].options; o++)
        sign[o * stride] = least + w->own_low[o] >= 0 ? 1 : most + w->own_high[o] <= 0 ? -1 : 0;
}

// The signs from bounds in narrow integers.
static void signs_narrow(Worker *w, const Mixture *m, size_t group, int *sign, size_t stride) {
    const Choices *c = w->job->s->choices;
    const size_t *slot_row = w->job->slot_row;
    int64_t least = 0, most = 0;
    for (size_t k = 0; k < m->columns; k++) {
        int64_t f = w->factor[k];
        w->narrow_low[k] = f * (f >= 0 ? m->narrow_low[k] : m->narrow_high[k]);
        w->narrow_high[k] = f * (f >= 0 ? m->narrow_high[k] : m->narrow_low[k]);
    }
    for (size_t g = 0; g < c->groups; g++) {
        int64_t group_least = INT64_MAX, group_most = INT64_MIN;
        for (size_t o = 0; o < c->group[g].options; o++) {
            int64_t low = 0, high = 0;
            size_t choice = c->first[g] + o;
            for (size_t s = c->slot[choice]; s < c->slot[choice + 1]; s++) {
                low += w->narrow_low[slot_row[s]];
                high += w->narrow_high[slot_row[s]];
            }
            group_least = low < group_least ? low : group_least;
            group_most = high > group_most ? high : group_most;
            if (g == group) {
                w->own_low[o] = low;
                w->own_high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    settle_signs(w, group, least, most, sign, stride);
}

// The same from bounds in wide integers: slower, and finer.
static void signs_wide(Worker *w, Mixture *m, size_t group, int *sign, size_t stride) {
    const Choices *c = w->job->s->choices;
    Wide least = 0, most = 0;
    mixture_widen(m);
    for (size_t g = 0; g < c->groups; g++) {
        Wide group_least = 0, group_most = 0;
        for (size_t o = 0; o < c->group[g].options; o++) {
            Wide low = 0, high = 0;
            size_t choice = c->first[g] + o;
            for (size_t s = c->slot[choice]; s < c->slot[choice + 1]; s++) {
                size_t k = w->job->slot_row[s];
                Wide f = w->factor[k];
                low += f * (f >= 0 ? m->low[k] : m->high[k]);
                high += f * (f >= 0 ? m->high[k] : m->low[k]);
            }
            group_least = o == 0 || low < group_least ? low : group_least;
            group_most = o == 0 || high > group_most ? high : group_most;
            if (g == group) {
                w->own_low[o] = low;
                w->own_high[o] = high;
            }
        }
        least += g == group ? 0 : group_least;
        most += g == group ? 0 : group_most;
    }
    settle_signs(w, group, least, most, sign, stride);
}

// Whether unit u's sign is known for every option of the group that puts the row at its k-th
// position.
static bool all_known(const Worker *w, const Forms *f, size_t u, size_t row, size_t group,
                      size_t k) {
    const Choices *c = w->job->s->choices;
    for (size_t o = 0; o < c->group[group].options; o++)
        if (w->job->slot_row[c->slot[c->first[group] + o] + k] == row &&
            w->sign[o * f->hidden + u] == 0)
            return false;
    return true;
}

// sign[option][u] for the options of the group with the row's token, over all other groups'
// options.
static bool unit_signs(Worker *w, const Forms *f, size_t u, size_t row, size_t group, size_t k) {
    const Tabulation *tab = w->job->s->tab;
    if (!integer_coefficients(w->coefficient, f, u))
        return false;
    size_t head = head_of_unit(tab, w->coefficient);
    if (head > tab->heads)
        return false;
    if (head == tab->heads) {
        for (size_t o = 0; o < w->job->s->choices->group[group].options; o++)
            w->sign[o * f->hidden + u] = w->coefficient[0] >= 0 ? 1 : -1;
        return true;
    }
    int64_t largest = column_factors(w, head);
    if (largest >= coefficient_limit)
        return false;
    if (largest < narrow_limit) {
        signs_narrow(w, &w->mixture[head], group, w->sign + u, f->hidden);
        if (all_known(w, f, u, row, group, k))
            return true;
    }
    signs_wide(w, &w->mixture[head], group, w->sign + u, f->hidden);
    return true;
}

// ---- states ----

// y <- the outputs, if the units have those signs and no ratio matters; which of the two fails.
static const char *affine_outputs(mpq_t *y, const Forms *f, const int *sign) {
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

static bool weigh_row(Worker *w, size_t row, size_t position) {
    const Tabulation *tab = w->job->s->tab;
    size_t seen = w->job->t->first_row[transformer_sees(w->job->t, position)];
    for (size_t h = 0; h < tab->heads; h++)
        if (!mixture_weigh(&w->mixture[h], &w->job->projection[h], row, seen))
            return false;
    return true;
}

static size_t place_in_group(const Choices *c, size_t group, size_t position) {
    size_t k = 0;
    while (c->group[group].position[k] != position)
        k++;
    return k;
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

// mass <- the sum of 2^exponent over the positions meant, over that of all; 0 if none is meant.
static void mass_on_target(mpq_t mass, Worker *w, const Mixture *m, size_t head, size_t row,
                           size_t position) {
    const Transformer *t = w->job->t;
    mpz_t meant, all;
    mpz_inits(meant, all, NULL);
    for (size_t e = 0; e < LARGEST_EXPONENT; e++)   // Horner: all = sum of count[e] 2^-e, scaled
        if (w->count[e] > 0) {
            mpz_set_ui(meant, w->count[e]);
            mpz_mul_2exp(meant, meant, LARGEST_EXPONENT - e);
            mpz_add(all, all, meant);
        }
    mpz_set_ui(meant, 0);
    w->word[position] =
        t->task->tokens(&t->params, position).first + (Token)(row - t->first_row[position]);
    for (size_t block = 0; 64 * block < t->length; block++) {
        uint64_t left = w->job->target(&t->params, w->word, 0, head, position, block);
        for (; left; left &= left - 1) {
            size_t j = 64 * block + (size_t)__builtin_ctzll(left);
            size_t column = j == position ? row : t->first_row[j];
            if (j < transformer_sees(t, position))
                mpz_setbit(meant, (mp_bitcnt_t)(LARGEST_EXPONENT + m->exponent[column]));
        }
    }
    mpq_set_z(mass, meant);
    mpz_set(mpq_denref(mass), all);
    mpq_canonicalize(mass);
    mpz_clears(meant, all, NULL);
}

static void offer_mass(Worker *w, size_t row, size_t position) {
    Job *job = w->job;
    mpq_t mass;
    mpq_init(mass);
    for (size_t h = 0; job->target != NULL && h < job->s->tab->heads; h++) {
        bool known = count_exponents(w, &w->mixture[h], row, position);
        if (known)
            mass_on_target(mass, w, &w->mixture[h], h, row, position);
        pthread_mutex_lock(&job->lock);
        job->mass_unknown |= !known;
        if (known && mpq_sgn(mass) > 0 && (!job->s->has_mass || mpq_cmp(mass, job->s->mass) < 0)) {
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
    size_t group = c->group_of[position], k = place_in_group(c, group, position);
    if (!weigh_row(w, row, position))
        return "a score of layer 1 is no integer, or is huge,";
    for (size_t u = 0; u < f->hidden; u++)
        if (!unit_signs(w, f, u, row, group, k))
            return "a hidden unit reads several heads, or has huge weights,";
    for (size_t o = 0; o < c->group[group].options; o++) {
        size_t slot = c->slot[c->first[group] + o] + k;
        if (w->job->slot_row[slot] != row)
            continue;
        const char *why = affine_outputs(s->state + slot * s->outputs, f, w->sign + o * f->hidden);
        if (why != NULL)
            return why;
    }
    offer_mass(w, row, position);
    return NULL;
}

static void worker_init(Worker *w, Job *job) {
    const Tabulation *tab = job->s->tab;
    const Choices *c = job->s->choices;
    size_t hidden = 0, options = 0;
    for (size_t r = 0; r < tab->rows; r++)
        hidden = tab->forms[r].hidden > hidden ? tab->forms[r].hidden : hidden;
    for (size_t g = 0; g < c->groups; g++)
        options = c->group[g].options > options ? c->group[g].options : options;
    *w = (Worker){ .job = job,
                   .mixture = alloc_array(tab->heads, 1, sizeof *w->mixture),
                   .factor = alloc_array(tab->columns, 1, sizeof *w->factor),
                   .narrow_low = alloc_array(tab->columns, 1, sizeof *w->narrow_low),
                   .narrow_high = alloc_array(tab->columns, 1, sizeof *w->narrow_high),
                   .own_low = alloc_array(options, 1, sizeof *w->own_low),
                   .own_high = alloc_array(options, 1, sizeof *w->own_high),
                   .sign = alloc_array(options, hidden, sizeof *w->sign),
                   .coefficient = alloc_array(1 + tab->sums, 1, sizeof *w->coefficient),
                   .count = alloc_array(LARGEST_EXPONENT, 1, sizeof *w->count),
                   .word = alloc_array(job->t->length, 1, sizeof *w->word) };
    for (size_t h = 0; h < tab->heads; h++)
        mixture_init(&w->mixture[h], tab->columns);
    for (size_t i = 0; i < job->t->length; i++)
        w->word[i] = job->t->task->tokens(&job->t->params, i).first;
}

static void worker_clear(Worker *w) {
    for (size_t h = 0; h < w->job->s->tab->heads; h++)
        mixture_clear(&w->mixture[h]);
    free(w->mixture);
    free(w->factor);
    free(w->narrow_low);
    free(w->narrow_high);
    free(w->own_low);
    free(w->own_high);
    free(w->sign);
    free(w->coefficient);
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
    return NULL;
}

static void run_threads(Job *job, unsigned jobs) {
    pthread_t *thread = alloc_array(jobs, 1, sizeof *thread);
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&thread[started], NULL, work, job) == 0)
        started++;
    work(job);
    for (unsigned k = 0; k < started; k++)
        pthread_join(thread[k], NULL);
    free(thread);
}

// The heads' projections and values as machine integers; false if some are large.
static bool job_init(Job *job) {
    const Tabulation *tab = job->s->tab;
    const Choices *c = job->s->choices;
    bool small = c->groups * GROUP_POSITIONS <= LARGEST_SLOTS_SUMMED;
    job->projection = alloc_array(tab->heads, 1, sizeof *job->projection);
    job->value = alloc_array(tab->heads, 1, sizeof *job->value);
    job->largest_value = alloc_array(tab->heads, 1, sizeof *job->largest_value);
    for (size_t h = 0; h < tab->heads; h++) {
        const HeadTable *ht = &tab->head[h];
        size_t n = tab->columns * ht->d_v;
        job->value[h] = alloc_array(n, 1, sizeof **job->value);
        small &=
            projection_init(&job->projection[h], job->t, &job->t->layer[0].head[h], tab->columns);
        for (size_t k = 0; k < n; k++) {
            small &= mpz_cmpabs_ui(ht->value[k], (unsigned long)coefficient_limit) < 0;
            job->value[h][k] = mpz_get_si(ht->value[k]);
            int64_t magnitude = job->value[h][k] < 0 ? -job->value[h][k] : job->value[h][k];
            if (magnitude > job->largest_value[h])
                job->largest_value[h] = magnitude;
        }
    }
    job->slot_row = alloc_array(c->slots, 1, sizeof *job->slot_row);
    for (size_t g = 0; g < c->groups; g++)
        for (size_t choice = c->first[g]; choice < c->first[g + 1]; choice++)
            for (size_t k = 0; k < c->group[g].positions; k++) {
                size_t slot = c->slot[choice] + k;
                job->slot_row[slot] =
                    transformer_row(job->t, c->group[g].position[k], c->token[slot]);
            }
    pthread_mutex_init(&job->lock, NULL);
    return small;
}

static void job_clear(Job *job) {
    for (size_t h = 0; h < job->s->tab->heads; h++) {
        projection_clear(&job->projection[h]);
        free(job->value[h]);
    }
    free(job->projection);
    free(job->value);
    free(job->largest_value);
    free(job->slot_row);
    pthread_mutex_destroy(&job->lock);
    text_clear(&job->why);
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
    if (job_init(&job))
        run_threads(&job, e->jobs);
    else
        text_add(&job.why, "the weights of layer 1 are no small integers");
    s->has_mass &= !job.mass_unknown;
    bool clean = job.why.length == 0;
    if (!clean)
        *why = text_take(&job.why);
    job_clear(&job);
    if (!clean)
        clean_states_clear(s);
    return clean;
}

void clean_states_clear(CleanStates *s) {
    vector_clear(s->state, s->choices->slots * s->outputs);
    mpq_clear(s->mass);
    *s = (CleanStates){ 0 };
}
