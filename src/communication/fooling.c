// A fooling set is a clique in the graph whose vertices are the cells of the value and whose edges
// join two that fool.  It has at most one cell in each row and column.  The search colours the
// candidates greedily: a clique has at most one vertex of a colour (Tomita and Seki 2003).
#include "communication/fooling.h"
#include "base/alloc.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

enum { LIMBS = FOOLING_CELLS / 64 };

static bool cells_fool(const CommMatrix *m, size_t value, Cell a, Cell b) {
    size_t one = comm_matrix_get(m, a.row, b.column), other = comm_matrix_get(m, b.row, a.column);
    return (one != value && one != ANSWER_EXCLUDED) || (other != value && other != ANSWER_EXCLUDED);
}

const char *fooling_set_check(const FoolingSet *set, const CommMatrix *m) {
    for (size_t i = 0; i < set->count; i++) {
        Cell a = set->cell[i];
        if (a.row >= m->rows || a.column >= m->columns)
            return "a cell is not there";
        if (comm_matrix_get(m, a.row, a.column) != set->value)
            return "a cell has another value";
        for (size_t j = 0; j < i; j++)
            if (!cells_fool(m, set->value, a, set->cell[j]))
                return "two cells do not fool";
    }
    return set->count > set->upper ? "the set is larger than any can be" : NULL;
}

// A cell and how many cells of the value its row and its column have.
typedef struct Candidate {
    Cell cell;
    uint64_t crowd;
} Candidate;

static int by_crowd(const void *a, const void *b) {
    const Candidate *x = a, *y = b;
    if (x->crowd != y->crowd)
        return x->crowd < y->crowd ? -1 : 1;
    if (x->cell.row != y->cell.row)
        return x->cell.row < y->cell.row ? -1 : 1;
    return x->cell.column < y->cell.column ? -1 : x->cell.column > y->cell.column;
}

// The cells of the value, those that share their row and column with the fewest others first.
static Candidate *list_candidates(size_t *count, const BitMatrix *is) {
    uint64_t *in_row = alloc_array(is->rows, 1, sizeof *in_row);
    uint64_t *in_column = alloc_array(is->columns, 1, sizeof *in_column);
    *count = 0;
    for (size_t r = 0; r < is->rows; r++)
        for (size_t c = 0; c < is->columns; c++)
            if (bit_matrix_get(is, r, c)) {
                in_row[r]++;
                in_column[c]++;
                ++*count;
            }
    Candidate *candidate = alloc_array(*count, 1, sizeof *candidate), *next = candidate;
    for (size_t r = 0; r < is->rows; r++)
        for (size_t c = 0; c < is->columns; c++)
            if (bit_matrix_get(is, r, c))
                *next++ = (Candidate){ { r, c }, in_row[r] * in_column[c] };
    qsort(candidate, *count, sizeof *candidate, by_crowd);
    free(in_row);
    free(in_column);
    return candidate;
}

static void take_greedily(FoolingSet *set, const CommMatrix *m, const Candidate *candidate,
                          size_t count) {
    bool *row = alloc_array(m->rows, 1, sizeof *row);
    bool *column = alloc_array(m->columns, 1, sizeof *column);
    for (size_t i = 0; i < count && set->count < set->upper; i++) {
        Cell cell = candidate[i].cell;
        bool fools = !row[cell.row] && !column[cell.column];
        for (size_t j = 0; j < set->count && fools; j++)
            fools = cells_fool(m, set->value, cell, set->cell[j]);
        if (!fools)
            continue;
        set->cell[set->count++] = cell;
        row[cell.row] = column[cell.column] = true;
    }
    free(row);
    free(column);
}

typedef struct Search {
    size_t vertices, best, nodes, most_nodes, target;
    uint64_t (*edge)[LIMBS];
    size_t *path, *clique;   // vertices each: the clique at hand, the best one
    bool capped;
} Search;

static bool has(const uint64_t *set, size_t v) { return set[v / 64] >> v % 64 & 1; }

// order <- the candidates by rising colour; colour[i] of order[i], from 1.  Returns how many.
static size_t colour(size_t *order, size_t *colours, const Search *s, const uint64_t *candidates) {
    uint64_t left[LIMBS];
    size_t count = 0;
    memcpy(left, candidates, sizeof left);
    for (size_t hue = 1;; hue++) {
        uint64_t open[LIMBS];   // candidates without a neighbour of this colour
        size_t before = count;
        memcpy(open, left, sizeof open);
        for (size_t v = 0; v < s->vertices; v++) {
            if (!has(open, v))
                continue;
            order[count] = v;
            colours[count++] = hue;
            left[v / 64] &= ~(UINT64_C(1) << v % 64);
            for (size_t l = 0; l < LIMBS; l++)
                open[l] &= ~s->edge[v][l];
        }
        if (count == before)
            return count;
    }
}

static void extend(Search *s, size_t depth, uint64_t *candidates) {
    if (++s->nodes > s->most_nodes || interrupted()) {
        s->capped = true;
        return;
    }
    size_t *order = alloc_array(2 * s->vertices, 1, sizeof *order);
    size_t *colours = order + s->vertices, count = colour(order, colours, s, candidates);
    if (depth > s->best) {
        s->best = depth;
        memcpy(s->clique, s->path, depth * sizeof *s->path);
    }
    for (size_t i = count; i-- > 0;) {
        if (s->capped || s->best == s->target || depth + colours[i] <= s->best)
            break;
        uint64_t next[LIMBS];
        size_t v = order[i];
        for (size_t l = 0; l < LIMBS; l++)
            next[l] = candidates[l] & s->edge[v][l];
        s->path[depth] = v;
        extend(s, depth + 1, next);
        candidates[v / 64] &= ~(UINT64_C(1) << v % 64);
    }
    free(order);
}

// Among the first candidates, all of them if there are few.
static void search(FoolingSet *set, const CommMatrix *m, const Candidate *candidate, size_t all) {
    bool few = all <= FOOLING_CELLS;
    size_t count = few ? all : FOOLING_CELLS;
    Search s = { .vertices = count,
                 .most_nodes = few ? FOOLING_NODES : FOOLING_SAMPLE_NODES,
                 .best = set->count,
                 .target = set->upper,
                 .edge = alloc_array(count, 1, sizeof *s.edge),
                 .path = alloc_array(count, 1, sizeof *s.path),
                 .clique = alloc_array(count, 1, sizeof *s.clique) };
    uint64_t every[LIMBS] = { 0 };
    for (size_t v = 0; v < count; v++) {
        every[v / 64] |= UINT64_C(1) << v % 64;
        for (size_t w = 0; w < count; w++)
            if (v != w && cells_fool(m, set->value, candidate[v].cell, candidate[w].cell))
                s.edge[v][w / 64] |= UINT64_C(1) << w % 64;
    }
    size_t greedy = set->count;
    extend(&s, 0, every);
    for (size_t i = 0; i < s.best && s.best > greedy; i++)
        set->cell[i] = candidate[s.clique[i]].cell;
    set->count = s.best;
    set->capped = few && s.capped;
    if (few && !s.capped)
        set->upper = set->count;
    free(s.edge);
    free(s.path);
    free(s.clique);
}

void fooling_set_init(FoolingSet *set, const CommMatrix *m, size_t value) {
    BitMatrix is;
    size_t count;
    comm_matrix_init_indicator(&is, m, value);
    size_t rows = bit_matrix_nonzero_rows(&is), columns = bit_matrix_nonzero_columns(&is);
    Candidate *candidate = list_candidates(&count, &is);
    *set = (FoolingSet){ .value = value, .upper = rows < columns ? rows : columns };
    set->cell = alloc_array(set->upper, 1, sizeof *set->cell);
    take_greedily(set, m, candidate, count);
    if (set->count < set->upper)
        search(set, m, candidate, count);
    free(candidate);
    bit_matrix_clear(&is);
}

void fooling_set_clear(FoolingSet *set) {
    free(set->cell);
    *set = (FoolingSet){ 0 };
}
