#include "cli/least_size.h"
#include "base/error.h"
#include "communication/prefix_classes.h"
#include "protocol/one_layer_bounds.h"

LeastSize least_size(Architecture a, const Task *task, const Params *p, size_t heads,
                     long precision) {
    const Problem *problem = problem_find(task->name);
    LeastSize least = { 0 };
    if (problem == NULL || task->admits(p) != NULL)
        return least;
    if (a == ARCHITECTURE_RECURRENT) {
        least.bits = prefix_bits_least(problem, p);
    } else if (a == ARCHITECTURE_ONE_LAYER && heads > 0 && precision > 0) {
        least.heads = heads;
        least.precision = precision;
        least.width = one_layer_task_width(problem, p, heads, precision);
        least.bits = least.width * (uint64_t)precision;
    }
    least.known = least.bits > 0;
    return least;
}

bool least_size_is_contradicted(const LeastSize *least, const ExplicitSize *s) {
    return least->known && s->precision > 0 && (s->bits < least->bits || s->width < least->width);
}
