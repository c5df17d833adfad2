#include "protocol/one_layer_bounds.h"
#include "base/error.h"
#include "communication/classes.h"
#include "communication/closed_form.h"
#include "math/rational.h"

enum { ENTRIES_MOST = 1 << 22 };

static size_t count_trivial(const Problem *problem, const Params *p, const Split *split) {
    mpz_t inputs;
    mpz_init_set_ui(inputs, 1);
    for (size_t i = 0; i < split->length; i++)
        if (split->alice[i])
            mpz_mul_ui(inputs, inputs, problem->task->tokens(p, i).count);
    size_t bits = bits_to_tell(inputs);
    mpz_clear(inputs);
    return bits;
}

static void find_one_way(OneLayerBounds *b, const Problem *problem, const Params *p,
                         const Split *split) {
    b->has_one_way = true;
    if (closed_form_admits(problem, p, split) == NULL) {
        Counts counts;
        closed_form_init(&counts, problem, p, split);
        const Bound *bound = &counts.bound[COUNT_ONE_WAY_ALICE];
        b->has_one_way = bound_is_exact(bound);
        b->one_way = mpz_get_ui(bound->lower);
        counts_clear(&counts);
    } else if (!task_has_promise(problem->task) &&
               classes_entries(problem, p, split) <= ENTRIES_MOST) {
        Classes classes;
        classes_init(&classes, problem, p, split);
        b->one_way = log2_ceil(classes.count);
        classes_clear(&classes);
    } else {
        b->has_one_way = false;
    }
}

// The least m >= 1 with fixed + m per_width >= bits.
static size_t least_width(size_t bits, size_t fixed, size_t per_width) {
    if (bits <= fixed + per_width)
        return 1;
    return per_width == 0 ? 0 : (bits - fixed - 1) / per_width + 1;
}

void one_layer_bounds(OneLayerBounds *b, const OneLayerCount *n, const ArithSpec *spec,
                      const Problem *problem, const Params *p, const Split *split) {
    size_t per_width = 3 * ((size_t)spec->precision + log2_ceil(split->length)) * n->heads;
    *b = (OneLayerBounds){ .cited = n->width * per_width,
                           .trivial = count_trivial(problem, p, split) };
    find_one_way(b, problem, p, split);
    if (!b->has_one_way || n->query == OWNER_BOB || n->heads == 0)
        return;
    size_t fixed = n->heads * n->denominator_bits + n->message -
                   n->heads * (n->width * n->numerator_bits + n->denominator_bits);
    b->width = least_width(b->one_way, fixed, n->heads * n->numerator_bits);
    b->cited_width = least_width(b->one_way, 0, per_width);
}

size_t one_layer_task_width(const Problem *problem, const Params *p, size_t heads, long precision) {
    Split split;
    char *why = split_init(&split, problem, p, problem->split);
    require(why == NULL && heads > 0);
    size_t width = 0, last = split.length - 1, denominator, numerator, positions = 0;
    size_t tokens = problem->task->tokens(p, last).count;
    bool alice = tokens == 1 || split.alice[last];   // who sends
    for (size_t i = 0; i < split.length; i++)
        positions += split.alice[i] == alice;
    if (closed_form_admits(problem, p, &split) == NULL) {
        Counts counts;
        closed_form_init(&counts, problem, p, &split);
        const Bound *bound = &counts.bound[alice ? COUNT_ONE_WAY_ALICE : COUNT_ONE_WAY_BOB];
        one_layer_bits(&denominator, &numerator, positions, precision);
        if (bound_is_exact(bound))
            width = least_width(mpz_get_ui(bound->lower), heads * denominator + log2_ceil(tokens),
                                heads * numerator);
        counts_clear(&counts);
    }
    split_clear(&split);
    return width;
}
