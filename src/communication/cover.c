// Only rectangles matter that no row or column can be added to.  They are the sets of rows R with
// their common columns, R being all rows that have those columns.  Then covers of lower, lower + 1,
// .. rectangles are looked for, at the cell with the fewest rectangles first.
#include "communication/cover.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

enum { LIMBS = COVER_SIDE * COVER_SIDE / 64 };

// Cell (r, c) is bit COVER_SIDE r + c.
typedef struct Cells {
    uint64_t bits[LIMBS];
} Cells;

typedef struct Search {
    size_t rows, count, nodes;
    uint32_t allowed[COVER_SIDE];   // columns of the value or excluded
    Rectangle *rectangle;           // count: the largest rectangles
    Cells *cells;                   // of the value in each
    Cells wanted;
    size_t degree[COVER_SIDE * COVER_SIDE];   // of each cell: how many of them have it
    size_t *path;
    bool capped;
} Search;

static size_t count_cells(const Cells *a) {
    size_t count = 0;
    for (size_t l = 0; l < LIMBS; l++)
        count += (size_t)__builtin_popcountll(a->bits[l]);
    return count;
}

static size_t count_common(const Cells *a, const Cells *b) {
    Cells common;
    for (size_t l = 0; l < LIMBS; l++)
        common.bits[l] = a->bits[l] & b->bits[l];
    return count_cells(&common);
}

static Cells minus(const Cells *a, const Cells *b) {
    Cells left;
    for (size_t l = 0; l < LIMBS; l++)
        left.bits[l] = a->bits[l] & ~b->bits[l];
    return left;
}

static bool has(const Cells *a, size_t cell) { return a->bits[cell / 64] >> cell % 64 & 1; }

static Cells cells_of(const Search *s, Rectangle a) {
    Cells cells = { 0 };
    for (size_t cell = 0; cell < COVER_SIDE * COVER_SIDE; cell++)
        if ((a.rows >> cell / COVER_SIDE & 1) && (a.columns >> cell % COVER_SIDE & 1) &&
            has(&s->wanted, cell))
            cells.bits[cell / 64] |= UINT64_C(1) << cell % 64;
    return cells;
}

static void list_rectangles(Search *s) {
    for (uint32_t rows = 1; rows < UINT32_C(1) << s->rows; rows++) {
        uint32_t columns = UINT32_MAX, closed = 0;
        for (size_t r = 0; r < s->rows; r++)
            if (rows >> r & 1)
                columns &= s->allowed[r];
        for (size_t r = 0; r < s->rows; r++)
            if ((s->allowed[r] & columns) == columns)
                closed |= UINT32_C(1) << r;
        Rectangle largest = { rows, columns };
        Cells cells = cells_of(s, largest);
        if (columns == 0 || closed != rows || count_cells(&cells) == 0)
            continue;
        for (size_t cell = 0; cell < COVER_SIDE * COVER_SIDE; cell++)
            s->degree[cell] += has(&cells, cell);
        s->rectangle[s->count] = largest;
        s->cells[s->count++] = cells;
    }
}

static void search_init(Search *s, const CommMatrix *m, size_t value) {
    *s = (Search){ .rows = m->rows };
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            size_t answer = comm_matrix_get(m, r, c), cell = COVER_SIDE * r + c;
            if (answer == value)
                s->wanted.bits[cell / 64] |= UINT64_C(1) << cell % 64;
            if (answer == value || answer == ANSWER_EXCLUDED)
                s->allowed[r] |= UINT32_C(1) << c;
        }
    s->rectangle = alloc_array((size_t)1 << m->rows, 1, sizeof *s->rectangle);
    s->cells = alloc_array((size_t)1 << m->rows, 1, sizeof *s->cells);
    s->path = alloc_array(count_cells(&s->wanted) + 1, 1, sizeof *s->path);
    list_rectangles(s);
}

static void search_clear(Search *s) {
    free(s->rectangle);
    free(s->cells);
    free(s->path);
}

// path <- rectangles, each with the most cells that are left.  Returns how many.
static size_t cover_greedily(Search *s) {
    Cells left = s->wanted;
    size_t count = 0;
    while (count_cells(&left) > 0) {
        size_t best = 0;
        for (size_t i = 1; i < s->count; i++)
            if (count_common(&s->cells[i], &left) > count_common(&s->cells[best], &left))
                best = i;
        left = minus(&left, &s->cells[best]);
        s->path[count++] = best;
    }
    return count;
}

// The cell that is left with the fewest rectangles.
static size_t hardest_cell(const Search *s, const Cells *left) {
    size_t hardest = SIZE_MAX;
    for (size_t l = 0; l < LIMBS; l++)
        for (uint64_t bits = left->bits[l]; bits != 0; bits &= bits - 1) {
            size_t cell = 64 * l + (size_t)__builtin_ctzll(bits);
            if (hardest == SIZE_MAX || s->degree[cell] < s->degree[hardest])
                hardest = cell;
        }
    return hardest;
}

// The most cells that are left in any rectangle.
static size_t most_covered(const Search *s, const Cells *left) {
    size_t most = 0;
    for (size_t i = 0; i < s->count; i++) {
        size_t common = count_common(&s->cells[i], left);
        most = common > most ? common : most;
    }
    return most;
}

// Whether `depth` more rectangles cover what is left; path from `taken` on <- they.
static bool can_cover(Search *s, const Cells *left, size_t taken, size_t depth) {
    size_t cells = count_cells(left);
    if (cells == 0)
        return true;
    if (++s->nodes > COVER_NODES || interrupted())
        s->capped = true;
    if (depth == 0 || s->capped)
        return false;
    if (cells > most_covered(s, left) * depth)
        return false;
    size_t cell = hardest_cell(s, left);
    for (size_t i = 0; i < s->count && !s->capped; i++) {
        if (!has(&s->cells[i], cell))
            continue;
        Cells rest = minus(left, &s->cells[i]);
        s->path[taken] = i;
        if (can_cover(s, &rest, taken + 1, depth - 1))
            return true;
    }
    return false;
}

static void take_path(Cover *cover, const Search *s, size_t count) {
    cover->count = count;
    for (size_t i = 0; i < count; i++)
        cover->rectangle[i] = s->rectangle[s->path[i]];
}

void cover_init(Cover *cover, const CommMatrix *m, size_t value, size_t lower) {
    require(m->rows <= COVER_SIDE && m->columns <= COVER_SIDE);
    require(m->rows <= COVER_SHORT_SIDE || m->columns <= COVER_SHORT_SIDE);
    Search s;
    search_init(&s, m, value);
    size_t greedy = cover_greedily(&s);
    *cover = (Cover){ .value = value, .lower = lower };
    cover->rectangle = alloc_array(greedy, 1, sizeof *cover->rectangle);
    take_path(cover, &s, greedy);
    while (cover->lower < cover->count && !s.capped) {
        if (can_cover(&s, &s.wanted, 0, cover->lower))
            take_path(cover, &s, cover->lower);
        else if (!s.capped)
            cover->lower++;
    }
    cover->capped = s.capped;
    search_clear(&s);
}

void cover_clear(Cover *cover) {
    free(cover->rectangle);
    *cover = (Cover){ 0 };
}

static bool covers(const Cover *cover, size_t r, size_t c) {
    for (size_t i = 0; i < cover->count; i++)
        if ((cover->rectangle[i].rows >> r & 1) && (cover->rectangle[i].columns >> c & 1))
            return true;
    return false;
}

const char *cover_check(const Cover *cover, const CommMatrix *m) {
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            size_t answer = comm_matrix_get(m, r, c);
            if (answer == ANSWER_EXCLUDED)
                continue;
            if (covers(cover, r, c) != (answer == cover->value))
                return answer == cover->value ? "a cell is not covered"
                                              : "a rectangle has a cell of another value";
        }
    return cover->count < cover->lower ? "the cover is smaller than any can be" : NULL;
}
