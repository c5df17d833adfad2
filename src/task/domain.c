#include "task/domain.h"

bool option_set_has(const OptionSet *set, size_t option) {
    switch (set->kind) {
    case OPTIONS_MASK:
        return option < 64 && (set->mask >> option & 1);
    case OPTIONS_ONE:
        return option == set->one;
    case OPTIONS_WHERE:
        return set->has(set->params, set->key, option);
    case OPTIONS_ALL:
        break;
    }
    return true;
}

bool option_sets_equal(const OptionSet *a, const OptionSet *b) {
    return a->kind == b->kind && (a->kind != OPTIONS_MASK || a->mask == b->mask) &&
           (a->kind != OPTIONS_ONE || a->one == b->one) &&
           (a->kind != OPTIONS_WHERE ||
            (a->has == b->has && a->params == b->params && a->key == b->key));
}

OptionSet domain_allows(const Domain *d, size_t group, size_t options) {
    for (size_t e = 0; e < d->exceptions; e++)
        if (d->exception[e].group == group)
            return d->exception[e].set;
    return options == 1 ? (OptionSet){ .kind = OPTIONS_ALL } : d->rest;
}
