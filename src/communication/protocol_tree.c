// A rectangle of rows R and columns C, two sets of bits, is a leaf if it has one value, cells
// excluded aside.  Else a speaker splits R or C.  The rectangle with repeated rows and columns
// taken once is looked up in a table of what is known: D > depth, or a first move for depth.
// Without excluded cells the ranks of the values bound the number of leaves from below
// (docs/communication.md#deterministic).
#include "communication/protocol_tree.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/interrupt.h"
#include <stdlib.h>
#include <string.h>

enum { TABLE_BITS = 20 };

typedef struct Rectangle {
    uint32_t rows, columns;
} Rectangle;

typedef struct Known {
    Rectangle at;        // 0: free
    uint8_t more_than;   // D > more_than - 1
    uint8_t at_most;     // D <= at_most - 1 by the move; 0: not known
    bool alice;
    uint32_t sends_one;   // of the move
} Known;

typedef struct Search {
    const CommMatrix *matrix;
    size_t values;
    bool total;
    uint32_t *not_value;   // values x rows: columns that are no such value and not excluded
    uint32_t *same_row;    // rows x rows: columns in which the rows are the same
    uint32_t *same_column;
    Known *known;
    size_t capacity, count, nodes;
    bool capped;
} Search;

static uint32_t full(size_t n) { return n >= 32 ? UINT32_MAX : (UINT32_C(1) << n) - 1; }

// The value of the rectangle, values if it has several.
static size_t value_of(const Search *s, Rectangle a) {
    size_t rows = s->matrix->rows;
    for (size_t z = 0; z < s->values; z++) {
        bool has = true;
        for (size_t r = 0; r < rows && has; r++)
            has = !(a.rows >> r & 1) || (s->not_value[z * rows + r] & a.columns) == 0;
        if (has)
            return z;
    }
    return s->values;
}

// The first of `set` that is the same as element i as far as the others can see.
static size_t first_same(uint32_t set, size_t i, const uint32_t *same, size_t n, uint32_t others) {
    for (size_t j = 0; j < i; j++)
        if ((set >> j & 1) && (same[i * n + j] & others) == others)
            return j;
    return i;
}

static uint32_t without_repeats(uint32_t set, const uint32_t *same, size_t n, uint32_t others) {
    uint32_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if ((set >> i & 1) && first_same(set, i, same, n, others) == i)
            kept |= UINT32_C(1) << i;
    return kept;
}

static Rectangle reduced(const Search *s, Rectangle a) {
    a.rows = without_repeats(a.rows, s->same_row, s->matrix->rows, a.columns);
    a.columns = without_repeats(a.columns, s->same_column, s->matrix->columns, a.rows);
    return a;
}

static Known *slot_of(Known *known, size_t capacity, Rectangle a) {
    uint64_t h = (((uint64_t)a.rows << 32) | a.columns) * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (h >> 20) & (capacity - 1);
    while (known[i].at.rows != 0 &&
           (known[i].at.rows != a.rows || known[i].at.columns != a.columns))
        i = (i + 1) & (capacity - 1);
    return &known[i];
}

static void make_room(Search *s) {
    if (2 * s->count < s->capacity)
        return;
    size_t capacity = s->capacity ? 2 * s->capacity : (size_t)1 << TABLE_BITS;
    Known *known = alloc_array(capacity, 1, sizeof *known);
    for (size_t i = 0; i < s->capacity; i++)
        if (s->known[i].at.rows != 0)
            *slot_of(known, capacity, s->known[i].at) = s->known[i];
    free(s->known);
    s->known = known;
    s->capacity = capacity;
}

static size_t rank_modulo_2(uint32_t *row, size_t rows) {
    size_t rank = 0;
    for (size_t i = 0; i < rows; i++) {
        if (row[i] == 0)
            continue;
        rank++;
        for (size_t j = i + 1; j < rows; j++)
            if (row[j] & row[i] & -row[i])
                row[j] ^= row[i];
    }
    return rank;
}

// No protocol for the rectangle has fewer leaves.
static size_t least_leaves(const Search *s, Rectangle a) {
    size_t leaves = 0;
    for (size_t z = 0; z < s->values && s->total; z++) {
        uint32_t row[PROTOCOL_SIDE];
        size_t rows = 0;
        for (size_t r = 0; r < s->matrix->rows; r++)
            if (a.rows >> r & 1)
                row[rows++] = ~s->not_value[z * s->matrix->rows + r] & a.columns;
        leaves += rank_modulo_2(row, rows);
    }
    return leaves;
}

// What is known of the reduced rectangle; a new entry knows nothing.  Valid until the next call.
static Known *look_up(Search *s, Rectangle a) {
    make_room(s);
    Known *known = slot_of(s->known, s->capacity, a);
    if (known->at.rows == 0) {
        known->at = a;
        s->count++;
    }
    return known;
}

static bool can(Search *s, Rectangle a, size_t depth);

// Whether a split of this player's set leaves both parts with protocols of that depth.  One part
// always has the least element.
static bool can_split(Search *s, Rectangle a, size_t depth, bool alice, uint32_t *sends_one) {
    uint32_t set = alice ? a.rows : a.columns, rest = set & (set - 1);
    for (uint32_t part = rest; part != 0 && !s->capped; part = (part - 1) & rest) {
        Rectangle one = a, other = a;
        s->capped = ++s->nodes > PROTOCOL_NODES || interrupted();
        *(alice ? &one.rows : &one.columns) = part;
        *(alice ? &other.rows : &other.columns) = set & ~part;
        if (can(s, one, depth) && can(s, other, depth)) {
            *sends_one = part;
            return true;
        }
    }
    return false;
}

// Whether D <= depth.  When capped, false means nothing.
static bool can(Search *s, Rectangle a, size_t depth) {
    if (value_of(s, a) < s->values)
        return true;
    if (depth == 0 || s->capped)
        return false;
    a = reduced(s, a);
    Known *known = look_up(s, a);
    if (known->at_most > 0 && depth + 1 >= known->at_most)
        return true;
    if (depth < known->more_than || least_leaves(s, a) > (size_t)1 << depth)
        return false;
    uint32_t sends_one = 0;
    bool alice = can_split(s, a, depth - 1, true, &sends_one);
    bool found = alice || can_split(s, a, depth - 1, false, &sends_one);
    known = look_up(s, a);
    if (found) {
        known->at_most = (uint8_t)(depth + 1);
        known->alice = alice;
        known->sends_one = sends_one;
    } else if (!s->capped) {
        known->more_than = (uint8_t)(depth + 1);
    }
    return found;
}

// The move at the reduced rectangle, for all of the set: repeated elements send what the first
// sends.
static uint32_t move_on(const Search *s, Rectangle a, bool alice, uint32_t sends_one) {
    uint32_t set = alice ? a.rows : a.columns, others = alice ? a.columns : a.rows, moved = 0;
    size_t n = alice ? s->matrix->rows : s->matrix->columns;
    for (size_t i = 0; i < n; i++) {
        if (!(set >> i & 1))
            continue;
        size_t first = first_same(set, i, alice ? s->same_row : s->same_column, n, others);
        if (sends_one >> first & 1)
            moved |= UINT32_C(1) << i;
    }
    return moved;
}

// Appends the protocol for the rectangle, D <= depth being known; returns its root.
static size_t plant(ProtocolTree *tree, Search *s, Rectangle a, size_t depth) {
    size_t root = tree->count++, value = value_of(s, a);
    if (value < s->values) {
        tree->node[root] = (ProtocolNode){ .leaf = true, .answer = value };
        return root;
    }
    require(depth > 0 && can(s, a, depth));
    const Known *known = look_up(s, reduced(s, a));
    bool alice = known->alice;
    uint32_t moved = move_on(s, a, alice, known->sends_one);
    Rectangle part[2] = { a, a };
    *(alice ? &part[0].rows : &part[0].columns) &= ~moved;
    *(alice ? &part[1].rows : &part[1].columns) &= moved;
    tree->node[root] = (ProtocolNode){ .alice = alice, .sends_one = moved };
    for (size_t bit = 0; bit < 2; bit++) {
        size_t child = plant(tree, s, part[bit], depth - 1);
        tree->node[root].child[bit] = child;
    }
    return root;
}

static void search_init(Search *s, const CommMatrix *m) {
    *s = (Search){ .matrix = m, .values = m->answers, .total = comm_matrix_is_total(m) };
    s->not_value = alloc_array(m->answers, m->rows, sizeof *s->not_value);
    s->same_row = alloc_array(m->rows, m->rows, sizeof *s->same_row);
    s->same_column = alloc_array(m->columns, m->columns, sizeof *s->same_column);
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            size_t answer = comm_matrix_get(m, r, c);
            for (size_t z = 0; z < m->answers; z++)
                if (answer != z && answer != ANSWER_EXCLUDED)
                    s->not_value[z * m->rows + r] |= UINT32_C(1) << c;
            for (size_t i = 0; i < m->rows; i++)
                if (comm_matrix_get(m, i, c) == answer)
                    s->same_row[r * m->rows + i] |= UINT32_C(1) << c;
            for (size_t i = 0; i < m->columns; i++)
                if (comm_matrix_get(m, r, i) == answer)
                    s->same_column[c * m->columns + i] |= UINT32_C(1) << r;
        }
}

static void search_clear(Search *s) {
    free(s->not_value);
    free(s->same_row);
    free(s->same_column);
    free(s->known);
}

bool protocol_tree_init(ProtocolTree *tree, size_t *lower, size_t *upper, const CommMatrix *m) {
    require(m->rows <= PROTOCOL_SIDE && m->columns <= PROTOCOL_SIDE && *upper < 32);
    Search s;
    Rectangle all = { full(m->rows), full(m->columns) };
    search_init(&s, m);
    *tree = (ProtocolTree){ 0 };
    while (*lower < *upper && !s.capped) {
        if (can(&s, all, *lower))
            *upper = *lower;
        else if (!s.capped)
            ++*lower;
    }
    bool ended = *lower == *upper && can(&s, all, *upper);
    if (ended) {   // no more leaves than cells
        tree->node = alloc_array(2 * m->rows * m->columns + 1, 1, sizeof *tree->node);
        plant(tree, &s, all, *upper);
    }
    search_clear(&s);
    return ended;
}

void protocol_tree_clear(ProtocolTree *tree) {
    free(tree->node);
    *tree = (ProtocolTree){ 0 };
}

const char *protocol_tree_check(const ProtocolTree *tree, const CommMatrix *m, size_t cost) {
    for (size_t r = 0; r < m->rows; r++)
        for (size_t c = 0; c < m->columns; c++) {
            size_t at = 0, bits = 0, answer = comm_matrix_get(m, r, c);
            for (; at < tree->count && !tree->node[at].leaf; bits++) {
                const ProtocolNode *node = &tree->node[at];
                size_t next = node->child[node->sends_one >> (node->alice ? r : c) & 1];
                if (next <= at)
                    return "the tree turns back";
                at = next;
            }
            if (at >= tree->count)
                return "a bit leads nowhere";
            if (bits > cost)
                return "a word takes more bits";
            if (answer != ANSWER_EXCLUDED && answer != tree->node[at].answer)
                return "a word gets a wrong answer";
        }
    return tree->count > 0 ? NULL : "there is no tree";
}
