// index_lookup_recurrent_linear.c - docs/recurrent.md#theorem-4: N units that hold the string.
//
// The units are a ring.  A symbol a pushes everything on by one and puts a 2^-c into unit 0, which
// nothing else reaches before N symbols have come.  The query p pushes on once more and subtracts 1
// everywhere but where s_p arrives; what is left is read as the symbol of the closest square.
#include "constructions/recurrent_construction.h"
#include "math/rational.h"

enum { LARGEST = 1 << 12 };

// c, with 2^c >= q - 1.
static unsigned long scale(const Params *p) { return log2_ceil(p->alphabet - 1); }

static const char *admits(const Params *p) {
    return p->n <= LARGEST ? NULL : "index-lookup/recurrent-linear takes at most n = 2^12";
}

static void build(Recurrent *r, const Params *p) {
    size_t n = p->n, q = p->alphabet;
    unsigned long one = 1UL << scale(p);
    recurrent_init(r, &task_index_lookup, p, n, ACTIVATION_CLAMP, false);
    for (size_t i = 0; i < n; i++) {
        matrix_set(&r->w, (i + 1) % n, i, 1, 1);
        // After s_1 .. s_N unit i holds s_(N-i), and the query pushes it to unit i + 1.
        for (size_t query = 0; query < n; query++)
            if (query != n - 1 - i)
                matrix_set(&r->u, (i + 1) % n, q + query, -1, 1);
    }
    for (size_t a = 0; a < q; a++) {
        matrix_set(&r->u, 0, a, (long)a, one);
        // 2 a A - a^2 = A^2 - (A - a)^2, where A 2^-c is what is left.
        for (size_t i = 0; i < n; i++)
            matrix_set(&r->readout.w, a, i, (long)(2 * a * one), 1);
        matrix_set(&r->readout.b, a, 0, -(long)(a * a), 1);
    }
}

static void promise(RecurrentPromise *promise, const Params *p) {
    mpq_set_ui(promise->margin, 1, 1);
    promise->units = p->n;
    promise->unit_bits = log2_ceil(p->alphabet);
}

const RecurrentConstruction recurrent_construction_index_lookup_recurrent_linear = {
    .name = "index-lookup/recurrent-linear",
    .summary =
        "N units that hold the string: no recurrent model has a smaller state if q is a power "
        "of 2",
    .theorem = "recurrent.md#theorem-4",
    .sizes = "1..8",
    .task = &task_index_lookup,
    .admits = admits,
    .build = build,
    .promise = promise,
};
