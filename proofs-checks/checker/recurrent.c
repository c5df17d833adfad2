// recurrent.c - claims: a recurrent network answers every word of a task; of every length, by the
// states it reaches; and how many different states every recurrent network needs.
#include "checker.h"
#include <string.h>

// next <- f(W h + U e + b) for that token.
static void step(mpq_t *next, const Model *m, mpq_t *h, long token) {
    for (long u = 0; u < m->width; u++) {
        row_times(next[u], m->hidden, u, h);
        mpq_add(next[u], next[u], AT(m->input, u, token));
        mpq_add(next[u], next[u], m->bias.e[u]);
        if (mpq_sgn(next[u]) < 0)
            mpq_set_ui(next[u], 0, 1);
        else if (m->clamp && mpq_cmp_ui(next[u], 1, 1) > 0)
            mpq_set_ui(next[u], 1, 1);
    }
}

static void margin_of(Input *in, mpq_t margin, const Model *m, void *work, const long *word) {
    Matrix *room = work;
    mpq_t *h = room[0].e, *next = room[1].e;
    (void)in;
    for (long u = 0; u < m->width; u++)
        mpq_set(h[u], m->initial.e[u]);
    for (long i = 0; i < m->task.length; i++) {
        step(next, m, h, word[i]);
        mpq_t *old = h;
        h = next;
        next = old;
    }
    margin_of_readout(margin, m, h, right_answer(&m->task, word, m->task.length));
}

// A network's state together with what the definition of dyck has to remember: the brackets that
// are open, or that the word is lost.
typedef struct State {
    mpq_t *h;
    bool lost;
    long open[64], height;
} State;

static bool same(const State *a, const State *b, long width) {
    bool equal = a->lost == b->lost && a->height == b->height &&
                 memcmp(a->open, b->open, sizeof a->open) == 0;
    for (long u = 0; u < width && equal; u++)
        equal = mpq_equal(a->h[u], b->h[u]);
    return equal;
}

static void successor(State *next, const Model *m, const State *s, long token) {
    mpq_t *h = next->h;
    *next = *s;
    next->h = h;
    step(h, m, s->h, token);
    if (s->lost)
        return;
    bool opens = token % 2 == 0;
    next->lost =
        opens ? s->height == m->task.depth : s->height == 0 || s->open[s->height - 1] != token - 1;
    if (next->lost) {
        memset(next->open, 0, sizeof next->open);
        next->height = 0;
    } else if (opens) {
        next->open[next->height++] = token;
    } else {
        next->open[--next->height] = 0;
    }
}

// "state H_1 .. H_m | ( [", or "| lost" in place of what is open.
static void read_state(Input *in, const Model *m, const State *expected) {
    char name[NAME];
    mpq_t number;
    mpq_init(number);
    demand(in, "state");
    for (long u = 0; u < m->width; u++) {
        demand(in, " ");
        read_rational(in, number);
        if (!mpq_equal(number, expected->h[u]))
            reject(in, "unit %ld has another value in the next new state", u + 1);
    }
    mpq_clear(number);
    demand(in, expected->lost ? " | lost" : " |");
    for (long k = 0; k < expected->height; k++) {
        token_name(name, &m->task, expected->open[k]);
        demand(in, " %s", name);
    }
    demand(in, "\n");
}

// The list must be that of a search breadth first, which is finite only if the states are.
static void check_every_length(Input *in, const Model *m, const mpq_t claimed, long count) {
    State *state = keep(in, (size_t)count + 1, sizeof *state);
    mpq_t margin;
    bool met = false;
    long known = 1;
    mpq_init(margin);
    for (long s = 0; s < 2; s++)
        state[s].h = matrix_new(in, m->width, 1).e;
    for (long u = 0; u < m->width; u++)
        mpq_set(state[0].h[u], m->initial.e[u]);
    read_state(in, m, &state[0]);
    for (long s = 0; s < known; s++) {
        margin_of_readout(margin, m, state[s].h, !state[s].lost && state[s].height == 0);
        int order = mpq_cmp(margin, claimed);
        if (order < 0)
            reject(in, "state %ld has a smaller margin", s + 1);
        met |= order == 0;
        for (long token = 0; token < m->task.tokens; token++) {
            State *next = &state[known];
            long k = 0;
            successor(next, m, &state[s], token);
            while (k < known && !same(next, &state[k], m->width))
                k++;
            if (k < known)
                continue;
            if (known == count)
                reject(in, "there are more than %ld states", count);
            read_state(in, m, next);
            if (++known < count + 1)
                state[known].h = matrix_new(in, m->width, 1).e;
        }
    }
    if (known != count || (!met))
        reject(in, known != count ? "there are fewer states" : "no state has that margin");
}

void check_recurrent(Input *in) {
    enum { STATES_MOST = 1 << 14 };
    Model m = { 0 };
    mpq_t margin;
    char task[ROOM], shown[ROOM];
    long count = 0;
    read_task(in, &m.task);
    demand(in, " width=");
    m.width = read_natural(in, WIDTH_MOST);
    read_margin(in, margin);
    if (m.task.n > 0) {
        demand(in, "proof all-words\n");
    } else {
        demand(in, "proof states ");
        count = read_natural(in, STATES_MOST);
        if (count < 1)
            reject(in, "there is a state at least");
        demand(in, "\n");
    }
    read_recurrent(in, &m);
    if (m.task.n > 0) {
        Matrix room[2] = { matrix_new(in, m.width, 1), matrix_new(in, m.width, 1) };
        check_all_words(in, &m, margin, room, margin_of);
    } else {
        check_every_length(in, &m, margin, count);
    }
    task_print(task, &m.task);
    gmp_snprintf(shown, sizeof shown, "%Qd", margin);
    verified(in, "a recurrent network (width %ld) answers every word of %s, with margin %s",
             m.width, task, shown);
}

// "claim states TASK after=T count=C": after T tokens every recurrent network that is right has C
// different states, for any two of C prefixes are told apart by some suffix.
void check_states(Input *in) {
    enum { MOST = 1 << 12, CELLS = 1 << 26, LONGEST = 1 << 12 };
    Task t;
    char task[ROOM];
    read_task(in, &t);
    demand(in, " after=");
    long after = read_natural(in, t.n ? t.length : LONGEST);
    demand(in, " count=");
    long count = read_natural(in, MOST);
    demand(in, "\nproof suffixes ");
    long suffixes = read_natural(in, MOST), room = t.n ? t.length : 2 * LONGEST;
    demand(in, "\n");
    need_room(in, 2 * (double)count * (double)after);
    long *word = keep(in, (size_t)room, sizeof *word);
    long *prefix = keep(in, (size_t)(count * (after + 1)), sizeof *prefix);
    unsigned char *row = keep(in, (size_t)(count * suffixes), 1);
    for (long p = 0; p < count; p++) {
        demand(in, "prefix");
        if (read_word(in, &t, prefix + p * after, 0, after) != after)
            reject(in, "expected %ld tokens", after);
    }
    for (long s = 0; s < suffixes; s++) {
        demand(in, "suffix");
        long length = after + read_word(in, &t, word + after, after, room - after);
        if (t.n && length != t.length)
            reject(in, "expected %ld tokens", t.length - after);
        for (long p = 0; p < count; p++) {
            memcpy(word, prefix + p * after, (size_t)after * sizeof *word);
            row[p * suffixes + s] = (unsigned char)right_answer(&t, word, length);
        }
    }
    for (long p = 0; p < count; p++)
        for (long q = 0; q < p; q++)
            if (memcmp(row + p * suffixes, row + q * suffixes, (size_t)suffixes) == 0)
                reject(in, "no suffix tells prefixes %ld and %ld apart", q + 1, p + 1);
    task_print(task, &t);
    verified(in,
             "every recurrent network that is right on every word of %s has at least %ld states "
             "after %ld tokens",
             task, count, after);
}
