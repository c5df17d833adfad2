#include "cli/nearest.h"
#include "base/alloc.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64, SHOWN = 3 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

// Optimal string alignment: three rows of the table are enough.
size_t edit_distance(const char *a, const char *b) {
    size_t m = strlen(a), n = strlen(b);
    size_t *row = alloc_array(3, n + 1, sizeof *row);
    size_t *before = row, *last = row + n + 1, *now = row + 2 * (n + 1);
    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; i <= m; i++) {
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            now[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), 1 + least(last[j], now[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    size_t distance = last[n];
    free(row);
    return distance;
}

void nearest_init(Nearest *n, const char *word) {
    *n = (Nearest){ .word = word, .distance = 1 + strlen(word) / 3 };
}

void nearest_clear(Nearest *n) { text_clear(&n->names); }

void nearest_add(Nearest *n, const char *name) {
    if (strlen(n->word) > LONGEST || *n->word == '\0')
        return;
    // A name that holds the word is as near as one typing error.
    size_t distance = strstr(name, n->word) ? 1 : edit_distance(n->word, name);
    if (distance > n->distance || (distance == n->distance && n->count == SHOWN))
        return;
    if (distance < n->distance) {
        n->names.length = 0;
        n->count = 0;
    }
    Text quoted = { 0 };
    text_printf(&quoted, "'%s'", name);
    n->distance = distance;
    if (n->count == 0 || strstr(text_string(&n->names), text_string(&quoted)) == NULL)
        text_printf(&n->names, "%s%s", n->count++ ? " or " : "", text_string(&quoted));
    text_clear(&quoted);
}

void nearest_tell(Text *t, Nearest *n) {
    if (n->count)
        text_printf(t, "; did you mean %s?", text_string(&n->names));
    nearest_clear(n);
}
