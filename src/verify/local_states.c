// A ratio U_c / D at a row, over all words in which the support holds given tokens, lies between
// the quotients of sums, over the positions, of the least and the most that their tokens add to U_c
// and to D.  Where the weights do not depend on tokens, D is a number, and both ends are attained.
#include "verify/local_states.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/threads.h"
#include "verify/clean_states.h"
#include "verify/unit_signs.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Ratios are integers over 2^FRACTION.  With weights up to 2^36, values below 2^VALUE_BITS and at
// most 2^POSITION_BITS positions, numerators stay below 2^(36 + 28 + 18 + 40) = 2^122; units, of
// coefficients below 2^40, below 2^(28 + 40 + 40) times the number of ratios, at most 2^RATIO_BITS.
enum { FRACTION = 40, VALUE_BITS = 28, POSITION_BITS = 18, RATIO_BITS = 16 };

// What a position adds to a sum, or what a number is, over some words.
typedef struct Span {
    Wide low, high;
} Span;

typedef struct Job {
    LocalStates *s;
    IntegerLayer layer;
    size_t ratios;
    atomic_size_t next;
    pthread_mutex_t lock;   // of what follows
    const char *why;
    size_t where;   // the first position of which that was said
} Job;

// One thread's workspace, for one row at a time.
typedef struct Worker {
    Job *job;
    const Transformer *t;
    size_t row, position, seen;
    Mixture *mixture;    // per head
    Span *numerator;     // per ratio: of all positions
    Span *denominator;   // per head
    double *influence;   // [head][position]: how much its token moves the sums
    Wide *coefficient;   // [unit][1 + ratios]
    size_t units, unit_room;
    Span *ratio;     // per ratio: for the assignment at hand
    size_t *token;   // per position of the support: the row of its token there
    int *sign;       // per unit
    int *pattern;    // [state met][unit]: signs for which outputs are known
    size_t patterns, pattern_state[STATES_MOST];
    uint8_t state[ASSIGNMENTS_MOST];
    mpq_t *output;   // [state][outputs] of the position
    size_t states;
} Worker;

// ---- tokens of a support ----

static size_t token_count(const Transformer *t, size_t position) {
    return t->first_row[position + 1] - t->first_row[position];
}

size_t local_state_token(const LocalState *s, const Transformer *t, size_t k, size_t assignment) {
    for (size_t i = 0; i < k; i++)
        assignment /= token_count(t, s->position[i]);
    return assignment % token_count(t, s->position[k]);
}

size_t local_state_assignment(const LocalState *s, const Transformer *t, const Token *word) {
    size_t assignment = 0;
    for (size_t k = s->count; k-- > 0;) {
        size_t position = s->position[k];
        assignment = assignment * token_count(t, position) +
                     (transformer_row(t, position, word[position]) - t->first_row[position]);
    }
    return assignment;
}

// ---- sums ----

// What the column adds to ratio v of the head, and to its denominator.
static Span term(const Worker *w, size_t h, size_t v, size_t column) {
    const Mixture *m = &w->mixture[h];
    int64_t x = w->job->layer.value[h][column * w->job->s->tab->head[h].d_v + v];
    Wide low = (Wide)x * m->narrow_low[column], high = (Wide)x * m->narrow_high[column];
    return x >= 0 ? (Span){ low, high } : (Span){ high, low };
}

static Span weight(const Worker *w, size_t h, size_t column) {
    return (Span){ w->mixture[h].narrow_low[column], w->mixture[h].narrow_high[column] };
}

static void widen(Span *s, Span by) {
    s->low = by.low < s->low ? by.low : s->low;
    s->high = by.high > s->high ? by.high : s->high;
}

// The same over all tokens of a position other than the row's own.
static Span term_of_any(const Worker *w, size_t h, size_t v, size_t position) {
    size_t first = w->t->first_row[position];
    Span s = term(w, h, v, first);
    for (size_t c = first + 1; c < w->t->first_row[position + 1]; c++)
        widen(&s, term(w, h, v, c));
    return s;
}

static Span weight_of_any(const Worker *w, size_t h, size_t position) {
    size_t first = w->t->first_row[position];
    Span s = weight(w, h, first);
    for (size_t c = first + 1; c < w->t->first_row[position + 1]; c++)
        widen(&s, weight(w, h, c));
    return s;
}

static void add(Span *sum, Span s) {
    sum->low += s.low;
    sum->high += s.high;
}

static void replace(Span *sum, Span old, Span new) {
    sum->low += new.low - old.low;
    sum->high += new.high - old.high;
}

// The sums of one head over all words in which the row stands at its position.
static void sum_head(Worker *w, size_t h, size_t first_ratio) {
    size_t d_v = w->job->s->tab->head[h].d_v;
    double *influence = w->influence + h * w->t->length;
    Span d = { 0 };
    memset(w->numerator + first_ratio, 0, d_v * sizeof *w->numerator);
    for (size_t j = 0; j < w->seen; j++) {
        bool own = j == w->position;
        Span s = own ? weight(w, h, w->row) : weight_of_any(w, h, j);
        double range = (double)(s.high - s.low) * (double)w->job->layer.largest_value[h];
        add(&d, s);
        for (size_t v = 0; v < d_v; v++) {
            s = own ? term(w, h, v, w->row) : term_of_any(w, h, v, j);
            add(&w->numerator[first_ratio + v], s);
            range += (double)(s.high - s.low);
        }
        influence[j] = own ? 0 : range;
    }
    w->denominator[h] = d;
    for (size_t j = 0; j < w->seen; j++)
        influence[j] /= (double)d.high + 1;
}

// ---- an assignment ----

static Wide divide_down(Wide a, Wide b) { return a / b - (a % b < 0); }
static Wide divide_up(Wide a, Wide b) { return a / b + (a % b > 0); }

// ratio[..] <- bounds over all words in which the support holds the tokens of the rows in `token`.
// false: a denominator is not shown to be positive.
static bool bound_ratios(Worker *w, const LocalState *s) {
    const Tabulation *tab = w->job->s->tab;
    for (size_t h = 0, r = 0; h < tab->heads; h++) {
        Span d = w->denominator[h];
        for (size_t k = 0; k < s->count; k++)
            if (s->position[k] != w->position)
                replace(&d, weight_of_any(w, h, s->position[k]), weight(w, h, w->token[k]));
        if (d.low <= 0)
            return false;
        for (size_t v = 0; v < tab->head[h].d_v; v++, r++) {
            Span n = w->numerator[r];
            for (size_t k = 0; k < s->count; k++)
                if (s->position[k] != w->position)
                    replace(&n, term_of_any(w, h, v, s->position[k]), term(w, h, v, w->token[k]));
            const Wide one = (Wide)1 << FRACTION;
            w->ratio[r].low = divide_down(n.low * one, n.low >= 0 ? d.high : d.low);
            w->ratio[r].high = divide_up(n.high * one, n.high >= 0 ? d.low : d.high);
        }
    }
    return true;
}

// sign[u] <- that of every unit; false: some are not known.
static bool find_signs(Worker *w) {
    for (size_t u = 0; u < w->units; u++) {
        const Wide *a = w->coefficient + u * (1 + w->job->ratios);
        Span sum = { a[0] * ((Wide)1 << FRACTION), a[0] * ((Wide)1 << FRACTION) };
        for (size_t r = 0; r < w->job->ratios; r++) {
            const Span *x = &w->ratio[r];
            sum.low += a[1 + r] * (a[1 + r] >= 0 ? x->low : x->high);
            sum.high += a[1 + r] * (a[1 + r] >= 0 ? x->high : x->low);
        }
        w->sign[u] = sum.low >= 0 ? 1 : sum.high <= 0 ? -1 : 0;
        if (w->sign[u] == 0)
            return false;
    }
    return true;
}

// *state <- the number of the outputs among those of the position, a new one if need be.
static const char *number_outputs(size_t *state, Worker *w, mpq_t *output) {
    size_t outputs = w->job->s->tab->forms[w->row].outputs, stride = w->job->s->outputs;
    for (*state = 0; *state < w->states; ++*state) {
        size_t o = 0;
        while (o < outputs && mpq_equal(w->output[*state * stride + o], output[o]))
            o++;
        if (o == outputs)
            return NULL;
    }
    if (w->states == STATES_MOST)
        return "the stream after layer 1 has more than 64 values";
    for (size_t o = 0; o < outputs; o++)
        mpq_set(w->output[w->states * stride + o], output[o]);
    w->states++;
    return NULL;
}

// *state <- the position's state where units have these signs.
static const char *find_state(size_t *state, Worker *w) {
    for (size_t k = 0; k < w->patterns; k++)
        if (memcmp(w->pattern + k * w->units, w->sign, w->units * sizeof *w->sign) == 0) {
            *state = w->pattern_state[k];
            return NULL;
        }
    mpq_t *output = w->output + STATES_MOST * w->job->s->outputs;
    const char *why = clean_outputs(output, &w->job->s->tab->forms[w->row], w->sign);
    if (why == NULL)
        why = number_outputs(state, w, output);
    if (why == NULL && w->patterns < STATES_MOST) {
        memcpy(w->pattern + w->patterns * w->units, w->sign, w->units * sizeof *w->sign);
        w->pattern_state[w->patterns++] = *state;
    }
    return why;
}

// ---- a row ----

static bool weigh(Worker *w) {
    const Tabulation *tab = w->job->s->tab;
    size_t columns = w->t->first_row[w->seen];
    for (size_t h = 0, ratio = 0; h < tab->heads; ratio += tab->head[h++].d_v) {
        if (!mixture_weigh(&w->mixture[h], &w->job->layer.projection[h], w->row, columns))
            return false;
        sum_head(w, h, ratio);
    }
    return true;
}

static bool set_coefficients(Worker *w) {
    const Forms *f = &w->job->s->tab->forms[w->row];
    bool small = true;
    w->units = f->hidden;
    for (size_t u = 0; u < f->hidden; u++)
        small &= unit_coefficients(w->coefficient + u * (1 + w->job->ratios), f, u);
    return small;
}

// The assignments in which the row stands at its position.  *open <- whether some leave a sign
// open.
static const char *try_assignments(Worker *w, const LocalState *s, bool *open) {
    *open = false;
    for (size_t a = 0; a < s->assignments; a++) {
        bool stands = true;
        for (size_t k = 0; k < s->count; k++) {
            size_t first = w->t->first_row[s->position[k]];
            w->token[k] = first + local_state_token(s, w->t, k, a);
            stands &= s->position[k] != w->position || w->token[k] == w->row;
        }
        if (!stands)
            continue;
        size_t state;
        if (!bound_ratios(w, s) || !find_signs(w)) {
            *open = true;
            return NULL;
        }
        const char *why = find_state(&state, w);
        if (why != NULL)
            return why;
        w->state[a] = (uint8_t)state;
    }
    return NULL;
}

static bool has_position(const LocalState *s, size_t position) {
    for (size_t k = 0; k < s->count; k++)
        if (s->position[k] == position)
            return true;
    return false;
}

static bool add_position(LocalState *s, const Transformer *t, size_t position) {
    size_t tokens = token_count(t, position);
    if (s->count == SUPPORT_MOST || s->assignments > ASSIGNMENTS_MOST / tokens)
        return false;
    s->position[s->count++] = position;
    s->assignments *= tokens;
    return true;
}

// Adds the positions that move some ratio of the row by more than an eighth of what values can, and
// if there is none the one that moves them most.  false: no room, or none does.
static bool grow(LocalState *s, const Worker *w) {
    double most = 0;
    size_t best = 0, before = s->count;
    for (size_t h = 0; h < w->job->s->tab->heads; h++)
        for (size_t j = 0; j < w->seen; j++) {
            double influence = w->influence[h * w->t->length + j];
            if (!(influence > most) || has_position(s, j))
                continue;
            if (influence > (double)w->job->layer.largest_value[h] / 8) {
                if (!add_position(s, w->t, j))
                    return false;
                continue;
            }
            most = influence;
            best = j;
        }
    return s->count > before || (most > 0 && add_position(s, w->t, best));
}

// The states of the position with that row; *grown if the support had to grow.
static const char *row_states(Worker *w, LocalState *s, size_t row, bool *grown) {
    bool open;
    w->row = row;
    w->patterns = 0;
    if (!set_coefficients(w))
        return "a hidden unit has huge weights,";
    if (!weigh(w))
        return w->job->layer.whole ? "a score of layer 1 is no integer, or is far from the others,"
                                   : "a score of layer 1 is huge";
    const char *why = try_assignments(w, s, &open);
    while (why == NULL && open) {
        if (!grow(s, w))
            return "a hidden unit may have either sign";
        *grown = true;
        why = try_assignments(w, s, &open);
    }
    return why;
}

// ---- a position ----

static void keep(LocalState *s, const Worker *w) {
    size_t outputs = w->job->s->outputs;
    s->state = alloc_array(s->assignments, 1, sizeof *s->state);
    memcpy(s->state, w->state, s->assignments * sizeof *s->state);
    s->states = w->states;
    s->output = vector_init(w->states * outputs);
    for (size_t k = 0; k < w->states * outputs; k++)
        mpq_set(s->output[k], w->output[k]);
}

// Row by row; again from the first, if a later one needs a larger support.
static const char *position_states(Worker *w, size_t position) {
    LocalState s = { .assignments = 1 };
    size_t first = w->t->first_row[position], end = w->t->first_row[position + 1];
    const char *why = NULL;
    bool again = true;
    w->position = position;
    w->seen = transformer_sees(w->t, position);
    if (end > first + 1)
        add_position(&s, w->t, position);
    while (again && why == NULL) {
        again = false;
        w->states = 0;
        for (size_t row = first; row < end && why == NULL; row++) {
            bool grown = false;
            why = row_states(w, &s, row, &grown);
            again |= grown && row > first;
        }
    }
    if (why == NULL) {
        keep(&s, w);
        w->job->s->at[position] = s;
    }
    return why;
}

// ---- threads ----

static void give_up(Job *job, const char *what, size_t position) {
    pthread_mutex_lock(&job->lock);
    if (job->why == NULL || position < job->where) {
        job->why = what;
        job->where = position;
    }
    pthread_mutex_unlock(&job->lock);
    atomic_store(&job->next, job->s->positions);
}

static void worker_init(Worker *w, Job *job) {
    const Tabulation *tab = job->s->tab;
    size_t hidden = 0, rows = tab->t->first_row[tab->t->length];
    for (size_t r = 0; r < tab->rows; r++)
        hidden = tab->forms[r].hidden > hidden ? tab->forms[r].hidden : hidden;
    *w = (Worker){
        .job = job,
        .t = tab->t,
        .mixture = alloc_array(tab->heads, 1, sizeof *w->mixture),
        .numerator = alloc_array(job->ratios, 1, sizeof *w->numerator),
        .denominator = alloc_array(tab->heads, 1, sizeof *w->denominator),
        .influence = alloc_array(tab->heads, tab->t->length, sizeof *w->influence),
        .coefficient = alloc_array(hidden, 1 + job->ratios, sizeof *w->coefficient),
        .ratio = alloc_array(job->ratios, 1, sizeof *w->ratio),
        .token = alloc_array(SUPPORT_MOST, 1, sizeof *w->token),
        .sign = alloc_array(hidden, 1, sizeof *w->sign),
        .pattern = alloc_array(STATES_MOST, hidden, sizeof *w->pattern),
        .output = vector_init((STATES_MOST + 1) * job->s->outputs),
    };
    for (size_t h = 0; h < tab->heads; h++)
        mixture_init(&w->mixture[h], rows, tab->t->base, job->layer.projection[h].unit);
}

static void worker_clear(Worker *w) {
    for (size_t h = 0; h < w->job->s->tab->heads; h++)
        mixture_clear(&w->mixture[h]);
    free(w->mixture);
    free(w->numerator);
    free(w->denominator);
    free(w->influence);
    free(w->coefficient);
    free(w->ratio);
    free(w->token);
    free(w->sign);
    free(w->pattern);
    vector_clear(w->output, (STATES_MOST + 1) * w->job->s->outputs);
}

static void *work(void *argument) {
    Job *job = argument;
    Worker *w = alloc_array(1, 1, sizeof *w);
    worker_init(w, job);
    for (;;) {
        size_t position = atomic_fetch_add(&job->next, 1);
        if (position >= job->s->positions)
            break;
        const char *why = interrupted() ? "interrupted" : position_states(w, position);
        if (why != NULL)
            give_up(job, why, position);
    }
    worker_clear(w);
    free(w);
    arith_end_thread();
    return NULL;
}

// NULL, or that the sums of some row could leave their room.
static const char *refuse_large(const Job *job) {
    const Tabulation *tab = job->s->tab;
    bool small = job->ratios < (size_t)1 << RATIO_BITS && tab->t->length <= (size_t)1
                                                                                << POSITION_BITS;
    for (size_t h = 0; h < tab->heads; h++)
        small &= job->layer.largest_value[h] < INT64_C(1) << VALUE_BITS;
    return small ? NULL : "layer 1 has huge values, or too many";
}

static char *print_refusal(const char *refused, const Job *job) {
    Text text = { 0 };
    if (refused != NULL)
        text_add(&text, refused);
    else
        text_printf(&text, "%s at position %zu", job->why, job->where);
    return text_take(&text);
}

bool local_states_init(LocalStates *s, char **why, const Tabulation *tab, const Effort *e) {
    const Transformer *t = tab->t;
    require(t->layers == 2);
    *why = NULL;
    *s = (LocalStates){ .tab = tab,
                        .outputs = tab->outputs,
                        .positions = transformer_sees(t, t->readout.position) };
    s->at = alloc_array(s->positions, 1, sizeof *s->at);
    Job job = { .s = s, .ratios = tab->sums - tab->heads };
    pthread_mutex_init(&job.lock, NULL);
    const char *refused = integer_layer_init(&job.layer, NULL, tab, !effort_encloses(e));
    if (refused == NULL)
        refused = refuse_large(&job);
    if (refused == NULL)
        threads_run(e->jobs, work, &job);
    bool found = refused == NULL && job.why == NULL;
    if (!found)
        *why = print_refusal(refused, &job);
    integer_layer_clear(&job.layer);
    pthread_mutex_destroy(&job.lock);
    if (!found)
        local_states_clear(s);
    return found;
}

void local_states_clear(LocalStates *s) {
    for (size_t i = 0; i < s->positions; i++) {
        free(s->at[i].state);
        vector_clear(s->at[i].output, s->at[i].states * s->outputs);
    }
    free(s->at);
    *s = (LocalStates){ 0 };
}
