#include "verify/walk.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void walk_init(Walk *w, const Task *task, const Params *p, const size_t *order) {
    size_t length = task->length(p);
    *w = (Walk){ .length = length,
                 .word = alloc_array(length, 1, sizeof *w->word),
                 .total = 1,
                 .position = alloc_array(length, 1, sizeof *w->position),
                 .run = alloc_array(length, 1, sizeof *w->run),
                 .down = alloc_array(length, 1, sizeof *w->down) };
    for (size_t k = 0; k < length; k++) {
        size_t i = order ? order[k] : length - 1 - k;
        TokenRun run = task->tokens(p, i);
        require(run.count >= 1 && w->total <= (UINT64_C(1) << 62) / run.count);
        w->word[i] = run.first;
        w->total *= run.count;
        if (run.count == 1)
            continue;
        w->position[w->digits] = i;
        w->run[w->digits++] = run;
    }
}

void walk_clear(Walk *w) {
    free(w->word);
    free(w->position);
    free(w->run);
    free(w->down);
    *w = (Walk){ 0 };
}

// A digit runs up while the number of completed blocks above it is even, down while it is odd.
void walk_seek(Walk *w, uint64_t rank) {
    require(rank < w->total);
    w->rank = rank;
    for (size_t d = 0; d < w->digits; d++) {
        TokenRun run = w->run[d];
        uint32_t value = (uint32_t)(rank % run.count);
        rank /= run.count;
        w->down[d] = rank & 1;
        w->word[w->position[d]] = run.first + (w->down[d] ? run.count - 1 - value : value);
    }
}

size_t walk_step(Walk *w, Token *old) {
    require(w->rank + 1 < w->total);
    w->rank++;
    for (size_t d = 0;; d++) {
        TokenRun run = w->run[d];
        Token *token = &w->word[w->position[d]];
        if (w->down[d] ? *token > run.first : *token < run.first + run.count - 1) {
            *old = *token;
            *token += w->down[d] ? -1u : 1u;
            return w->position[d];
        }
        w->down[d] = !w->down[d];   // this digit turns round, the next one moves
    }
}
