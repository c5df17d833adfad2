#include "communication/coloring.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

static bool rows_conflict(const CommMatrix *m, size_t a, size_t b) {
    for (size_t c = 0; c < m->columns; c++) {
        size_t one = comm_matrix_get(m, a, c), other = comm_matrix_get(m, b, c);
        if (answers_differ(one, other))
            return true;
    }
    return false;
}

// Colours while they are chosen: none, or below `most`.
typedef struct Search {
    size_t rows, most, steps;
    BitMatrix conflict;
    size_t *color, *saturation;   // rows each; how many colours a row sees in conflict with it
    uint16_t *seen;               // rows x most: how many such rows have that colour
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

// Row r gets the colour, or loses it.
static void paint(Search *s, size_t r, size_t color) {
    s->color[r] = color;
    for (size_t b = 0; b < s->rows; b++)
        if (bit_matrix_get(&s->conflict, r, b))
            s->saturation[b] += s->seen[b * s->most + color]++ == 0;
}

static void unpaint(Search *s, size_t r) {
    size_t color = s->color[r];
    s->color[r] = none;
    for (size_t b = 0; b < s->rows; b++)
        if (bit_matrix_get(&s->conflict, r, b))
            s->saturation[b] -= --s->seen[b * s->most + color] == 0;
}

// The row without colour that sees the most colours (Brelaz 1979), `rows` if none is left.
static size_t most_constrained(const Search *s) {
    size_t best = s->rows;
    for (size_t r = 0; r < s->rows; r++)
        if (s->color[r] == none && (best == s->rows || s->saturation[r] > s->saturation[best]))
            best = r;
    return best;
}

static void search_init(Search *s, const BitMatrix *conflict, size_t most, size_t steps) {
    size_t rows = conflict->rows;
    *s = (Search){ .rows = rows, .most = most, .steps = steps, .conflict = *conflict };
    s->color = alloc_array(rows, 1, sizeof *s->color);
    s->saturation = alloc_array(rows, 1, sizeof *s->saturation);
    s->seen = alloc_array(rows, most, sizeof *s->seen);
    for (size_t r = 0; r < rows; r++)
        s->color[r] = none;
}

static void search_clear(Search *s) {
    free(s->color);
    free(s->saturation);
    free(s->seen);
}

// Returns the number of colours.
static size_t color_greedily(Search *s) {
    size_t colors = 0;
    for (size_t r; (r = most_constrained(s)) < s->rows;) {
        size_t color = 0;
        while (s->seen[r * s->most + color] > 0)
            color++;
        paint(s, r, color);
        colors = color < colors ? colors : color + 1;
    }
    return colors;
}

// Completes the colouring, `colors` of which have been used.
static bool can_color(Search *s, size_t colors) {
    size_t r = most_constrained(s);
    if (r == s->rows)
        return true;
    s->steps += s->rows;
    s->capped = s->steps > COLORING_STEPS || interrupted();
    for (size_t i = 0; i <= colors && i < s->most && !s->capped; i++) {
        if (s->seen[r * s->most + i] > 0)
            continue;
        paint(s, r, i);
        if (can_color(s, i == colors ? colors + 1 : colors))
            return true;
        unpaint(s, r);
    }
    return false;
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
    Search s;
    size_t bytes = coloring->rows * sizeof *coloring->color, steps = 0;
    search_init(&s, conflict, coloring->rows, 0);
    coloring->upper = color_greedily(&s);
    memcpy(coloring->color, s.color, bytes);
    search_clear(&s);
    while (coloring->lower < coloring->upper && !coloring->capped) {
        search_init(&s, conflict, coloring->upper - 1, steps);
        if (can_color(&s, 0)) {
            coloring->upper--;
            memcpy(coloring->color, s.color, bytes);
        } else if (!s.capped) {
            coloring->lower = coloring->upper;
        }
        coloring->capped = s.capped;
        steps = s.steps;
        search_clear(&s);
    }
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
