#include "verify/relaxation.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

// Exceptions of the domain of one clause: more make the bound no worse, and few matter.
enum { EXCEPTIONS_MOST = 32 };

typedef struct Clause {
    size_t count;
    Requirement r[REQUIREMENTS_MOST];
} Clause;

static void clause_get(Clause *c, const Transformer *t, size_t index) {
    c->count = t->task->clauses->clause(c->r, &t->params, index);
}

// The token's place among those of its position.
static size_t place_of(const Transformer *t, const Requirement *r) {
    return transformer_row(t, r->position, r->token) - t->first_row[r->position];
}

// ---- readers ----

// first and reader, by counting.
static void readers_init(Relaxation *x) {
    const LocalStates *s = x->states;
    size_t length = x->t->length;
    x->first = alloc_array(length + 2, 1, sizeof *x->first);
    for (size_t i = 0; i < s->positions; i++)
        for (size_t k = 0; k < s->at[i].count; k++)
            x->first[s->at[i].position[k] + 2]++;
    for (size_t j = 0; j < length; j++)
        x->first[j + 2] += x->first[j + 1];
    x->reader = alloc_array(x->first[length + 1], 1, sizeof *x->reader);
    for (size_t i = 0; i < s->positions; i++)
        for (size_t k = 0; k < s->at[i].count; k++)
            x->reader[x->first[s->at[i].position[k] + 1]++] = i;
}

// ---- states that agree with a clause ----

// Whether the assignment may stand in a word that the clause decides.
static bool agrees(const LocalState *s, const Transformer *t, size_t assignment, const Clause *c) {
    for (size_t k = 0; k < s->count; k++)
        for (size_t i = 0; i < c->count; i++)
            if (s->position[k] == c->r[i].position &&
                local_state_token(s, t, k, assignment) != place_of(t, &c->r[i]))
                return false;
    return true;
}

static uint64_t agreeing_states(const LocalState *s, const Transformer *t, const Clause *c) {
    uint64_t mask = 0;
    for (size_t a = 0; a < s->assignments; a++)
        if (agrees(s, t, a, c))
            mask |= UINT64_C(1) << s->state[a];
    return mask;
}

static uint64_t all_states(const LocalState *s) {
    return s->states == 64 ? ~UINT64_C(0) : (UINT64_C(1) << s->states) - 1;
}

static bool reads(const LocalState *s, size_t position) {
    for (size_t k = 0; k < s->count; k++)
        if (s->position[k] == position)
            return true;
    return false;
}

static bool reads_all(const LocalState *s, const Clause *c) {
    for (size_t i = 0; i < c->count; i++)
        if (!reads(s, c->r[i].position))
            return false;
    return true;
}

static bool is_contradictory(const Clause *c) {
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < i; k++)
            if (c->r[i].position == c->r[k].position && c->r[i].token != c->r[k].token)
                return true;
    return false;
}

// ---- domains ----

// One more domain; the array of exceptions has room for all that there can be.
static Domain *add_domain(Relaxation *x, size_t answer, size_t clause) {
    const Domain *last = x->domains > 0 ? &x->domain[x->domains - 1] : NULL;
    Domain *d = &x->domain[x->domains];
    *d =
        (Domain){ .answer = answer, .further = last ? last->further + last->furthers : x->further };
    x->clause[x->domains++] = clause;
    return d;
}

static void add_exception(Relaxation *x, Domain *d, size_t group, uint64_t mask) {
    DomainException *e = &x->further[(d->further - x->further) + (ptrdiff_t)d->furthers++];
    *e = (DomainException){ .group = group, .set = { .kind = OPTIONS_MASK, .mask = mask } };
}

// Restricts the readers of the clause's i-th position that read no earlier one: those of all its
// positions, or the others.
static void restrict_readers(Relaxation *x, Domain *d, const Clause *c, size_t i, bool of_all) {
    size_t position = c->r[i].position;
    const Clause before = { .count = i };
    for (size_t k = x->first[position]; k < x->first[position + 1]; k++) {
        const LocalState *s = &x->states->at[x->reader[k]];
        bool fresh = s->states > 1 && d->furthers < EXCEPTIONS_MOST && reads_all(s, c) == of_all;
        for (size_t e = 0; e < before.count && fresh; e++)
            fresh = !reads(s, c->r[e].position);
        uint64_t mask = fresh ? agreeing_states(s, x->t, c) : all_states(s);
        if (mask != all_states(s))
            add_exception(x, d, x->reader[k], mask);
    }
}

// The words that the clause decides.
static void add_decided(Relaxation *x, size_t index) {
    Clause c;
    clause_get(&c, x->t, index);
    if (is_contradictory(&c))
        return;
    Domain *d = add_domain(x, x->t->task->clauses->answer(&x->t->params), index);
    for (int of_all = 1; of_all >= 0; of_all--)
        for (size_t i = 0; i < c.count; i++)
            restrict_readers(x, d, &c, i, of_all);
}

// Clauses by their first position: clause[first[j] .. first[j + 1] - 1] for j.
typedef struct ClauseIndex {
    size_t *first, *clause;
    bool some_empty;
} ClauseIndex;

static void clause_index_init(ClauseIndex *x, const Transformer *t) {
    size_t count = t->task->clauses->count(&t->params);
    Clause c;
    *x = (ClauseIndex){ .first = alloc_array(t->length + 2, 1, sizeof *x->first),
                        .clause = alloc_array(count, 1, sizeof *x->clause) };
    for (size_t k = 0; k < count; k++) {
        clause_get(&c, t, k);
        x->some_empty |= c.count == 0;
        if (c.count > 0)
            x->first[c.r[0].position + 2]++;
    }
    for (size_t j = 0; j < t->length; j++)
        x->first[j + 2] += x->first[j + 1];
    for (size_t k = 0; k < count; k++) {
        clause_get(&c, t, k);
        if (c.count > 0)
            x->clause[x->first[c.r[0].position + 1]++] = k;
    }
}

// The states in which no clause that the support shows decides the word.
static uint64_t undecided_states(const LocalState *s, const Transformer *t, const ClauseIndex *x) {
    bool *decided = alloc_array(s->assignments, 1, sizeof *decided);
    uint64_t mask = 0;
    Clause c;
    for (size_t k = 0; k < s->count; k++)
        for (size_t i = x->first[s->position[k]]; i < x->first[s->position[k] + 1]; i++) {
            clause_get(&c, t, x->clause[i]);
            for (size_t a = 0; a < s->assignments && reads_all(s, &c); a++)
                decided[a] |= agrees(s, t, a, &c);
        }
    for (size_t a = 0; a < s->assignments; a++)
        if (!decided[a])
            mask |= UINT64_C(1) << s->state[a];
    free(decided);
    return mask;
}

// The words that no clause decides; there are none if some position has no state left.
static void add_undecided(Relaxation *x) {
    ClauseIndex index;
    clause_index_init(&index, x->t);
    Domain *d = add_domain(x, !x->t->task->clauses->answer(&x->t->params), NO_CLAUSE);
    bool any = !index.some_empty;
    for (size_t i = 0; i < x->states->positions && any; i++) {
        uint64_t mask = undecided_states(&x->states->at[i], x->t, &index);
        any = mask != 0;
        if (any && mask != all_states(&x->states->at[i]))
            add_exception(x, d, i, mask);
    }
    if (!any)
        x->domains--;
    free(index.first);
    free(index.clause);
}

static void domains_init(Relaxation *x) {
    size_t clauses = x->t->task->clauses->count(&x->t->params);
    x->domain = alloc_array(clauses + 1, 1, sizeof *x->domain);
    x->clause = alloc_array(clauses + 1, 1, sizeof *x->clause);
    x->further =
        alloc_array(clauses * EXCEPTIONS_MOST + x->states->positions, 1, sizeof *x->further);
    for (size_t k = 0; k < clauses; k++)
        add_decided(x, k);
    add_undecided(x);
}

// ---- choices ----

static void choices_of_states(Choices *c, const Relaxation *x) {
    size_t groups = x->states->positions;
    *c = (Choices){ .task = x->t->task, .params = &x->t->params, .groups = groups };
    c->group = alloc_array(groups, 1, sizeof *c->group);
    c->first = alloc_array(groups + 1, 1, sizeof *c->first);
    c->group_of = alloc_array(x->t->length, 1, sizeof *c->group_of);
    c->members = alloc_array(groups, 1, sizeof *c->members);
    for (size_t g = 0; g < groups; g++) {
        c->group[g] =
            (Group){ .positions = 1, .options = x->states->at[g].states, .position = { g } };
        c->group_of[g] = g;
        mpz_init_set_ui(c->members[g], 1);
        c->first[g + 1] = c->first[g] + c->group[g].options;
    }
    c->slots = c->count = c->first[groups];
    c->slot = alloc_array(c->count + 1, 1, sizeof *c->slot);
    c->token = alloc_array(c->slots, 1, sizeof *c->token);
    for (size_t k = 0; k <= c->count; k++)
        c->slot[k] = k;
}

void relaxation_init(Relaxation *r, const LocalStates *states) {
    *r = (Relaxation){ .t = states->tab->t, .states = states };
    require(r->t->task->clauses != NULL);
    readers_init(r);
    domains_init(r);
    choices_of_states(&r->choices, r);
    r->choices.domains = r->domains;
    r->choices.domain = r->domain;
}

void relaxation_clear(Relaxation *r) {
    choices_clear(&r->choices);
    free(r->domain);
    free(r->clause);
    free(r->further);
    free(r->first);
    free(r->reader);
    *r = (Relaxation){ 0 };
}

void relaxation_pick(Pick *pick, const Relaxation *r, const Token *word) {
    pick->exceptions = 0;
    for (size_t i = 0; i < r->states->positions; i++) {
        const LocalState *s = &r->states->at[i];
        pick->option[i] = s->state[local_state_assignment(s, r->t, word)];
    }
}
