#include "verify/state_pairs.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>

void state_pairs_clear(StatePairs *p) {
    free(p->pair);
    free(p->slot);
    *p = (StatePairs){ 0 };
}

static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 31) * UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 29;
}

// Where the pair stands, or the free slot where it would.
static size_t find_slot(const StatePairs *p, const StatePair *pair) {
    size_t at = mix(pair->a + mix(pair->b + mix(pair->t))) & (p->slots - 1);
    while (p->slot[at] != 0) {
        const StatePair *found = &p->pair[p->slot[at] - 1];
        if (found->t == pair->t && found->a == pair->a && found->b == pair->b)
            break;
        at = (at + 1) & (p->slots - 1);
    }
    return at;
}

static void grow(StatePairs *p) {
    free(p->slot);
    p->slots = p->slots ? 2 * p->slots : 64;
    p->slot = alloc_array(p->slots, 1, sizeof *p->slot);
    p->room = p->slots / 2;
    StatePair *grown = realloc(p->pair, p->room * sizeof *grown);
    if (grown == NULL)
        die("out of memory: %zu pairs of states", p->room);
    p->pair = grown;
    for (size_t i = 0; i < p->count; i++)
        p->slot[find_slot(p, &p->pair[i])] = i + 1;
}

size_t state_pairs_add(StatePairs *p, StatePair pair) {
    if (p->count == p->room)
        grow(p);
    size_t at = find_slot(p, &pair);
    if (p->slot[at] == 0) {
        p->pair[p->count++] = pair;
        p->slot[at] = p->count;
    }
    return p->slot[at] - 1;
}

Token *state_pairs_way(size_t *length, const StatePairs *p, size_t index) {
    *length = 0;
    for (size_t i = index; p->pair[i].parent != (size_t)NO_PAIR; i = p->pair[i].parent)
        ++*length;
    Token *way = alloc_array(*length, 1, sizeof *way);
    size_t at = *length;
    for (size_t i = index; p->pair[i].parent != (size_t)NO_PAIR; i = p->pair[i].parent)
        way[--at] = p->pair[i].token;
    return way;
}
