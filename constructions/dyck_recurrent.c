// dyck_recurrent.c - docs/dyck.md#theorem-2: a stack of D slots of w bits in (2D + 1) w + 1 units.
//
// Slot 1 is the top.  A slot holds a code 1 .. b of its bracket's type, 0 if it is empty.  Bit c of
// slot i is the sum of two units, of which one is 0: `pushed`, what an opening bracket moved there,
// and `popped`, what a closing one did (none for slot D, below which there is nothing).  Sticky
// units note what cannot be mended: per bit, that a closing bracket had it 1 where the top had 0,
// and the converse; and that the stack overflowed.
#include "constructions/recurrent_construction.h"
#include "math/rational.h"

enum { DEEPEST = 1 << 8 };

static size_t code_bits(const Params *p) { return log2_ceil(p->brackets + 1); }

static size_t units(const Params *p) { return (2 * p->depth + 1) * code_bits(p) + 1; }

static const char *admits(const Params *p) {
    return p->depth <= DEEPEST ? NULL : "dyck/recurrent takes a --depth of at most 2^8";
}

// The units.  Slots i = 1 .. D, bits c = 0 .. w-1.
typedef struct Plan {
    size_t w, depth;
} Plan;

static size_t pushed(const Plan *l, size_t i, size_t c) { return (i - 1) * l->w + c; }
static size_t popped(const Plan *l, size_t i, size_t c) { return (l->depth + i - 1) * l->w + c; }
static size_t lacks(const Plan *l, size_t c) { return (2 * l->depth - 1) * l->w + c; }
static size_t exceeds(const Plan *l, size_t c) { return 2 * l->depth * l->w + c; }
static size_t overflow(const Plan *l) { return (2 * l->depth + 1) * l->w; }

// Row `unit` reads bit c of slot i.
static void read_bit(Matrix *m, const Plan *l, size_t unit, size_t i, size_t c, long weight) {
    matrix_set(m, unit, pushed(l, i, c), weight, 1);
    if (i < l->depth)
        matrix_set(m, unit, popped(l, i, c), weight, 1);
}

// pushed_1 = the bit of an opening bracket; pushed_i = opening and bit of slot i - 1;
// popped_i = closing and bit of slot i + 1.
static void add_slots(Recurrent *r, const Plan *l, size_t c) {
    for (size_t i = 1; i <= l->depth; i++) {
        for (Token token = 0; token < r->u.columns; token++) {
            size_t code = token / 2 + 1;
            if (token % 2 == 0)
                matrix_set(&r->u, pushed(l, i, c), token, i > 1 || code >> c & 1, 1);
            else if (i < l->depth)
                matrix_set(&r->u, popped(l, i, c), token, 1, 1);
        }
        if (i > 1) {
            read_bit(&r->w, l, pushed(l, i, c), i - 1, c, 1);
            matrix_set(&r->b, pushed(l, i, c), 0, -1, 1);
        }
        if (i < l->depth) {
            read_bit(&r->w, l, popped(l, i, c), i + 1, c, 1);
            matrix_set(&r->b, popped(l, i, c), 0, -1, 1);
        }
    }
}

// lacks = 2 lacks + (a closing bracket's bit) - (the top's);
// exceeds = 2 exceeds + (the top's) - 1 + (a closing bracket's bit is 0).
static void add_comparison(Recurrent *r, const Plan *l, size_t c) {
    matrix_set(&r->w, lacks(l, c), lacks(l, c), 2, 1);
    matrix_set(&r->w, exceeds(l, c), exceeds(l, c), 2, 1);
    read_bit(&r->w, l, lacks(l, c), 1, c, -1);
    read_bit(&r->w, l, exceeds(l, c), 1, c, 1);
    matrix_set(&r->b, exceeds(l, c), 0, -1, 1);
    for (Token token = 1; token < r->u.columns; token += 2) {
        size_t code = token / 2 + 1;
        matrix_set(&r->u, code >> c & 1 ? lacks(l, c) : exceeds(l, c), token, 1, 1);
    }
}

// overflow = (w + 1) overflow + (the number of 1s in slot D) - w + w (opening).
static void add_overflow(Recurrent *r, const Plan *l) {
    size_t unit = overflow(l);
    long w = (long)l->w;
    matrix_set(&r->w, unit, unit, w + 1, 1);
    matrix_set(&r->b, unit, 0, -w, 1);
    for (size_t c = 0; c < l->w; c++)
        read_bit(&r->w, l, unit, l->depth, c, 1);
    for (Token token = 0; token < r->u.columns; token += 2)
        matrix_set(&r->u, unit, token, w, 1);
}

// 1/2 less everything that speaks against the word: the top is not empty, or something was noted.
static void build(Recurrent *r, const Params *p) {
    Plan l = { .w = code_bits(p), .depth = p->depth };
    recurrent_init(r, &task_dyck, p, units(p), ACTIVATION_CLAMP, true);
    for (size_t c = 0; c < l.w; c++) {
        add_slots(r, &l, c);
        add_comparison(r, &l, c);
        read_bit(&r->readout.w, &l, 0, 1, c, -1);
        matrix_set(&r->readout.w, 0, lacks(&l, c), -1, 1);
        matrix_set(&r->readout.w, 0, exceeds(&l, c), -1, 1);
    }
    add_overflow(r, &l);
    matrix_set(&r->readout.w, 0, overflow(&l), -1, 1);
    matrix_set(&r->readout.b, 0, 0, 1, 2);
}

static void promise(RecurrentPromise *promise, const Params *p) {
    mpq_set_ui(promise->margin, 1, 2);
    promise->units = units(p);
    promise->unit_bits = 1;
}

const RecurrentConstruction recurrent_construction_dyck_recurrent = {
    .name = "dyck/recurrent",
    .summary = "a stack of D slots in O(D log b) clamp units; n = 0: every length",
    .theorem = "dyck.md#theorem-2",
    .sizes = "0,2,8",
    .task = &task_dyck,
    .admits = admits,
    .build = build,
    .promise = promise,
};
