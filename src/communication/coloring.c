#include "communication/coloring.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

static bool rows_conflict(const CommMatrix *m, size_t a, size_t b) {
    for (size_t c = 0; c < m->columns; c++) {
        size_t one = comm_matrix_get(m, a, c), other = comm_matrix_get(m, b, c);
        if (one != other && one != ANSWER_EXCLUDED && other != ANSWER_EXCLUDED)
            return true;
    }
    return false;
}

// Colours while they are chosen: NONE, or below `colors`.
typedef struct Search {
    size_t rows, nodes;
    BitMatrix conflict;
    size_t *color;
    bool capped;
} Search;

static const size_t none = SIZE_MAX;

static void find_conflicts(BitMatrix *conflict, const CommMatrix *m) {
    bit_matrix_init(conflict, m->rows, m->rows);
    for (size_t a = 0; a < m->rows; a++)
        for (size_t b = 0; b < a; b++)
            if (rows_conflict(m, a, b)) {
                bit_matrix_set(conflict, a, b);
                bit_matrix_set(conflict, b, a);
            }
}

// used[i] <- whether a row in conflict with r has colour i < colors.  Returns how many are used.
static size_t count_used(bool *used, const Search *s, size_t r, size_t colors) {
    size_t count = 0;
    memset(used, 0, colors * sizeof *used);
    for (size_t b = 0; b < s->rows; b++)
        if (s->color[b] != none && bit_matrix_get(&s->conflict, r, b) && !used[s->color[b]]) {
            used[s->color[b]] = true;
            count++;
        }
    return count;
}

// The row without colour that sees the most colours (Brelaz 1979), `rows` if none is left.
static size_t most_constrained(const Search *s, bool *used, size_t colors) {
    size_t best = s->rows, seen = 0;
    for (size_t r = 0; r < s->rows; r++) {
        if (s->color[r] != none)
            continue;
        size_t count = count_used(used, s, r, colors);
        if (best == s->rows || count > seen) {
            best = r;
            seen = count;
        }
    }
    return best;
}

static void forget(Search *s) {
    for (size_t r = 0; r < s->rows; r++)
        s->color[r] = none;
}

// Returns the number of colours.
static size_t color_greedily(Search *s) {
    size_t colors = 0;
    bool *used = alloc_array(s->rows, 1, sizeof *used);
    forget(s);
    for (size_t r; (r = most_constrained(s, used, colors)) < s->rows;) {
        size_t free_color = 0;
        count_used(used, s, r, colors);
        while (free_color < colors && used[free_color])
            free_color++;
        s->color[r] = free_color;
        colors += free_color == colors;
    }
    free(used);
    return colors;
}

// Completes the colouring with `most` colours, `colors` of which have been used.
static bool can_color(Search *s, size_t colors, size_t most) {
    if (++s->nodes > COLORING_NODES || interrupted())
        s->capped = true;
    if (s->capped)
        return false;
    bool *used = alloc_array(most, 1, sizeof *used), done = false;
    size_t r = most_constrained(s, used, most);
    if (r == s->rows) {
        free(used);
        return true;
    }
    count_used(used, s, r, most);
    for (size_t i = 0; i <= colors && i < most && !done; i++) {
        if (used[i])
            continue;
        s->color[r] = i;
        done = can_color(s, i == colors ? colors + 1 : colors, most);
        if (!done)
            s->color[r] = none;
    }
    free(used);
    return done;
}

// A clique for every row to begin with, each time with the first rows that fit; the largest.
static void find_clique(Coloring *coloring, const BitMatrix *conflict) {
    size_t *clique = alloc_array(coloring->rows, 1, sizeof *clique);
    for (size_t first = 0; first < coloring->rows; first++) {
        size_t count = 0;
        clique[count++] = first;
        for (size_t r = 0; r < coloring->rows; r++) {
            bool fits = true;
            for (size_t i = 0; i < count && fits; i++)
                fits = bit_matrix_get(conflict, r, clique[i]);
            if (fits)
                clique[count++] = r;
        }
        if (count > coloring->clique_size) {
            coloring->clique_size = count;
            memcpy(coloring->clique, clique, count * sizeof *clique);
        }
    }
    free(clique);
}

static void search(Coloring *coloring, const BitMatrix *conflict) {
    Search s = { .rows = coloring->rows,
                 .conflict = *conflict,
                 .color = alloc_array(coloring->rows, 1, sizeof *s.color) };
    coloring->upper = color_greedily(&s);
    memcpy(coloring->color, s.color, s.rows * sizeof *s.color);
    while (coloring->lower < coloring->upper && !s.capped) {
        forget(&s);
        if (can_color(&s, 0, coloring->upper - 1)) {
            coloring->upper--;
            memcpy(coloring->color, s.color, s.rows * sizeof *s.color);
        } else if (!s.capped) {
            coloring->lower = coloring->upper;
        }
    }
    coloring->capped = s.capped;
    free(s.color);
}

void coloring_init(Coloring *coloring, const CommMatrix *m) {
    *coloring = (Coloring){ .rows = m->rows,
                            .color = alloc_array(m->rows, 1, sizeof *coloring->color),
                            .clique = alloc_array(m->rows, 1, sizeof *coloring->clique) };
    if (comm_matrix_is_total(m)) {
        for (size_t r = 0; r < m->rows; r++)
            coloring->color[r] = coloring->clique[r] = r;
        coloring->lower = coloring->upper = coloring->clique_size = m->rows;
        return;
    }
    require(m->rows <= COLORING_ROWS);
    BitMatrix conflict;
    find_conflicts(&conflict, m);
    find_clique(coloring, &conflict);
    coloring->lower = coloring->clique_size;
    search(coloring, &conflict);
    bit_matrix_clear(&conflict);
}

void coloring_clear(Coloring *coloring) {
    free(coloring->color);
    free(coloring->clique);
    *coloring = (Coloring){ 0 };
}

const char *coloring_check(const Coloring *coloring, const CommMatrix *m) {
    if (coloring->rows != m->rows || coloring->lower < coloring->clique_size ||
        coloring->lower > coloring->upper)
        return "the numbers do not fit together";
    for (size_t a = 0; a < m->rows; a++) {
        if (coloring->color[a] >= coloring->upper)
            return "there are more colours";
        for (size_t b = 0; b < a; b++)
            if (coloring->color[a] == coloring->color[b] && rows_conflict(m, a, b))
                return "two rows of one colour conflict";
    }
    for (size_t i = 0; i < coloring->clique_size; i++)
        for (size_t j = 0; j < i; j++)
            if (coloring->clique[i] >= m->rows ||
                !rows_conflict(m, coloring->clique[i], coloring->clique[j]))
                return "two rows of the clique do not conflict";
    return NULL;
}
