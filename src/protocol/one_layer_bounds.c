#include "protocol/one_layer_bounds.h"
#include "base/error.h"
#include "communication/classes.h"
#include "communication/closed_form.h"
#include "communication/prefix_classes.h"
#include "math/rational.h"

enum { ENTRIES_MOST = 1 << 22 };

static size_t count_trivial(const Problem *problem, const Params *p, const Split *split) {
    mpz_t inputs;
    mpz_init(inputs);
    split_count(inputs, split, problem, p, true);
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

// Alice has the first t tokens: different rows are the classes of these prefixes.
static void find_prefixes(OneLayerBounds *b, const Task *task, const Params *p,
                          const Split *split) {
    mpz_t rows;
    size_t t = 0;
    while (split->alice[t])
        t++;
    mpz_init(rows);
    prefix_classes_count(rows, task, p, t);
    b->has_one_way = true;
    b->one_way = bits_to_tell(rows);
    mpz_clear(rows);
}

void relay_bounds(OneLayerBounds *b, size_t unit_bits, const Problem *problem, const Params *p,
                  const Split *split) {
    *b = (OneLayerBounds){ .trivial = count_trivial(problem, p, split) };
    if (prefix_classes_known(problem->task))
        find_prefixes(b, problem->task, p, split);
    else
        find_one_way(b, problem, p, split);
    if (b->has_one_way && unit_bits > 0)
        b->width = least_width(b->one_way, 0, unit_bits);
}

// Whoever has the labels, and sends, does not know which of them is asked for; the query is fixed.
static size_t fixed_query_width(const Params *p, size_t heads, long precision) {
    size_t denominator, numerator;
    mpz_t labels;
    mpz_init(labels);
    mpz_ui_pow_ui(labels, p->alphabet, p->n);
    one_layer_bits(&denominator, &numerator, p->n, precision);
    size_t width = least_width(bits_to_tell(labels), heads * denominator, heads * numerator);
    mpz_clear(labels);
    return width;
}

// The least width by the task's usual split, whose counts are known in closed form.
static size_t split_width(const Problem *problem, const Params *p, const Split *split, size_t heads,
                          long precision) {
    size_t last = split->length - 1, denominator, numerator, positions = 0;
    size_t tokens = problem->task->tokens(p, last).count, width = 0;
    bool alice = tokens == 1 || split->alice[last];   // who sends
    for (size_t i = 0; i < split->length; i++)
        positions += split->alice[i] == alice;
    Counts counts;
    closed_form_init(&counts, problem, p, split);
    const Bound *bound = &counts.bound[alice ? COUNT_ONE_WAY_ALICE : COUNT_ONE_WAY_BOB];
    one_layer_bits(&denominator, &numerator, positions, precision);
    if (bound_is_exact(bound))
        width = least_width(mpz_get_ui(bound->lower), heads * denominator + log2_ceil(tokens),
                            heads * numerator);
    counts_clear(&counts);
    return width;
}

size_t one_layer_task_width(const Problem *problem, const Params *p, size_t heads, long precision) {
    require(heads > 0);
    if (problem == &problem_nearest_neighbor || problem == &problem_recall)
        return fixed_query_width(p, heads, precision);
    Split split;
    char *why = split_init(&split, problem, p, problem->split);
    require(why == NULL);
    bool known = closed_form_admits(problem, p, &split) == NULL;
    size_t width = known ? split_width(problem, p, &split, heads, precision) : 0;
    split_clear(&split);
    return width;
}
