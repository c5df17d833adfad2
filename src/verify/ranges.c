#include "verify/ranges.h"
#include "base/alloc.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

void ranges_clear(Ranges *r) {
    free(r->span);
    *r = (Ranges){ 0 };
}

// The first span that ends at or behind that rank; count if there is none.
static size_t first_reaching(const Ranges *r, uint64_t rank) {
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->span[middle].end >= rank)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void insert(Ranges *r, size_t at, Span span) {
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? 2 * r->capacity : 8;
        Span *grown = alloc_array(capacity, 1, sizeof *grown);
        if (r->count > 0)
            memcpy(grown, r->span, r->count * sizeof *grown);
        free(r->span);
        r->span = grown;
        r->capacity = capacity;
    }
    memmove(r->span + at + 1, r->span + at, (r->count - at) * sizeof *r->span);
    r->span[at] = span;
    r->count++;
}

bool ranges_add(Ranges *r, Span span) {
    require(span.begin < span.end);
    size_t at = first_reaching(r, span.begin);
    bool before = at < r->count && r->span[at].end == span.begin;
    size_t next = at + before;   // the first span behind
    if (next < r->count && r->span[next].begin < span.end)
        return false;
    bool behind = next < r->count && r->span[next].begin == span.end;
    if (before && behind) {
        r->span[at].end = r->span[next].end;
        memmove(r->span + next, r->span + next + 1, (r->count - next - 1) * sizeof *r->span);
        r->count--;
    } else if (before) {
        r->span[at].end = span.end;
    } else if (behind) {
        r->span[next].begin = span.begin;
    } else {
        insert(r, at, span);
    }
    return true;
}

uint64_t ranges_size(const Ranges *r) {
    uint64_t size = 0;
    for (size_t i = 0; i < r->count; i++)
        size += r->span[i].end - r->span[i].begin;
    return size;
}

void ranges_gaps(Ranges *gaps, const Ranges *r, Span span) {
    require(gaps->count == 0);
    uint64_t at = span.begin;
    for (size_t i = 0; i < r->count && at < span.end; i++) {
        uint64_t stop = r->span[i].begin < span.end ? r->span[i].begin : span.end;
        if (at < stop)
            insert(gaps, gaps->count, (Span){ at, stop });
        at = r->span[i].end > at ? r->span[i].end : at;
    }
    if (at < span.end)
        insert(gaps, gaps->count, (Span){ at, span.end });
}
