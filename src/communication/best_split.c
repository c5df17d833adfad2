#include "communication/best_split.h"
#include "base/interrupt.h"
#include "communication/classes.h"
#include <stdlib.h>

enum { ENTRIES_MOST = 1 << 24 };   // of one table, for one split

// The best so far.
typedef struct Best {
    uint64_t mask;
    size_t rows, columns;
} Best;

static void consider(Best *best, uint64_t mask, size_t rows, size_t columns) {
    if (rows < best->rows || (rows == best->rows && columns < best->columns))
        return;
    if (rows == best->rows && columns == best->columns && mask > best->mask)
        return;
    *best = (Best){ .mask = mask, .rows = rows, .columns = columns };
}

static size_t count_rows(const Problem *problem, const Params *p, const Split *split) {
    Classes classes;
    classes_init(&classes, problem, p, split);
    size_t count = classes.count;
    classes_clear(&classes);
    return count;
}

// false: too large.
static bool try_split(Best *best, const Problem *problem, const Params *p, uint64_t mask,
                      uint64_t all) {
    Split split, exchanged;
    split_init_mask(&split, problem->task->length(p), mask);
    split_init_exchanged(&exchanged, &split);
    bool fits = classes_entries(problem, p, &split) <= ENTRIES_MOST &&
                classes_entries(problem, p, &exchanged) <= ENTRIES_MOST;
    if (fits) {
        size_t rows = count_rows(problem, p, &split);
        size_t columns = count_rows(problem, p, &exchanged);
        consider(best, mask, rows, columns);
        consider(best, all & ~mask, columns, rows);
    }
    split_clear(&split);
    split_clear(&exchanged);
    return fits;
}

// The positions that have a choice.
static uint64_t shared_positions(const Problem *problem, const Params *p) {
    uint64_t all = 0;
    for (size_t i = 0; i < problem->task->length(p); i++)
        if (problem->task->tokens(p, i).count > 1)
            all |= UINT64_C(1) << i;
    return all;
}

char *best_split_init(Split *best, const Problem *problem, const Params *p) {
    Text why = { 0 };
    Best found = { 0 };
    size_t length = problem->task->length(p);
    if (task_has_promise(problem->task))
        text_add(&why, "best compares distinct rows, which mean nothing where words are excluded");
    else if (length > BEST_SPLIT_POSITIONS + 1)
        text_printf(&why, "best tries the splits of at most %d positions", BEST_SPLIT_POSITIONS);
    uint64_t all = why.length ? 0 : shared_positions(problem, p);
    if (why.length == 0 && (all & (all - 1)) == 0)
        text_add(&why, "there is nothing to share");
    // The subsets of all that have its lowest position, all itself aside.
    uint64_t low = all & -all, rest = all & ~low;
    for (uint64_t part = rest; part != 0 && why.length == 0;) {
        part = (part - 1) & rest;
        if (!try_split(&found, problem, p, part | low, all))
            text_add(&why, "best needs smaller matrices");
        else if (interrupted())
            text_add(&why, "best was stopped");
    }
    if (why.length)
        return text_take(&why);
    split_init_mask(best, length, found.mask);
    return NULL;
}
