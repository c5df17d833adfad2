#include "communication/prefix_classes.h"
#include "base/alloc.h"
#include "base/error.h"
#include "communication/bound.h"
#include <stdlib.h>

bool prefix_classes_known(const Task *task) {
    return task == &task_index_lookup || task == &task_index_lookup_front ||
           task == &task_equality || task == &task_disjointness || task == &task_dyck;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// count <- b^low + b^(low + by) + .. up to b^high = (b^last b^by - b^low) / (b^by - 1), b^last
// being the last term.
static void add_powers(mpz_t count, uint64_t b, size_t low, size_t high, size_t by) {
    size_t terms = (high - low) / by + 1;
    mpz_t power;
    if (b == 1) {
        mpz_set_ui(count, terms);
        return;
    }
    mpz_init(power);
    mpz_ui_pow_ui(count, b, low + terms * by);
    mpz_ui_pow_ui(power, b, low);
    mpz_sub(count, count, power);
    mpz_ui_pow_ui(power, b, by);
    mpz_sub_ui(power, power, 1);
    mpz_divexact(count, count, power);
    mpz_clear(power);
}

// One class of prefixes that nothing can save, and the stacks that are possible after t tokens and
// can still be emptied.
static void count_stacks(mpz_t count, const Params *p, size_t t) {
    if (p->n == 0)
        add_powers(count, p->brackets, 0, p->depth, 1);
    else
        add_powers(count, p->brackets, t % 2, smaller(p->depth, smaller(t, p->n - t)), 2);
    if (p->n == 0 || t > 0)
        mpz_add_ui(count, count, 1);
}

void prefix_classes_count(mpz_t count, const Task *task, const Params *p, size_t t) {
    require(prefix_classes_known(task));
    if (task == &task_dyck) {
        count_stacks(count, p, t);
    } else if (task == &task_index_lookup) {
        mpz_ui_pow_ui(count, p->alphabet, t <= p->n ? t : 1);
    } else if (task == &task_index_lookup_front) {
        // The positions that are still to come, and the symbols.
        mpz_set_ui(count, t == 0 ? 1 : p->n + 1 - t + (t > 1 ? p->alphabet : 0));
    } else {
        mpz_ui_pow_ui(count, 2, t <= p->n ? t : t <= 2 * p->n ? 2 * p->n - t : 0);
        if (t > p->n)
            mpz_add_ui(count, count, 1);
    }
}

size_t prefix_classes_widest(const Task *task, const Params *p) {
    if (task == &task_index_lookup_front)
        return 2;
    return task == &task_dyck ? smaller(p->depth, p->n / 2) : p->n;
}

size_t prefix_classes_bits(const Task *task, const Params *p) {
    mpz_t count;
    mpz_init(count);
    prefix_classes_count(count, task, p, prefix_classes_widest(task, p));
    mpz_sub_ui(count, count, 1);
    size_t bits = mpz_sgn(count) == 0 ? 0 : mpz_sizeinbase(count, 2);
    mpz_clear(count);
    return bits;
}

// Labels behind so many points or keys, all different, can be asked for one by one.
static size_t labels_asked(const Problem *problem, const Params *p) {
    size_t points = problem->task->tokens(p, 0).count;
    return p->n <= points ? p->n : points - 1;
}

size_t prefix_bits_least(const Problem *problem, const Params *p) {
    if (prefix_classes_known(problem->task))
        return prefix_classes_bits(problem->task, p);
    if (problem != &problem_nearest_neighbor && problem != &problem_recall)
        return 0;
    mpz_t strings;
    mpz_init(strings);
    mpz_ui_pow_ui(strings, p->alphabet, labels_asked(problem, p));
    size_t bits = bits_to_tell(strings);
    mpz_clear(strings);
    return bits;
}

// The machine's states that are reached, in the order in which they are found.
typedef struct Reached {
    size_t states, tokens, count;
    size_t *state;   // count of them
    size_t *index;   // by state: its place in `state`, or SIZE_MAX
    size_t *next;    // count x tokens places
} Reached;

static size_t reach(Reached *r, size_t state) {
    if (r->index[state] == SIZE_MAX) {
        r->index[state] = r->count;
        r->state[r->count++] = state;
    }
    return r->index[state];
}

static void reached_init(Reached *r, const Problem *problem, const Params *p) {
    size_t states = problem_states(problem, p, 0), tokens = problem->task->tokens(p, 0).count;
    *r = (Reached){ .states = states,
                    .tokens = tokens,
                    .state = alloc_array(states, 1, sizeof *r->state),
                    .index = alloc_array(states, 1, sizeof *r->index),
                    .next = alloc_array(states, tokens, sizeof *r->next) };
    for (size_t s = 0; s < states; s++)
        r->index[s] = SIZE_MAX;
    reach(r, 0);
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < tokens; k++)
            r->next[i * tokens + k] = reach(r, problem_step(problem, p, 0, r->state[i], k));
}

static void reached_clear(Reached *r) {
    free(r->state);
    free(r->index);
    free(r->next);
}

// Whether some token tells i and j apart by what is known so far.
static bool differ_after(const Reached *r, const bool *apart, size_t i, size_t j) {
    for (size_t k = 0; k < r->tokens; k++)
        if (apart[r->next[i * r->tokens + k] * r->count + r->next[j * r->tokens + k]])
            return true;
    return false;
}

// apart[i, j] <- whether some suffix has different answers behind places i and j: at first the
// empty suffix, then one that is a token longer, until nothing changes.
static void tell_apart(bool *apart, const Reached *r, const Problem *problem, const Params *p) {
    for (size_t i = 0; i < r->count; i++)
        for (size_t j = 0; j < r->count; j++)
            apart[i * r->count + j] =
                problem_answer(problem, p, r->state[i]) != problem_answer(problem, p, r->state[j]);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < r->count; i++)
            for (size_t j = 0; j < r->count; j++)
                if (!apart[i * r->count + j] && differ_after(r, apart, i, j))
                    changed = apart[i * r->count + j] = true;
    }
}

size_t prefix_classes_endless(const Problem *problem, const Params *p) {
    require(p->n == 0 && problem->task->endless);
    require(problem_states(problem, p, 0) <= PREFIX_STATES_MOST);
    Reached r;
    reached_init(&r, problem, p);
    bool *apart = alloc_array(r.count, r.count, sizeof *apart);
    size_t classes = 0;
    tell_apart(apart, &r, problem, p);
    for (size_t i = 0; i < r.count; i++) {
        size_t j = 0;
        while (j < i && apart[i * r.count + j])
            j++;
        classes += j == i;
    }
    free(apart);
    reached_clear(&r);
    return classes;
}
