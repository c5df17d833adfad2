#include "task/formula.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

const Formula formula_families[] = {
    { .name = "equality", .conjunctive = true, .kind = FORMULA_DIFFERENT },
    { .name = "inequality", .kind = FORMULA_DIFFERENT },
    { .name = "disjointness", .conjunctive = true, .kind = FORMULA_MEETING },
    { .name = "non-disjointness", .kind = FORMULA_MEETING },
    { 0 },
};

const Formula *const formula_default = &formula_families[1];

const Formula *formula_find(const char *name) {
    for (const Formula *f = formula_families; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

void formula_init(Formula *f, bool conjunctive, size_t variables) {
    require(variables >= 1);
    *f = (Formula){ .conjunctive = conjunctive,
                    .variables = variables,
                    .begin = alloc_array(1, 1, sizeof *f->begin) };
}

void formula_init_copy(Formula *f, const Formula *from) {
    *f = *from;
    if (from->kind != FORMULA_LISTED)
        return;
    size_t literals = from->begin[from->clauses];
    f->clause_room = from->clauses + 1;
    f->literal_room = literals;
    f->begin = alloc_array(f->clause_room, 1, sizeof *f->begin);
    f->literal = alloc_array(f->literal_room, 1, sizeof *f->literal);
    memcpy(f->begin, from->begin, (from->clauses + 1) * sizeof *f->begin);
    if (literals > 0)
        memcpy(f->literal, from->literal, literals * sizeof *f->literal);
}

void formula_clear(Formula *f) {
    free(f->begin);
    free(f->literal);
    *f = (Formula){ 0 };
}

// ---- clauses that are listed ----

static int ascending(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

// Sorts the literals and drops repetitions; how many are left.
static size_t sort_literals(const Formula *f, int32_t *literal, size_t count) {
    const int32_t behind = 2 * VARIABLES_MOST;   // what needs a 0 comes behind what needs a 1
    size_t left = 0;
    for (size_t k = 0; k < count; k++)
        literal[k] = abs(literal[k]) + (formula_deciding_bit(f, literal[k]) ? 0 : behind);
    qsort(literal, count, sizeof *literal, ascending);
    for (size_t k = 0; k < count; k++)
        if (k == 0 || literal[k] != literal[left - 1])
            literal[left++] = literal[k];
    for (size_t k = 0; k < left; k++) {
        bool one = literal[k] < behind;
        int32_t variable = one ? literal[k] : literal[k] - behind;
        literal[k] = one != f->conjunctive ? variable : -variable;
    }
    return left;
}

// Room for one more than `used`, doubled where there is none.
static void *grow(void *array, size_t *room, size_t used, size_t size) {
    if (used < *room)
        return array;
    *room = 2 * used + 64;
    void *grown = realloc(array, *room * size);
    if (grown == NULL)
        die("out of memory: %zu literals", *room);
    return grown;
}

void formula_add(Formula *f, int32_t *literal, size_t count) {
    require(f->kind == FORMULA_LISTED && f->begin != NULL && count <= LITERALS_MOST);
    for (size_t k = 0; k < count; k++)
        require(literal[k] != 0 && formula_variable(literal[k]) < f->variables);
    count = sort_literals(f, literal, count);
    size_t end = f->begin[f->clauses];
    for (size_t k = 0; k < count; k++) {
        f->literal = grow(f->literal, &f->literal_room, end, sizeof *f->literal);
        f->literal[end++] = literal[k];
    }
    f->clauses++;
    f->begin = grow(f->begin, &f->clause_room, f->clauses, sizeof *f->begin);
    f->begin[f->clauses] = end;
}

// ---- all formulas ----

size_t formula_clauses(const Formula *f, uint64_t n) {
    require(f->kind != FORMULA_LISTED || n == f->variables);
    size_t pairs = (size_t)(n / 2);
    return f->kind == FORMULA_LISTED ? f->clauses : f->kind == FORMULA_MEETING ? pairs : 2 * pairs;
}

size_t formula_longest(const Formula *f, uint64_t n) {
    size_t longest = 0;
    if (f->kind != FORMULA_LISTED)
        return formula_clauses(f, n) > 0 ? 2 : 0;
    for (size_t c = 0; c < f->clauses; c++)
        if (f->begin[c + 1] - f->begin[c] > longest)
            longest = f->begin[c + 1] - f->begin[c];
    return longest;
}

// x_i and y_i as variables counted from 1; of two clauses that tell a difference, the first needs
// x_i = 1, the second y_i = 1.
static size_t pair_clause(int32_t *literal, const Formula *f, uint64_t n, size_t clause) {
    bool differ = f->kind == FORMULA_DIFFERENT;
    int32_t half = (int32_t)(n / 2), sign = f->conjunctive ? -1 : 1;
    int32_t x = (int32_t)(differ ? clause / 2 : clause) + 1, y = half + x;
    bool turned = differ && clause % 2 == 1;
    literal[0] = sign * (turned ? y : x);
    literal[1] = sign * (turned ? -x : differ ? -y : y);
    return 2;
}

size_t formula_clause(int32_t literal[LITERALS_MOST], const Formula *f, uint64_t n, size_t clause) {
    require(clause < formula_clauses(f, n));
    if (f->kind != FORMULA_LISTED)
        return pair_clause(literal, f, n, clause);
    size_t count = f->begin[clause + 1] - f->begin[clause];
    if (count > 0)
        memcpy(literal, f->literal + f->begin[clause], count * sizeof *literal);
    return count;
}

bool formula_holds(const Formula *f, uint64_t n, const uint32_t *bit) {
    int32_t literal[LITERALS_MOST];
    size_t clauses = formula_clauses(f, n);
    for (size_t c = 0; c < clauses; c++) {
        size_t count = formula_clause(literal, f, n, c), k = 0;
        while (k < count &&
               bit[formula_variable(literal[k])] == formula_deciding_bit(f, literal[k]))
            k++;
        if (k == count)
            return !f->conjunctive;
    }
    return f->conjunctive;
}
